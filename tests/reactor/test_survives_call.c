/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_call.c
 * Tests that reactor/call.h, reactor/repeat.h, reactor/soon.h and
 * reactor/wait_hook.h need neither memory nor the system: so they cannot fail.
 */
#include <vreactor/reactor/call.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/repeat.h>
#include <vreactor/reactor/soon.h>
#include <vreactor/reactor/wait_hook.h>

#include "tests/support/survive.h"

enum { CALLS = 1000 };

static struct vr_call calls[CALLS];
static struct vr_call_group group;
static int runs, closed;

static void note_run(struct vr_call *call)
{
    (void)call;
    runs++;
}

static void init_calls(void)
{
    runs = 0;
    closed = 0;
    vr_call_group_init(&group);
    for (int i = 0; i < CALLS; i++)
        vr_call_init(&calls[i], survive_reactor, note_run);
}

/* A turn may find that it came too early, but not again and again.
 * @return -EAGAIN behind @p most turns: the system is short of something, for
 * good */
static int turn_until(int count, int most)
{
    int result = 0;

    while (runs < count && result == 0)
        result = most-- ? vr_reactor_turn(survive_reactor, -1) : -EAGAIN;
    return result;
}

/* From now to more than a year on, so that they wait all over the wheel. */
static vr_time time_of(int i)
{
    vr_time span = (vr_time)i * i;
    return span * span * 40 * VR_USEC;
}

static int schedule_all(void)
{
    for (int i = 0; i < CALLS; i++) {
        vr_call_after(&calls[i], time_of(i));
        check(vr_call_is_scheduled(&calls[i]) && !vr_call_has_run(&calls[i]));
        check_int(vr_call_due(&calls[i]), VR_SEC + time_of(i));
    }
    return 0;
}

static void let_all_run(int err)
{
    (void)err;
    check_int(turn_until(CALLS, 10 * CALLS), 0);
    check(vr_test_now(&survive_env) >= VR_SEC + time_of(CALLS - 1));
    check(vr_call_has_run(&calls[0]) && !vr_call_is_scheduled(&calls[0]));
    survive_turns(1);
    check_int(runs, CALLS);
}

TEST(survives_call, scheduling_needs_nothing)
{
    check_int(survive(init_calls, schedule_all, let_all_run), 0);
}

static int move_all(void)
{
    schedule_all();
    for (int i = 0; i < CALLS; i++) {
        check(vr_call_delay(&calls[i], VR_SEC));
        check(vr_call_reset(&calls[i], 2 * time_of(i) + VR_SEC));
        check(vr_call_reset_if_earlier(&calls[i], time_of(i)));
        vr_call_at(&calls[i], VR_SEC + 1);
    }
    return 0;
}

static void all_run_at_once(int err)
{
    (void)err;
    vr_test_advance(&survive_env, 1);
    survive_turns(1);
    check_int(runs, CALLS);
}

TEST(survives_call, moving_needs_nothing)
{
    check_int(survive(init_calls, move_all, all_run_at_once), 0);
}

static int cancel_all(void)
{
    schedule_all();
    for (int i = 0; i < CALLS; i += 2)
        check(vr_call_group_add(&group, &calls[i]));
    check_int(vr_call_group_cancel(&group), CALLS / 2);
    for (int i = 1; i < CALLS; i += 2)
        check(vr_call_cancel(&calls[i]));
    return 0;
}

static void none_runs(int err)
{
    (void)err;
    check_int(vr_reactor_turn(survive_reactor, VR_SEC), 0);
    check_int(runs, 0);
}

TEST(survives_call, cancelling_needs_nothing)
{
    check_int(survive(init_calls, cancel_all, none_runs), 0);
}

static int repeat(void)
{
    vr_call_repeat(&calls[0], VR_SEC);
    check(vr_call_again(&calls[0]));
    return 0;
}

static void it_repeats(int err)
{
    (void)err;
    check_int(turn_until(5, 10), 0);
    check_int(vr_test_now(&survive_env), 6 * VR_SEC);
    check(vr_call_cancel(&calls[0]));
}

TEST(survives_call, repeating_needs_nothing)
{
    check_int(survive(init_calls, repeat, it_repeats), 0);
}

static struct vr_repeat beat;

static void note_beat(struct vr_repeat *which)
{
    runs += which == &beat;
}

static int start_repeat(void)
{
    vr_repeat_init(&beat, survive_reactor, note_beat);
    vr_repeat_set_policy(&beat, VR_REPEAT_BURST);
    vr_repeat_set_slack(&beat, VR_MSEC);
    vr_repeat_start(&beat, VR_MSEC);
    check(vr_repeat_change(&beat, 2 * VR_SEC));
    vr_repeat_start_at(&beat, 2 * VR_SEC, VR_SEC);
    check(vr_repeat_is_running(&beat));
    check_int(vr_repeat_due(&beat), 2 * VR_SEC);
    return 0;
}

static void it_beats(int err)
{
    (void)err;
    check_int(turn_until(5, 10), 0);
    check_int(vr_repeat_last(&beat), 6 * VR_SEC);
    check_int(vr_repeat_missed(&beat), 0);
    check(vr_repeat_stop(&beat));
}

TEST(survives_call, repeats_need_nothing)
{
    check_int(survive(init_calls, start_repeat, it_beats), 0);
}

static int run_all(void)
{
    return turn_until(CALLS, 100); /* at ten times */
}

static void let_the_rest_run(int err)
{
    (void)err;
    survive_turns(1);
    check_int(run_all(), 0);
    survive_turns(1);
    check_int(runs, CALLS);
}

static void schedule_some(void)
{
    init_calls();
    for (int i = 0; i < CALLS; i++)
        vr_call_after(&calls[i], (i % 10) * VR_MSEC);
}

TEST(survives_call, running)
{
    check(survive(schedule_some, run_all, let_the_rest_run) > 0);
}

/* ---- pumps and closings ---- */

static struct vr_soon pumps[2], closing;

static void note_closed(struct vr_soon *soon)
{
    closed += soon == &closing;
}

static int pump_and_close(void)
{
    for (int i = 0; i < 2; i++) {
        vr_soon_init(&pumps[i], note_closed);
        vr_soon_add_pump(&pumps[i], survive_reactor);
    }
    vr_soon_cancel(&pumps[1]);
    check(!vr_soon_is_waiting(&pumps[1]));
    vr_soon_init(&closing, note_closed);
    vr_soon_add_closing(&closing, survive_reactor);
    check_int(closed, 0);
    return 0;
}

static void it_is_closed(int err)
{
    (void)err;
    survive_turns(2);
    check_int(closed, 1);
    check(!vr_soon_is_waiting(&pumps[0]));
}

TEST(survives_call, pumping_and_closing_need_nothing)
{
    check_int(survive(init_calls, pump_and_close, it_is_closed), 0);
}

/* ---- hooks around the wait, and wake-ups ---- */

static struct vr_wait_hook hook;
static int waits_begun;

static void note_begun(struct vr_wait_hook *which)
{
    waits_begun += which == &hook;
}

static void init_hook(void)
{
    hook = (struct vr_wait_hook){.before_wait = note_begun};
    waits_begun = 0;
}

static int hook_and_wake(void)
{
    vr_wait_hook_add(&hook, survive_reactor);
    vr_reactor_wake(survive_reactor);
    return 0;
}

static void it_wakes_up(int err)
{
    (void)err;
    check_int(vr_reactor_turn(survive_reactor, -1), 0);
    vr_wait_hook_remove(&hook);
    survive_turns(1);
    check_int(waits_begun, 1);
}

TEST(survives_call, hooks_and_wakes_need_nothing)
{
    check_int(survive(init_hook, hook_and_wake, it_wakes_up), 0);
}

/* ---- finishing ---- */

static int finish(void)
{
    vr_reactor_finish(survive_reactor);
    return 0;
}

static void it_has_finished(int err)
{
    (void)err;
    check_int(vr_reactor_turn(survive_reactor, -1), 1);
    check_int(vr_reactor_turn(survive_reactor, 0), 0);
}

TEST(survives_call, finishing_needs_nothing)
{
    check_int(survive(NULL, finish, it_has_finished), 0);
}
