/* SPDX-License-Identifier: MIT */
/**
 * @file test_libevent_idle.c
 * Tests of reactor/idle.h for a guest on a base of libevent's.
 */
#include <vreactor/reactor/idle.h>

#include <pthread.h>

#include <vreactor/reactor/async/promise.h>

#include "tests/reactor/guests.h"
#include "tests/reactor/results.h"

static struct outcome outcome;

static void *settle_it(void *promise)
{
    (void)vr_promise_fire(promise, number(7));
    vr_promise_unref(promise);
    return NULL;
}

TEST(libevent_idle, is_no_run_of_a_guest)
{
    set_up();
    check_int(vr_reactor_run_until_idle(reactor), -ENOTSUP);
    check(!vr_reactor_is_alive(reactor));
    tear_down();
}

/* The program goes round and round until its guest has nothing left. */
TEST(libevent_idle, is_found_by_the_loop_of_the_base)
{
    struct vr_promise *promise;
    struct vr_call call;
    pthread_t thread;

    set_up();
    vr_call_init(&call, reactor, count_call);
    vr_call_after(&call, VR_MSEC);
    outcome.pending = vr_promise_new(reactor, NULL, vr_value_none(), &promise);
    check_int(vr_pending_both(outcome.pending, note_outcome, &outcome), 0);
    check_int(pthread_create(&thread, NULL, settle_it, promise), 0);
    run_until(!vr_reactor_is_alive(reactor));
    check_int(ran, 1);
    check_int(outcome.times, 1);
    check_int(outcome.number, 7);
    check_int(pthread_join(thread, NULL), 0);
    vr_pending_free(outcome.pending);
    settle();
    tear_down();
    check_int(values, 0);
}
