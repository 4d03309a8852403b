/* SPDX-License-Identifier: MIT */
/**
 * @file test_repeat.c
 * Tests of reactor/repeat.h.
 */
#include <vreactor/reactor/repeat.h>

#include <stdlib.h>
#include <string.h>

#include "tests/reactor/repeats.h"

enum { SIXTEEN = VR_REPEAT_BURST_PER_TURN };

/* ---- in time ---- */

TEST(repeat, runs_at_each_multiple_of_its_interval)
{
    set_up_one(VR_REPEAT_SKIP);
    check(!vr_repeat_is_running(&one.repeat));
    vr_repeat_start(&one.repeat, 3 * VR_SEC);
    check(vr_repeat_is_running(&one.repeat));
    check_int(vr_repeat_last(&one.repeat), begin);
    for (int i = 1; i <= 5; i++) {
        check_int(vr_repeat_due(&one.repeat), begin + i * 3 * VR_SEC);
        turn();
        check_int(one.runs, i);
        check_int(now(), begin + i * 3 * VR_SEC);
        check_int(one.last[i - 1], now());
        check_int(one.missed[i - 1], 0);
    }
    check(vr_repeat_stop(&one.repeat));
    check(!vr_repeat_stop(&one.repeat));
    tear_down();
}

TEST(repeat, starts_at_a_time_of_its_own)
{
    set_up_one(VR_REPEAT_SKIP);
    vr_repeat_start_at(&one.repeat, begin + VR_MSEC, VR_SEC);
    turn();
    check_int(one.last[0], begin + VR_MSEC);
    turn();
    check_int(one.last[1], begin + VR_MSEC + VR_SEC);
    check(vr_repeat_stop(&one.repeat));
    tear_down();
}

static void take_long(struct beat *beat)
{
    (void)beat;
    vr_test_advance(&test, 300 * VR_MSEC);
}

/* promise calls-20 */
TEST(repeat, does_not_drift_however_late_it_runs)
{
    set_up_one(VR_REPEAT_SKIP);
    one.act = take_long;
    vr_repeat_start(&one.repeat, VR_SEC);
    for (int i = 1; i <= 10; i++) {
        turn();
        check_int(one.last[i - 1], begin + i * VR_SEC);
    }
    check(vr_repeat_stop(&one.repeat));
    tear_down();
}

/* ---- missed times ---- */

/* promise calls-21 */
TEST(repeat, that_skips_runs_once_for_all_it_missed_and_keeps_its_phase)
{
    set_up_one(VR_REPEAT_SKIP);
    vr_repeat_start(&one.repeat, VR_SEC);
    vr_test_advance(&test, 4 * VR_SEC + 700 * VR_MSEC);
    turn_at_once();
    turn_at_once();
    check_int(one.runs, 1);
    check_int(one.last[0], begin + VR_SEC);
    check_int(one.missed[0], 3);
    turn();
    check_int(now(), begin + 5 * VR_SEC);
    check_int(one.last[1], begin + 5 * VR_SEC);
    check_int(one.missed[1], 0);
    check(vr_repeat_stop(&one.repeat));
    tear_down();
}

TEST(repeat, that_skips_counts_a_time_that_comes_this_very_moment)
{
    set_up_one(VR_REPEAT_SKIP);
    vr_repeat_start(&one.repeat, VR_SEC);
    vr_test_advance(&test, 4 * VR_SEC);
    turn_at_once();
    check_int(one.missed[0], 3);
    check_int(vr_repeat_due(&one.repeat), begin + 5 * VR_SEC);
    check(vr_repeat_stop(&one.repeat));
    tear_down();
}

/* promise calls-21 */
TEST(repeat, that_bursts_runs_for_each_time_it_missed)
{
    set_up_one(VR_REPEAT_BURST);
    vr_repeat_start(&one.repeat, VR_SEC);
    vr_test_advance(&test, 4 * VR_SEC + 700 * VR_MSEC);
    turn_at_once();
    check_int(one.runs, 4);
    for (int i = 0; i < 4; i++) {
        check_int(one.last[i], begin + (i + 1) * VR_SEC);
        check_int(one.missed[i], 3 - i);
    }
    turn();
    check_int(now(), begin + 5 * VR_SEC);
    check_int(one.runs, 5);
    check(vr_repeat_stop(&one.repeat));
    tear_down();
}

/* promise calls-22 */
TEST(repeat, that_bursts_leaves_the_rest_to_the_next_turns)
{
    set_up_one(VR_REPEAT_BURST);
    vr_repeat_start(&one.repeat, VR_SEC);
    vr_test_advance(&test, (2 * SIXTEEN + 3) * VR_SEC);
    turn();
    check_int(one.runs, SIXTEEN);
    turn();
    check_int(script.timeout, 0);
    check_int(one.runs, 2 * SIXTEEN);
    turn();
    check_int(one.runs, 2 * SIXTEEN + 3);
    check(now() == begin + (2 * SIXTEEN + 3) * VR_SEC);
    check(vr_repeat_stop(&one.repeat));
    tear_down();
}

static void stop_reactor(struct beat *beat)
{
    if (beat->runs == 2)
        vr_reactor_stop(reactor);
}

TEST(repeat, that_bursts_ends_with_the_run_of_the_reactor)
{
    set_up_one(VR_REPEAT_BURST);
    one.act = stop_reactor;
    vr_repeat_start(&one.repeat, VR_SEC);
    vr_test_advance(&test, 5 * VR_SEC);
    check_int(vr_reactor_turn(reactor, 0), 1);
    check_int(one.runs, 2);
    turn_at_once();
    check_int(one.runs, 5);
    check(vr_repeat_stop(&one.repeat));
    tear_down();
}

TEST(repeat, that_began_in_the_past_has_missed_what_came_since)
{
    set_up_one(VR_REPEAT_BURST);
    vr_repeat_start_at(&one.repeat, begin - 2 * VR_SEC, VR_SEC);
    turn_at_once();
    check_int(one.runs, 3);
    check_int(one.last[2], begin);
    check(vr_repeat_stop(&one.repeat));
    tear_down();
}

/* ---- changed in its function ---- */

static void stop(struct beat *beat)
{
    if (beat->runs == 2)
        check(vr_repeat_stop(&beat->repeat));
}

static void start_anew(struct beat *beat)
{
    if (beat->runs == 2)
        vr_repeat_start(&beat->repeat, VR_MSEC);
}

static void change(struct beat *beat)
{
    if (beat->runs == 2)
        check(vr_repeat_change(&beat->repeat, 10 * VR_SEC));
}

TEST(repeat, may_be_stopped_in_its_function_and_makes_up_for_no_more)
{
    set_up_one(VR_REPEAT_BURST);
    one.act = stop;
    vr_repeat_start(&one.repeat, VR_SEC);
    vr_test_advance(&test, 5 * VR_SEC);
    turn_at_once();
    check_int(one.runs, 2);
    check(!vr_repeat_is_running(&one.repeat));
    pass_until(begin + 20 * VR_SEC);
    check_int(one.runs, 2);
    tear_down();
}

TEST(repeat, may_be_started_anew_in_its_function)
{
    set_up_one(VR_REPEAT_BURST);
    one.act = start_anew;
    vr_repeat_start(&one.repeat, VR_SEC);
    vr_test_advance(&test, 5 * VR_SEC);
    turn_at_once();
    check_int(one.runs, 2);
    turn();
    check_int(one.last[2], begin + 5 * VR_SEC + VR_MSEC);
    check(vr_repeat_stop(&one.repeat));
    tear_down();
}

TEST(repeat, goes_on_from_its_last_time_where_its_interval_is_changed)
{
    set_up_one(VR_REPEAT_BURST);
    check(!vr_repeat_change(&one.repeat, VR_SEC));
    one.act = change;
    vr_repeat_start(&one.repeat, VR_SEC);
    vr_test_advance(&test, 5 * VR_SEC);
    turn_at_once();
    check_int(one.runs, 2);
    check_int(vr_repeat_due(&one.repeat), begin + 12 * VR_SEC);
    turn();
    check_int(now(), begin + 12 * VR_SEC);
    check(vr_repeat_change(&one.repeat, VR_SEC));
    turn();
    check_int(now(), begin + 13 * VR_SEC);
    check(vr_repeat_stop(&one.repeat));
    tear_down();
}

static void stop_and_free(struct beat *beat)
{
    check(vr_repeat_stop(&beat->repeat));
    memset(beat, 0xee, sizeof(*beat));
    free(beat);
}

/* promise calls-23 */
TEST(repeat, may_be_freed_in_its_function_once_it_is_stopped)
{
    struct beat *beat = malloc(sizeof(*beat));

    check(beat != NULL);
    set_up();
    beat_init(beat);
    vr_repeat_set_policy(&beat->repeat, VR_REPEAT_BURST);
    beat->act = stop_and_free;
    vr_repeat_start(&beat->repeat, VR_SEC);
    vr_test_advance(&test, 5 * VR_SEC);
    turn_at_once();
    turn_at_once();
    tear_down();
}

/* ---- the ends of time ---- */

/* promise calls-18 */
TEST(repeat, of_an_interval_that_never_ends_neither_runs_nor_spins)
{
    set_up_one(VR_REPEAT_BURST);
    vr_repeat_set_slack(&one.repeat, VR_TIME_MAX);
    vr_repeat_start(&one.repeat, VR_TIME_MAX);
    check_int(vr_repeat_due(&one.repeat), VR_TIME_MAX);
    test.most_advance = 24 * 3600 * VR_SEC;
    for (int i = 0; i < 100; i++)
        turn();
    check_int(one.runs, 0);
    check_int(script.hasty_waits, 0);
    check(vr_repeat_stop(&one.repeat));
    tear_down();
}

TEST(repeat, goes_on_behind_now_where_it_began_at_the_first_time_there_is)
{
    set_up_one(VR_REPEAT_SKIP);
    vr_repeat_set_slack(&one.repeat, VR_MSEC);
    vr_repeat_start_at(&one.repeat, INT64_MIN, VR_SEC);
    turn_at_once();
    check_int(one.runs, 1);
    check(one.missed[0] > (uint64_t)1 << 33);
    check(vr_repeat_due(&one.repeat) > begin);
    check(vr_repeat_due(&one.repeat) <= begin + VR_SEC);
    check(vr_repeat_stop(&one.repeat));
    tear_down();
}

TEST(repeat, is_stopped_by_the_close_of_its_reactor)
{
    set_up_one(VR_REPEAT_SKIP);
    vr_repeat_start(&one.repeat, VR_SEC);
    check_int(vr_reactor_close(reactor), 0);
    check(!vr_repeat_is_running(&one.repeat));
    check(!vr_repeat_stop(&one.repeat));
    check_int(one.runs, 0);
    tear_down();
}
