/* SPDX-License-Identifier: MIT */
extern struct vr_log_thread *thread;
