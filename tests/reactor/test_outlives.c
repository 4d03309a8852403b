/* SPDX-License-Identifier: MIT */
/**
 * @file test_outlives.c
 * What may be given back after the reactor in whose turn it was made.
 */
#include <errno.h>

#include <vreactor/base/end.h>
#include <vreactor/base/err.h>
#include <vreactor/log/memory.h>
#include <vreactor/log/queue.h>
#include <vreactor/log/subscribe.h>
#include <vreactor/log/thread.h>
#include <vreactor/pending/combine.h>
#include <vreactor/reactor/async/condition.h>
#include <vreactor/reactor/async/pool.h>
#include <vreactor/reactor/async/promise.h>
#include <vreactor/reactor/async/sleep.h>
#include <vreactor/reactor/async/timeout.h>
#include <vreactor/reactor/async/wait.h>

#include "tests/reactor/poisoned.h"

static struct vr_pending *pending;
static struct vr_value value;

static void tear_down(void)
{
    check_int(blocks, 0);
}

/* ---- failures ---- */

static struct vr_result fail_there(void *arg)
{
    struct vr_failure *cause =
        vr_failure_new(vr_reactor_env(arg), -ECONNRESET, "read", NULL, NULL);

    return vr_fail(vr_failure_new(NULL, -EIO, "ask", cause, "in %d", 1));
}

TEST(outlives, a_failure_that_a_thread_waited_for)
{
    struct vr_result result;
    char text[256];

    set_up();
    check_int(vr_reactor_start(reactor), 0);
    check_int(vr_start_and_wait(reactor, fail_there, reactor, -1, &result), 0);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    free_reactor();
    check_int(result.failure->code, -EIO);
    (void)vr_failure_format(result.failure, text, sizeof(text));
    check(strstr(text, "in 1"));
    check(strstr(text, "cause: read: "));
    vr_result_free(result);
    tear_down();
}

static struct vr_failure *kept;

static void fail_by_an_end(struct vr_post *post)
{
    struct vr_end end = {.kind = VR_END_RESET, .stage = VR_STAGE_READ};

    (void)post;
    kept = vr_failure_of_end(NULL, &end);
}

TEST(outlives, a_failure_made_of_an_end)
{
    set_up();
    in_turn(fail_by_an_end);
    free_reactor();
    check_int(kept->end->kind, VR_END_RESET);
    vr_failure_unref(kept);
    tear_down();
}

static struct vr_end kept_end;

static void keep_an_end(struct vr_post *post)
{
    struct vr_failure *why =
        vr_failure_new(NULL, -EIO, "read", NULL, "from a turn");
    const struct vr_end end = {.kind = VR_END_ERROR, .cause = why};

    (void)post;
    vr_end_keep(&kept_end, &end);
    vr_failure_unref(why);
}

/* promise ends-3 */
TEST(outlives, an_end_that_was_kept_with_its_cause)
{
    char text[256];

    set_up();
    in_turn(keep_an_end);
    free_reactor();
    (void)vr_end_format(&kept_end, text, sizeof(text));
    check(strstr(text, "from a turn"));
    vr_end_drop(&kept_end);
    tear_down();
}

/* ---- deferreds ---- */

static struct vr_result fail_late(void *arg, struct vr_result result)
{
    (void)arg;
    vr_result_free(result);
    return vr_fail(vr_failure_new(NULL, -EIO, NULL, NULL, "late"));
}

static void make_deferred(struct vr_post *post)
{
    (void)post;
    pending = vr_pending_new(NULL, NULL, NULL);
    check(pending);
    for (int i = 0; i < 9; i++) /* more than have room in the deferred */
        check_int(vr_pending_both(pending, fail_late, NULL), 0);
}

TEST(outlives, a_deferred_which_tells_those_who_told_the_reactor)
{
    set_up();
    in_turn(make_deferred);
    free_reactor();
    check_int(vr_pending_both(pending, fail_late, NULL), 0);
    vr_pending_free(pending);
    check(strstr(told, "late"));
    check_str(logged, "");
    tear_down();
}

static void make_loop(struct vr_post *post)
{
    struct vr_pending *inner;

    make_deferred(post);
    inner = pending;
    make_deferred(post);
    check_int(vr_pending_settle(pending, vr_wait_for(inner)), 0);
}

/* promise reactor-22 */
TEST(outlives, a_deferred_that_waits_for_another)
{
    set_up();
    in_turn(make_loop);
    free_reactor();
    vr_pending_free(pending);
    check(strstr(told, "late"));
    tear_down();
}

static void make_all(struct vr_post *post)
{
    struct vr_pending *members[2];

    (void)post;
    for (int i = 0; i < 2; i++)
        members[i] = vr_pending_done(NULL, fail_late(NULL, vr_ok(value)));
    pending = vr_pending_all(NULL, members, 2);
    check(pending);
}

static struct vr_result take_value(void *arg, struct vr_value got)
{
    (void)arg;
    value = got;
    return vr_ok(vr_value_none());
}

TEST(outlives, a_combination_and_its_value)
{
    set_up();
    in_turn(make_all);
    free_reactor();
    check_int(vr_pending_then(pending, take_value, NULL, NULL), 0);
    vr_pending_free(pending);
    check_int(((struct vr_results *)value.ptr)->count, 2);
    vr_value_free(value);
    tear_down();
}

static void make_any(struct vr_post *post)
{
    struct vr_pending *members[2];

    for (int i = 0; i < 2; i++) {
        make_deferred(post);
        members[i] = pending;
    }
    pending = vr_pending_any(NULL, members, 2);
    check(pending);
}

TEST(outlives, a_combination_that_waits)
{
    set_up();
    in_turn(make_any);
    free_reactor();
    vr_pending_free(pending);
    tear_down();
}

/* ---- what reactors add to deferreds ---- */

static void make_sleep(struct vr_post *post)
{
    (void)post;
    pending = vr_within(vr_pending_sleep(NULL, VR_SEC), NULL, VR_SEC);
}

TEST(outlives, a_sleep_and_a_timeout)
{
    set_up();
    in_turn(make_sleep);
    free_reactor();
    vr_pending_free(pending);
    check(strstr(told, "sleep: "));
    tear_down();
}

static struct vr_promise *promise;

static void make_promise(struct vr_post *post)
{
    (void)post;
    pending = vr_promise_new(reactor, NULL, vr_value_none(), &promise);
    check(pending);
}

TEST(outlives, a_promise_and_its_deferred)
{
    set_up();
    in_turn(make_promise);
    free_reactor();
    check_int(vr_promise_fire(promise, vr_value_none()), -VR_ECLOSED);
    vr_promise_unref(promise);
    vr_pending_free(pending);
    check(strstr(told, "the reactor was closed"));
    tear_down();
}

static struct vr_condition *condition;
static struct vr_condition_watch *looker;

static void look(void *arg, int64_t number)
{
    (void)arg;
    (void)number;
}

static void make_condition(struct vr_post *post)
{
    (void)post;
    check_int(vr_condition_new(NULL, 0, &condition), 0);
    check_int(vr_condition_watch(condition, reactor, look, NULL, &looker), 0);
}

TEST(outlives, a_condition_and_who_watches_it)
{
    set_up();
    in_turn(make_condition);
    free_reactor();
    check_int(vr_condition_add(condition, 5), 5);
    vr_condition_unwatch(looker);
    vr_condition_free(condition);
    tear_down();
}

static struct vr_pool *pool;

static struct vr_result work(struct vr_job *job, struct vr_value given)
{
    struct vr_pending *mine;

    (void)job;
    vr_value_free(given);
    mine = vr_pending_done(NULL, vr_ok(vr_value_none()));
    check(mine);
    vr_pending_free(mine);
    return vr_fail(vr_failure_new(NULL, -EIO, NULL, NULL, "by a job"));
}

static void make_pool(struct vr_post *post)
{
    (void)post;
    check_int(vr_pool_new(NULL, &pool), 0);
    pending = vr_pool_submit(pool, reactor, NULL, work, vr_value_none());
    check(pending);
}

/* promise reactor-22 */
TEST(outlives, a_pool_and_its_jobs)
{
    set_up();
    in_turn(make_pool);
    free_reactor();
    check_int(vr_pool_free(pool), 0);
    vr_pending_free(pending);
    tear_down();
}

/* ---- the log ---- */

static struct vr_log_thread *thread;
static struct vr_log_queue *queue;

static bool never_wake(void *arg)
{
    (void)arg;
    return true;
}

static const struct vr_log_queue_ops queue_ops = {.wake = never_wake};

static void make_logs(struct vr_post *post)
{
    (void)post;
    check_int(vr_log_thread_new(NULL, &thread), 0);
    check_int(vr_log_queue_new(NULL, 0, &queue_ops, NULL, &queue), 0);
}

/* promise reactor-22 */
TEST(outlives, a_thread_and_a_queue_for_a_log)
{
    set_up();
    in_turn(make_logs);
    free_reactor();
    vr_log_info(vr_log_thread_logger(thread), "still there");
    check_int(vr_log_thread_free(thread, -1), 0);
    vr_log_queue_free(queue);
    tear_down();
}

static struct vr_log_memory memory;

static void make_memory(struct vr_post *post)
{
    (void)post;
    check_int(vr_log_memory_init(&memory, NULL, 16384), 0);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &memory.base), 0);
    vr_log_info(vr_reactor_log(reactor), "remembered");
}

TEST(outlives, entries_of_its_log)
{
    struct vr_log_subscription subscription;

    set_up();
    check_int(vr_log_subscribe(&subscription, vr_reactor_log(reactor), "*", 0,
                               &watcher),
              0);
    in_turn(make_memory);
    free_reactor();
    logged[0] = '\0';
    vr_log_unsubscribe(&subscription);
    vr_log_memory_dump(&memory, &watcher);
    check_str(logged, "remembered;");
    vr_log_memory_fini(&memory);
    tear_down();
}

/* ---- another reactor ---- */

static struct vr_reactor *inner;

static void make_reactor(struct vr_post *post)
{
    (void)post;
    check_int(vr_reactor_new(NULL, &inner), 0);
}

/* promise reactor-22 */
TEST(outlives, a_reactor_made_in_a_callback)
{
    struct vr_pending *last;

    set_up();
    in_turn(make_reactor);
    free_reactor();
    reactor = inner;
    in_turn(make_deferred);
    last = pending;
    in_turn(make_deferred);
    vr_pending_free(pending);
    free_reactor();
    check_str(told, "");
    vr_pending_free(last);
    check(strstr(told, "late"));
    tear_down();
}
