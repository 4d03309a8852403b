/* SPDX-License-Identifier: MIT */
struct report;

extern struct report *report;
extern vr_time midnight;
