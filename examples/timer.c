/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <vreactor/vreactor.h>

static struct vr_reactor *reactor;

static void on_time(struct vr_call *call)
{
    (void)call;
    puts("a second later");
    vr_reactor_stop(reactor);
}

int main(void)
{
    struct vr_call call;

    if (vr_reactor_new(NULL, &reactor))
        return 1;
    vr_call_init(&call, reactor, on_time);
    vr_call_after(&call, 1 * VR_SEC);
    int err = vr_reactor_run(reactor);
    vr_reactor_free(reactor);
    return err != 0;
}
