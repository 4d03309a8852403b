/* SPDX-License-Identifier: MIT */
/**
 * @file embeds.h
 * A host's loop over poll(2), with a reactor inside that has the selector
 * under test, for tests of reactor/embed.h.
 *
 *     set_up();               skips, if this selector has no descriptor
 *     ...
 *     host_waits_and_turns();
 */
#ifndef VR_TESTS_REACTOR_EMBEDS_H
#define VR_TESTS_REACTOR_EMBEDS_H

#include <errno.h>
#include <poll.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/embed.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/watch.h>

#include "selector_fixture.h"

static struct vr_reactor *reactor;
static int shown; /* the reactor's descriptor */

/** @return false, with nothing set up, where the selector has no descriptor */
static inline bool has_descriptor(struct vr_reactor_options options)
{
    options.size = sizeof(options);
    options.selector_ops = tested_kind();
    check_int(vr_reactor_new(&options, &reactor), 0);
    shown = vr_reactor_fd(reactor);
    if (shown >= 0)
        return true;

    check_int(shown, -ENOTSUP);
    check_int(vr_reactor_free(reactor), 0);
    return false;
}

static inline void set_up_as(struct vr_reactor_options options)
{
    if (!has_descriptor(options))
        test_skip("%s has no descriptor", tested_kind()->name);
}

static inline void set_up(void)
{
    set_up_as((struct vr_reactor_options){.size = 0});
}

static inline void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
}

/** Is the descriptor readable? */
static inline bool shows(void)
{
    struct pollfd host = {.fd = shown, .events = POLLIN};

    return poll(&host, 1, 0) == 1;
}

/** Wait for it, however long. */
static inline void wait_until_shown(void)
{
    struct pollfd host = {.fd = shown, .events = POLLIN};

    check_int(poll(&host, 1, -1), 1);
}

/** Would a host make a turn now? */
static inline bool wants_a_turn(void)
{
    return shows() || vr_reactor_timeout(reactor) == 0;
}

static inline void turn(void)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
}

/** One time round the host's loop. @return what the turn did */
static inline int host_waits_and_turns(void)
{
    struct pollfd host = {.fd = shown, .events = POLLIN};

    (void)poll(&host, 1, vr_time_to_ms(vr_reactor_timeout(reactor)));
    return vr_reactor_turn(reactor, 0);
}

/** Make turns until none is wanted. @return how many */
static inline int turn_until_quiet(void)
{
    int turns = 0;

    for (; wants_a_turn(); turns++)
        turn();
    return turns;
}

/** A watch that counts what it hears, and does what the test wants of it. */
struct probe {
    struct vr_watch watch;
    int events, fails;
    void (*act)(struct probe *probe); /* when it hears an event; NULL: not */
    struct probe *other;
};

static inline void note_event(struct vr_watch *watch)
{
    struct probe *probe = vr_container_of(watch, struct probe, watch);

    probe->events++;
    if (probe->act)
        probe->act(probe);
}

static inline void note_failure(struct vr_watch *watch, int err)
{
    (void)err;
    vr_container_of(watch, struct probe, watch)->fails++;
}

static inline void act_take(struct probe *probe)
{
    (void)take(vr_watch_fd(&probe->watch));
}

static const struct vr_watch_ops probe_ops = {
    .readable = note_event, .writable = note_event, .failed = note_failure};

static inline void open_probe(struct probe *probe, int fd, unsigned want)
{
    check_int(vr_watch_open(&probe->watch, reactor, fd, want, &probe_ops), 0);
}

#endif
