/* SPDX-License-Identifier: MIT */
struct user;

extern vr_time span;

void user_remind(struct user *user);
