/* SPDX-License-Identifier: MIT */
/**
 * @file libevent.c
 * Selector over libevent, with a base of its own.
 *
 * Callbacks of libevent only gather; a wait runs the base until they have, and
 * hands out.  What does not fit stays gathered, in front of what comes later.
 */
#include <vreactor/reactor/selectors/libevent.h>

#include <errno.h>
#include <string.h>

#include <event2/event.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/reactor/selectors/libevent_gather.h>

enum {
    FDS_OF_A_BASE = 4, /* epoll, its timer, the ends of its signals */
    FIRST = 3,         /* above input, output and errors */
};

static void end_wait(int fd, short what, void *self)
{
    (void)fd;
    (void)what;
    (void)self; /* that it was called is enough */
}

/* Descriptors that keep a place for others. */
struct places {
    int fds[FDS_OF_A_BASE + 4]; /* with up to three below FIRST, in pairs */
    int count;
};

static void give_up(const struct vr_env *env, struct places *places, int least)
{
    int left = 0;

    for (int i = 0; i < places->count; i++)
        if (places->fds[i] >= least)
            (void)vr_sys(env, close)(places->fds[i]);
        else
            places->fds[left++] = places->fds[i];
    places->count = left;
}

/* libevent ends the program where there is no descriptor for its signals.  And
 * those it makes are not to be 0 to 2: these are kept until it has. */
static int make_room(const struct vr_env *env, struct places *places)
{
    int above = 0;

    places->count = 0;
    while (above < FDS_OF_A_BASE) {
        int *ends = places->fds + places->count;
        if (vr_sys(env, pipe)(ends) < 0) {
            int err = -errno;
            give_up(env, places, 0);
            return err;
        }
        places->count += 2;
        above += (ends[0] >= FIRST) + (ends[1] >= FIRST);
    }
    give_up(env, places, FIRST);
    return 0;
}

/* The clock to be had without PRECISE_TIMER is up to a tick behind ours: waits
 * would end early. */
static struct event_base *new_loop(int flags)
{
    struct event_config *config = event_config_new();
    if (!config)
        return NULL;

    struct event_base *loop = NULL;
    flags |= EVENT_BASE_FLAG_PRECISE_TIMER | EVENT_BASE_FLAG_NOLOCK;
    if (!event_config_set_flag(config, flags))
        loop = event_base_new_with_config(config);
    event_config_free(config);
    return loop;
}

/* A changelist tells the kernel too late what was dropped. */
static struct event_base *new_prompt_loop(void)
{
    struct event_base *loop = new_loop(0);
    if (!loop || !strstr(event_base_get_method(loop), "changelist"))
        return loop;

    event_base_free(loop);
    return new_loop(EVENT_BASE_FLAG_IGNORE_ENV);
}

static int own_open(const struct vr_env *env, void *arg,
                    struct vr_selector **ret_sel)
{
    struct vr_libevent *self;
    struct places places;

    (void)arg;
    int err = make_room(vr_env_or_default(env), &places);
    if (err)
        return err;
    struct event_base *loop = new_prompt_loop();
    give_up(vr_env_or_default(env), &places, 0);
    if (!loop)
        return -ENOMEM;
    err = vr_libevent_open(env, vr_selector_libevent(), loop, end_wait, &self);
    if (err) {
        event_base_free(loop);
        return err;
    }
    *ret_sel = &self->base;
    return 0;
}

/* In a child of fork() the base is left as it is: libevent would take from the
 * parent's epoll what it frees here. */
static void own_close(struct vr_selector *sel)
{
    struct vr_libevent *self = vr_libevent_of(sel);
    struct event_base *loop = self->loop;

    if (vr_fork_mark() != self->mark) {
        vr_libevent_abandon(self);
        return;
    }
    vr_libevent_free(self);
    event_base_free(loop);
}

/* Run the base once, until a callback has run or the time is out. */
static int run_loop(struct vr_libevent *self, vr_time timeout)
{
    int flags = EVLOOP_ONCE | EVLOOP_NO_EXIT_ON_EMPTY;
    bool timed = timeout > 0;

    if (timed) {
        /* libevent cuts the time down to its microsecond. */
        struct timeval span =
            vr_libevent_timeval(vr_time_add(timeout, VR_USEC));
        if (event_add(self->timer, &span) < 0)
            return -ENOMEM;
    }
    errno = 0;
    int err =
        event_base_loop(self->loop, timeout ? flags : flags | EVLOOP_NONBLOCK);
    if (err < 0)
        err = errno ? -errno : -EIO;
    if (timed)
        (void)event_del(self->timer);
    return err;
}

static int own_wait(struct vr_selector *sel, struct vr_ready *ready, int cap,
                    vr_time timeout)
{
    struct vr_libevent *self = vr_libevent_of(sel);

    if (!cap)
        return 0; /* the kernel knows of each change already */

    int err = run_loop(self, self->found_count ? 0 : timeout);
    return err < 0 ? err : vr_libevent_hand_out(self, ready, cap);
}

const struct vr_selector_ops *vr_selector_libevent(void)
{
    static const struct vr_selector_ops ops = {
        .name = "libevent",
        .open = own_open,
        .fd = vr_libevent_fd,
        .watch = vr_libevent_watch,
        .drop = vr_libevent_drop,
        .wait = own_wait,
        .close = own_close,
    };

    return &ops;
}
