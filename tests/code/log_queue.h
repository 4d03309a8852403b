/* SPDX-License-Identifier: MIT */
struct loop;

extern struct loop *loop;
extern struct vr_log_queue *queue;
extern struct vr_log_thread *thread;

bool loop_wake(struct loop *loop);
bool loop_is_current(struct loop *loop);
void loop_do_something_else(struct loop *loop);
