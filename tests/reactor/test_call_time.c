/* SPDX-License-Identifier: MIT */
/**
 * @file test_call_time.c
 * Tests of reactor/call.h: clocks, roundings and the ends of the range.
 */
#include <vreactor/reactor/call.h>

#include <errno.h>
#include <time.h>

#include <vreactor/reactor/selectors/uring.h>

#include "tests/reactor/calls.h"

static const vr_time DAY = 24 * 3600 * VR_SEC;

TEST(call_time, is_that_of_no_wall_clock)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 0);
    for (int sign = -1; sign <= 1; sign += 2) {
        vr_time due = now() + 10 * VR_MSEC;
        vr_call_at(&probe.call, due);
        vr_test_set_wall(&test, vr_test_wall(&test) + sign * 3600 * VR_SEC);
        pass_until(due - VR_NSEC);
        check(!vr_call_has_run(&probe.call));
        pass_until(due);
        check_int(probe.ran_at, due);
    }
    tear_down();
}

/* promise calls-5 */
TEST(call_time, means_the_next_turn_when_it_is_past)
{
    static const vr_time past[] = {0, -1, -VR_TIME_MAX, INT64_MIN};
    struct probe probes[8];

    set_up();
    for (int i = 0; i < 4; i++) {
        probe_init(&probes[i], i);
        probe_init(&probes[4 + i], 4 + i);
        vr_call_after(&probes[i].call, past[i]);
        vr_call_at(&probes[4 + i].call, past[i]);
    }
    turn();
    check_int(script.timeout, 0);
    check_int(ran_count, 8);
    tear_down();
}

/* promise calls-18 */
TEST(call_time, that_never_comes_neither_runs_calls_nor_spins)
{
    struct probe at, after, moved, repeated;

    set_up();
    probe_init(&at, 0);
    probe_init(&after, 1);
    probe_init(&moved, 2);
    probe_init(&repeated, 3);
    vr_call_at(&at.call, VR_TIME_MAX);
    vr_call_after(&after.call, VR_TIME_MAX);
    vr_call_after(&moved.call, VR_SEC);
    check(vr_call_delay(&moved.call, VR_TIME_MAX));
    vr_call_repeat(&repeated.call, VR_TIME_MAX);

    test.most_advance = DAY;
    for (int i = 0; i < 100; i++)
        turn();
    check_int(ran_count, 0);
    check_int(script.hasty_waits, 0);
    check(vr_call_cancel(&at.call));
    tear_down();
}

TEST(call_time, of_a_period_goes_on_behind_now_when_brought_far_forward)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 0);
    vr_call_repeat(&probe.call, VR_SEC);
    check(vr_call_delay(&probe.call, -VR_TIME_MAX));
    check(vr_call_delay(&probe.call, -VR_TIME_MAX));
    turn();
    check_int(probe.runs, 1);
    check(vr_call_due(&probe.call) > now());
    check(vr_call_due(&probe.call) <= now() + VR_SEC);
    tear_down();
}

/* promise calls-3 */
TEST(call_time, is_met_exactly_however_far)
{
    static const vr_time spans[] = {
        VR_NSEC,  65535,          65536, VR_MSEC, ((vr_time)1 << 31) * VR_MSEC,
        60 * DAY, 100 * 365 * DAY};

    set_up();
    test.most_advance = 24 * DAY; /* as epoll(7) would, at most */
    for (int i = 0; i < (int)(sizeof(spans) / sizeof(*spans)); i++) {
        struct probe probe;
        probe_init(&probe, i);
        vr_time due = now() + spans[i];
        vr_call_at(&probe.call, due);

        int waits = script.waits;
        while (!probe.runs)
            turn();
        check_int(probe.ran_at, due);
        check(script.waits - waits <= 10 + spans[i] / test.most_advance);
    }
    check_int(script.hasty_waits, 0);
    tear_down();
}

static void take_long_and_arm_other(struct probe *probe)
{
    vr_test_advance(&test, 200 * VR_MSEC);
    vr_call_after(&probe->other->call, 100 * VR_MSEC);
}

TEST(call_time, counts_from_the_moment_of_arming_not_from_the_turn)
{
    struct probe slow, other;

    set_up();
    probe_init(&slow, 0);
    probe_init(&other, 1);
    slow.act = take_long_and_arm_other;
    slow.other = &other;
    vr_time start = now();
    vr_call_after(&slow.call, 0);
    turn();
    check_int(other.runs, 0);
    check_int(vr_call_due(&other.call), start + 300 * VR_MSEC);
    pass_until(start + VR_SEC);
    check_int(other.ran_at, start + 300 * VR_MSEC);
    tear_down();
}

TEST(call_time, of_the_turn_costs_no_clock_read)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 0);
    int64_t reads = vr_test_clock_reads(&test);
    vr_call_at(&probe.call, vr_turn_time(reactor) + VR_SEC);
    check(vr_call_cancel(&probe.call));
    check_int(vr_test_clock_reads(&test), reads);
    vr_call_after(&probe.call, VR_SEC);
    check_int(vr_test_clock_reads(&test), reads + 1);
    tear_down();
}

/* ---- the roundings of the selectors of this system ---- */

static struct vr_test_env passing;
static int hasty; /* waits with a timeout of 0 */
static int waits;

/* A system that wakes up a little early, as some do. */
static int pass(vr_time timeout)
{
    waits++;
    hasty += timeout == 0;
    vr_test_advance(&passing, timeout > VR_USEC ? timeout - VR_USEC : timeout);
    return 0;
}

static int pass_epoll(int epfd, struct epoll_event *events, int cap,
                      vr_time timeout)
{
    (void)epfd;
    (void)events;
    (void)cap;
    return pass(timeout);
}

static int pass_poll(struct pollfd *fds, size_t count, vr_time timeout)
{
    (void)fds;
    (void)count;
    return pass(timeout);
}

static int pass_select(int count, void *reads, void *writes, void *excepts,
                       const struct timespec *timeout)
{
    (void)count;
    (void)reads;
    (void)writes;
    (void)excepts;
    return pass((vr_time)timeout->tv_sec * VR_SEC + timeout->tv_nsec);
}

static int pass_kevent(int kq, const struct kevent *changes, int change_count,
                       struct kevent *events, int event_count,
                       const struct timespec *timeout)
{
    if (change_count) /* not a wait */
        return vr_sys_default()->kevent(kq, changes, change_count, events,
                                        event_count, timeout);

    return pass((vr_time)timeout->tv_sec * VR_SEC + timeout->tv_nsec);
}

static int pass_uring(struct io_uring *ring, const struct timespec *timeout)
{
    (void)ring;
    (void)pass((vr_time)timeout->tv_sec * VR_SEC + timeout->tv_nsec);
    errno = ETIME;
    return -1;
}

static struct vr_reactor *reactor_over_a_system_that_passes_time(void)
{
    static struct vr_uring_sys uring = {.size = sizeof(uring),
                                        .wait = pass_uring};
    static struct vr_sys sys;
    struct vr_reactor *made = NULL;

    sys = (struct vr_sys)VR_SYS_INIT;
    sys.epoll_wait = pass_epoll;
    sys.poll = pass_poll;
    sys.select = pass_select;
    sys.kevent = pass_kevent;
    vr_test_env_init(&passing, 3600 * VR_SEC + 123456789);
    passing.env.sys = &sys;
    check_int(vr_reactor_new(
                  &(struct vr_reactor_options){
                      .size = sizeof(struct vr_reactor_options),
                      .selector_arg = &uring,
                      .env = &passing.env},
                  &made),
              0);
    return made;
}

static vr_time ran_when;

static void note_time(struct vr_call *call)
{
    (void)call;
    ran_when = vr_test_now(&passing);
}

/* That libevent waits in real time, test_selector_libevent.c has */
TEST(call_time, is_met_neither_early_nor_by_spinning_through_the_last_bit)
{
    static const vr_time spans[] = {1, 700, 65537, 999999, 1000001, 2300000};
    struct vr_reactor *timed = reactor_over_a_system_that_passes_time();
    bool passes = strcmp(vr_reactor_selector(timed), "libevent") != 0;
    struct vr_call call;

    vr_call_init(&call, timed, note_time);
    for (int i = 0; passes && i < (int)(sizeof(spans) / sizeof(*spans)); i++) {
        vr_time due = vr_test_now(&passing) + spans[i];
        ran_when = 0;
        waits = 0;
        vr_call_at(&call, due);
        while (!ran_when)
            check_int(vr_reactor_turn(timed, -1), 0);
        check_int(ran_when, due);
        check_int(hasty, 0);
        check(waits <= 8);
    }
    check_int(vr_reactor_free(timed), 0);
}
