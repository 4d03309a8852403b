/* SPDX-License-Identifier: MIT */
/**
 * @file test_libevent_idle.c
 * Tests of reactor/idle.h for a guest on a base of libevent's.
 */
#include <vreactor/reactor/idle.h>

#include <pthread.h>

#include <vreactor/reactor/async/promise.h>
#include <vreactor/reactor/collect.h>

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

/* Its turns leave what is ready. */
TEST(libevent_idle, is_no_reason_not_to_collect_from_a_guest)
{
    struct vr_collected found[1];
    struct vr_watch watches[2];
    bool seen[2] = {false, false}, is_due;
    int ends[2][2];

    set_up();
    for (int i = 0; i < 2; i++) {
        make_ends(ends[i]);
        check_int(
            vr_watch_open(&watches[i], reactor, ends[i][0], VR_READ, NULL), 0);
    }
    check_int(vr_reactor_collect(reactor, 0, 0, found, 1, &is_due), 0);
    check_int(vr_reactor_collect(reactor, -1, 0, found, 1, &is_due), -ENOTSUP);
    put(ends[0][1], "x");
    put(ends[1][1], "x");
    for (int i = 0; i < 4; i++) {
        check_int(vr_reactor_collect(reactor, 0, 0, found, 1, &is_due), 1);
        check_int(found[0].events, VR_READ);
        seen[found[0].watch - watches] = true;
        pass();
    }
    check(seen[0] && seen[1]);
    for (int i = 0; i < 2; i++) {
        vr_watch_close(&watches[i]);
        close_both(ends[i]);
    }
    settle();
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
