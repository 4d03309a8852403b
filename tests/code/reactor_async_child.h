/* SPDX-License-Identifier: MIT */
struct job {
    struct vr_child child;
};

extern struct job *job;
extern struct vr_pending *end;
extern int input, output;
struct vr_result on_end(void *arg, struct vr_value value);
struct vr_result on_failure(void *arg, struct vr_failure *failure);
