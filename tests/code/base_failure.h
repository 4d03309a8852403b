/* SPDX-License-Identifier: MIT */
extern struct vr_failure *why, *cause;
extern int code, count;
