/* SPDX-License-Identifier: MIT */
/**
 * @file test_wait.c
 * Tests of reactor/async/wait.h: what comes out, and when.  How it ends with a
 * run is in test_wait_end.c.
 */
#include "tests/reactor/waits.h"

static struct vr_result return_value(void *arg)
{
    (void)arg;
    check(vr_reactor_current() == reactor);
    return vr_ok(number(5));
}

TEST(wait, returns_what_the_start_function_has_at_once)
{
    set_up(-1);
    waiter.start = return_value;
    run_with_waiter();
    check_int(waiter.err, 0);
    check_value(&waiter.outcome, 5);
    tear_down();
}

static struct vr_result return_failure(void *arg)
{
    (void)arg;
    return vr_fail(vr_failure_new(NULL, -EIO, "read", NULL, NULL));
}

TEST(wait, returns_a_failure_as_what_came_out)
{
    set_up(-1);
    waiter.start = return_failure;
    run_with_waiter();
    check_int(waiter.err, 0);
    check_failure(&waiter.outcome, -EIO);
    tear_down();
}

static struct vr_result return_no_deferred(void *arg)
{
    (void)arg;
    return vr_wait_for(NULL);
}

TEST(wait, takes_no_deferred_for_no_memory)
{
    set_up(-1);
    waiter.start = return_no_deferred;
    run_with_waiter();
    check_failure(&waiter.outcome, -ENOMEM);
    tear_down();
}

TEST(wait, returns_when_the_deferred_fires)
{
    set_up(-1);
    waiter.start = start_for_a_minute;
    run_with_waiter();
    check_int(waiter.err, 0);
    check_value(&waiter.outcome, 7);
    check_int(work.cancels, 0);
    check(vr_test_now(&test) >= 3660 * VR_SEC);
    tear_down();
}

TEST(wait, returns_in_time_with_a_timeout_that_is_long_enough)
{
    set_up(61 * VR_SEC);
    waiter.start = start_for_a_minute;
    run_with_waiter();
    check_int(waiter.err, 0);
    check_value(&waiter.outcome, 7);
    tear_down();
}

/* promise threads-16 */
TEST(wait, cancels_the_deferred_when_its_time_is_out)
{
    set_up(59 * VR_SEC);
    waiter.start = start_for_a_minute;
    run_with_waiter();
    check_int(waiter.err, -ETIMEDOUT);
    check(vr_test_now(&test) >= 3659 * VR_SEC);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(work.cancels, 1);
    check_int(work.step_code, -ETIMEDOUT);
    tear_down();
}

static void fire_when_cancelled(void *arg, struct vr_pending *pending)
{
    (void)arg;
    work.cancels++;
    check_int(vr_pending_fire(pending, number(8)), 0);
}

static struct vr_result start_what_fires_late(void *arg)
{
    (void)arg;
    work.pending =
        vr_pending_new(vr_reactor_env(reactor), fire_when_cancelled, NULL);
    check(work.pending);
    return vr_wait_for(work.pending);
}

TEST(wait, frees_what_the_source_fires_with_when_the_time_is_out)
{
    set_up(VR_SEC);
    waiter.start = start_what_fires_late;
    run_with_waiter();
    check_int(waiter.err, -ETIMEDOUT);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(work.cancels, 1);
    tear_down();
}

static struct vr_result start_paused(void *arg)
{
    struct vr_result result = start_for_ever(arg);

    vr_pending_pause(work.pending);
    return result;
}

/* promise threads-16 */
TEST(wait, frees_a_paused_deferred_when_its_time_is_out)
{
    set_up(VR_SEC);
    waiter.start = start_paused;
    run_with_waiter();
    check_int(waiter.err, -ETIMEDOUT);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(work.cancels, 1);
    tear_down();
}

/* ---- only looking ---- */

static struct vr_result start_fired(void *arg)
{
    (void)arg;
    work.pending = vr_pending_done(vr_reactor_env(reactor), vr_ok(number(6)));
    check(work.pending);
    return vr_wait_for(work.pending);
}

TEST(wait, looks_for_a_result_that_is_there)
{
    set_up(0);
    waiter.start = start_fired;
    run_with_waiter();
    check_int(waiter.err, 0);
    check_value(&waiter.outcome, 6);
    tear_down();
}

TEST(wait, looks_in_vain_for_one_that_is_not)
{
    set_up(0);
    waiter.start = start_for_ever;
    run_with_waiter();
    check_int(waiter.err, -ETIMEDOUT);
    check_int(work.cancels, 1);
    check_int(work.step_code, -ETIMEDOUT);
    check_int(vr_test_now(&test), 3600 * VR_SEC);
    tear_down();
}

/* ---- a deferred that is handed over ---- */

TEST(wait, takes_a_deferred_of_the_reactor)
{
    set_up(-1);
    make_work(60 * VR_SEC);
    waiter.given = work.pending;
    run_with_waiter();
    check_int(waiter.err, 0);
    check_value(&waiter.outcome, 7);
    tear_down();
}

TEST(wait, takes_a_deferred_that_has_fired)
{
    set_up(VR_SEC);
    make_work(-1);
    check_int(vr_pending_fire(work.pending, number(7)), 0);
    waiter.given = work.pending;
    run_with_waiter();
    check_value(&waiter.outcome, 7);
    tear_down();
}

TEST(wait, cancels_a_deferred_that_was_handed_over)
{
    set_up(VR_SEC);
    make_work(-1);
    waiter.given = work.pending;
    run_with_waiter();
    check_int(waiter.err, -ETIMEDOUT);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(work.cancels, 1);
    tear_down();
}

/* ---- where nothing is begun ---- */

static void wait_on_its_own_thread(struct vr_post *post)
{
    struct vr_result result;

    (void)post;
    check_int(vr_start_and_wait(reactor, start_for_ever, NULL, 0, &result),
              -EDEADLK);
    check_int(vr_pending_wait(work.pending, reactor, -1, &result), -EDEADLK);
}

TEST(wait, is_refused_on_the_reactor_s_own_thread)
{
    struct vr_post post = {.run = wait_on_its_own_thread};

    set_up(-1);
    make_work(-1);
    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(work.cancels, 0);
    vr_pending_free(work.pending); /* still ours */
    check_int(work.starts, 0);
    tear_down();
}

TEST(wait, is_refused_by_a_reactor_that_does_not_run)
{
    struct vr_result result;

    set_up(-1);
    make_work(-1);
    check_int(vr_start_and_wait(reactor, start_for_ever, NULL, -1, &result),
              -EAGAIN);
    check_int(vr_pending_wait(work.pending, reactor, 0, &result), -EAGAIN);
    check_int(vr_reactor_close(reactor), 0);
    check_int(vr_pending_wait(work.pending, reactor, 0, &result), -VR_ECLOSED);
    check_int(work.cancels, 0);
    vr_pending_free(work.pending);
    check_int(work.starts, 0);
    tear_down();
}
