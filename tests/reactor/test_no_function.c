/* SPDX-License-Identifier: MIT */
/**
 * @file test_no_function.c
 * A function that is needed and was left NULL is refused where it is given,
 * not called later.
 */
#include <vreactor/reactor/reactor.h>

#include <errno.h>

#include <vreactor/log/queue.h>
#include <vreactor/pending/combine.h>
#include <vreactor/pending/coroutine.h>
#include <vreactor/reactor/async/ask.h>
#include <vreactor/reactor/async/condition.h>
#include <vreactor/reactor/async/future.h>
#include <vreactor/reactor/async/pool.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/schedule.h>
#include <vreactor/reactor/async/wait.h>
#include <vreactor/testing/clock.h>

#include "tests/support/script.h"
#include "tests/support/test.h"

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static struct vr_value none;

static void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
}

static void tear_down(void)
{
    script_free(&script, reactor);
}

TEST(no_function, is_no_task)
{
    struct vr_task task = {.arg = &test};

    set_up();
    check_int(vr_schedule(reactor, 0, &task, NULL), -EINVAL);
    check_int(vr_schedule_at(reactor, 0, &task, NULL), -EINVAL);
    tear_down();
}

TEST(no_function, is_nothing_to_wait_for)
{
    struct vr_result result;

    set_up();
    check_int(vr_call_and_wait(reactor, NULL, NULL), -EINVAL);
    check_int(vr_start_and_wait(reactor, NULL, NULL, -1, &result), -EINVAL);
    tear_down();
}

static int code_of(struct vr_result result)
{
    int code = result.failure ? result.failure->code : 0;

    vr_result_free(result);
    return code;
}

TEST(no_function, is_no_question_and_no_job)
{
    struct vr_pool *pool;

    set_up();
    check_int(vr_pool_new(NULL, &pool), 0);
    check_int(vr_await(vr_ask(reactor, reactor, NULL, none), NULL, NULL),
              -EINVAL);
    check_int(code_of(vr_future_take(vr_future_start(reactor, NULL, none))),
              -EINVAL);
    check_int(
        vr_await(vr_pool_submit(pool, reactor, NULL, NULL, none), NULL, NULL),
        -EINVAL);
    check_int(vr_pool_free(pool), 0);
    tear_down();
}

TEST(no_function, watches_no_condition)
{
    struct vr_condition *condition;
    struct vr_condition_watch *watch;

    set_up();
    check_int(vr_condition_new(NULL, 0, &condition), 0);
    check_int(vr_await(vr_condition_await(condition, reactor, NULL, NULL), NULL,
                       NULL),
              -EINVAL);
    check_int(vr_condition_watch(condition, reactor, NULL, NULL, &watch),
              -EINVAL);
    vr_condition_free(condition);
    tear_down();
}

TEST(no_function, is_no_step_and_no_sequence)
{
    struct vr_pending *done = vr_pending_done(NULL, vr_ok(none));

    check(done);
    check_int(vr_pending_then(done, NULL, NULL, NULL), -EINVAL);
    check_int(vr_pending_both(done, NULL, NULL), -EINVAL);
    vr_pending_free(done);
    check_int(vr_await(vr_pending_sequence(NULL, 1, 1, NULL, NULL), NULL, NULL),
              -EINVAL);
}

TEST(no_function, wakes_no_queue)
{
    static const struct vr_log_queue_ops ops = {0};
    struct vr_log_queue *queue;

    check_int(vr_log_queue_new(NULL, 0, &ops, NULL, &queue), -EINVAL);
}
