/* SPDX-License-Identifier: MIT */
/**
 * @file test_call.c
 * Tests of reactor/call.h: what runs when, and what can be changed before.
 */
#include <vreactor/reactor/call.h>

#include <vreactor/reactor/watch.h>

#include "tests/reactor/calls.h"

/* promise calls-3 */
TEST(call, runs_once_and_not_before_its_time)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 42);
    vr_time due = now() + 10 * VR_MSEC;
    vr_call_after(&probe.call, 10 * VR_MSEC);
    check(vr_call_is_scheduled(&probe.call));
    check_int(vr_call_due(&probe.call), due);

    pass_until(due - VR_NSEC);
    check_int(probe.runs, 0);
    pass_until(due + VR_SEC);
    check_int(probe.runs, 1);
    check_int(probe.ran_at, due);
    check(!vr_call_is_scheduled(&probe.call));
    check(vr_call_has_run(&probe.call));
    tear_down();
}

/* promise calls-1 */
TEST(call, runs_earlier_times_first)
{
    struct probe probes[3];

    set_up();
    for (int i = 0; i < 3; i++)
        probe_init(&probes[i], i);
    vr_call_after(&probes[2].call, 30 * VR_MSEC);
    vr_call_after(&probes[0].call, 10 * VR_MSEC);
    vr_call_after(&probes[1].call, 20 * VR_MSEC);

    pass_until(now() + VR_SEC);
    check_int(ran_count, 3);
    for (int i = 0; i < 3; i++)
        check_int(ran[i], i);
    tear_down();
}

static void arm_again(struct probe *probe)
{
    vr_call_after(&probe->call, 0);
}

static int readable_after; /* calls run before the descriptor was served */

static void note_readable(struct vr_watch *watch)
{
    (void)watch;
    readable_after = ran_count;
}

/* promise calls-2 */
TEST(call, waits_for_the_next_turn_after_io_when_it_schedules_itself_for_now)
{
    static const struct vr_watch_ops ops = {.readable = note_readable};
    struct vr_watch watch;
    struct probe probe;

    set_up();
    probe_init(&probe, 0);
    probe.act = arm_again;
    check_int(vr_watch_open(&watch, reactor, 0, VR_READ, &ops), 0);
    vr_call_after(&probe.call, 0);
    for (int turns = 1; turns <= 100; turns++) {
        script_ready(&script, 0, VR_READ);
        turn();
        check_int(probe.runs, turns);
        check_int(readable_after, turns - 1);
    }
    vr_watch_close(&watch);
    tear_down();
}

/* promise calls-6 */
TEST(call, does_not_run_once_cancelled)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 0);
    vr_call_after(&probe.call, VR_MSEC);
    check(vr_call_cancel(&probe.call));
    check(!vr_call_cancel(&probe.call));
    check(!vr_call_is_scheduled(&probe.call));
    pass_until(now() + VR_SEC);
    check_int(probe.runs, 0);
    check(!vr_call_has_run(&probe.call));
    tear_down();
}

static void cancel_other(struct probe *probe)
{
    check(vr_call_cancel(&probe->other->call));
}

/* promise calls-6 */
TEST(call, does_not_run_once_cancelled_by_one_due_in_the_same_turn)
{
    struct probe a, b;

    set_up();
    probe_init(&a, 0);
    probe_init(&b, 1);
    a.act = cancel_other;
    a.other = &b;
    vr_call_at(&a.call, now());
    vr_call_at(&b.call, now());
    pass_until(now() + VR_SEC);
    check_int(a.runs, 1);
    check_int(b.runs, 0);
    tear_down();
}

static void put_other_off(struct probe *probe)
{
    vr_call_after(&probe->other->call, 0);
}

/* promise calls-4 */
TEST(call, waits_for_the_next_turn_when_moved_by_one_due_in_the_same_turn)
{
    struct probe a, b;

    set_up();
    probe_init(&a, 0);
    probe_init(&b, 1);
    a.act = put_other_off;
    a.other = &b;
    vr_call_at(&a.call, now());
    vr_call_at(&b.call, now());
    turn();
    check_int(b.runs, 0);
    turn();
    check_int(b.runs, 1);
    tear_down();
}

/* promise calls-10 */
TEST(call, is_delayed_from_the_time_it_had)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 0);
    vr_time due = now() + 10 * VR_MSEC;
    vr_call_at(&probe.call, due);
    vr_test_advance(&test, VR_MSEC);

    check(vr_call_delay(&probe.call, 5 * VR_MSEC));
    check_int(vr_call_due(&probe.call), due + 5 * VR_MSEC);
    check(vr_call_delay(&probe.call, -12 * VR_MSEC));
    check_int(vr_call_due(&probe.call), due - 7 * VR_MSEC);
    pass_until(due);
    check_int(probe.ran_at, due - 7 * VR_MSEC);
    tear_down();
}

/* promise calls-11 */
TEST(call, is_reset_from_this_moment)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 0);
    vr_call_after(&probe.call, 10 * VR_MSEC);
    vr_test_advance(&test, VR_MSEC);
    vr_time due = now() + 20 * VR_MSEC;

    check(vr_call_reset(&probe.call, 20 * VR_MSEC));
    pass_until(due + VR_SEC);
    check_int(probe.runs, 1);
    check_int(probe.ran_at, due);
    tear_down();
}

/* promise calls-11 */
TEST(call, is_reset_if_earlier_to_an_earlier_time_only)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 0);
    vr_time start = now();
    vr_call_after(&probe.call, 10 * VR_MSEC);

    check(!vr_call_reset_if_earlier(&probe.call, 20 * VR_MSEC));
    check(!vr_call_reset_if_earlier(&probe.call, 10 * VR_MSEC));
    check_int(vr_call_due(&probe.call), start + 10 * VR_MSEC);
    check(vr_call_reset_if_earlier(&probe.call, 5 * VR_MSEC));
    pass_until(start + VR_SEC);
    check_int(probe.ran_at, start + 5 * VR_MSEC);
    tear_down();
}

/* promises calls-10, calls-11 */
TEST(call, is_not_moved_by_changes_that_come_after_it_ran)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 0);
    vr_call_after(&probe.call, 0);
    turn();

    check(!vr_call_cancel(&probe.call));
    check(!vr_call_delay(&probe.call, VR_SEC));
    check(!vr_call_reset(&probe.call, VR_SEC));
    check(!vr_call_reset_if_earlier(&probe.call, -VR_SEC));
    check(vr_call_has_run(&probe.call));
    pass_until(now() + 3 * VR_SEC);
    check_int(probe.runs, 1);
    tear_down();
}

/* promise calls-12 */
TEST(call, is_cancelled_with_its_group_and_with_no_other)
{
    struct probe probes[6];
    struct vr_call_group ours, theirs;

    set_up();
    vr_call_group_init(&ours);
    vr_call_group_init(&theirs);
    for (int i = 0; i < 6; i++) {
        probe_init(&probes[i], i);
        vr_call_after(&probes[i].call, i * VR_MSEC);
        check(vr_call_group_add(i < 4 ? &ours : &theirs, &probes[i].call));
    }
    check(vr_call_group_add(&theirs, &probes[3].call));
    check(vr_call_cancel(&probes[0].call));

    check_int(vr_call_group_cancel(&ours), 2);
    check_int(vr_call_group_cancel(&ours), 0);
    pass_until(now() + VR_SEC);
    check_int(ran_count, 3);
    for (int i = 0; i < 3; i++)
        check_int(ran[i], 3 + i);
    check_int(vr_call_group_cancel(&theirs), 0);
    tear_down();
}

/* promise calls-12 */
TEST(call, joins_a_group_only_while_scheduled)
{
    struct vr_call_group group;
    struct probe probe;

    set_up();
    vr_call_group_init(&group);
    probe_init(&probe, 0);
    check(!vr_call_group_add(&group, &probe.call));
    vr_call_after(&probe.call, 0);
    check(vr_call_group_add(&group, &probe.call));
    turn();
    vr_call_after(&probe.call, 0); /* it left the group when it ran */
    check_int(vr_call_group_cancel(&group), 0);
    turn();
    check_int(probe.runs, 2);
    tear_down();
}

static void cancel_at_third(struct probe *probe)
{
    check(vr_call_is_scheduled(&probe->call));
    if (probe->runs == 3)
        check(vr_call_cancel(&probe->call));
}

/* promise calls-8 */
TEST(call, repeats_without_drift_until_cancelled)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 0);
    probe.act = cancel_at_third;
    vr_time start = now();
    vr_call_repeat(&probe.call, 10 * VR_MSEC);
    for (int i = 1; i <= 3; i++) {
        pass_until(start + i * 10 * VR_MSEC + 3 * VR_MSEC);
        check_int(probe.runs, i);
        check_int(probe.ran_at, start + i * 10 * VR_MSEC);
    }
    pass_until(start + VR_SEC);
    check_int(probe.runs, 3);
    tear_down();
}

/* promise calls-8 */
TEST(call, leaves_out_the_periods_it_missed)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 0);
    vr_time start = now();
    vr_call_repeat(&probe.call, 10 * VR_MSEC);
    vr_test_advance(&test, 35 * VR_MSEC);
    turn();
    check_int(probe.runs, 1);
    check_int(vr_call_due(&probe.call), start + 40 * VR_MSEC);
    vr_test_advance(&test, 15 * VR_MSEC); /* to the start of a period */
    turn();
    check_int(probe.runs, 2);
    check_int(vr_call_due(&probe.call), start + 60 * VR_MSEC);
    check(vr_call_cancel(&probe.call));
    tear_down();
}

TEST(call, begins_its_period_again_when_asked)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 0);
    check(!vr_call_again(&probe.call));
    vr_call_repeat(&probe.call, 10 * VR_MSEC);
    vr_test_advance(&test, 9 * VR_MSEC);
    check(vr_call_again(&probe.call));
    check_int(vr_call_due(&probe.call), now() + 10 * VR_MSEC);
    check(vr_call_cancel(&probe.call));
    check(vr_call_again(&probe.call));
    pass_until(now() + 20 * VR_MSEC);
    check_int(probe.runs, 2);

    vr_call_after(&probe.call, VR_MSEC); /* once, from now on */
    pass_until(now() + VR_SEC);
    check_int(probe.runs, 3);
    check(!vr_call_again(&probe.call));
    tear_down();
}

/* promise calls-12 */
TEST(call, stays_in_its_group_while_it_repeats)
{
    struct vr_call_group group;
    struct probe probe;

    set_up();
    vr_call_group_init(&group);
    probe_init(&probe, 0);
    vr_call_repeat(&probe.call, VR_MSEC);
    check(vr_call_group_add(&group, &probe.call));
    pass_until(now() + 3 * VR_MSEC);
    check_int(probe.runs, 3);
    check_int(vr_call_group_cancel(&group), 1);
    pass_until(now() + VR_SEC);
    check_int(probe.runs, 3);
    tear_down();
}

TEST(call, is_one_of_so_many_in_a_turn)
{
    struct vr_reactor_options options = {.size = sizeof(options),
                                         .calls_per_turn = 2};
    struct probe probes[5];

    reactor = script_reactor(&script, &test, &options);
    for (int i = 0; i < 5; i++) {
        probe_init(&probes[i], i);
        vr_call_after(&probes[i].call, 0);
    }
    for (int turns = 1; turns <= 3; turns++) {
        turn();
        check_int(script.timeout, 0); /* something is left to do */
        check_int(ran_count, turns < 3 ? 2 * turns : 5);
    }
    for (int i = 0; i < 5; i++)
        check_int(ran[i], i);
    turn();
    check_int(script.timeout, -1);
    tear_down();
}
