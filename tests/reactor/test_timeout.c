/* SPDX-License-Identifier: MIT */
/**
 * @file test_timeout.c
 * Deferreds whose time is up, or not.
 */
#include <vreactor/reactor/async/timeout.h>

#include <vreactor/pending/coroutine.h>
#include <vreactor/pending/steps.h>

#include "tests/pending/fixture.h"
#include "tests/reactor/calls.h"

#define timeout(pending, span)                                                 \
    check_int(vr_pending_timeout(pending, reactor, span), 0)

/* Turns until @span has passed, and no more. */
static void pass(vr_time span)
{
    pass_until(now() + span);
}

/* Time stands still where no call is scheduled. */
static void check_no_call_left(void)
{
    vr_time then = now();

    check_int(vr_reactor_turn(reactor, VR_SEC), 0);
    check_int(now() - then, VR_SEC);
}

static void check_all_gone(void)
{
    check_no_call_left();
    check_all_freed();
    tear_down();
}

/* promise calls-19 */
TEST(timeout, fails_when_its_time_is_up)
{
    set_up();
    struct vr_pending *pending = new_pending();
    timeout(pending, 5 * VR_SEC);
    watch(pending);

    pass(5 * VR_SEC - 1);
    check_str(seen.trace, "");
    pass(1);
    check_str(seen.trace, "f-110");
    check_int(seen.cancels, 1);
    vr_pending_free(pending);
    check_all_gone();
}

static struct vr_result expect_timeout(void *arg, struct vr_failure *failure)
{
    (void)arg;
    check_int(failure->code, -ETIMEDOUT);
    check(vr_failure_is_cancel(failure));
    check(vr_failure_is(failure, -VR_ECANCELLED));
    check(!vr_failure_is_cancel(vr_failure_no_memory()));
    vr_failure_unref(failure);
    return vr_ok(number(1));
}

TEST(timeout, fails_with_what_is_a_cancel)
{
    set_up();
    struct vr_pending *pending = new_pending();
    timeout(pending, VR_SEC);
    then(pending, NULL, expect_timeout, NULL);
    watch(pending);

    pass(VR_SEC);
    check_str(seen.trace, "v1");
    vr_pending_free(pending);
    check_int(seen.reports, 0);
    check_all_gone();
}

TEST(timeout, that_nobody_handles_is_reported)
{
    set_up();
    struct vr_pending *pending = new_pending();
    timeout(pending, VR_SEC);

    pass(VR_SEC);
    vr_pending_free(pending);
    check_int(seen.reports, 1);
    check(strstr(seen.report, "ETIMEDOUT"));
    check_all_gone();
}

/* promises calls-19, deferreds-18 */
TEST(timeout, has_no_timeout_once_it_has_fired)
{
    set_up();
    struct vr_pending *pending = new_pending();
    timeout(pending, 5 * VR_SEC);

    check_int(vr_pending_fire(pending, number(7)), 0);
    check_no_call_left();
    pass(5 * VR_SEC);
    watch(pending);
    check_str(seen.trace, "v7");
    vr_pending_free(pending);
    check_all_gone();
}

TEST(timeout, that_has_fired_already_takes_no_timeout)
{
    set_up();
    struct vr_pending *pending = new_pending();
    check_int(vr_pending_fire(pending, number(7)), 0);

    timeout(pending, 5 * VR_SEC);
    check_no_call_left();
    watch(pending);
    check_str(seen.trace, "v7");
    vr_pending_free(pending);
    check_all_gone();
}

TEST(timeout, has_no_timeout_once_it_was_cancelled_or_freed)
{
    set_up();
    struct vr_pending *cancelled = new_pending(), *freed = new_pending();
    timeout(cancelled, 5 * VR_SEC);
    timeout(freed, 5 * VR_SEC);

    check(vr_pending_cancel(cancelled));
    vr_pending_free(freed);
    check_no_call_left();
    watch(cancelled);
    check_str(seen.trace, "f-5001");
    vr_pending_free(cancelled);
    check_all_gone();
}

/* promises calls-19, deferreds-19 */
TEST(timeout, is_not_given_more_time_by_a_longer_timeout)
{
    set_up();
    struct vr_pending *pending = new_pending();
    timeout(pending, VR_SEC);
    timeout(pending, 5 * VR_SEC);
    watch(pending);

    pass(VR_SEC);
    check_str(seen.trace, "f-110");
    vr_pending_free(pending);
    check_all_gone();
}

/* promise deferreds-19 */
TEST(timeout, is_given_less_time_by_a_shorter_timeout)
{
    set_up();
    struct vr_pending *pending = new_pending();
    timeout(pending, 5 * VR_SEC);
    timeout(pending, VR_SEC);
    watch(pending);

    pass(VR_SEC);
    check_str(seen.trace, "f-110");
    check_int(seen.cancels, 1);
    pass(5 * VR_SEC);
    check_str(seen.trace, "f-110");
    vr_pending_free(pending);
    check_all_gone();
}

/* promise calls-19 */
TEST(timeout, that_waits_for_another_has_the_source_cancelled)
{
    set_up();
    struct vr_pending *first = new_pending(), *second = new_pending();
    struct vr_pending *source = new_pending();
    then(second, wait_for_arg, NULL, source);
    then(first, wait_for_arg, NULL, second);
    timeout(first, 5 * VR_SEC);
    watch(first);

    check_int(vr_pending_fire(first, number(1)), 0);
    check_int(vr_pending_fire(second, number(2)), 0);
    pass(5 * VR_SEC);
    check_int(seen.cancels, 1);
    check_str(seen.trace, "f-110");
    vr_pending_free(first);
    check_all_gone();
}

/* promise deferreds-18 */
TEST(timeout, is_timed_for_the_steps_it_has)
{
    set_up();
    struct vr_pending *pending = new_pending(), *later = new_pending();
    timeout(pending, 5 * VR_SEC);
    then(pending, wait_for_arg, NULL, later);
    watch(pending);

    check_int(vr_pending_fire(pending, number(1)), 0);
    pass(10 * VR_SEC);
    check_str(seen.trace, "");
    check_int(vr_pending_fire(later, number(2)), 0);
    check_str(seen.trace, "v2");
    vr_pending_free(pending);
    check_all_gone();
}

/* The deferred of @arg, freed inside the canceller that the timeout calls. */
static void free_other(void *arg, struct vr_pending *pending)
{
    (void)pending;
    vr_pending_free(*(struct vr_pending **)arg);
}

TEST(timeout, may_be_freed_by_its_own_timeout)
{
    struct vr_pending *outer, *source;
    set_up();
    source = vr_pending_new(counting_env(), free_other, &outer);
    check(source);
    outer = new_pending();
    then(outer, wait_for_arg, NULL, source);
    timeout(outer, VR_SEC);
    watch(outer);

    check_int(vr_pending_fire(outer, number(1)), 0);
    pass(VR_SEC);
    check_str(seen.trace, "f-110");
    check_all_gone();
}

TEST(timeout, has_until_the_next_turn_where_there_is_no_time)
{
    set_up();
    struct vr_pending *pending = new_pending();
    timeout(pending, 0);
    watch(pending);

    check_str(seen.trace, "");
    turn();
    check_str(seen.trace, "f-110");
    vr_pending_free(pending);
    check_all_gone();
}

/* ---- the reactor ---- */

TEST(timeout, outlives_its_reactor)
{
    set_up();
    struct vr_pending *fired = new_pending(), *freed = new_pending();
    timeout(fired, 5 * VR_SEC);
    timeout(freed, 5 * VR_SEC);
    watch(fired);

    tear_down();
    check_str(seen.trace, "");
    check_int(vr_pending_fire(fired, number(1)), 0);
    check_str(seen.trace, "v1");
    vr_pending_free(fired);
    vr_pending_free(freed);
    check_all_freed();
}

TEST(timeout, has_no_timeout_of_a_closed_reactor)
{
    set_up();
    struct vr_pending *pending = new_pending();

    check_int(vr_reactor_close(reactor), 0);
    timeout(pending, VR_SEC);
    tear_down();
    vr_pending_free(pending);
    check_all_freed();
}

static struct vr_pending *within;

static void time_it(struct probe *probe)
{
    (void)probe;
    check_int(vr_pending_timeout(within, NULL, 3 * VR_SEC), 0);
}

TEST(timeout, is_timed_by_the_reactor_whose_turn_it_is)
{
    struct probe probe;
    set_up();
    probe_init(&probe, 1);
    probe.act = time_it;
    within = new_pending();
    watch(within);

    check_int(vr_pending_timeout(within, NULL, VR_SEC), -EPERM);
    vr_call_after(&probe.call, VR_SEC);
    pass(4 * VR_SEC - 1);
    check_str(seen.trace, "");
    pass(1);
    check_str(seen.trace, "f-110");
    vr_pending_free(within);
    check_all_gone();
}

/* ---- in expressions ---- */

TEST(within, is_its_deferred)
{
    set_up();
    struct vr_pending *pending = new_pending();

    check(vr_within(pending, reactor, VR_SEC) == pending);
    check(!vr_within(NULL, reactor, VR_SEC));
    watch(pending);
    pass(VR_SEC);
    check_str(seen.trace, "f-110");
    vr_pending_free(pending);
    check_all_gone();
}

TEST(within, fails_its_deferred_where_it_cannot_be)
{
    set_up();
    struct vr_pending *nowhere = new_pending(), *poor = new_pending();
    watch(nowhere);
    watch(poor);

    check(vr_within(nowhere, NULL, VR_SEC) == nowhere);
    check_str(seen.trace, "f-1");
    seen.fail_after = 0;
    check(vr_within(poor, reactor, VR_SEC) == poor);
    check_str(seen.trace, "f-1 f-12");
    seen.fail_after = -1;
    vr_pending_free(nowhere);
    vr_pending_free(poor);
    check_all_gone();
}

TEST(within, fails_in_no_place_of_the_program)
{
    struct vr_failure *why;
    set_up();

    check_int(vr_await(vr_within(new_pending(), NULL, VR_SEC), NULL, &why),
              -EPERM);
    check(!why->file);
    vr_failure_unref(why);
    check_all_gone();
}

/* The step, behind so many others, needs memory of its own. */
TEST(timeout, is_as_it_was_where_memory_is_wanting)
{
    set_up();
    struct vr_pending *pending = new_pending();
    for (int i = 0; i < VR_STEPS_OWN; i++)
        then(pending, NULL, recover_with, NULL);

    for (int after = 0; after < 2; after++) {
        seen.fail_after = after;
        check_int(vr_pending_timeout(pending, reactor, VR_SEC), -ENOMEM);
    }
    seen.fail_after = -1;
    check_no_call_left();
    watch(pending);
    check_int(vr_pending_fire(pending, number(1)), 0);
    check_str(seen.trace, "v1");
    vr_pending_free(pending);
    check_all_gone();
}
