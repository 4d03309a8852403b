/* SPDX-License-Identifier: MIT */
/**
 * @file waits.h
 * A thread that waits for what a reactor does, which this thread runs
 * meanwhile, in virtual time.
 */
#ifndef VR_TESTS_REACTOR_WAITS_H
#define VR_TESTS_REACTOR_WAITS_H

#include <vreactor/reactor/async/wait.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/testing/clock.h>
#include <vreactor/testing/sys.h>

#include "tests/reactor/results.h"

static struct vr_test_env test;
static struct vr_reactor *reactor;

/* What is waited for. */
static struct {
    struct vr_pending *pending;
    struct vr_call call; /* fires it */
    int starts;
    int cancels;
    int step_code; /* what a step of it was told, if a failure */
} work;

/* Who waits: fields to be set, and what came out. */
static struct {
    vr_start_fn *start;
    struct vr_pending *given; /* in place of start */
    vr_time timeout;
    bool stops; /* the reactor, when it is back */

    pthread_t thread;
    int err;
    struct outcome outcome;
    atomic_bool back;
} waiter;

static inline void note_work_cancelled(void *arg, struct vr_pending *pending)
{
    (void)arg;
    (void)pending;
    work.cancels++;
    vr_call_cancel(&work.call);
}

static inline void fire_work(struct vr_call *call)
{
    (void)call;
    check_int(vr_pending_fire(work.pending, number(7)), 0);
}

static inline struct vr_result note_step(void *arg, struct vr_result result)
{
    (void)arg;
    work.step_code = result.failure ? result.failure->code : 0;
    return result;
}

/* A deferred that fires in @span; negative: never. */
static inline void make_work(vr_time span)
{
    work.pending =
        vr_pending_new(vr_reactor_env(reactor), note_work_cancelled, NULL);
    check(work.pending);
    check_int(vr_pending_both(work.pending, note_step, NULL), 0);
    vr_call_init(&work.call, reactor, fire_work);
    if (span >= 0)
        vr_call_after(&work.call, span);
}

/* Start functions. */

static inline struct vr_result start_for_ever(void *arg)
{
    (void)arg;
    check(vr_reactor_current() == reactor);
    work.starts++;
    make_work(-1);
    return vr_wait_for(work.pending);
}

static inline struct vr_result start_for_a_minute(void *arg)
{
    (void)arg;
    work.starts++;
    make_work(60 * VR_SEC);
    return vr_wait_for(work.pending);
}

static inline void set_up(vr_time timeout)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, 3600 * VR_SEC);
    check_int(vr_test_reactor_new(&test, NULL, &reactor), 0);
    waiter.timeout = timeout;
    waiter.stops = true;
}

static inline void *wait_in_thread(void *arg)
{
    struct vr_result result;

    (void)arg;
    waiter.err = waiter.given ? vr_pending_wait(waiter.given, reactor,
                                                waiter.timeout, &result)
                              : vr_start_and_wait(reactor, waiter.start, NULL,
                                                  waiter.timeout, &result);
    if (!waiter.err)
        note_result(&waiter.outcome, result);
    atomic_store(&waiter.back, true);
    if (waiter.stops)
        vr_reactor_stop(reactor);
    return NULL;
}

static inline void start_waiter(struct vr_post *post)
{
    (void)post;
    check(!pthread_create(&waiter.thread, NULL, wait_in_thread, NULL));
}

/* Run the reactor until the waiter stops it. */
static inline void run_with_waiter(void)
{
    static struct vr_post post = {.run = start_waiter};

    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_run(reactor), 0);
    check(!pthread_join(waiter.thread, NULL));
}

static inline void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
    check_int(values, 0);
}

#endif
