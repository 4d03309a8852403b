/* SPDX-License-Identifier: MIT */
/**
 * @file after_fork.c
 * What becomes of a reactor in a child that goes on with it.
 */
#include <vreactor/reactor/after_fork.h>

#include <errno.h>
#include <pthread.h>

#include <vreactor/base/current.h>
#include <vreactor/base/err.h>
#include <vreactor/base/fd.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/reactor/close_hook.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/log_delivery.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>

/* What the child has of its own, in place of what it shares. */
struct fresh {
    int wake[2];
    struct vr_selector *selector; /* may be the old one, begun anew */
};

/* ---- what may fail ---- */

static int check(const struct vr_reactor *reactor)
{
    const struct vr_current *current = vr_current();

    if (reactor->state >= VR_CLOSING)
        return -VR_ECLOSED;

    return reactor->state == VR_RUNNING || reactor->telling || current->visit ||
                   current->showing
               ? -EBUSY
               : 0;
}

static int open_selector(struct vr_reactor *reactor, struct fresh *fresh)
{
    struct vr_selector *old = reactor->selector;

    fresh->selector = old;
    return old->ops->renew
               ? old->ops->renew(old)
               : old->ops->open(&reactor->env, reactor->selector_arg,
                                &fresh->selector);
}

static void close_selector(struct vr_reactor *reactor,
                           struct vr_selector *selector, int fd)
{
    if (selector == reactor->selector)
        selector->ops->drop(selector, fd);
    else
        selector->ops->close(selector);
}

/* Not under the number of a watch that is left with the parent: where fork(2)
 * does not pass on its descriptor, that may be free. */
static int open_wake(struct vr_reactor *reactor, int ret_ends[2])
{
    int ends[2];

    int err = vr_fd_wake_open(&reactor->env, ends);
    if (err || !vr_watch_table_binds(&reactor->watches, ends[0])) {
        ret_ends[0] = ends[0];
        ret_ends[1] = ends[1];
        return err;
    }
    err = open_wake(reactor, ret_ends);
    vr_fd_wake_close(&reactor->env, ends);
    return err;
}

/* Signals last: from then on they may be heard. */
static int open_fresh(struct vr_reactor *reactor, struct fresh *fresh)
{
    int err = open_wake(reactor, fresh->wake);
    if (err)
        return err;

    err = open_selector(reactor, fresh);
    if (err)
        goto no_selector;
    err = vr_watch_table_prepare(&reactor->watches, fresh->selector,
                                 fresh->wake[0]);
    if (!err)
        err = vr_signals_renew(reactor);
    if (!err)
        return 0;

    close_selector(reactor, fresh->selector, fresh->wake[0]);
no_selector:
    vr_fd_wake_close(&reactor->env, fresh->wake);
    return err;
}

/* ---- what cannot ---- */

static void put_in_place(struct vr_reactor *reactor, const struct fresh *fresh)
{
    struct vr_selector *old = reactor->selector;

    reactor->selector = fresh->selector;
    vr_watch_table_renew(&reactor->watches, fresh->selector,
                         reactor->wake_watch, fresh->wake[0]);
    if (old != fresh->selector)
        old->ops->close(old);
    vr_inbox_renew(reactor->inbox, fresh->wake);
}

/* Threads of the parent that ran it, or waited for it, are not here. */
static void forget_threads(struct vr_reactor *reactor)
{
    (void)pthread_mutex_init(&reactor->lock, NULL);
    reactor->has_thread = false;
    reactor->joining = false;
    reactor->hosted = reactor->embedded;
    reactor->runner = pthread_self();
    vr_list_init(&reactor->waiters);
}

int vr_reactor_after_fork(struct vr_reactor *reactor)
{
    struct fresh fresh;

    if (!vr_reactor_is_inherited(reactor))
        return 0;
    int err = check(reactor);
    if (!err)
        err = open_fresh(reactor, &fresh);
    if (err)
        return err;

    put_in_place(reactor, &fresh);
    forget_threads(reactor);
    vr_schedule_renew(&reactor->tasks);
    vr_log_to_reactor_renew(reactor);
    vr_pipes_free(&reactor->pipes);
    reactor->mark = vr_fork_mark();
    vr_close_hooks_tell_of_fork(reactor);
    vr_clock_calls_renew(reactor);
    vr_reactor_moved(reactor);
    return 0;
}
