/* SPDX-License-Identifier: MIT */
/**
 * @file libevent_guest.c
 * A reactor that is a guest on a base of libevent.
 *
 * Callbacks gather and activate one event, the turn.  As it comes after all
 * that is active by then, a turn has everything at once.  The next one, even if
 * it is due at once, is a matter of the timer, which comes behind the base's
 * next look at the system: activated by itself a turn would come again before
 * events of the program's.
 */
#include <vreactor/reactor/libevent.h>

#include <errno.h>

#include <event2/event.h>

#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/base/options.h>
#include <vreactor/reactor/embed.h>
#include <vreactor/reactor/libevent_impl.h>

/* A reactor that is closed, but not freed, makes no turns: events that it still
 * awaited would ask for one for ever.  In a child the events are the parent's,
 * unless event_reinit() was called. */
static void make_turn(int fd, short what, void *arg)
{
    struct vr_libevent *self = arg;

    (void)fd;
    (void)what;
    (void)event_del(self->turn); /* this one is for both events */
    int err = self->guest ? vr_reactor_turn(self->guest, 0) : 0;
    if (err == -VR_ECLOSED)
        vr_libevent_forget_all(self);
}

/* The times of a base are counted from its last look at the clock, so a turn
 * may come early; then it finds the rest of the time to be waited for. */
static void note_due(void *host, vr_time due)
{
    struct vr_libevent *self = host;

    if (due == VR_TIME_MAX) {
        (void)event_del(self->timer);
        return;
    }
    vr_time left = vr_time_until(due, vr_now(self->base.env));
    struct timeval span = vr_libevent_timeval(left);
    if (event_add(self->timer, &span) < 0)
        event_active(self->turn, 0, 0); /* no memory: better now than never */
}

/* ---- the selector ---- */

static int guest_open(const struct vr_env *env, void *arg,
                      struct vr_selector **ret_sel)
{
    struct vr_libevent_place *place = arg;
    struct vr_libevent *self;

    int err = vr_libevent_open(env, &vr_selector_libevent_guest, place->loop,
                               make_turn, &self);
    if (err)
        return err;
    self->turn = event_new(place->loop, -1, 0, make_turn, self);
    /* For a first turn, and so that the base has memory for the timer. */
    if (!self->turn || event_add(self->timer, &(struct timeval){0}) < 0) {
        vr_libevent_free(self);
        return -ENOMEM;
    }
    place->ret_guest = self;
    *ret_sel = &self->base;
    return 0;
}

static void guest_close(struct vr_selector *sel)
{
    vr_libevent_free(vr_libevent_of(sel));
}

/* The base goes on in a child that has called event_reinit(). */
static int guest_renew(struct vr_selector *sel)
{
    struct vr_libevent *self = vr_libevent_of(sel);

    vr_libevent_forget_all(self);
    self->mark = vr_fork_mark();
    return 0;
}

static int guest_wait(struct vr_selector *sel, struct vr_ready *ready, int cap,
                      vr_time timeout)
{
    (void)timeout; /* it is the base that waits */
    return vr_libevent_hand_out(vr_libevent_of(sel), ready, cap);
}

const struct vr_selector_ops vr_selector_libevent_guest = {
    .name = "libevent-guest",
    .open = guest_open,
    .fd = vr_libevent_fd,
    .watch = vr_libevent_watch,
    .drop = vr_libevent_drop,
    .wait = guest_wait,
    .close = guest_close,
    .renew = guest_renew,
    .is_guest = true,
};

/* ---- the reactor ---- */

int vr_libevent_reactor_new(struct event_base *base,
                            const struct vr_reactor_options *options,
                            struct vr_reactor **ret_reactor)
{
    struct vr_libevent_place place = {.loop = base};
    struct vr_reactor_options given = {0};
    struct vr_reactor *reactor;

    int err = vr_options_read(&given, vr_reactor_options, options);
    if (err)
        return err;
    if (!base || given.selector || given.selector_ops || given.selector_arg)
        return -EINVAL;

    given.size = sizeof(given);
    given.selector_ops = &vr_selector_libevent_guest;
    given.selector_arg = &place;
    err = vr_reactor_new(&given, &reactor);
    if (err)
        return err;

    place.ret_guest->guest = reactor;
    err = vr_reactor_embed(reactor, note_due, place.ret_guest);
    if (!err)
        *ret_reactor = reactor;
    else
        (void)vr_reactor_free(reactor);
    return err;
}
