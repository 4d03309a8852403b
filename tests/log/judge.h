/* SPDX-License-Identifier: MIT */
/**
 * @file judge.h
 * A watcher that knows whether the entries of several threads come in order,
 * and how many are missing, for tests of log/.
 */
#ifndef VR_TESTS_LOG_JUDGE_H
#define VR_TESTS_LOG_JUDGE_H

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include <vreactor/base/container_of.h>
#include <vreactor/log/log.h>

#include "tests/support/test.h"

enum { MOST_THREADS = 8 };

/** An entry's prefix is the number of its thread, its text the number of the
 *  entry there, from 0. */
struct judge {
    struct vr_log_watcher base;
    int next[MOST_THREADS]; /* number that may come, or a later one */
    int64_t seen, missed;
    bool disordered;
};

static inline void judge(struct vr_log_watcher *watcher,
                         const struct vr_log_entry *entry)
{
    struct judge *self = vr_container_of(watcher, struct judge, base);

    if (entry->missed) {
        self->missed += (int64_t)entry->missed;
        return;
    }
    int *next = &self->next[entry->prefix[0] - '0'];
    int number = (int)strtol(entry->text, NULL, 10);
    self->disordered |= number < *next;
    *next = number + 1;
    self->seen++;
}

static inline void judge_init(struct judge *self)
{
    *self = (struct judge){.seen = 0};
    vr_log_watcher_init(&self->base, judge);
}

/** Threads that log to one logger. */
struct crowd {
    struct vr_logger *logger;
    int lines;
    int threads;
    pthread_t ids[MOST_THREADS];
    int next; /* atomic: thread's number */
};

static inline void *log_lines(void *arg)
{
    struct crowd *crowd = arg;
    int number = __atomic_fetch_add(&crowd->next, 1, __ATOMIC_RELAXED);
    char name[2] = {(char)('0' + number), '\0'};

    for (int i = 0; i < crowd->lines; i++)
        vr_log_as(crowd->logger, name, VR_LOG_INFO, "%d", i);
    return NULL;
}

static inline void crowd_start(struct crowd *crowd)
{
    for (int i = 0; i < crowd->threads; i++)
        check_int(pthread_create(&crowd->ids[i], NULL, log_lines, crowd), 0);
}

static inline void crowd_join(struct crowd *crowd)
{
    for (int i = 0; i < crowd->threads; i++)
        check_int(pthread_join(crowd->ids[i], NULL), 0);
}

#endif
