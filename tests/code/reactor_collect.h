/* SPDX-License-Identifier: MIT */
#include <vreactor/reactor/watch.h>

struct loop {
    struct vr_reactor *reactor;
};
struct file {
    struct vr_watch watch;
};

extern struct file *file;
vr_time loop_timeout(struct loop *loop);
void loop_serve(struct loop *loop, struct vr_watch *watch, unsigned events);
