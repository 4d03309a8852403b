/* SPDX-License-Identifier: MIT */
/**
 * @file test_condition.c
 * Tests of reactor/async/condition.h: what reactors hear.  Threads that wait
 * are in test_condition_threads.c.
 */
#include <vreactor/reactor/async/condition.h>

#include <errno.h>

#include <vreactor/reactor/post.h>

#include "tests/reactor/results.h"
#include "tests/support/child.h"
#include "tests/support/script.h"

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static struct vr_condition *condition;
static struct outcome outcome;

static struct vr_condition_watch *watch;
static int64_t heard;            /* last */
static int calls;                /* so often */
static void (*when_heard)(void); /* NULL: nothing */

/* A condition of value 1. */
static void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
    check_int(vr_condition_new(&test.env, 1, &condition), 0);
}

static void tear_down(void)
{
    vr_condition_free(condition);
    vr_condition_unwatch(watch);
    vr_pending_free(outcome.pending);
    check_int(vr_reactor_turn(reactor, 0), 0);
    script_free(&script, reactor);
}

static void turn(void)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
}

static bool is_at_least(void *least, int64_t value)
{
    check(vr_reactor_current() == reactor);
    calls++;
    return value >= *(int *)least;
}

static int three = 3;

static void await_three(void)
{
    struct vr_pending *pending =
        vr_condition_await(condition, reactor, is_at_least, &three);

    check(pending);
    watch_outcome(&outcome, pending);
}

static void note_change(void *arg, int64_t value)
{
    check(arg == &three);
    check(vr_reactor_current() == reactor);
    heard = value;
    calls++;
    if (when_heard)
        when_heard();
}

static void open_watch(void)
{
    check_int(
        vr_condition_watch(condition, reactor, note_change, &three, &watch), 0);
}

static void unwatch(void)
{
    vr_condition_unwatch(watch);
    watch = NULL;
}

/* ---- the value ---- */

TEST(condition, has_a_value_that_is_set_and_counted)
{
    set_up();
    check_int(vr_condition_get(condition), 1);
    vr_condition_set(condition, 7);
    check_int(vr_condition_get(condition), 7);
    check_int(vr_condition_add(condition, 3), 10);
    check_int(vr_condition_add(condition, -11), -1);
    check_int(vr_condition_get(condition), -1);
    tear_down();
    vr_condition_free(NULL);
}

/* ---- deferreds ---- */

TEST(condition, fires_a_deferred_when_the_test_says_yes)
{
    set_up();
    await_three();
    turn();
    check_int(calls, 1);
    vr_condition_set(condition, 2);
    turn();
    check_int(calls, 2);
    check_int(outcome.times, 0);
    vr_condition_set(condition, 3);
    check_int(outcome.times, 0); /* in a turn */
    turn();
    check_value(&outcome, 0);
    vr_condition_set(condition, 4);
    turn();
    check_int(calls, 3);
    tear_down();
    check_int(outcome.times, 1);
}

/* promise threads-13 */
TEST(condition, fires_in_a_turn_what_is_so_already)
{
    set_up();
    vr_condition_set(condition, 5);
    await_three();
    check_int(outcome.times, 0);
    turn();
    check_value(&outcome, 0);
    tear_down();
}

TEST(condition, asks_again_only_where_the_value_was_changed)
{
    set_up();
    await_three();
    turn();
    vr_condition_set(condition, 1);
    check_int(vr_condition_add(condition, 0), 1);
    turn();
    check_int(calls, 1);
    tear_down();
}

TEST(condition, forgets_a_deferred_that_was_cancelled)
{
    set_up();
    await_three();
    turn();
    check(vr_pending_cancel(outcome.pending));
    check_failure(&outcome, -VR_ECANCELLED);
    vr_condition_set(condition, 3);
    turn();
    check_int(calls, 1);
    tear_down();
}

TEST(condition, forgets_a_deferred_that_was_freed_before_its_turn)
{
    set_up();
    await_three();
    vr_pending_free(outcome.pending);
    outcome.pending = NULL;
    check_failure(&outcome, -VR_ECANCELLED);
    turn();
    check_int(calls, 0);
    tear_down();
}

/* promise threads-14 */
TEST(condition, freed_fails_its_deferreds_in_a_turn)
{
    set_up();
    await_three();
    turn();
    vr_condition_free(condition);
    condition = NULL;
    check_int(outcome.times, 0);
    turn();
    check_failure(&outcome, -VR_ECANCELLED);
    check_int(calls, 1);
    tear_down();
}

/* A watch outlives its reactor */
TEST(condition, fails_deferreds_whose_reactor_is_closed_and_forgets_watches)
{
    set_up();
    await_three();
    turn();
    open_watch();
    turn();
    vr_condition_set(condition, 2); /* on its way */
    check_int(vr_reactor_close(reactor), 0);
    check_failure(&outcome, -VR_ECLOSED);
    vr_pending_free(outcome.pending);
    check_int(vr_reactor_free(reactor), 0);

    vr_condition_set(condition, 9);
    check_int(calls, 2);
    vr_condition_free(condition);
    unwatch();
    check_int(vr_test_blocks(&test), 0);
}

/* ---- watches ---- */

TEST(condition, tells_a_watch_what_it_is_and_what_it_becomes)
{
    set_up();
    open_watch();
    check_int(calls, 0);
    turn();
    check_int(calls, 1);
    check_int(heard, 1);
    turn();
    check_int(calls, 1);
    vr_condition_set(condition, 5);
    check_int(calls, 1);
    turn();
    check_int(calls, 2);
    check_int(heard, 5);
    tear_down();
}

/* promise threads-13 */
TEST(condition, tells_of_several_changes_at_once)
{
    set_up();
    open_watch();
    for (int i = 2; i < 100; i++)
        vr_condition_set(condition, i);
    turn();
    check_int(calls, 1);
    check_int(heard, 99);
    turn();
    check_int(calls, 1);
    tear_down();
}

TEST(condition, tells_nothing_after_unwatching)
{
    set_up();
    open_watch();
    turn();
    vr_condition_set(condition, 5);
    unwatch();
    vr_condition_set(condition, 6);
    turn();
    check_int(calls, 1);
    vr_condition_unwatch(NULL);
    tear_down();
}

static void set_and_unwatch(void)
{
    vr_condition_set(condition, vr_condition_get(condition) + 1);
    unwatch();
}

TEST(condition, may_be_changed_and_unwatched_by_a_watch)
{
    set_up();
    open_watch();
    when_heard = set_and_unwatch;
    turn();
    turn();
    check_int(calls, 1);
    check_int(vr_condition_get(condition), 2);
    tear_down();
}

static void add_up_to_three(void)
{
    if (vr_condition_get(condition) < 3)
        check(vr_condition_add(condition, 1) <= 3);
}

/* promise threads-13 */
TEST(condition, changed_by_a_watch_tells_it_in_a_later_turn)
{
    set_up();
    open_watch();
    when_heard = add_up_to_three;
    turn();
    check_int(calls, 1);
    turn();
    turn();
    turn();
    check_int(calls, 3);
    check_int(heard, 3);
    tear_down();
}

/* promise threads-14 */
TEST(condition, freed_tells_no_more)
{
    set_up();
    open_watch();
    turn();
    vr_condition_set(condition, 5);
    vr_condition_free(condition);
    condition = NULL;
    turn();
    check_int(calls, 1);
    tear_down();
}

/* ---- what is refused ---- */

static void wait_in_a_turn(struct vr_post *post)
{
    int64_t value = 0;

    (void)post;
    check_int(vr_condition_wait(condition, NULL, NULL, -1, &value), -EDEADLK);
    check_int(vr_condition_wait(condition, NULL, NULL, 1, &value), -EDEADLK);
    check_int(vr_condition_wait(condition, NULL, NULL, 0, &value), -ETIMEDOUT);
    check_int(vr_condition_wait(condition, is_at_least, &three, 0, &value), 0);
    check_int(value, 3);
}

TEST(condition, is_only_looked_at_in_a_turn)
{
    struct vr_post post = {.run = wait_in_a_turn};

    set_up();
    vr_condition_set(condition, 3);
    vr_reactor_post(reactor, &post);
    turn();
    check_int(calls, 1);
    tear_down();
}

TEST(condition, is_not_heard_of_on_a_reactor_that_is_closed)
{
    set_up();
    check_int(vr_reactor_close(reactor), 0);
    check_int(
        vr_await(vr_condition_await(condition, reactor, is_at_least, &three),
                 NULL, NULL),
        -VR_ECLOSED);
    check_int(
        vr_condition_watch(condition, reactor, note_change, &three, &watch),
        -VR_ECLOSED);
    check(!watch);
    vr_condition_free(condition);
    script_free(&script, reactor);
}

static int use_as_child(void)
{
    child_check(
        vr_await(vr_condition_await(condition, reactor, is_at_least, &three),
                 NULL, NULL) == -ECHILD);
    child_check(vr_condition_watch(condition, reactor, note_change, &three,
                                   &watch) == -ECHILD);
    return 0;
}

TEST(condition, is_not_heard_of_in_a_child)
{
    set_up();
    await_three();
    turn();
    check_in_child(use_as_child);
    turn();
    check_int(calls, 1);
    vr_condition_set(condition, 3);
    turn();
    check_value(&outcome, 0);
    tear_down();
}
