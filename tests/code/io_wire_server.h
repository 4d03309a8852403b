/* SPDX-License-Identifier: MIT */
extern struct vr_server server;
extern struct vr_address place;
