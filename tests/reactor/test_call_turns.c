/* SPDX-License-Identifier: MIT */
/**
 * @file test_call_turns.c
 * Tests of reactor/call.h: the loop wakes when a call is due and not before,
 * shown by counting turns.
 */
#include <vreactor/reactor/call.h>

#include <stdlib.h>

#include <vreactor/reactor/embed.h>

#include "tests/reactor/calls.h"
#include "tests/support/counting.h"

static const vr_time periods[] = {
    VR_NSEC, 100 * VR_USEC, VR_MSEC, 100 * VR_MSEC, 3 * VR_SEC, 3600 * VR_SEC,
};

enum { PERIODS = sizeof(periods) / sizeof(*periods), RUNS = 1000 };

static struct probe repeated;

static void begin_repeating(vr_time period)
{
    probe_init(&repeated, 0);
    vr_call_repeat(&repeated.call, period);
}

/* Turn until it has run RUNS times. @return how many turns that took */
static int count_turns(void)
{
    int turns = 0;

    for (; repeated.runs < RUNS; turns++) {
        ran_count = 0;
        turn();
    }
    vr_call_cancel(&repeated.call);
    return turns;
}

TEST(call_turns, are_one_for_each_run_of_a_lone_call)
{
    set_up();
    for (int i = 0; i < PERIODS; i++) {
        begin_repeating(periods[i]);
        check_int(count_turns(), RUNS);
    }
    check_int(script.hasty_waits, 0);
    tear_down();
}

static void put_off(struct probe *probe)
{
    vr_call_reset(&probe->other->call, 30 * VR_SEC);
}

/* An idle timeout, put off at each message, is never run. */
TEST(call_turns, are_none_for_a_call_that_is_put_off)
{
    struct probe idle;

    set_up();
    for (int i = 0; i < 5; i++) {
        probe_init(&idle, 1);
        begin_repeating(periods[i]);
        repeated.act = put_off;
        repeated.other = &idle;
        vr_call_after(&idle.call, 30 * VR_SEC);
        check_int(count_turns(), RUNS);
        check_int(idle.runs, 0);
        vr_call_cancel(&idle.call);
    }
    tear_down();
}

/* Where there are too many to look at, the wheel is turned for each slot that
 * holds them: not for each run. */
HEAVY_TEST(call_turns, are_one_for_each_run_beside_a_million_others)
{
    enum { MANY = 1000000 };
    struct probe *others = calloc(MANY, sizeof(*others));

    check(others != NULL);
    set_up();
    for (int i = 0; i < MANY; i++) {
        probe_init(&others[i], i);
        vr_call_after(&others[i].call, 7200 * VR_SEC + i * VR_MSEC);
    }
    begin_repeating(100 * VR_MSEC);
    check_int(count_turns(), RUNS);
    begin_repeating(3 * VR_SEC);
    check(count_turns() <= RUNS + 5);
    tear_down();
    free(others);
}

/* ---- a host's loop ---- */

static vr_time told;

static void hear(void *host, vr_time due)
{
    (void)host;
    told = due;
}

TEST(call_turns, of_a_host_that_is_told_are_one_for_each_run)
{
    int turns = 0;

    set_up();
    told = VR_TIME_MAX;
    check_int(vr_reactor_embed(reactor, hear, NULL), 0);
    begin_repeating(100 * VR_MSEC);
    for (; repeated.runs < RUNS; turns++) {
        check(told > now());
        check_int(vr_reactor_timeout(reactor), told - now());
        vr_test_advance(&test, told - now());
        check_int(vr_reactor_turn(reactor, 0), 0);
    }
    check_int(turns, RUNS);
    vr_call_cancel(&repeated.call);
    check_int(told, VR_TIME_MAX);
    tear_down();
}

/* ---- the selector under test ---- */

/* Real time: each wait is for a run, however late it comes. */
TEST(call_turns, are_one_for_each_run_over_any_selector)
{
    struct vr_reactor_options options = {.size = sizeof(options),
                                         .selector_ops = counting_selector()};

    vr_test_env_init(&test, 0);
    check_int(vr_reactor_new(&options, &reactor), 0);
    begin_repeating(VR_MSEC + 7);
    counting_waits = 0;
    while (repeated.runs < 5)
        check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(counting_waits, 5);
    vr_call_cancel(&repeated.call);
    check_int(vr_reactor_free(reactor), 0);
}
