/* SPDX-License-Identifier: MIT */
/**
 * @file pools.h
 * A pool whose jobs begin and end when a test says so.
 */
#ifndef VR_TESTS_REACTOR_POOLS_H
#define VR_TESTS_REACTOR_POOLS_H

#include <vreactor/reactor/async/pool.h>

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

#include <vreactor/reactor/reactor.h>
#include <vreactor/testing/clock.h>
#include <vreactor/testing/sys.h>

#include "tests/reactor/results.h"

enum { JOBS = 8 };

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct vr_pool *pool;
static struct outcome outcomes[JOBS];

static sem_t begun, go; /* of jobs that are held */
static atomic_int unwanted, runs;
static int
    order[JOBS]; /* in which they began, by the numbers of their values */

static inline void take(sem_t *sem)
{
    while (sem_wait(sem) < 0)
        check_int(errno, EINTR);
}

static inline void give(sem_t *sem)
{
    check(!sem_post(sem));
}

/* Returns the number it was given. */
static inline struct vr_result run_quickly(struct vr_job *job,
                                           struct vr_value value)
{
    check(vr_reactor_current() == NULL);
    check(vr_job_is_wanted(job));
    order[runs++] = *(int *)value.ptr;
    return vr_ok(value);
}

/* The same, but not before it may go. */
static inline struct vr_result run_held(struct vr_job *job,
                                        struct vr_value value)
{
    order[runs++] = *(int *)value.ptr;
    give(&begun);
    take(&go);
    unwanted += !vr_job_is_wanted(job);
    return vr_ok(value);
}

static inline void make_pool(int threads, size_t most_jobs, vr_time idle)
{
    struct vr_pool_options options = {.size = sizeof(options),
                                      .name = "hands",
                                      .env = &test.env,
                                      .threads = threads,
                                      .most_jobs = most_jobs,
                                      .idle = idle};

    check_int(vr_pool_new(&options, &pool), 0);
}

static inline void set_up(int threads)
{
    check(!sem_init(&begun, 0, 0) && !sem_init(&go, 0, 0));
    vr_test_sys_reset();
    vr_test_env_init(&test, 3600 * VR_SEC);
    check_int(vr_test_reactor_new(&test, NULL, &reactor), 0);
    make_pool(threads, 0, 0);
}

static inline struct vr_pending *try_to_submit(vr_pool_fn *fn,
                                               struct vr_pool_group *group,
                                               struct vr_value value)
{
    return vr_pool_submit(pool, reactor, group, fn, value);
}

/* Submit job @n, whose value is that number. */
static inline void submit_in(struct vr_pool_group *group, int n, vr_pool_fn *fn)
{
    struct vr_pending *pending = try_to_submit(fn, group, number(n));

    check(pending);
    watch_outcome(&outcomes[n], pending);
}

static inline void submit(int n, vr_pool_fn *fn)
{
    submit_in(NULL, n, fn);
}

static inline void submit_held(int n)
{
    submit(n, run_held);
    take(&begun);
}

/* Make turns until what became of @outcome is known. */
static inline void await_outcome(struct outcome *outcome)
{
    while (!outcome->times) {
        check_int(vr_reactor_turn(reactor, 0), 0);
        sched_yield();
    }
}

static inline void await_threads(int count)
{
    while (vr_pool_count(pool).threads != count)
        sched_yield();
}

static inline void free_outcome(struct outcome *outcome)
{
    vr_pending_free(outcome->pending);
    outcome->pending = NULL;
}

static inline void tear_down(void)
{
    check_int(vr_pool_free(pool), 0);
    for (int i = 0; i < JOBS; i++)
        free_outcome(&outcomes[i]);
    check_int(vr_reactor_free(reactor), 0);
    check_int(values, 0);
    check_int(vr_test_blocks(&test), 0);
    check(!sem_destroy(&begun) && !sem_destroy(&go));
}

#endif
