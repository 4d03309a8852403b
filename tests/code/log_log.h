/* SPDX-License-Identifier: MIT */
extern int count;
