/* SPDX-License-Identifier: MIT */
/**
 * @file test_call_below_zero.c
 * Tests of times whose sums and differences would wrap: calls near VR_TIME_MAX,
 * on clocks so far below zero that the span between does not fit.
 */
#include <vreactor/reactor/call.h>

#include <vreactor/reactor/embed.h>
#include <vreactor/reactor/schedule.h>
#include <vreactor/reactor/async/sleep.h>

#include "tests/pending/fixture.h"
#include "tests/reactor/calls.h"

static const vr_time YEAR = 365 * 24 * 3600 * VR_SEC;

static const vr_time starts[] = {-VR_TIME_MAX, -291 * YEAR, -10 * YEAR,
                                 -VR_SEC};

enum { STARTS = sizeof(starts) / sizeof(*starts) };

static void set_up_at(vr_time now)
{
    vr_test_env_init(&test, now);
    vr_test_script_init(&script, &test);
    check_int(vr_test_script_reactor(&script, NULL, &reactor), 0);
    ran_count = 0;
}

/* ---- a call near VR_TIME_MAX, and each that waits meanwhile ---- */

static struct probe far;

static void set_up_far(vr_time now)
{
    set_up_at(now);
    probe_init(&far, 0);
    vr_call_at(&far.call, VR_TIME_MAX - 1);
}

TEST(call_below_zero, lets_a_turn_of_5_ms_end)
{
    for (int i = 0; i < STARTS; i++) {
        set_up_far(starts[i]);
        check_int(vr_reactor_turn(reactor, 5 * VR_MSEC), 0);
        check_int(script.timeout, 5 * VR_MSEC);
        check_int(now() - starts[i], 5 * VR_MSEC);
        check_int(far.runs, 0);
        tear_down();
    }
}

TEST(call_below_zero, is_waited_for_long_and_not_for_ever)
{
    for (int i = 0; i < STARTS; i++) {
        set_up_far(starts[i]);
        test.most_advance = YEAR;
        turn();
        check(script.timeout > 200 * YEAR);
        check_int(now() - starts[i], YEAR);
        tear_down();
    }
}

TEST(call_below_zero, lets_a_host_wait_long_and_not_for_ever)
{
    for (int i = 0; i < STARTS; i++) {
        set_up_far(starts[i]);
        check_int(vr_reactor_embed(reactor, NULL, NULL), 0);
        check(vr_reactor_timeout(reactor) > 200 * YEAR);
        check_int(vr_reactor_turn(reactor, 0), 0);
        check(vr_reactor_timeout(reactor) > 200 * YEAR);
        tear_down();
    }
}

/* ---- other calls there ---- */

TEST(call_below_zero, runs_when_it_is_due)
{
    struct probe after, repeated;

    for (int i = 0; i < STARTS; i++) {
        set_up_far(starts[i]);
        probe_init(&after, 1);
        probe_init(&repeated, 2);
        vr_call_after(&after.call, 100 * VR_MSEC);
        vr_call_repeat(&repeated.call, VR_SEC);
        pass_until(starts[i] + 10 * VR_SEC);
        check_int(after.ran_at, starts[i] + 100 * VR_MSEC);
        check_int(repeated.runs, 10);
        check_int(repeated.ran_at, starts[i] + 10 * VR_SEC);
        tear_down();
    }
}

/* From one end of time to the other, in one jump. */
TEST(call_below_zero, of_a_period_goes_on_behind_now_and_does_not_drift)
{
    struct probe repeated;
    const uint64_t begin = (uint64_t)-VR_TIME_MAX;

    set_up_at(-VR_TIME_MAX);
    probe_init(&repeated, 0);
    vr_call_repeat(&repeated.call, VR_SEC);
    vr_test_advance(&test, VR_TIME_MAX);
    vr_test_advance(&test, VR_TIME_MAX / 2);
    turn();
    check_int(repeated.runs, 1);
    check(vr_call_due(&repeated.call) > now());
    check(vr_call_due(&repeated.call) <= now() + VR_SEC);
    check(((uint64_t)vr_call_due(&repeated.call) - begin) % VR_SEC == 0);
    tear_down();
}

TEST(call_below_zero, may_be_moved_beyond_both_ends)
{
    static const vr_time spans[] = {VR_TIME_MAX, -VR_TIME_MAX, INT64_MIN};
    struct probe probe;

    for (int i = 0; i < STARTS; i++) {
        set_up_at(starts[i]);
        probe_init(&probe, 0);
        for (int k = 0; k < 3; k++) {
            vr_call_after(&probe.call, spans[k]);
            check(vr_call_delay(&probe.call, spans[k]));
            check(vr_call_reset(&probe.call, spans[k]));
            (void)vr_call_reset_if_earlier(&probe.call, spans[k]);
            check_int(vr_call_due(&probe.call) > now(), spans[k] > 0);
        }
        check(vr_call_cancel(&probe.call));
        tear_down();
    }
}

static void note_task(void *arg)
{
    ++*(int *)arg;
}

TEST(call_below_zero, holds_for_tasks_and_sleeps)
{
    int runs = 0;

    set_up_far(-10 * YEAR);
    struct vr_task task = {.run = note_task, .arg = &runs};
    struct vr_pending *nap = vr_pending_sleep(reactor, VR_SEC);
    struct vr_pending *sleep = vr_pending_sleep(reactor, VR_TIME_MAX);
    watch(nap);
    watch(sleep);

    check_int(vr_schedule(reactor, VR_SEC, &task, NULL), 0);
    check_int(vr_schedule(reactor, VR_TIME_MAX, &task, NULL), 0);
    pass_until(now() + VR_SEC);
    check_int(runs, 1);
    check_str(seen.trace, "v0");
    vr_pending_free(nap);
    vr_pending_free(sleep);
    tear_down();
}
