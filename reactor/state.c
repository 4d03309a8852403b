/* SPDX-License-Identifier: MIT */
/**
 * @file state.c
 * What a reactor answers about itself.
 */
#include <vreactor/reactor/state.h>

#include <vreactor/base/current.h>
#include <vreactor/pending/coroutine.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>

/* ---- which, and whose ---- */

struct vr_reactor *vr_reactor_current(void)
{
    return vr_current()->reactor;
}

struct vr_reactor *vr_reactor_here(void)
{
    struct vr_reactor *reactor = vr_coroutine_reactor();

    return reactor ? reactor : vr_reactor_current();
}

bool vr_reactor_is_inherited(const struct vr_reactor *reactor)
{
    return vr_fork_mark() != reactor->mark;
}

/* A forked child must not lock: a thread of the parent may have held the
 * lock. */
bool vr_reactor_may_touch(struct vr_reactor *reactor)
{
    if (vr_current()->reactor == reactor || vr_reactor_is_inherited(reactor))
        return true;

    pthread_mutex_lock(&reactor->lock);
    bool may = reactor->state != VR_RUNNING ||
               pthread_equal(reactor->runner, pthread_self());
    pthread_mutex_unlock(&reactor->lock);
    return may;
}

/* ---- its state ---- */

bool vr_reactor_is_closed(struct vr_reactor *reactor)
{
    pthread_mutex_lock(&reactor->lock);
    bool closed = reactor->state >= VR_CLOSING;
    pthread_mutex_unlock(&reactor->lock);
    return closed;
}

bool vr_reactor_is_stopping(const struct vr_reactor *reactor)
{
    return vr_reactor_stops(reactor);
}

bool vr_reactor_has_work(const struct vr_reactor *reactor)
{
    return !vr_list_is_empty(&reactor->pumps) ||
           !vr_list_is_empty(&reactor->closings) ||
           vr_reactor_is_stopping(reactor) || atomic_load(&reactor->wake) ||
           reactor->woken ||
           reactor->watches.dirty >= 0; /* not flushed, or wanted since */
}

vr_time vr_turn_time(const struct vr_reactor *reactor)
{
    return reactor->now;
}

/* ---- what it has ---- */

const struct vr_env *vr_reactor_env(const struct vr_reactor *reactor)
{
    return reactor->head.env;
}

struct vr_inbox *vr_reactor_inbox(const struct vr_reactor *reactor)
{
    return reactor->inbox;
}

struct vr_logger *vr_reactor_log(struct vr_reactor *reactor)
{
    return reactor->logger;
}

const char *vr_reactor_selector(const struct vr_reactor *reactor)
{
    return reactor->selector->ops->name;
}

size_t vr_reactor_bytes_per_turn(const struct vr_reactor *reactor)
{
    return reactor->bytes_per_turn;
}

struct vr_spare *vr_reactor_spare(struct vr_reactor *reactor)
{
    return &reactor->spare;
}

struct vr_pipes *vr_reactor_pipes(struct vr_reactor *reactor)
{
    return &reactor->pipes;
}

struct vr_list *vr_reactor_chains(struct vr_reactor *reactor)
{
    return &reactor->chains;
}
