/* SPDX-License-Identifier: MIT */
/**
 * @file embed.c
 * Between the turns of an embedded reactor, where the host's loop waits for it.
 */
#include <vreactor/reactor/embed.h>

#include <assert.h>
#include <errno.h>
#include <stddef.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/state.h>
#include <vreactor/reactor/wheel.h>

/* When the next turn is due, even if no descriptor becomes ready.  A stop that
 * came before we dozed has woken nobody. */
static vr_time next_turn(struct vr_reactor *reactor)
{
    if (atomic_load(&reactor->stop) || vr_reactor_has_work(reactor) ||
        reactor->unsettled || vr_inbox_has_some(reactor->inbox))
        return 0;

    return vr_wheel_next(reactor->wheel);
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

/* If need_turn itself makes a turn due earlier, it is called once more, with 0:
 * no time is earlier than that. */
static void tell_due(struct vr_reactor *reactor, vr_time due)
{
    tell(reactor, due);
    if (next_turn(reactor) < reactor->told)
        tell(reactor, 0);
}

/* The host is about to wait: the selector's descriptor must show what is ready,
 * and a post must wake the host. */
static void settle(struct vr_reactor *reactor)
{
    struct vr_selector *selector = reactor->selector;

    reactor->unsettled = selector->ops->wait(selector, NULL, 0, 0) < 0;
    (void)vr_inbox_doze(reactor->inbox); /* if not, the turn is due at once */
}

void vr_reactor_show_host(struct vr_reactor *reactor)
{
    if (vr_reactor_is_inherited(reactor))
        return; /* the host that waits is the parent's */

    settle(reactor);
    if (!reactor->need_turn || reactor->telling)
        return;

    vr_time due = next_turn(reactor);
    if (due != reactor->told)
        tell_due(reactor, due);
}

void vr_reactor_give_way(struct vr_reactor *reactor)
{
    if (vr_reactor_is_inherited(reactor))
        return;

    vr_watch_table_flush(reactor);
    settle(reactor);
}

void vr_reactor_tell_host(struct vr_reactor *reactor)
{
    if (reactor->embedded) /* posts that came after the turn have woken it */
        (void)vr_inbox_doze(reactor->inbox);
    if (reactor->need_turn)
        tell_due(reactor, next_turn(reactor));
}

void vr_reactor_leave_host(struct vr_reactor *reactor)
{
    reactor->embedded = false;
    if (reactor->told != VR_TIME_MAX)
        tell(reactor, VR_TIME_MAX);
}

/* This thread's loop waits between turns from now on. */
static void be_embedded(struct vr_reactor *reactor)
{
    pthread_mutex_lock(&reactor->lock);
    reactor->hosted = true;
    reactor->runner = pthread_self();
    pthread_mutex_unlock(&reactor->lock);
    reactor->embedded = true;
    vr_reactor_moved(reactor);
}

int vr_reactor_fd(struct vr_reactor *reactor)
{
    vr_assert_may_touch(reactor);

    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;
    if (vr_reactor_is_closed(reactor))
        return -VR_ECLOSED;
    int fd = reactor->selector->ops->fd(reactor->selector);
    if (fd < 0)
        return fd;

    be_embedded(reactor);
    return fd;
}

vr_time vr_reactor_timeout(struct vr_reactor *reactor)
{
    vr_assert_may_touch(reactor);

    /* A turn would be refused: let no host ask for it again and again. */
    if (reactor->in_turn || vr_reactor_is_closed(reactor))
        return -1;
    vr_time due = next_turn(reactor);
    if (due == VR_TIME_MAX)
        return -1;

    return vr_time_until(due, vr_now(&reactor->env));
}

int vr_reactor_embed(struct vr_reactor *reactor,
                     void (*need_turn)(void *host, vr_time due), void *host)
{
    vr_assert_may_touch(reactor);

    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;
    if (vr_reactor_is_closed(reactor))
        return -VR_ECLOSED;

    reactor->need_turn = need_turn;
    reactor->host = host;
    reactor->told = VR_TIME_MAX;
    be_embedded(reactor);
    return 0;
}
