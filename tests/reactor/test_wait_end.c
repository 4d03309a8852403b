/* SPDX-License-Identifier: MIT */
/**
 * @file test_wait_end.c
 * Tests of reactor/async/wait.h: a reactor that is busy, or whose run ends
 * first.
 */
#include <vreactor/reactor/embed.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor_impl.h>

#include "tests/reactor/waits.h"

/* ---- busy ---- */

/* The clock is held, so it is another's wait that ends by it. */
static void be_busy_for_a_minute(struct vr_post *post)
{
    const struct vr_post *before = atomic_load(&reactor->inbox->newest);

    start_waiter(post);
    while (atomic_load(&reactor->inbox->newest) == before)
        sched_yield();
    vr_test_advance(&test, 60 * VR_SEC);
    while (!atomic_load(&waiter.back))
        sched_yield();
}

static void run_busy(void)
{
    struct vr_post post = {.run = be_busy_for_a_minute};

    vr_test_hold(&test, true);
    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_run(reactor), 0);
    check(!pthread_join(waiter.thread, NULL));
}

/* promise threads-15 */
TEST(wait_end, comes_in_time_though_the_reactor_is_busy)
{
    set_up(59 * VR_SEC);
    waiter.start = start_for_ever;
    run_busy();
    check_int(waiter.err, -ETIMEDOUT);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(work.starts, 0); /* nor will it be called */
    tear_down();
}

/* promise threads-16 */
TEST(wait_end, frees_a_deferred_that_a_busy_reactor_did_not_look_at)
{
    set_up(59 * VR_SEC);
    make_work(-1);
    waiter.given = work.pending;
    run_busy();
    check_int(waiter.err, -ETIMEDOUT);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(work.cancels, 1);
    tear_down();
}

static int64_t count_waits(void)
{
    return vr_test_sys_count(VR_TEST_SYS_COND_WAIT);
}

/* Takes longer than its time, and looks whether it is waited for: when the time
 * is out another wait begins, and does not end. */
static struct vr_result start_slowly(void *arg)
{
    (void)arg;
    while (!count_waits())
        sched_yield();
    vr_test_advance(&test, 60 * VR_SEC);
    int64_t waits = count_waits();
    while (!atomic_load(&waiter.back) && count_waits() <= waits)
        sched_yield();
    for (int i = 0; i < 100; i++)
        sched_yield();
    check(!atomic_load(&waiter.back));
    check(count_waits() <= waits + 2);
    work.starts++;
    return vr_ok(number(1));
}

/* promise threads-15 */
TEST(wait_end, waits_for_a_start_function_that_runs)
{
    set_up(59 * VR_SEC);
    waiter.start = start_slowly;
    run_with_waiter();
    check_int(work.starts, 1);
    check(waiter.err == -ETIMEDOUT || waiter.err == 0);
    tear_down();
}

/* ---- the run ends ---- */

static struct vr_result stop_and_start(void *arg)
{
    vr_reactor_stop(reactor);
    return start_for_ever(arg);
}

/* promise threads-17 */
TEST(wait_end, comes_with_the_run_and_the_next_turn_cancels)
{
    set_up(-1);
    waiter.start = stop_and_start;
    waiter.stops = false;
    run_with_waiter();
    check_int(waiter.err, -VR_ECANCELLED);
    check_int(work.cancels, 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(work.cancels, 1);
    check_int(work.step_code, -VR_ECANCELLED);
    tear_down();
}

/* promise threads-17 */
TEST(wait_end, comes_with_the_run_and_the_close_cancels)
{
    set_up(VR_SEC);
    waiter.start = stop_and_start;
    waiter.stops = false;
    run_with_waiter();
    check_int(waiter.err, -VR_ECANCELLED);
    check_int(vr_reactor_close(reactor), 0);
    check_int(work.cancels, 1);
    tear_down();
}

static void stop_when_waited_for(struct vr_post *post)
{
    const struct vr_post *before = atomic_load(&reactor->inbox->newest);

    start_waiter(post);
    while (atomic_load(&reactor->inbox->newest) == before)
        sched_yield();
    vr_reactor_stop(reactor);
}

static void run_until_waited_for(void)
{
    struct vr_post post = {.run = stop_when_waited_for};

    waiter.stops = false;
    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_run(reactor), 0);
    check(!pthread_join(waiter.thread, NULL));
    check_int(waiter.err, -VR_ECANCELLED);
}

TEST(wait_end, comes_with_the_run_before_the_start_function)
{
    set_up(-1);
    waiter.start = start_for_ever;
    run_until_waited_for();
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(work.starts, 0);
    tear_down();
}

TEST(wait_end, frees_in_the_next_turn_what_was_handed_over)
{
    set_up(-1);
    make_work(-1);
    waiter.given = work.pending;
    run_until_waited_for();
    check_int(work.cancels, 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(work.cancels, 1);
    tear_down();
}

TEST(wait_end, frees_when_closed_what_was_handed_over)
{
    set_up(-1);
    make_work(-1);
    waiter.given = work.pending;
    run_until_waited_for();
    check_int(vr_reactor_close(reactor), 0);
    check_int(work.cancels, 1);
    tear_down();
}

/* Whoever waits keeps who wants to send it home waiting, and looks meanwhile
 * whether another run could begin. */
static struct {
    struct vr_sys sys;
    struct vr_call call;
    atomic_bool begins, holds;
    bool is_idle;
} end;

static bool could_run(void)
{
    if (pthread_mutex_trylock(&reactor->lock))
        return false;

    end.is_idle = reactor->state == VR_IDLE;
    pthread_mutex_unlock(&reactor->lock);
    return true;
}

static int hold_who_ends(void *cond, void *lock, vr_time span)
{
    enum { TRIES = 1000 }; /* in a row: the lock of the state is kept */

    if (!end.begins)
        return vr_test_sys()->cond_wait(cond, lock, VR_MSEC);

    end.holds = true;
    for (int tries = 0; tries < TRIES && !end.is_idle; tries++) {
        sched_yield();
        if (could_run())
            tries = 0;
    }
    end.begins = false;
    return vr_test_sys()->cond_wait(cond, lock, span);
}

static void end_when_held(struct vr_call *call)
{
    end.begins = true;
    while (!end.holds)
        sched_yield();
    vr_reactor_stop(call->reactor);
}

static struct vr_result start_and_end(void *arg)
{
    vr_call_init(&end.call, reactor, end_when_held);
    vr_call_after(&end.call, VR_SEC);
    return start_for_ever(arg);
}

TEST(wait_end, comes_before_another_run_can_begin)
{
    set_up(-1);
    end.sys = *vr_test_sys();
    end.sys.cond_wait = hold_who_ends;
    reactor->env.sys = &end.sys;
    waiter.start = start_and_end;
    waiter.stops = false;
    run_with_waiter();
    check_int(waiter.err, -VR_ECANCELLED);
    check(!end.is_idle);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(work.cancels, 1);
    tear_down();
}

/* ---- in a host's loop ---- */

static void need_turn(void *host, vr_time due)
{
    (void)host;
    (void)due;
}

/* A waiter while this thread is a host between turns. */
static void begin_to_wait(void)
{
    check_int(vr_reactor_embed(reactor, need_turn, NULL), 0);
    waiter.stops = false;
    start_waiter(NULL);
    while (!vr_inbox_has_some(reactor->inbox))
        sched_yield();
}

TEST(wait_end, waits_on_over_the_turns_of_a_host)
{
    set_up(-1);
    waiter.start = start_for_a_minute;
    begin_to_wait();
    while (!atomic_load(&waiter.back)) {
        check_int(vr_reactor_turn(reactor, 0), 0);
        vr_test_advance(&test, VR_SEC);
    }
    check(!pthread_join(waiter.thread, NULL));
    check_int(waiter.err, 0);
    check_value(&waiter.outcome, 7);
    tear_down();
}

TEST(wait_end, comes_when_a_hosted_reactor_is_closed)
{
    set_up(-1);
    waiter.start = start_for_ever;
    begin_to_wait();
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(work.starts, 1);
    check_int(vr_reactor_close(reactor), 0);
    check(!pthread_join(waiter.thread, NULL));
    check_int(waiter.err, -VR_ECANCELLED);
    check_int(work.cancels, 1);
    tear_down();
}

TEST(wait_end, comes_when_a_hosted_reactor_is_closed_before_its_turn)
{
    set_up(-1);
    make_work(-1);
    waiter.given = work.pending;
    begin_to_wait();
    check_int(vr_reactor_close(reactor), 0);
    check(!pthread_join(waiter.thread, NULL));
    check_int(waiter.err, -VR_ECANCELLED);
    check_int(work.cancels, 1);
    tear_down();
}
