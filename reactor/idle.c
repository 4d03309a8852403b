/* SPDX-License-Identifier: MIT */
/**
 * @file idle.c
 * What keeps a reactor running, and what does not.
 *
 * All of it is looked at on the reactor's thread, where it changes, but for
 * posts; what another thread takes away, such as a promise, it takes away by a
 * post.  So no wait that begins can miss the end.
 */
#include <vreactor/reactor/idle.h>

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/log_delivery.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/state.h>
#include <vreactor/reactor/watch.h>
#include <vreactor/reactor/wheel.h>

bool vr_reactor_is_alive(struct vr_reactor *reactor)
{
    vr_assert_may_touch(reactor);

    return vr_inbox_has_other(reactor->inbox, &reactor->log->post) ||
           reactor->wheel->awaited > 0 || reactor->watches.awaited > 0 ||
           !vr_list_is_empty(&reactor->pumps) ||
           !vr_list_is_empty(&reactor->closings) ||
           !vr_list_is_empty(&reactor->held) ||
           !vr_list_is_empty(&reactor->close_hooks);
}

void vr_watch_set_background(struct vr_watch *watch, bool is_background)
{
    struct vr_reactor *reactor = watch->reactor;

    if (!reactor || watch->background == is_background)
        return;

    vr_assert_may_touch(reactor);
    watch->background = is_background;
    if (is_background)
        reactor->watches.awaited--;
    else
        reactor->watches.awaited++;
}

void vr_call_set_background(struct vr_call *call, bool is_background)
{
    struct vr_wheel *wheel = call->reactor->wheel;

    vr_assert_may_touch(call->reactor);
    if (vr_call_is_scheduled(call))
        wheel->awaited = wheel->awaited - !call->background + !is_background;
    call->background = is_background;
}
