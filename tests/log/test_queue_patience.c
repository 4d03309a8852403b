/* SPDX-License-Identifier: MIT */
/**
 * @file test_queue_patience.c
 * Log calls that wait for room in a queue, and where they never do.
 */
#include "tests/support/test.h"

#include <pthread.h>

#include <vreactor/log/log.h>
#include <vreactor/log/queue_impl.h>
#include <vreactor/log/subscribe.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/testing/env.h>

#include "judge.h"
#include "queues.h"
#include "tests/support/child.h"

static struct vr_test_env test;

/* A full queue, for which log calls wait for ever on a clock that stands. */
static void start(void)
{
    vr_test_env_init(&test, 0);
    queue_start(&test.env, 4096);
    served = true;
    (void)queue_fill();
    vr_logger_set_patience(&logger, VR_TIME_MAX);
    recorder.text[0] = '\0';
}

static void stop(void)
{
    queue_stop();
    check_int(vr_test_blocks(&test), 0);
}

static void *log_one(void *arg)
{
    vr_log_error(arg, "waited");
    return NULL;
}

static bool has_waited(void)
{
    size_t len = strlen(recorder.text);
    const char *end = "40 reactor waited;";

    return len >= strlen(end) &&
           !strcmp(recorder.text + len - strlen(end), end);
}

/* ---- where they wait ---- */

TEST(patience, lets_a_log_call_wait_until_there_is_room)
{
    pthread_t thread;
    start();

    check_int(pthread_create(&thread, NULL, log_one, &logger), 0);
    queue_await_one_without_room();
    check_int(vr_logger_dropped(&logger), 1);
    queue_show();
    check_int(pthread_join(thread, NULL), 0);
    queue_show();

    check_int(vr_logger_dropped(&logger), 1);
    check(has_waited());
    stop();
}

TEST(patience, ends_and_then_the_entry_is_dropped_and_counted)
{
    pthread_t thread;
    start();
    vr_logger_set_patience(&logger, 5 * VR_SEC);

    check_int(pthread_create(&thread, NULL, log_one, &logger), 0);
    queue_await_one_without_room();
    vr_test_advance(&test, 5 * VR_SEC);
    check_int(pthread_join(thread, NULL), 0);
    queue_show();

    check_int(vr_logger_dropped(&logger), 2);
    check_int(recorder.missed, 2);
    check(!has_waited());
    stop();
}

TEST(patience, holds_for_what_passes_through_a_logger_without_a_queue)
{
    struct vr_logger front;
    pthread_t thread;
    start();
    vr_logger_init(&front, NULL, "front");
    check_int(vr_logger_attach(&front, &logger.base), 0);

    check_int(pthread_create(&thread, NULL, log_one, &front), 0);
    queue_await_one_without_room();
    queue_show();
    check_int(pthread_join(thread, NULL), 0);
    queue_show();

    check_int(vr_logger_dropped(&logger), 1);
    vr_logger_fini(&front);
    stop();
}

TEST(patience, ends_where_nobody_shows_the_queue_any_more)
{
    pthread_t thread;
    start();

    check_int(pthread_create(&thread, NULL, log_one, &logger), 0);
    queue_await_one_without_room();
    __atomic_store_n(&served, false, __ATOMIC_SEQ_CST);
    check_int(pthread_join(thread, NULL), 0);

    check_int(vr_logger_dropped(&logger), 2);
    stop();
}

static void *show_on(void *arg)
{
    const bool *stopped = arg;

    while (!__atomic_load_n(stopped, __ATOMIC_ACQUIRE))
        (void)vr_log_queue_show(queue, 10);
    return NULL;
}

TEST(patience, of_four_threads_loses_nothing)
{
    struct crowd crowd = {.logger = &logger, .lines = 3000, .threads = 4};
    struct judge watcher;
    bool stopped = false;
    pthread_t reader;
    queue_start(NULL, 4096);
    served = true;
    vr_logger_detach(&recorder.base);
    judge_init(&watcher);
    check_int(vr_logger_attach(&logger, &watcher.base), 0);
    vr_logger_set_patience(&logger, VR_TIME_MAX);

    check_int(pthread_create(&reader, NULL, show_on, &stopped), 0);
    crowd_start(&crowd);
    crowd_join(&crowd);
    __atomic_store_n(&stopped, true, __ATOMIC_RELEASE);
    check_int(pthread_join(reader, NULL), 0);
    queue_show();

    check(!watcher.disordered);
    check_int(watcher.seen, 12000);
    check_int(vr_logger_dropped(&logger), 0);
    queue_stop();
}

/* ---- where they do not ---- */

static void check_drops(void)
{
    size_t before = vr_logger_dropped(&logger);

    vr_log_error(&logger, "waited");
    check_int(vr_logger_dropped(&logger), before + 1);
}

TEST(patience, is_none_unless_it_is_asked_for)
{
    start();
    vr_logger_set_patience(&logger, 0);
    check_drops();
    vr_logger_set_patience(&logger, -1);
    check_drops();
    stop();
}

/* promise log-8 */
TEST(patience, is_none_on_the_thread_that_shows_the_queue)
{
    start();
    at_home = true;
    check_drops();
    stop();
}

/* promise log-8 */
TEST(patience, is_none_while_nobody_shows_the_queue)
{
    start();
    served = false;
    check_drops();
    stop();
}

/* A watcher that logs to the full queue. */
static void answer(struct vr_log_watcher *watcher,
                   const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)entry;
    for (size_t before = vr_logger_dropped(&logger);
         vr_logger_dropped(&logger) == before;)
        vr_log_info(&logger, "%0900d", 1);
}

/* promise log-8 */
TEST(patience, is_none_inside_a_watcher)
{
    struct vr_logger plain;
    struct vr_log_watcher watcher;
    start();
    vr_log_watcher_init(&watcher, answer);
    vr_logger_init(&plain, NULL, "plain");
    check_int(vr_logger_attach(&plain, &watcher), 0);

    vr_log_info(&plain, "in the log call");
    check_int(vr_logger_dropped(&logger), 2);
    vr_logger_fini(&plain);

    check_int(vr_logger_attach(&logger, &watcher), 0);
    check(vr_log_queue_show(queue, 1));
    check_int(vr_logger_dropped(&logger), 3);
    vr_logger_detach(&watcher);
    stop();
}

/* promise log-8 */
/* What passes on is no watcher, but the thread shows a queue. */
TEST(patience, is_none_on_a_thread_that_shows_another_queue)
{
    static const struct vr_log_queue_ops ops = {.wake = count_wake};
    struct vr_log_subscription subscription;
    struct vr_log_queue *other_queue;
    struct vr_logger other;
    start();
    check_int(vr_log_queue_new(NULL, 0, &ops, NULL, &other_queue), 0);
    vr_logger_init(&other, NULL, "other");
    vr_logger_set_queue(&other, other_queue);
    check_int(
        vr_log_subscribe(&subscription, &other, "*", INT_MIN, &logger.base), 0);

    vr_log_info(&other, "passed on");
    check(!vr_log_queue_show(other_queue, INT_MAX));

    check_int(vr_logger_dropped(&logger), 2);
    vr_log_unsubscribe(&subscription);
    vr_logger_fini(&other);
    vr_log_queue_free(other_queue);
    stop();
}

/* Until something is dropped: a wait would be for ever. */
static void log_too_much(struct vr_logger *log)
{
    size_t before = vr_logger_dropped(log);

    while (vr_logger_dropped(log) == before)
        vr_log_info(log, "much");
}

static void log_in_turn(struct vr_call *call)
{
    (void)call;
    log_too_much(&logger);
}

/* promise log-8 */
TEST(patience, is_none_in_a_turn_and_none_for_a_reactor_that_does_not_run)
{
    struct vr_reactor *reactor;
    struct recorder unseen;
    struct vr_call call;
    start();
    check_int(vr_reactor_new(NULL, &reactor), 0);
    struct vr_logger *log = vr_reactor_log(reactor);
    recorder_init(&unseen);
    check_int(vr_logger_attach(log, &unseen.base), 0);
    vr_logger_set_patience(log, VR_TIME_MAX);

    vr_call_init(&call, reactor, log_in_turn);
    vr_call_after(&call, 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(vr_logger_dropped(&logger), 2);
    log_too_much(log);
    check_int(vr_logger_dropped(log), 1);

    check_int(vr_reactor_free(reactor), 0);
    stop();
}

/* The reactor is in a turn of its own thread, and goes on once @arg waits. */
static void stay_until_one_waits(struct vr_call *call)
{
    struct vr_log_queue *own = vr_reactor_log(call->reactor)->queue;

    while (!__atomic_load_n(&own->waiting_for_room, __ATOMIC_SEQ_CST))
        (void)sched_yield();
}

static void *log_much(void *arg)
{
    for (int i = 0; i < 10000; i++)
        vr_log_info(arg, "%d", i);
    return NULL;
}

TEST(patience, holds_for_the_log_of_a_reactor_that_runs)
{
    struct vr_reactor *reactor;
    struct recorder counter;
    struct vr_call call;
    pthread_t thread;
    check_int(vr_reactor_new(NULL, &reactor), 0);
    struct vr_logger *log = vr_reactor_log(reactor);
    recorder_init(&counter);
    check_int(vr_logger_attach(log, &counter.base), 0);
    vr_logger_set_patience(log, VR_TIME_MAX);
    vr_call_init(&call, reactor, stay_until_one_waits);
    vr_call_after(&call, 0);

    check_int(vr_reactor_start(reactor), 0);
    check_int(pthread_create(&thread, NULL, log_much, log), 0);
    check_int(pthread_join(thread, NULL), 0);
    check_int(vr_log_flush(log, -1), 0);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);

    check_int(counter.count, 10000);
    check_int(vr_logger_dropped(log), 0);
    check_int(vr_reactor_free(reactor), 0);
}

static int log_in_child(void)
{
    vr_log_error(&logger, "waited");
    child_check(vr_logger_dropped(&logger) == 2);
    return 0;
}

/* promise log-8 */
TEST(patience, is_none_in_a_child)
{
    start();
    check_in_child(log_in_child);
    stop();
}

/* promise log-8 */
TEST(patience, is_none_without_memory)
{
    start();
    queue_show();
    vr_test_fail_allocation(&test, 2, 1); /* the first prints it */
    vr_log_info(&logger, "%02000d", 1);
    check_int(vr_logger_dropped(&logger), 2);
    stop();
}

TEST(patience, of_a_proxy_is_its_parents)
{
    struct vr_logger proxy, plain;
    start();
    vr_logger_init_proxy(&proxy, &logger, "proxy");

    vr_logger_set_patience(&proxy, 7);
    check_int(queue->patience, 7);
    vr_logger_init(&plain, NULL, NULL);
    vr_logger_set_patience(&plain, 7); /* nothing */
    stop();
}
