/* SPDX-License-Identifier: MIT */
extern struct vr_log_file file;
