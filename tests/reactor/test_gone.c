/* SPDX-License-Identifier: MIT */
/**
 * @file test_gone.c
 * What is done away with by a function of the program's that it has called
 * itself is not looked at any more.
 */
#include <string.h>

#include <vreactor/pending/pending.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/async/condition.h>
#include <vreactor/reactor/async/promise.h>
#include <vreactor/reactor/schedule.h>

#include "tests/support/script.h"
#include "tests/support/test.h"

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static struct vr_pending *pending;
static int calls;

static void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
}

static void turn(void)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
}

/* ---- a deferred of a condition, by the condition's test ---- */

static struct vr_condition *condition;

static bool free_deferred(void *change, int64_t value)
{
    calls++;
    if (change)
        vr_condition_set(condition, value + 1);
    vr_pending_free(pending);
    return true;
}

static void check_test_may_free(void *change)
{
    set_up();
    check_int(vr_condition_new(&test.env, 1, &condition), 0);
    pending = vr_condition_await(condition, reactor, free_deferred, change);
    check(pending);
    turn();
    turn();
    check_int(calls, 1);
    vr_condition_free(condition);
    script_free(&script, reactor); /* looks for what was not freed */
    calls = 0;
}

TEST(gone, a_deferred_may_be_freed_by_the_test_of_its_condition)
{
    check_test_may_free(NULL);
}

TEST(gone, a_deferred_may_be_freed_by_a_test_that_changes_the_condition)
{
    check_test_may_free(&test);
}

/* ---- the reactor of a promise, by who is told that it was cancelled ---- */

static void close_reactor(void *arg)
{
    (void)arg;
    calls++;
    check_int(vr_reactor_close(reactor), 0);
}

static void note_freed(void *freed)
{
    (*(int *)freed)++;
}

TEST(gone, a_reactor_may_be_closed_by_who_hears_of_a_cancelled_promise)
{
    struct vr_promise *promise;
    int freed = 0;

    set_up();
    pending = vr_promise_new(reactor, close_reactor,
                             vr_value_of(&freed, note_freed), &promise);
    check(pending);
    vr_pending_free(pending);
    check_int(calls, 1);
    check_int(freed, 0); /* as the source is there still */
    check(!vr_promise_is_wanted(promise));
    vr_promise_unref(promise);
    check_int(freed, 1);
    script_free(&script, reactor);
}

/* ---- a group, by who is told that a task of it was cancelled ---- */

static struct vr_call_group group;

static void do_nothing(void *arg)
{
    (void)arg;
}

static void cancel_others(void *arg)
{
    (void)arg;
    if (calls++)
        memset(&group, 0, sizeof(group)); /* as if freed */
    else
        check_int(vr_call_group_cancel(&group), 1);
}

TEST(gone, a_group_may_be_freed_by_who_hears_of_its_last_task)
{
    struct vr_task task = {
        .run = do_nothing, .cancelled = cancel_others, .group = &group};

    set_up();
    vr_call_group_init(&group);
    check_int(vr_schedule(reactor, 1000, &task, NULL), 0);
    check_int(vr_schedule(reactor, 1000, &task, NULL), 0);
    turn();
    check_int(vr_reactor_close(reactor), 0);
    check_int(calls, 2);
    script_free(&script, reactor);
}
