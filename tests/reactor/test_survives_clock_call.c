/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_clock_call.c
 * Tests that reactor/clock_call.h, and a spin, do without memory and without
 * the system: so they cannot fail.
 */
#include <vreactor/reactor/clock_call.h>

#include "tests/support/survive.h"

static struct vr_clock_call wall, boot;
static int runs;

static void note_run(struct vr_clock_call *call)
{
    (void)call;
    runs++;
}

static void init_calls(void)
{
    runs = 0;
    vr_clock_call_init(&wall, survive_reactor, VR_CLOCK_WALL, note_run);
    vr_clock_call_init(&boot, survive_reactor, VR_CLOCK_BOOT, note_run);
}

static int schedule(void)
{
    vr_time now = vr_clock_now(survive_reactor, VR_CLOCK_WALL);

    vr_clock_call_at(&wall, now + VR_SEC);
    vr_clock_call_at(&boot,
                     vr_clock_now(survive_reactor, VR_CLOCK_BOOT) + VR_SEC);
    check(vr_clock_call_is_scheduled(&wall));
    check_int(vr_clock_call_due(&wall), now + VR_SEC);
    return 0;
}

static void both_run(int err)
{
    (void)err;
    for (int i = 0; i < 20 && runs < 2; i++)
        check_int(vr_reactor_turn(survive_reactor, VR_SEC), 0);
    check_int(runs, 2);
    check(!vr_clock_call_cancel(&wall) && !vr_clock_call_cancel(&boot));
}

TEST(survives_clock_call, scheduling)
{
    check(survive(init_calls, schedule, both_run) >= 0);
}

static int schedule_for_later(void)
{
    vr_clock_call_at(&wall, vr_clock_now(survive_reactor, VR_CLOCK_WALL) +
                                1000 * VR_SEC);
    return 0;
}

static int hear_of_a_step(void)
{
    vr_test_set_wall(&survive_env, vr_clock_call_due(&wall));
    return vr_reactor_turn(survive_reactor, VR_SEC);
}

static void it_runs(int err)
{
    (void)err;
    for (int i = 0; i < 20 && runs < 1; i++)
        check_int(vr_reactor_turn(survive_reactor, VR_SEC), 0);
    check_int(runs, 1);
}

static void init_and_schedule(void)
{
    init_calls();
    check_int(schedule_for_later(), 0);
}

TEST(survives_clock_call, a_step_of_the_clock)
{
    check(survive(init_and_schedule, hear_of_a_step, it_runs) > 0);
}

static int ask_for_spins(void)
{
    uint64_t spins, caught;

    vr_reactor_spins(survive_reactor, &spins, &caught);
    check(!spins && !caught);
    return 0;
}

static void nothing_happens(int err)
{
    check_int(err, 0);
}

TEST(survives_clock_call, asking_for_spins_needs_nothing)
{
    check_int(survive(NULL, ask_for_spins, nothing_happens), 0);
}
