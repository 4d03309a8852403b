/* SPDX-License-Identifier: MIT */
extern struct vr_call patience;
