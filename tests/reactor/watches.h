/* SPDX-License-Identifier: MIT */
/**
 * @file watches.h
 * Watches that note what they hear, on a reactor over the tested selector or
 * over a script, for tests of reactor/watch.h.
 */
#ifndef VR_TESTS_REACTOR_WATCHES_H
#define VR_TESTS_REACTOR_WATCHES_H

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/watch.h>

#include "selector_fixture.h"
#include "tests/support/counting.h"
#include "tests/support/script.h"

/** Notes what it hears, and does what the test wants of it. */
struct probe {
    struct vr_watch watch;
    int reads, writes, fails;
    int err; /* with which it failed */

    /** @p event is VR_READ, VR_WRITE, or 0 for a failure; NULL: nothing. */
    void (*act)(struct probe *probe, unsigned event);
    struct probe *other;
    int fd; /* for act to use */
};

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;

static inline struct probe *probe_of(struct vr_watch *watch)
{
    return vr_container_of(watch, struct probe, watch);
}

static inline void react(struct probe *probe, unsigned event)
{
    if (probe->act)
        probe->act(probe, event);
}

static inline void note_read(struct vr_watch *watch)
{
    probe_of(watch)->reads++;
    react(probe_of(watch), VR_READ);
}

static inline void note_write(struct vr_watch *watch)
{
    probe_of(watch)->writes++;
    react(probe_of(watch), VR_WRITE);
}

static inline void note_failure(struct vr_watch *watch, int err)
{
    probe_of(watch)->fails++;
    probe_of(watch)->err = err;
    react(probe_of(watch), 0);
}

/** The operations of a reader, a writer, or both. */
static inline const struct vr_watch_ops *ops_of(unsigned roles)
{
    static const struct vr_watch_ops ops[] = {
        [VR_READ] = {.readable = note_read, .failed = note_failure},
        [VR_WRITE] = {.writable = note_write, .failed = note_failure},
        [VR_READ | VR_WRITE] = {.readable = note_read,
                                .writable = note_write,
                                .failed = note_failure},
    };
    return &ops[roles];
}

/** Watch @p fd as @p roles, wanting all of it. */
static inline void open_as(struct probe *probe, int fd, unsigned roles)
{
    probe->fd = fd;
    check_int(vr_watch_open(&probe->watch, reactor, fd, roles, ops_of(roles)),
              0);
}

static inline void open_reader(struct probe *probe, int fd)
{
    open_as(probe, fd, VR_READ);
}

/** What some probes do when they hear of something. */
static inline void act_take(struct probe *probe, unsigned event)
{
    if (event == VR_READ)
        (void)take(vr_watch_fd(&probe->watch));
}

static inline void act_close(struct probe *probe, unsigned event)
{
    (void)event;
    vr_watch_close(&probe->watch);
}

/* ---- two that become ready together ---- */

/** Two readers, each of a pipe with a byte in it, that know each other. */
static inline void open_two_ready(struct probe probes[2], int pipes[2][2])
{
    for (int i = 0; i < 2; i++) {
        make_pipe(pipes[i]);
        put(pipes[i][1], "x");
        probes[i].other = &probes[!i];
        open_reader(&probes[i], pipes[i][0]);
    }
}

/** Close all watches, and the pipes. */
static inline void close_two(int pipes[2][2])
{
    vr_watch_close_all(reactor);
    close_both(pipes[0]);
    close_both(pipes[1]);
}

/* ---- a reactor over the tested selector, that counts what it finds ---- */

static inline void set_up_as(struct vr_reactor_options options)
{
    options.size = sizeof(options);
    if (!options.selector_ops)
        options.selector_ops = counting_selector();
    check_int(vr_reactor_new(&options, &reactor), 0);
}

static inline void set_up(void)
{
    set_up_as((struct vr_reactor_options){.size = 0});
}

static inline void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
}

/** Do what can be done now. */
static inline void turn(void)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
}

/** Turn until @p count is at least @p least. */
static inline void turn_until(const int *count, int least)
{
    while (*count < least)
        check_int(vr_reactor_turn(reactor, -1), 0);
}

/* ---- a reactor over a script ---- */

static inline void set_up_script(void)
{
    reactor = script_reactor(&script, &test, NULL);
}

static inline void tear_down_script(void)
{
    script_free(&script, reactor);
}

/** The call that reached the script in place @p at. */
static inline void check_call(int at, enum vr_test_script_op op, int fd,
                              unsigned was, unsigned now)
{
    check(at < script.call_count);
    check_int(script.calls[at].op, op);
    check_int(script.calls[at].fd, fd);
    check_int(script.calls[at].was, was);
    check_int(script.calls[at].now, now);
}

/** Open a watch that hears both, and forget how the selector learned of it. */
static inline void open_settled(struct probe *probe, int fd, unsigned want)
{
    check_int(vr_watch_open(&probe->watch, reactor, fd, want,
                            ops_of(VR_READ | VR_WRITE)),
              0);
    turn();
    script.call_count = 0;
}

/** Let the next change of @p fd be refused. */
static inline void refuse(int fd, int err)
{
    script.refused_fd = fd;
    script.refusal = err;
}

#endif
