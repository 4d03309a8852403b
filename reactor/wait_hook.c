/* SPDX-License-Identifier: MIT */
/**
 * @file wait_hook.c
 * What runs around a wait.
 */
#include <vreactor/reactor/wait_hook.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/state.h>

void vr_wait_hook_add(struct vr_wait_hook *hook, struct vr_reactor *reactor)
{
    vr_assert_may_touch(reactor);
    vr_list_append(&reactor->wait_hooks, &hook->link);
}

void vr_wait_hook_remove(struct vr_wait_hook *hook)
{
    vr_list_remove(&hook->link);
}

static void call(struct vr_wait_hook *hook, bool before)
{
    vr_wait_hook_fn *fn = before ? hook->before_wait : hook->after_wait;

    if (fn)
        fn(hook); /* it may be gone */
}

/* A hook that is added meanwhile waits for the next time. */
void vr_wait_hooks_run(struct vr_reactor *reactor, bool before)
{
    struct vr_list now, done, *link;

    vr_list_init(&now);
    vr_list_init(&done);
    vr_list_splice(&now, &reactor->wait_hooks);
    while (!vr_reactor_stops(reactor) && (link = vr_list_pop(&now))) {
        vr_list_append(&done, link);
        call(vr_container_of(link, struct vr_wait_hook, link), before);
    }
    vr_list_splice(&done, &now);
    vr_list_splice(reactor->wait_hooks.next, &done);
}

void vr_wait_hooks_drop(struct vr_reactor *reactor)
{
    while (vr_list_pop(&reactor->wait_hooks))
        ;
}
