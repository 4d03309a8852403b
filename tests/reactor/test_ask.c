/* SPDX-License-Identifier: MIT */
/**
 * @file test_ask.c
 * Tests of reactor/async/ask.h, with turns of both reactors made by one thread.
 */
#include <vreactor/reactor/async/ask.h>

#include <errno.h>

#include "tests/reactor/results.h"
#include "tests/support/script.h"

static struct vr_test_env test;
static struct vr_test_script scripts[2];
static struct vr_reactor *here, *there;
static struct outcome outcome;

/* Of the other side. */
static struct vr_pending *asked; /* what is waited for there */
static int asks, cancels, step_code;

static struct vr_reactor *make(int n)
{
    struct vr_reactor *reactor = NULL;

    vr_test_script_init(&scripts[n], &test);
    check_int(vr_test_script_reactor(&scripts[n], NULL, &reactor), 0);
    return reactor;
}

static void set_up(void)
{
    vr_test_env_init(&test, VR_SEC);
    here = make(0);
    there = make(1);
}

static void tear_down(void)
{
    vr_pending_free(outcome.pending);
    check_int(vr_reactor_free(here), 0);
    check_int(vr_reactor_free(there), 0);
    check_int(values, 0);
    check_int(vr_test_blocks(&test), 0);
}

static void turn(struct vr_reactor *reactor)
{
    check_int(vr_reactor_turn(reactor, -1), 0);
}

/* Asks with the number 20. */
static void ask(vr_ask_fn *fn)
{
    struct vr_pending *pending = vr_ask(here, there, fn, number(20));

    check(pending);
    watch_outcome(&outcome, pending);
}

static struct vr_result add_one(struct vr_value value)
{
    check(vr_reactor_current() == there);
    asks++;
    ++*(int *)value.ptr;
    return vr_ok(value);
}

static void note_cancelled(void *arg, struct vr_pending *pending)
{
    (void)arg;
    (void)pending;
    cancels++;
}

static struct vr_result note_step(void *arg, struct vr_result result)
{
    (void)arg;
    step_code = result.failure ? result.failure->code : 0;
    return result;
}

/* Answers when the test fires @asked. */
static struct vr_result wait_there(struct vr_value value)
{
    asks++;
    vr_value_free(value);
    asked = vr_pending_new(vr_reactor_env(there), note_cancelled, NULL);
    check(asked);
    check_int(vr_pending_both(asked, note_step, NULL), 0);
    return vr_wait_for(asked);
}

static struct vr_result fail_there(struct vr_value value)
{
    vr_value_free(value);
    return vr_fail(vr_failure_new(NULL, -EIO, "read", NULL, NULL));
}

TEST(ask, is_answered_there_and_heard_here_each_in_a_turn)
{
    set_up();
    ask(add_one);
    check_int(asks, 0);
    turn(there);
    check_int(asks, 1);
    check_int(outcome.times, 0);
    turn(here);
    check_value(&outcome, 21);
    tear_down();
}

TEST(ask, passes_a_failure_on)
{
    set_up();
    ask(fail_there);
    turn(there);
    turn(here);
    check_failure(&outcome, -EIO);
    tear_down();
}

TEST(ask, waits_there_for_a_deferred)
{
    set_up();
    ask(wait_there);
    turn(there);
    turn(here);
    check_int(outcome.times, 0);
    check_int(vr_pending_fire(asked, number(5)), 0);
    turn(here);
    check_value(&outcome, 5);
    check_int(cancels, 0);
    tear_down();
}

TEST(ask, may_be_of_itself)
{
    set_up();
    check_int(vr_reactor_free(there), 0);
    there = here;
    ask(add_one);
    turn(here);
    turn(here);
    check_value(&outcome, 21);
    there = NULL;
    tear_down();
}

/* ---- cancelling ---- */

/* promise posts-15 */
TEST(ask, cancelled_before_it_was_heard_is_not_answered)
{
    set_up();
    ask(add_one);
    check(vr_pending_cancel(outcome.pending));
    check_failure(&outcome, -VR_ECANCELLED);
    check_int(values, 1);
    turn(there);
    check_int(asks, 0);
    check_int(values, 0);
    tear_down();
}

/* promise posts-15 */
TEST(ask, cancelled_cancels_what_is_waited_for_there)
{
    set_up();
    ask(wait_there);
    turn(there);
    check(vr_pending_cancel(outcome.pending));
    check_failure(&outcome, -VR_ECANCELLED);
    check_int(cancels, 0); /* not on this thread */
    turn(there);
    check_int(cancels, 1);
    check_int(step_code, -VR_ECANCELLED);
    turn(here);
    tear_down();
    check_int(outcome.times, 1);
}

/* promise posts-15 */
TEST(ask, freed_cancels_too_and_leaves_an_answer_that_came_before)
{
    set_up();
    ask(wait_there);
    turn(there);
    vr_pending_free(outcome.pending);
    outcome.pending = NULL;
    check_int(vr_pending_fire(asked, number(5)), 0); /* before the stop */
    check_int(values, 0);
    turn(there);
    check_int(cancels, 0);
    tear_down();
}

TEST(ask, cancelled_with_its_answer_on_the_way_frees_that)
{
    set_up();
    ask(add_one);
    turn(there);
    check(vr_pending_cancel(outcome.pending));
    check_failure(&outcome, -VR_ECANCELLED);
    turn(there);
    turn(here);
    check_int(values, 0);
    tear_down();
}

/* ---- reactors that close ---- */

TEST(ask, of_a_closed_reactor_fails_in_a_turn)
{
    set_up();
    check_int(vr_reactor_close(there), 0);
    ask(add_one);
    check_int(outcome.times, 0);
    check_int(values, 0);
    turn(here);
    check_failure(&outcome, -VR_ECLOSED);
    tear_down();
}

/* promise posts-16 */
TEST(ask, fails_when_the_other_closes_before_it_heard)
{
    set_up();
    ask(add_one);
    check_int(vr_reactor_free(there), 0);
    there = NULL;
    turn(here);
    check_failure(&outcome, -VR_ECLOSED);
    check_int(asks, 0);
    tear_down();
}

/* promise posts-16 */
TEST(ask, fails_when_the_other_closes_before_it_answered)
{
    set_up();
    ask(wait_there);
    turn(there);
    check_int(vr_reactor_free(there), 0);
    there = NULL;
    check_int(cancels, 1);
    turn(here);
    check_failure(&outcome, -VR_ECLOSED);
    tear_down();
}

TEST(ask, may_be_cancelled_after_the_other_is_gone)
{
    set_up();
    ask(wait_there);
    turn(there);
    check_int(vr_reactor_free(there), 0);
    there = NULL;
    check(vr_pending_cancel(outcome.pending));
    check_failure(&outcome, -VR_ECANCELLED);
    turn(here);
    tear_down();
}

TEST(ask, cancelled_just_before_the_other_closes_leaves_nothing)
{
    set_up();
    ask(wait_there);
    turn(there);
    check(vr_pending_cancel(outcome.pending));
    check_int(vr_reactor_free(there), 0);
    there = NULL;
    check_int(cancels, 1);
    tear_down();
}

TEST(ask, stops_when_the_reactor_that_asks_is_closed)
{
    set_up();
    ask(wait_there);
    turn(there);
    check_int(vr_reactor_close(here), 0);
    check_failure(&outcome, -VR_ECLOSED);
    vr_pending_free(outcome.pending);
    outcome.pending = NULL;
    check_int(vr_reactor_free(here), 0);
    here = NULL;
    turn(there);
    check_int(cancels, 1);
    tear_down();
}

TEST(ask, is_refused_where_the_reactor_that_asks_is_closed)
{
    set_up();
    check_int(vr_reactor_close(here), 0);
    check_int(vr_await(vr_ask(here, there, add_one, number(1)), NULL, NULL),
              -VR_ECLOSED);
    tear_down();
}
