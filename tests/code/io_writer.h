/* SPDX-License-Identifier: MIT */
extern struct vr_agent *agent;
