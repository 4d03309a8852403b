/* SPDX-License-Identifier: MIT */
/**
 * @file test_queue_threads.c
 * A queue that many threads log to.
 */
#include "tests/support/test.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

#include <vreactor/log/log.h>
#include <vreactor/log/queue_impl.h>

#include "judge.h"
#include "queues.h"

static struct judge watcher;

static void start(size_t size)
{
    queue_start(NULL, size);
    judge_init(&watcher);
    check_int(vr_logger_attach(&logger, &watcher.base), 0);
}

static void check_sum(const struct crowd *crowd)
{
    check(!watcher.disordered);
    check_int(watcher.seen + watcher.missed,
              (int64_t)crowd->threads * crowd->lines);
    check_int(watcher.missed, vr_logger_dropped(&logger));
}

/* promise log-2 */
TEST(queue_threads, brings_entries_of_three_threads_to_one)
{
    struct crowd crowd = {.logger = &logger, .lines = 200, .threads = 3};
    start(0);

    crowd_start(&crowd);
    vr_logger_set_level(&logger, VR_LOG_DEBUG); /* while they log */
    queue_show();
    crowd_join(&crowd);
    queue_show();

    check_sum(&crowd);
    check_int(watcher.missed, 0);
    queue_stop();
}

/* Whoever comes shows, at the same time: each entry once, in order. */
static void *show_often(void *arg)
{
    bool *stop = arg;

    while (!__atomic_load_n(stop, __ATOMIC_ACQUIRE))
        (void)vr_log_queue_show(queue, 10);
    return NULL;
}

static void show_from_two_threads(struct crowd *crowd)
{
    pthread_t one, two;
    bool stop = false;

    check_int(pthread_create(&one, NULL, show_often, &stop), 0);
    check_int(pthread_create(&two, NULL, show_often, &stop), 0);
    crowd_start(crowd);
    crowd_join(crowd);
    __atomic_store_n(&stop, true, __ATOMIC_RELEASE);
    check_int(pthread_join(one, NULL), 0);
    check_int(pthread_join(two, NULL), 0);
    queue_show();
}

/* promise log-6 */
TEST(queue_threads, each_entry_comes_once_and_in_order_or_is_counted)
{
    struct crowd crowd = {.logger = &logger, .lines = 3000, .threads = 4};
    start(4096);
    show_from_two_threads(&crowd);
    check_sum(&crowd);
    queue_stop();
}

HEAVY_TEST(queue_threads, holds_for_eight_threads_of_a_hundred_thousand_each)
{
    struct crowd crowd = {.logger = &logger, .lines = 100000, .threads = 8};
    start(64 * 1024);
    show_from_two_threads(&crowd);
    check_sum(&crowd);
    queue_stop();
}

/* ---- watchers that come and go ---- */

static void *come_and_go(void *arg)
{
    bool *stop = arg;
    struct recorder guest;

    while (!__atomic_load_n(stop, __ATOMIC_ACQUIRE)) {
        recorder_init(&guest);
        check_int(vr_logger_attach(&logger, &guest.base), 0);
        vr_logger_detach(&guest.base);
        memset(&guest, 0xee, sizeof(guest)); /* it is ours again */
    }
    return NULL;
}

/* promise log-11 */
TEST(queue_threads, watchers_come_and_go_on_any_thread)
{
    struct crowd crowd = {.logger = &logger, .lines = 3000, .threads = 2};
    pthread_t guests[2];
    bool stop = false;
    start(4096);

    for (int i = 0; i < 2; i++)
        check_int(pthread_create(&guests[i], NULL, come_and_go, &stop), 0);
    show_from_two_threads(&crowd);
    __atomic_store_n(&stop, true, __ATOMIC_RELEASE);
    for (int i = 0; i < 2; i++)
        check_int(pthread_join(guests[i], NULL), 0);

    check_sum(&crowd);
    queue_stop();
}

/* ---- watchers that are detached while they watch ---- */

static void leave(struct vr_log_watcher *self, const struct vr_log_entry *entry)
{
    (void)entry;
    vr_logger_detach(self);
    memset(self, 0xee, sizeof(*self));
}

/* promise log-9 */
TEST(queue_threads, a_watcher_may_detach_and_free_itself)
{
    struct vr_log_watcher guest;
    struct recorder behind;
    queue_start(NULL, 0);
    recorder_init(&behind);
    vr_log_watcher_init(&guest, leave);
    check_int(vr_logger_attach(&logger, &guest), 0);
    check_int(vr_logger_attach(&logger, &behind.base), 0);

    vr_log_info(&logger, "a");
    queue_show();
    vr_log_info(&logger, "b");
    queue_show();

    check_str(behind.text, "20 reactor a;20 reactor b;");
    queue_stop();
}

static sem_t entered, detached;

static void stay_until_detached(struct vr_log_watcher *self,
                                const struct vr_log_entry *entry)
{
    (void)self;
    (void)entry;
    sem_post(&entered);
    while (!__atomic_load_n(&queue->waiting, __ATOMIC_SEQ_CST))
        (void)sched_yield();
}

static void stay_until_another_is(struct vr_log_watcher *self,
                                  const struct vr_log_entry *entry)
{
    (void)self;
    (void)entry;
    while (sem_wait(&detached))
        ;
}

static void *show_once(void *arg)
{
    (void)arg;
    (void)vr_log_queue_show(queue, INT_MAX);
    return NULL;
}

TEST(queue_threads, a_detach_does_not_wait_for_the_watchers_behind)
{
    struct vr_log_watcher first, second;
    pthread_t thread;
    queue_start(NULL, 0);
    sem_init(&entered, 0, 0);
    sem_init(&detached, 0, 0);
    vr_log_watcher_init(&first, stay_until_detached);
    vr_log_watcher_init(&second, stay_until_another_is);
    check_int(vr_logger_attach(&logger, &first), 0);
    check_int(vr_logger_attach(&logger, &second), 0);

    vr_log_info(&logger, "a");
    check_int(pthread_create(&thread, NULL, show_once, NULL), 0);
    while (sem_wait(&entered))
        ;
    vr_logger_detach(&first);
    sem_post(&detached);

    check_int(pthread_join(thread, NULL), 0);
    queue_stop();
}
