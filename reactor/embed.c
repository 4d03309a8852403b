/* SPDX-License-Identifier: MIT */
/**
 * @file embed.c
 * Between the turns of an embedded reactor, where the host's loop waits for it.
 */
#include <vreactor/reactor/embed.h>

#include <assert.h>
#include <stddef.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/reactor_impl.h>

/* When the next turn is due, even if no descriptor becomes ready. */
static vr_time next_turn(struct vr_reactor *reactor)
{
    if (vr_reactor_has_work(reactor) || reactor->unsettled ||
        vr_inbox_has_some(&reactor->inbox))
        return 0;

    return vr_wheel_next(&reactor->wheel);
}

static void tell(struct vr_reactor *reactor, vr_time due)
{
    if (!reactor->need_turn)
        return;

    reactor->told = due;
    reactor->telling = true;
    reactor->need_turn(reactor->host, due);
    reactor->telling = false;
}

/* Others wait for the selector's descriptor and for the inbox: let the one
 * show what is ready, and the other wake them. */
static void settle(struct vr_reactor *reactor)
{
    struct vr_selector *selector = reactor->selector;

    reactor->unsettled = selector->ops->wait(selector, NULL, 0, 0) < 0;
    (void)vr_inbox_doze(&reactor->inbox); /* if not, the turn is due at once */
}

void vr_reactor_show_host(struct vr_reactor *reactor)
{
    settle(reactor);
    vr_time due = next_turn(reactor);
    if (due != reactor->told)
        tell(reactor, due);
}

void vr_reactor_give_way(struct vr_reactor *reactor)
{
    vr_watch_table_flush(&reactor->watches);
    settle(reactor);
}

void vr_reactor_tell_host(struct vr_reactor *reactor)
{
    tell(reactor, next_turn(reactor));
}

void vr_reactor_leave_host(struct vr_reactor *reactor)
{
    reactor->embedded = false;
    if (reactor->told != VR_TIME_MAX)
        tell(reactor, VR_TIME_MAX);
    reactor->need_turn = NULL;
}

int vr_reactor_fd(struct vr_reactor *reactor)
{
    assert(vr_reactor_may_touch(reactor));

    if (vr_reactor_is_closed(reactor))
        return -VR_ECLOSED;
    int fd = reactor->selector->ops->fd(reactor->selector);
    if (fd < 0)
        return fd;

    reactor->embedded = true;
    vr_reactor_moved(reactor);
    return fd;
}

vr_time vr_reactor_timeout(struct vr_reactor *reactor)
{
    vr_time due = next_turn(reactor);
    if (due == VR_TIME_MAX)
        return -1;

    vr_time now = vr_now(&reactor->env);
    return due > now ? due - now : 0;
}

int vr_reactor_embed(struct vr_reactor *reactor,
                     void (*need_turn)(void *host, vr_time due), void *host)
{
    assert(vr_reactor_may_touch(reactor));

    if (vr_reactor_is_closed(reactor))
        return -VR_ECLOSED;

    reactor->need_turn = need_turn;
    reactor->host = host;
    reactor->told = VR_TIME_MAX;
    reactor->embedded = true;
    vr_reactor_moved(reactor);
    return 0;
}
