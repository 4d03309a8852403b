/* SPDX-License-Identifier: MIT */
/**
 * @file test_clock_call.c
 * Tests of reactor/clock_call.h.
 */
#include <vreactor/reactor/clock_call.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/idle.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/schedule.h>
#include <vreactor/testing/clock.h>
#include <vreactor/testing/sys.h>

#include "tests/support/child.h"
#include "tests/support/test.h"

static const vr_time DAY = 24 * 3600 * VR_SEC;

struct date {
    struct vr_clock_call call;
    int runs;
    vr_time ran_at; /* by its clock */
    void (*act)(struct date *date);
};

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct date one, two, boot;
static vr_time begin;

static void on_date(struct vr_clock_call *call)
{
    struct date *date = vr_container_of(call, struct date, call);

    date->runs++;
    date->ran_at = vr_clock_now(reactor, call->clock);
    check(date->ran_at >= vr_clock_call_due(call));
    check(!vr_clock_call_is_scheduled(call));
    if (date->act)
        date->act(date);
}

static void date_init(struct date *date, enum vr_clock clock)
{
    memset(date, 0, sizeof(*date));
    vr_clock_call_init(&date->call, reactor, clock, on_date);
}

static void set_up(void)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, 1000 * VR_SEC);
    vr_test_set_wall(&test, 50 * 365 * DAY);
    check_int(vr_test_reactor_new(&test, NULL, &reactor), 0);
    date_init(&one, VR_CLOCK_WALL);
    date_init(&two, VR_CLOCK_WALL);
    date_init(&boot, VR_CLOCK_BOOT);
    begin = vr_test_wall(&test);
}

static void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static void pass(vr_time span)
{
    check_int(vr_test_run_for(&test, reactor, span), 0);
}

/* Two turns without a wait: events, and then what they have brought near. */
static void turn(void)
{
    for (int i = 0; i < 2; i++)
        check_int(vr_reactor_turn(reactor, 0), 0);
}

/* Does the reactor hear of steps at once, here? */
static bool hears_steps(void)
{
    return vr_test_sys_count(VR_TEST_SYS_TIMERFD_SETTIME) > 0;
}

static void hear_of_step(void)
{
    if (hears_steps())
        turn();
    else
        pass(VR_SEC);
}

/* ---- on a clock that is not set ---- */

TEST(clock_call, runs_when_the_wall_clock_says_so)
{
    set_up();
    vr_clock_call_at(&one.call, begin + 3 * VR_SEC);
    check(vr_clock_call_is_scheduled(&one.call));
    check_int(vr_clock_call_due(&one.call), begin + 3 * VR_SEC);
    pass(3 * VR_SEC - 1);
    check_int(one.runs, 0);
    pass(1);
    check_int(one.runs, 1);
    check_int(one.ran_at, begin + 3 * VR_SEC);
    pass(10 * VR_SEC);
    check_int(one.runs, 1);
    check(!vr_clock_call_cancel(&one.call));
    tear_down();
}

TEST(clock_call, runs_in_the_next_turn_when_its_time_is_past)
{
    set_up();
    vr_clock_call_at(&one.call, begin - DAY);
    vr_clock_call_at(&two.call, INT64_MIN);
    check_int(one.runs, 0);
    turn();
    check_int(one.runs, 1);
    check_int(two.runs, 1);
    tear_down();
}

TEST(clock_call, at_the_end_of_time_never_comes)
{
    set_up();
    vr_clock_call_at(&one.call, VR_TIME_MAX);
    pass(100 * DAY);
    check_int(one.runs, 0);
    check(vr_clock_call_cancel(&one.call));
    tear_down();
}

TEST(clock_call, is_moved_and_cancelled)
{
    set_up();
    vr_clock_call_at(&one.call, begin + VR_SEC);
    vr_clock_call_at(&one.call, begin + 2 * VR_SEC);
    vr_clock_call_at(&two.call, begin + VR_SEC);
    check(vr_clock_call_cancel(&two.call));
    check(!vr_clock_call_is_scheduled(&two.call));
    pass(5 * VR_SEC);
    check_int(one.ran_at, begin + 2 * VR_SEC);
    check_int(two.runs, 0);
    tear_down();
}

static void again_tomorrow(struct date *date)
{
    vr_clock_call_at(&date->call, vr_clock_call_due(&date->call) + DAY);
}

TEST(clock_call, may_be_scheduled_again_in_its_function)
{
    set_up();
    one.act = again_tomorrow;
    vr_clock_call_at(&one.call, begin + VR_SEC);
    pass(4 * DAY);
    check_int(one.runs, 4);
    check(vr_clock_call_cancel(&one.call));
    tear_down();
}

static void free_it(struct date *date)
{
    memset(date, 0xee, sizeof(*date));
    free(date);
}

TEST(clock_call, may_be_freed_in_its_function)
{
    struct date *date = malloc(sizeof(*date));

    check(date != NULL);
    set_up();
    date_init(date, VR_CLOCK_WALL);
    date->act = free_it;
    vr_clock_call_at(&date->call, begin);
    turn();
    vr_test_set_wall(&test, begin + DAY);
    turn();
    tear_down();
}

/* ---- on a clock that is set ---- */

/* promise calls-25 */
TEST(clock_call, runs_in_the_next_turn_where_the_clock_is_set_over_its_time)
{
    set_up();
    vr_clock_call_at(&one.call, begin + 100 * DAY);
    vr_clock_call_at(&two.call, begin + 300 * DAY);
    pass(VR_SEC);
    vr_test_set_wall(&test, begin + 200 * DAY);
    hear_of_step();
    check_int(one.runs, 1);
    check_int(two.runs, 0);
    vr_test_set_wall(&test, begin + 300 * DAY);
    hear_of_step();
    check_int(two.runs, 1);
    tear_down();
}

/* promise calls-25 */
TEST(clock_call, waits_longer_where_the_clock_is_set_back)
{
    set_up();
    vr_clock_call_at(&one.call, begin + 10 * VR_SEC);
    pass(9 * VR_SEC);
    vr_test_set_wall(&test, begin);
    pass(9 * VR_SEC);
    check_int(one.runs, 0);
    pass(VR_SEC);
    check_int(one.runs, 1);
    check_int(one.ran_at, begin + 10 * VR_SEC);
    tear_down();
}

TEST(clock_call, comes_nearer_where_the_clock_is_set_forward)
{
    set_up();
    vr_clock_call_at(&one.call, begin + 100 * VR_SEC);
    vr_test_set_wall(&test, begin + 40 * VR_SEC);
    hear_of_step();
    pass(begin + 100 * VR_SEC - vr_test_wall(&test) - 1);
    check_int(one.runs, 0);
    pass(1);
    check_int(one.ran_at, begin + 100 * VR_SEC);
    tear_down();
}

/* promise calls-26 */
TEST(clock_call, on_the_boot_clock_counts_time_in_which_the_machine_slept)
{
    set_up();
    vr_time start = vr_clock_now(reactor, VR_CLOCK_BOOT);
    vr_clock_call_at(&boot.call, start + 60 * VR_SEC);
    vr_test_set_wall(&test, begin + 100 * DAY); /* what is that to it? */
    pass(50 * VR_SEC);
    check_int(boot.runs, 0);
    check_int(vr_clock_now(reactor, VR_CLOCK_BOOT), start + 50 * VR_SEC);
    vr_test_suspend(&test, 3600 * VR_SEC);
    hear_of_step();
    check_int(boot.runs, 1);
    check(boot.ran_at >= start + 3650 * VR_SEC);
    tear_down();
}

TEST(clock_call, on_the_wall_clock_is_due_after_a_sleep_of_the_machine)
{
    set_up();
    vr_clock_call_at(&one.call, begin + 60 * VR_SEC);
    turn();
    vr_time was = vr_test_now(&test);
    vr_test_suspend(&test, 3600 * VR_SEC);
    check_int(vr_test_now(&test), was);
    check_int(vr_test_wall(&test), begin + 3600 * VR_SEC);
    hear_of_step();
    check_int(one.runs, 1);
    tear_down();
}

/* ---- where nothing tells of a step ---- */

/* promise calls-27 */
TEST(clock_call, hears_of_a_step_within_a_second_without_the_descriptor)
{
    set_up();
    vr_test_sys_fail(VR_TEST_SYS_TIMERFD_CREATE, 1, INT_MAX, EMFILE);
    vr_clock_call_at(&one.call, begin + 100 * DAY);
    vr_clock_call_at(&two.call, begin + VR_SEC + 1);
    pass(VR_SEC);
    check_int(two.runs, 0);
    pass(VR_SEC / 2);
    check_int(two.ran_at, begin + VR_SEC + 1); /* exact where none steps */
    vr_test_set_wall(&test, begin + 100 * DAY);
    pass(VR_SEC);
    check_int(one.runs, 1);
    tear_down();
}

TEST(clock_call, asks_for_one_descriptor_however_many_calls_there_are)
{
    set_up();
    for (int i = 0; i < 100; i++) {
        vr_clock_call_at(&one.call, begin + i * VR_SEC);
        vr_clock_call_at(&two.call, begin + i * VR_SEC);
        vr_clock_call_at(&boot.call, begin + i * VR_SEC);
    }
    check(vr_test_sys_count(VR_TEST_SYS_TIMERFD_CREATE) <= 1);
    check(hears_steps() == (vr_test_sys()->timerfd_create != NULL));
    tear_down();
}

static void schedule_date(void *arg)
{
    vr_clock_call_at(arg, begin + VR_SEC);
}

/* Also where something that the close dropped has scheduled it. */
TEST(clock_call, is_forgotten_by_the_close_of_its_reactor)
{
    set_up();
    const struct vr_task task = {
        .run = schedule_date, .cancelled = schedule_date, .arg = &two.call};
    check_int(vr_schedule(reactor, VR_SEC, &task, NULL), 0);
    vr_clock_call_at(&one.call, begin + VR_SEC);
    check_int(vr_reactor_close(reactor), 0);
    check_int(vr_clock_call_due(&two.call), begin + VR_SEC);
    check(!vr_clock_call_is_scheduled(&one.call));
    check(!vr_clock_call_is_scheduled(&two.call));
    check(vr_list_is_empty(&one.call.link)); /* so it may be freed */
    check(vr_list_is_empty(&two.call.link));
    check_int(one.runs + two.runs, 0);
    tear_down();
}

TEST(clock_call, is_forgotten_by_a_group_that_was_cancelled)
{
    struct vr_call_group group;

    set_up();
    vr_call_group_init(&group);
    vr_clock_call_at(&one.call, begin + VR_SEC);
    check(vr_call_group_add(&group, &one.call.call));
    check_int(vr_call_group_cancel(&group), 1);
    check(!vr_clock_call_is_scheduled(&one.call));
    check(vr_list_is_empty(&one.call.link));
    pass(2 * VR_SEC);
    check_int(one.runs, 0);
    tear_down();
}

TEST(clock_call, of_a_forked_child_keeps_no_descriptor_of_its_copy)
{
    set_up();
    vr_clock_call_at(&one.call, begin + VR_SEC);
    int before = test_open_fds();
    pid_t child = fork();
    if (!child) {
        int err = vr_reactor_free(reactor);
        _exit(err || test_open_fds() >= before);
    }
    check_child(child);
    vr_test_set_wall(&test, begin + VR_SEC);
    hear_of_step();
    check_int(one.runs, 1);
    tear_down();
}

/* ---- the system's clocks ---- */

TEST(clock_call, runs_by_the_clocks_of_the_system)
{
    check_int(vr_reactor_new(NULL, &reactor), 0);
    date_init(&one, VR_CLOCK_WALL);
    date_init(&boot, VR_CLOCK_BOOT);
    vr_clock_call_at(&one.call, vr_clock_now(reactor, VR_CLOCK_WALL) + VR_MSEC);
    vr_clock_call_at(&boot.call,
                     vr_clock_now(reactor, VR_CLOCK_BOOT) + VR_MSEC);
    while (!one.runs || !boot.runs)
        check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(vr_reactor_free(reactor), 0);
}

static void on_turn(struct vr_clock_call *call)
{
    (void)call;
    vr_clock_call_cancel(&one.call);
}

/* A call on a clock keeps such a run going, hearing of steps does not. */
TEST(clock_call, is_what_a_run_until_idle_waits_for)
{
    check_int(vr_reactor_new(NULL, &reactor), 0);
    date_init(&one, VR_CLOCK_WALL);
    vr_clock_call_init(&boot.call, reactor, VR_CLOCK_BOOT, on_turn);
    vr_clock_call_at(&one.call, VR_TIME_MAX);
    vr_clock_call_at(&boot.call,
                     vr_clock_now(reactor, VR_CLOCK_BOOT) + VR_MSEC);
    check_int(vr_reactor_run_until_idle(reactor), 0);
    check(!vr_clock_call_is_scheduled(&boot.call));
    check_int(vr_reactor_free(reactor), 0);
}
