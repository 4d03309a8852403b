/* SPDX-License-Identifier: MIT */
/**
 * @file test_queue_flush.c
 * Waiting until all was shown, on the thread that shows and on others.
 */
#include "tests/support/test.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>

#include <vreactor/log/log.h>
#include <vreactor/log/queue_impl.h>
#include <vreactor/log/subscribe.h>

#include "queues.h"

static int shown;

static void *log_from_elsewhere(void *arg)
{
    (void)arg;
    vr_log_info(&logger, "more");
    return NULL;
}

/* Somebody else logs faster than this one is shown it. */
static void breed(struct vr_log_watcher *watcher,
                  const struct vr_log_entry *entry)
{
    pthread_t thread;

    (void)watcher;
    (void)entry;
    if (++shown >= 100)
        return;
    check_int(pthread_create(&thread, NULL, log_from_elsewhere, NULL), 0);
    check_int(pthread_join(thread, NULL), 0);
}

/* promise log-12 */
TEST(queue_flush, shows_no_more_than_was_there)
{
    struct vr_log_watcher watcher;
    queue_start(NULL, 0);
    at_home = true;
    vr_log_watcher_init(&watcher, breed);
    check_int(vr_logger_attach(&logger, &watcher), 0);

    vr_log_info(&logger, "a");
    vr_log_info(&logger, "b");
    check_int(vr_log_flush(&logger, -1), 0);

    check_int(shown, 2);
    check_str(recorder.text, "20 reactor a;20 reactor b;");
    queue_stop();
}

/* promise log-12 */
TEST(queue_flush, waits_for_a_gap_too)
{
    queue_start(NULL, 4096);

    int fit = -1;
    for (; !vr_logger_dropped(&logger); fit++)
        vr_log_info(&logger, "x");
    check(vr_log_queue_show(queue, fit)); /* all but the gap */
    check_int(vr_log_flush(&logger, 0), -ETIMEDOUT);
    at_home = true;
    check_int(vr_log_flush(&logger, 0), 0);

    check_int(recorder.missed, 1);
    queue_stop();
}

static int beside;

static void *flush_beside(void *arg)
{
    (void)arg;
    beside = vr_log_flush(&logger, 0);
    return NULL;
}

static void flush_in_gap(struct vr_log_watcher *watcher,
                         const struct vr_log_entry *entry)
{
    pthread_t thread;

    (void)watcher;
    if (!entry->missed)
        return;
    check_int(pthread_create(&thread, NULL, flush_beside, NULL), 0);
    check_int(pthread_join(thread, NULL), 0);
}

/* promise log-12 */
TEST(queue_flush, waits_for_a_gap_that_is_being_shown)
{
    struct vr_log_watcher watcher;
    queue_start(NULL, 4096);
    vr_log_watcher_init(&watcher, flush_in_gap);
    check_int(vr_logger_attach(&logger, &watcher), 0);

    while (!vr_logger_dropped(&logger))
        vr_log_info(&logger, "x");
    queue_show();

    check_int(beside, -ETIMEDOUT);
    queue_stop();
}

static void *flush_for_ever(void *arg)
{
    (void)arg;
    beside = vr_log_flush(&logger, -1);
    return NULL;
}

TEST(queue_flush, hears_of_a_gap_behind_which_nothing_comes)
{
    pthread_t thread;
    queue_start(NULL, 0);
    vr_log_ring_lose(&queue->ring, 1);

    check_int(pthread_create(&thread, NULL, flush_for_ever, NULL), 0);
    queue_await_waiter();
    queue_show();
    check_int(pthread_join(thread, NULL), 0);

    check_int(beside, 0);
    check_int(queue->waiting, 0);
    queue_stop();
}

TEST(queue_flush, of_a_proxy_is_its_parents)
{
    struct vr_logger proxy;
    queue_start(NULL, 0);
    at_home = true;
    vr_logger_init_proxy(&proxy, &logger, "p");

    vr_log_info(&proxy, "a");
    check_int(vr_log_flush(&proxy, 0), 0);

    check_str(recorder.text, "20 p a;");
    queue_stop();
}

static void *unfinished;
static int waits;

/* A log call on another thread that was held up ends only now. */
static int finish_and_wait(void *cond, void *lock, vr_time span)
{
    (void)cond;
    (void)lock;
    check(++waits < 10 && span >= 0); /* not for ever */
    if (unfinished)
        vr_log_ring_put(&queue->ring, unfinished);
    unfinished = NULL;
    return 0;
}

static void count_shown(struct vr_log_watcher *watcher,
                        const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)entry;
    shown++;
}

TEST(queue_flush, on_the_thread_that_shows_waits_for_a_call_under_way)
{
    struct counting_env env;
    struct vr_sys sys = VR_SYS_INIT;
    sys.cond_wait = finish_and_wait;
    counting_env_init(&env);
    env.env.sys = &sys;
    queue_start(&env.env, 0);
    at_home = true;
    recorder.base.watch = count_shown;

    unfinished = vr_log_ring_take(&queue->ring, 512);
    memset(unfinished, 0, 512); /* a record of nothing */
    vr_log_info(&logger, "behind");
    check_int(vr_log_flush(&logger, 0), -ETIMEDOUT);
    check_int(vr_log_flush(&logger, -1), 0);

    check_int(shown, 2);
    queue_stop();
}

/* ---- loggers that watch ---- */

/* promise log-12 */
TEST(queue_flush, of_a_logger_without_a_queue_waits_for_no_other)
{
    struct vr_logger front, middle;
    queue_start(NULL, 0);
    at_home = true;
    vr_logger_init(&front, NULL, "front");
    vr_logger_init(&middle, NULL, "middle");
    check_int(vr_logger_attach(&front, &middle.base), 0);
    check_int(vr_logger_attach(&middle, &logger.base), 0);

    vr_log_info(&front, "a");
    check_int(vr_log_flush(&front, -1), 0);
    check_int(vr_log_flush(&middle, -1), 0);
    check_int(recorder.count, 0);
    check_int(vr_log_flush(&logger, 0), 0);

    check_str(recorder.text, "20 front a;");
    vr_logger_fini(&front);
    vr_logger_fini(&middle);
    queue_stop();
}

static struct vr_logger front;
static struct vr_log_queue *front_queue;

static void start_front(void)
{
    static const struct vr_log_queue_ops ops = {.wake = count_wake,
                                                .is_here = is_home};
    queue_start(NULL, 0);
    at_home = true;
    check_int(vr_log_queue_new(NULL, 0, &ops, NULL, &front_queue), 0);
    vr_logger_init(&front, NULL, "front");
    vr_logger_set_queue(&front, front_queue);
}

static void stop_front(void)
{
    vr_logger_fini(&front);
    vr_log_queue_free(front_queue);
    queue_stop();
}

/* promise log-12 */
TEST(queue_flush, of_a_subscribed_logger_comes_behind_that_of_the_first)
{
    struct vr_log_subscription net;
    start_front();
    check_int(vr_log_subscribe(&net, &front, "net*", VR_LOG_INFO, &logger.base),
              0);

    vr_log_as(&front, "net", VR_LOG_INFO, "a");
    vr_log_info(&front, "b");
    check_int(vr_log_flush(&logger, -1), 0);
    check_int(recorder.count, 0); /* that is for the other to show first */
    check_int(vr_log_flush(&front, 0), 0);
    check_int(recorder.count, 0);
    check_int(vr_log_flush(&logger, 0), 0);

    check_str(recorder.text, "20 net a;");
    stop_front();
}

/* promise log-21 */
TEST(queue_flush, goes_no_second_time_round)
{
    struct vr_log_relay there, back;
    start_front();
    vr_log_relay_init(&there, &logger.base);
    vr_log_relay_init(&back, &front.base);
    check_int(vr_logger_attach(&front, &there.base), 0);
    check_int(vr_logger_attach(&logger, &back.base), 0);

    vr_log_info(&front, "a");
    check_int(vr_log_flush(&front, 0), 0);
    check_int(vr_log_flush(&logger, 0), 0);

    check_str(recorder.text, "20 front a;");
    stop_front();
}

/* promise log-12 */
TEST(queue_flush, waits_for_nothing_behind_a_logger_that_it_shows)
{
    struct vr_logger middle;
    start_front();
    vr_logger_init(&middle, NULL, "middle");
    check_int(vr_logger_attach(&front, &middle.base), 0);
    check_int(vr_logger_attach(&middle, &logger.base), 0);

    vr_log_info(&front, "a");
    check_int(vr_log_flush(&front, 0), 0);
    check_int(recorder.count, 0);
    check_int(vr_log_flush(&logger, 0), 0);

    check_str(recorder.text, "20 front a;");
    vr_logger_fini(&middle);
    stop_front();
}

/* promise log-10 */
TEST(queue_flush, shows_what_two_queues_pass_each_other_a_few_times)
{
    struct vr_log_subscription there, back;
    start_front();
    check_int(vr_log_subscribe(&there, &front, "*", INT_MIN, &logger.base), 0);
    check_int(vr_log_subscribe(&back, &logger, "*", INT_MIN, &front.base), 0);

    vr_log_info(&front, "a");
    int rounds = 0;
    for (int before = -1; recorder.count > before; rounds++) {
        before = recorder.count;
        check_int(vr_log_flush(&front, 0), 0);
        check_int(vr_log_flush(&logger, 0), 0);
    }

    check(rounds < 20);
    check_int(recorder.count, 4 + 5); /* the entry, and its gap */
    check_int(vr_logger_dropped(&front) + vr_logger_dropped(&logger), 2);
    stop_front();
}
