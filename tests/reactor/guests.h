/* SPDX-License-Identifier: MIT */
/**
 * @file guests.h
 * A program on a base of libevent's, with a reactor as its guest, for tests of
 * vr_libevent_reactor_new().
 *
 *     set_up();
 *     ...
 *     run_until(probe.events > 0);
 *     tear_down();
 */
#ifndef VR_TESTS_REACTOR_GUESTS_H
#define VR_TESTS_REACTOR_GUESTS_H

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/libevent.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/soon.h>
#include <vreactor/reactor/watch.h>

#include "tests/reactor/libevents.h"
#include "tests/reactor/selector_fixture.h"

static struct event_base *base;
static struct vr_reactor *reactor;

static inline struct vr_reactor *new_guest(void)
{
    struct vr_reactor *guest = NULL;

    check_int(vr_libevent_reactor_new(base, NULL, &guest), 0);
    return guest;
}

/** Have `base` alone. */
static inline void set_up_base(void)
{
    watch_libevent();
    base = event_base_new();
    check(base != NULL);
}

static inline void set_up(void)
{
    set_up_base();
    reactor = new_guest();
}

/** A pair of sockets that do not block. */
static inline void make_ends(int ends[2])
{
    make_pair(ends);
    for (int i = 0; i < 2; i++)
        check_int(fcntl(ends[i], F_SETFL, O_NONBLOCK), 0);
}

/** Events on the base, pending or active. */
static inline int events_on_base(void)
{
    return event_base_get_num_events(base, EVENT_BASE_COUNT_ADDED |
                                               EVENT_BASE_COUNT_ACTIVE);
}

/** Free the base, on which nothing may be left. */
static inline void tear_down_base(void)
{
    check_int(events_on_base(), 0);
    event_base_free(base);
    check_int(libevent_words, 0);
}

static inline void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
    tear_down_base();
}

/** Once round the base's loop, without waiting. */
static inline void pass(void)
{
    check(event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK) >= 0);
}

/** Round and round, waiting, until @p condition holds; a hang is the runner's
 *  to find. */
#define run_until(condition)                                                   \
    do {                                                                       \
        while (!(condition))                                                   \
            check_int(event_base_loop(base, EVLOOP_ONCE), 0);                  \
    } while (0)

/** A guest that has nothing to do awaits posts, and nothing else. */
enum { IDLE = 1 };

/** Make it so, as far as nothing is watched. */
static inline void settle(void)
{
    while (events_on_base() > IDLE)
        pass();
}

/* ---- what is on the guest ---- */

/** A watch that counts what it hears, and does what the test wants of it. */
struct probe {
    struct vr_watch watch;
    int events;
    void (*act)(struct probe *probe); /* NULL: nothing */
};

static inline void note_event(struct vr_watch *watch)
{
    struct probe *probe = vr_container_of(watch, struct probe, watch);

    probe->events++;
    if (probe->act)
        probe->act(probe);
}

static inline void act_take(struct probe *probe)
{
    (void)take(vr_watch_fd(&probe->watch));
}

static const struct vr_watch_ops probe_ops = {.readable = note_event,
                                              .writable = note_event};

static inline void open_probe(struct probe *probe, struct vr_reactor *on,
                              int fd, unsigned want)
{
    check_int(vr_watch_open(&probe->watch, on, fd, want, &probe_ops), 0);
}

static int ran; /* posts and calls */

static inline void count_post(struct vr_post *post)
{
    (void)post;
    ran++;
}

static inline void count_call(struct vr_call *call)
{
    (void)call;
    ran++;
}

/* ---- what is the program's own ---- */

/** An event of the program's whose callback counts, and acts. */
struct own {
    struct event *event;
    int served;
    void (*act)(void); /* NULL: nothing */
};

static inline void serve(evutil_socket_t fd, short what, void *arg)
{
    struct own *own = arg;

    (void)fd;
    (void)what;
    own->served++;
    if (own->act)
        own->act();
}

/** Await @p what, such as EV_READ | EV_PERSIST, of @p fd. */
static inline void own_open(struct own *own, int fd, short what)
{
    own->event = event_new(base, fd, what, serve, own);
    check(own->event && !event_add(own->event, NULL));
}

/** Have @p act called by the base in its next round. */
static inline void own_soon(struct own *own, void (*act)(void))
{
    *own = (struct own){.act = act};
    own->event = evtimer_new(base, serve, own);
    check(own->event && !event_add(own->event, &(struct timeval){0}));
}

static inline void own_close(struct own *own)
{
    event_free(own->event);
}

#endif
