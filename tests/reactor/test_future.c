/* SPDX-License-Identifier: MIT */
/**
 * @file test_future.c
 * Tests of reactor/async/future.h, with turns of the reactor made by the thread
 * that asks.
 */
#include <vreactor/reactor/async/future.h>

#include <errno.h>

#include <vreactor/reactor/call.h>

#include "tests/reactor/results.h"
#include "tests/support/child.h"
#include "tests/support/script.h"

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static struct vr_future *future;

/* Of the reactor's side. */
static struct vr_pending *asked; /* what is waited for there */
static int asks, cancels, step_code;

static void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
}

static void free_reactor(void)
{
    check_int(vr_reactor_free(reactor), 0);
    reactor = NULL;
}

static void tear_down(void)
{
    free_reactor();
    check_int(values, 0);
    check_int(vr_test_blocks(&test), 0);
}

static void turn(void)
{
    check_int(vr_reactor_turn(reactor, -1), 0);
}

static void stop(struct vr_call *call)
{
    (void)call;
    vr_reactor_stop(reactor);
}

static void run_once(void)
{
    struct vr_call call;

    vr_call_init(&call, reactor, stop);
    vr_call_after(&call, 0);
    check_int(vr_reactor_run(reactor), 0);
}

/* With the number 20. */
static void start(vr_ask_fn *fn)
{
    future = vr_future_start(reactor, fn, number(20));
    check(future);
}

static void take(int n, int code)
{
    struct outcome outcome = {0};

    check(vr_future_is_done(future));
    note_result(&outcome, vr_future_take(future));
    check_int(outcome.number, n);
    check_int(outcome.code, code);
}

static struct vr_result add_one(struct vr_value value)
{
    check(vr_reactor_current() == reactor);
    asks++;
    ++*(int *)value.ptr;
    return vr_ok(value);
}

static void note_cancelled(void *arg, struct vr_pending *pending)
{
    (void)arg, (void)pending;
    cancels++;
}

static struct vr_result note_step(void *arg, struct vr_result result)
{
    (void)arg;
    step_code = result.failure ? result.failure->code : 0;
    return result;
}

/* Has its result when the test fires @asked. */
static struct vr_result wait_there(struct vr_value value)
{
    asks++;
    vr_value_free(value);
    asked = vr_pending_new(vr_reactor_env(reactor), note_cancelled, NULL);
    check(asked);
    check_int(vr_pending_both(asked, note_step, NULL), 0);
    return vr_wait_for(asked);
}

static struct vr_result fail_there(struct vr_value value)
{
    vr_value_free(value);
    return vr_fail(vr_failure_new(NULL, -EIO, "read", NULL, NULL));
}

/* promise posts-17 */
TEST(future, waits_for_a_turn_and_is_done_then)
{
    set_up();
    start(add_one);
    check(!vr_future_is_done(future));
    check_int(asks, 0);
    turn();
    check_int(asks, 1);
    take(21, 0);
    tear_down();
}

TEST(future, has_the_failure_of_its_function)
{
    set_up();
    start(fail_there);
    turn();
    take(0, -EIO);
    tear_down();
}

/* promise posts-17 */
TEST(future, waits_for_a_deferred_from_one_run_to_the_next)
{
    set_up();
    start(wait_there);
    run_once();
    check_int(asks, 1);
    check(!vr_future_is_done(future));
    check_int(vr_pending_fire(asked, number(5)), 0); /* between runs */
    take(5, 0);
    start(add_one);
    check(!vr_future_is_done(future));
    run_once();
    take(21, 0);
    check_int(cancels, 0);
    tear_down();
}

TEST(future, may_be_freed_with_its_result)
{
    set_up();
    start(add_one);
    turn();
    vr_future_free(future);
    tear_down();
}

TEST(future, may_outlive_its_reactor)
{
    set_up();
    start(add_one);
    turn();
    free_reactor();
    take(21, 0);
    check_int(values, 0);
    check_int(vr_test_blocks(&test), 0);
}

/* ---- cancelling ---- */

/* promise posts-18 */
TEST(future, cancelled_before_its_turn_is_done_and_its_function_not_called)
{
    set_up();
    start(add_one);
    check(vr_future_cancel(future));
    check(!vr_future_cancel(future));
    take(0, -VR_ECANCELLED);
    check_int(values, 1); /* which the reactor frees */
    turn();
    check_int(asks, 0);
    tear_down();
}

/* promise posts-18 */
TEST(future, cancelled_cancels_the_deferred_in_a_turn)
{
    set_up();
    start(wait_there);
    turn();
    check(vr_future_cancel(future));
    take(0, -VR_ECANCELLED);
    check_int(cancels, 0);
    turn();
    check_int(cancels, 1);
    check_int(step_code, -VR_ECANCELLED);
    tear_down();
}

/* promise posts-18 */
TEST(future, taken_or_freed_before_it_is_done_is_cancelled)
{
    struct outcome outcome = {0};

    set_up();
    start(wait_there);
    turn();
    note_result(&outcome, vr_future_take(future));
    check_int(outcome.code, -VR_ECANCELLED);
    turn();
    check_int(cancels, 1);
    start(wait_there);
    vr_future_free(future);
    turn();
    check_int(asks, 1);
    tear_down();
}

TEST(future, that_is_done_is_not_cancelled)
{
    set_up();
    start(add_one);
    turn();
    check(!vr_future_cancel(future));
    take(21, 0);
    tear_down();
}

/* Of two results the second has nobody. */
TEST(future, cancelled_has_a_result_that_comes_before_the_turn_freed)
{
    set_up();
    start(wait_there);
    turn();
    check(vr_future_cancel(future));
    check_int(vr_pending_fire(asked, number(5)), 0);
    check_int(values, 0);
    take(0, -VR_ECANCELLED);
    turn();
    check_int(cancels, 0);
    tear_down();
}

static struct vr_pending *farewell;

static struct vr_result say_goodbye(void *arg)
{
    check_int(vr_await(arg, NULL, NULL), -VR_ECANCELLED);
    (void)vr_await(vr_shield(farewell), NULL, NULL);
    return vr_ok(number(7));
}

static struct vr_result talk(struct vr_value value)
{
    const struct vr_env *env = vr_reactor_env(reactor);

    vr_value_free(value);
    farewell = vr_pending_new(env, note_cancelled, NULL);
    asked = vr_pending_new(env, note_cancelled, NULL);
    return vr_wait_for(vr_spawn(env, NULL, say_goodbye, asked));
}

static bool has_coroutines(void)
{
    struct vr_pending *tried = vr_spawn(
        NULL, NULL, say_goodbye, vr_pending_failed(NULL, -VR_ECANCELLED, NULL));

    farewell = NULL;
    return vr_await(tried, NULL, NULL) != -ENOTSUP;
}

/* promise posts-18 */
TEST(future, cancelled_lets_a_coroutine_end_what_it_shields)
{
    if (!has_coroutines()) {
        test_skip("there are no coroutines");
        return;
    }
    set_up();
    start(talk);
    turn();
    vr_future_free(future);
    turn();
    check_int(cancels, 1); /* of the other */
    check_int(vr_pending_fire(farewell, number(1)), 0);
    check_int(values, 0);
    tear_down();
}

/* ---- reactors that close ---- */

/* promise posts-19 */
TEST(future, of_a_closed_reactor_is_done)
{
    set_up();
    check_int(vr_reactor_close(reactor), 0);
    start(add_one);
    take(0, -VR_ECLOSED);
    check_int(asks, 0);
    tear_down();
}

/* promise posts-19 */
TEST(future, is_done_when_the_reactor_closes_before_its_turn)
{
    set_up();
    start(add_one);
    free_reactor();
    take(0, -VR_ECLOSED);
    check_int(values, 0);
    check_int(vr_test_blocks(&test), 0);
}

/* promise posts-19 */
TEST(future, is_done_when_the_reactor_closes_before_its_result)
{
    set_up();
    start(wait_there);
    turn();
    free_reactor();
    check_int(cancels, 1);
    check(!vr_future_cancel(future));
    take(0, -VR_ECLOSED);
    check_int(vr_test_blocks(&test), 0);
}

/* promise posts-18 */
TEST(future, cancelled_just_before_the_reactor_closes_leaves_nothing)
{
    set_up();
    start(wait_there);
    turn();
    check(vr_future_cancel(future));
    free_reactor();
    check_int(cancels, 1);
    take(0, -VR_ECANCELLED);
    check_int(vr_test_blocks(&test), 0);
}

/* ---- none ---- */

TEST(future, without_memory_is_done)
{
    future = NULL;
    check(!vr_future_cancel(NULL));
    vr_future_free(NULL);
    take(0, -ENOMEM);
}

/* ---- forked ---- */

static int use_in_child(void)
{
    struct vr_future *late = vr_future_start(reactor, add_one, number(1));

    child_check(vr_future_is_done(late));
    struct vr_result result = vr_future_take(late);
    child_check(result.failure && result.failure->code == -ECHILD);
    vr_result_free(result);

    child_check(!vr_future_is_done(future));
    vr_future_free(future); /* the parent's goes on */
    return 0;
}

TEST(future, is_refused_in_a_child_and_leaves_that_of_the_parent)
{
    set_up();
    start(wait_there);
    turn();
    check_in_child(use_in_child);
    check_int(vr_pending_fire(asked, number(5)), 0);
    take(5, 0);
    tear_down();
}
