/* SPDX-License-Identifier: MIT */
/**
 * @file closing.c
 * Last words.
 */
#include <vreactor/reactor/closing.h>

#include <assert.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/state.h>

void vr_closing_later(struct vr_closing *closing, struct vr_reactor *reactor)
{
    vr_assert_may_touch(reactor);
    assert(closing->closed);

    vr_list_append(&reactor->closing, &closing->link);
    vr_reactor_moved(reactor);
}

void vr_closing_hold(struct vr_closing *closing, struct vr_reactor *reactor)
{
    vr_assert_may_touch(reactor);
    vr_list_append(&reactor->held, &closing->link);
}

void vr_closing_release(struct vr_closing *closing, struct vr_reactor *reactor)
{
    vr_list_remove(&closing->link);
    vr_closing_later(closing, reactor);
}

void vr_closing_run(struct vr_reactor *reactor)
{
    struct vr_list now, *link;

    /* `closed` of an object that one of these closes runs in the next turn. */
    vr_list_init(&now);
    vr_list_splice(&now, &reactor->closing);
    while (!vr_reactor_is_inherited(reactor) && (link = vr_list_pop(&now))) {
        struct vr_closing *closing =
            vr_container_of(link, struct vr_closing, link);
        closing->closed(closing);
    }
    vr_list_splice(&reactor->closing, &now); /* in a child, forked by one */
}
