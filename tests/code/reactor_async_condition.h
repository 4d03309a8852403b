/* SPDX-License-Identifier: MIT */
extern struct vr_condition *status, *condition;
extern int64_t now;
extern struct vr_pending *started;
extern struct vr_condition_watch *watch;
extern void *window, *arg;

bool test(void *arg, int64_t status);
void show_status(void *arg, int64_t status);
