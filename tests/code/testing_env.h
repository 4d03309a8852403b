/* SPDX-License-Identifier: MIT */
extern struct vr_reactor_options options;
