/* SPDX-License-Identifier: MIT */
extern void *user;

void remind(void *user);
