/* SPDX-License-Identifier: MIT */
struct job;

extern struct job *job;

void free_job(struct vr_post *post);
