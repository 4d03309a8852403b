/* SPDX-License-Identifier: MIT */
/**
 * @file storm.h
 * Signals as fast as they come, so that system calls of this thread are
 * interrupted.
 *
 *     begin_storm();
 *     ...
 *     end_storm();
 */
#ifndef VR_TESTS_SUPPORT_STORM_H
#define VR_TESTS_SUPPORT_STORM_H

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

#include "tests/support/test.h"

static atomic_int storm_heard;
static atomic_bool storm_over;
static pthread_t storm_target, storm_thread;

static inline void hear_storm(int number)
{
    (void)number;
    atomic_fetch_add(&storm_heard, 1);
}

static inline void *make_storm(void *arg)
{
    while (!atomic_load(&storm_over)) {
        pthread_kill(storm_target, SIGUSR1);
        sched_yield();
    }
    return arg;
}

/** Let signals come to this thread: the first has come when this returns. */
static inline void begin_storm(void)
{
    struct sigaction action = {.sa_handler = hear_storm}; /* no SA_RESTART */

    check_int(sigaction(SIGUSR1, &action, NULL), 0);
    storm_target = pthread_self();
    check_int(pthread_create(&storm_thread, NULL, make_storm, NULL), 0);
    while (!atomic_load(&storm_heard))
        sched_yield();
}

/** No more of them. */
static inline void end_storm(void)
{
    atomic_store(&storm_over, true);
    check_int(pthread_join(storm_thread, NULL), 0);
}

#endif
