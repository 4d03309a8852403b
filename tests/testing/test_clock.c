/* SPDX-License-Identifier: MIT */
/**
 * @file test_clock.c
 * Tests of testing/clock.h in one thread: time that passes while nothing is
 * ready.
 */
#include <vreactor/testing/clock.h>

#include <errno.h>
#include <limits.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/watch.h>
#include <vreactor/testing/sys.h>

#include "tests/reactor/selector_fixture.h"

static const vr_time DAY = 24 * 3600 * VR_SEC;
static const vr_time START = 5 * VR_SEC;

static struct vr_test_env test;
static struct vr_reactor *reactor;

static void set_up(void)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, START);
    check_int(vr_test_reactor_new(&test, NULL, &reactor), 0);
}

static void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static vr_time passed(void)
{
    return vr_test_now(&test) - START;
}

/** Notes when it ran. */
struct alarm {
    struct vr_call call;
    vr_time ran_at; /* since START; 0: not yet */
};

static void ring(struct vr_call *call)
{
    struct alarm *alarm = vr_container_of(call, struct alarm, call);

    alarm->ran_at = passed();
}

static void set_alarm(struct alarm *alarm, vr_time delay)
{
    *alarm = (struct alarm){.ran_at = 0};
    vr_call_init(&alarm->call, reactor, ring);
    vr_call_after(&alarm->call, delay);
}

static int reads;

static void note_read(struct vr_watch *watch)
{
    (void)take(vr_watch_fd(watch));
    reads++;
}

static void ignore_failure(struct vr_watch *watch, int err)
{
    (void)watch;
    (void)err;
}

static void open_reader(struct vr_watch *watch, int fd)
{
    static const struct vr_watch_ops ops = {.readable = note_read,
                                            .failed = ignore_failure};

    reads = 0;
    check_int(vr_watch_open(watch, reactor, fd, VR_READ, &ops), 0);
}

/* ---- jumps ---- */

TEST(test_clock, jumps_by_just_the_time_it_was_to_wait)
{
    static const vr_time spans[] = {VR_NSEC, 999999, VR_MSEC, VR_SEC + 1,
                                    60 * DAY};
    vr_time sum = 0;

    set_up();
    for (int i = 0; i < 5; i++) {
        check_int(vr_reactor_turn(reactor, spans[i]), 0);
        sum += spans[i];
        check_int(passed(), sum);
        check_int(vr_turn_time(reactor), START + sum);
        check_int(vr_test_wall(&test), START + sum);
    }
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(passed(), sum);
    tear_down();
}

TEST(test_clock, is_at_the_time_of_each_call_when_it_runs)
{
    static const vr_time delays[] = {30 * VR_SEC, VR_NSEC, 30 * VR_SEC + 1,
                                     365 * DAY, 7 * VR_MSEC + 3};
    struct alarm alarms[5];

    set_up();
    for (int i = 0; i < 5; i++)
        set_alarm(&alarms[i], delays[i]);
    while (!alarms[3].ran_at)
        check_int(vr_reactor_turn(reactor, -1), 0);
    for (int i = 0; i < 5; i++)
        check_int(alarms[i].ran_at, delays[i]);
    tear_down();
}

TEST(test_clock, stands_still_while_something_is_ready)
{
    struct vr_watch watch;
    struct alarm alarm;
    int ends[2];

    set_up();
    make_pair(ends);
    open_reader(&watch, ends[0]);
    set_alarm(&alarm, 30 * VR_SEC);
    put(ends[1], "x");
    while (!reads)
        check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(passed(), 0);
    check(!alarm.ran_at);

    check_int(vr_test_run_for(&test, reactor, 30 * VR_SEC), 0);
    check_int(alarm.ran_at, 30 * VR_SEC);
    check_int(reads, 1);
    vr_watch_close(&watch);
    close_both(ends);
    tear_down();
}

TEST(test_clock, asks_again_before_it_jumps_as_a_signal_finds_nothing)
{
    struct vr_watch watch;
    int ends[2];

    set_up();
    make_pair(ends);
    open_reader(&watch, ends[0]);
    put(ends[1], "x");
    vr_test_sys_fail(VR_TEST_SYS_ANY_WAIT, 1, 1, EINTR);
    check_int(vr_reactor_turn(reactor, VR_SEC), 0);
    /* libevent waits by calls of its own. */
    check_int(vr_test_sys_failures(),
              strcmp(vr_reactor_selector(reactor), "libevent") != 0);
    check_int(reads, 1);
    check_int(passed(), 0);
    vr_watch_close(&watch);
    close_both(ends);
    tear_down();
}

TEST(test_clock, jumps_no_further_than_the_test_allows)
{
    set_up();
    test.most_advance = 20 * VR_SEC;
    check_int(vr_reactor_turn(reactor, 30 * VR_SEC), 0);
    check_int(passed(), 20 * VR_SEC);
    check_int(vr_reactor_turn(reactor, 10 * VR_SEC), 0);
    check_int(passed(), 30 * VR_SEC);
    check_int(vr_test_run_for(&test, reactor, 30 * VR_SEC), 0);
    check_int(passed(), 60 * VR_SEC);
    tear_down();
}

TEST(test_clock, stops_at_the_end_of_time)
{
    set_up();
    check_int(vr_reactor_turn(reactor, VR_TIME_MAX), 0);
    check_int(vr_test_now(&test), VR_TIME_MAX);
    tear_down();
}

TEST(test_clock, is_held_until_it_is_let_go)
{
    struct alarm alarm;

    set_up();
    set_alarm(&alarm, 30 * VR_SEC);
    vr_test_hold(&test, true);
    check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(vr_reactor_turn(reactor, 1), 0);
    check_int(passed(), 0);
    check_int(vr_test_run_for(&test, reactor, VR_SEC), -EBUSY);

    vr_test_advance(&test, 30 * VR_SEC - 1);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check(!alarm.ran_at);
    vr_test_hold(&test, false);
    check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(alarm.ran_at, 30 * VR_SEC);
    tear_down();
}

/* ---- running for a while ---- */

static void stop(struct vr_call *call)
{
    (void)call;
    vr_reactor_stop(reactor);
}

TEST(test_clock, runs_what_is_due_by_then_and_nothing_else)
{
    struct alarm alarms[3];

    set_up();
    set_alarm(&alarms[0], 3 * VR_SEC);
    set_alarm(&alarms[1], 10 * VR_SEC);
    set_alarm(&alarms[2], 10 * VR_SEC + 1);
    check_int(vr_test_run_for(&test, reactor, 10 * VR_SEC), 0);
    check_int(passed(), 10 * VR_SEC);
    check_int(alarms[0].ran_at, 3 * VR_SEC);
    check_int(alarms[1].ran_at, 10 * VR_SEC);
    check(!alarms[2].ran_at);
    vr_call_cancel(&alarms[2].call);
    tear_down();
}

TEST(test_clock, says_when_a_run_was_stopped_before_its_time)
{
    struct vr_call call;

    set_up();
    vr_call_init(&call, reactor, stop);
    vr_call_after(&call, VR_SEC);
    check_int(vr_test_run_for(&test, reactor, DAY), 1);
    check_int(passed(), VR_SEC);
    check_int(vr_test_run_for(&test, reactor, 0), 0);
    check_int(passed(), VR_SEC);
    tear_down();
}
