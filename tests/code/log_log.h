/* SPDX-License-Identifier: MIT */
#include <vreactor/log/thread.h>

extern int count;
extern struct vr_log_thread *thread;
