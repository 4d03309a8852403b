/* SPDX-License-Identifier: MIT */
/**
 * @file test_call_far.c
 * Tests of reactor/call.h: times so far away that no selector can wait for
 * them at once, in the system's own time.
 */
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor_impl.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>

#include "tests/support/counting.h"
#include "tests/support/test.h"

enum { PATIENCE = 1000000, LONG_SLEEP = 1000 }; /* in yields */

static struct vr_reactor *reactor;
static int ran;

static void note_run(struct vr_call *call)
{
    (void)call;
    ran++;
}

/* Long after it has gone to sleep; or at last, should it not sleep at all. */
static void *stop_a_sleeper(void *none)
{
    for (int i = 0; i < PATIENCE && !atomic_load(&reactor->inbox->asleep); i++)
        sched_yield();
    for (int i = 0; i < LONG_SLEEP; i++)
        sched_yield();
    vr_reactor_stop(reactor);
    return none;
}

static void check_sleeps(vr_time span)
{
    struct vr_call call;
    pthread_t thread;

    counting_waits = 0;
    vr_call_init(&call, reactor, note_run);
    vr_call_after(&call, span);
    check_int(pthread_create(&thread, NULL, stop_a_sleeper, NULL), 0);
    check_int(vr_reactor_run(reactor), 0);
    check_int(pthread_join(thread, NULL), 0);
    check(counting_waits <= 2); /* the stop may come before the first */
    check_int(ran, 0);
    check(vr_call_cancel(&call));
}

TEST(call_far, is_slept_for_and_neither_refused_nor_spun_for)
{
    static const vr_time day = 24 * 3600 * VR_SEC;
    const vr_time spans[] = {
        ((vr_time)1 << 31) * VR_MSEC,
        ((vr_time)1 << 32) * VR_MSEC,
        60 * day,
        ((vr_time)1 << 31) * VR_SEC,
        VR_TIME_MAX - day,
        VR_TIME_MAX,
    };

    check_int(vr_reactor_new(
                  &(struct vr_reactor_options){
                      .size = sizeof(struct vr_reactor_options),
                      .selector_ops = counting_selector(),
                  },
                  &reactor),
              0);
    for (int i = 0; i < (int)(sizeof(spans) / sizeof(*spans)); i++)
        check_sleeps(spans[i]);
    check_int(vr_reactor_free(reactor), 0);
}
