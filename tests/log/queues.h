/* SPDX-License-Identifier: MIT */
/**
 * @file queues.h
 * A logger whose queue a test shows when it likes, for tests of log/.
 */
#ifndef VR_TESTS_LOG_QUEUES_H
#define VR_TESTS_LOG_QUEUES_H

#include <limits.h>
#include <sched.h>

#include <vreactor/log/log.h>
#include <vreactor/log/queue_impl.h>

#include "recorder.h"
#include "tests/support/test.h"

static struct vr_logger logger;
static struct recorder recorder;
static struct vr_log_queue *queue;
static int wakes; /* atomic */
static bool at_home;

static bool deaf;
static bool served; /* atomic */

static inline bool count_wake(void *arg)
{
    (void)arg;
    (void)__atomic_add_fetch(&wakes, 1, __ATOMIC_RELAXED);
    return !deaf;
}

static inline bool is_home(void *arg)
{
    (void)arg;
    return at_home;
}

static inline bool is_served(void *arg)
{
    (void)arg;
    return __atomic_load_n(&served, __ATOMIC_SEQ_CST);
}

/** With a ring of @p size bytes. */
static inline void queue_start(const struct vr_env *env, size_t size)
{
    static const struct vr_log_queue_ops ops = {
        .wake = count_wake, .is_here = is_home, .is_served = is_served};

    check_int(vr_log_queue_new(env, size, &ops, NULL, &queue), 0);
    recorder_init(&recorder);
    vr_logger_init(&logger, env, "reactor");
    vr_logger_set_queue(&logger, queue);
    check_int(vr_logger_attach(&logger, &recorder.base), 0);
}

static inline void queue_show(void)
{
    check(!vr_log_queue_show(queue, INT_MAX));
}

/** Until another thread waits for the queue to be shown. */
static inline void queue_await_waiter(void)
{
    while (!__atomic_load_n(&queue->waiting, __ATOMIC_SEQ_CST))
        (void)sched_yield();
    vr_log_queue_lock(queue); /* it has let go of it, so it waits */
    vr_log_queue_unlock(queue);
}

/** Until another thread waits for room in it. */
static inline void queue_await_one_without_room(void)
{
    while (!__atomic_load_n(&queue->waiting_for_room, __ATOMIC_SEQ_CST))
        (void)sched_yield();
}

/** Log until an entry is dropped, which is told. @return how many fit */
static inline int queue_fill(void)
{
    size_t before = vr_logger_dropped(&logger);
    int count = 0;

    while (vr_logger_dropped(&logger) == before) {
        vr_log_info(&logger, "%d", count);
        count++;
    }
    return count - 1;
}

static inline void queue_stop(void)
{
    vr_logger_fini(&logger);
    vr_log_queue_free(queue);
}

#endif
