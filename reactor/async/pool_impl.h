/* SPDX-License-Identifier: MIT */
/**
 * @file pool_impl.h
 * What a pool and its jobs are made of.  Internal.
 *
 * Functions here are for any thread, and with the lock of the pool held where
 * they say so.
 */
#ifndef VR_REACTOR_ASYNC_POOL_IMPL_H
#define VR_REACTOR_ASYNC_POOL_IMPL_H

#include <pthread.h>
#include <stdint.h>

#include <vreactor/base/env.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/base/list.h>
#include <vreactor/reactor/async/pool.h>

struct vr_promise;

struct vr_pool_group {
    struct vr_pool *pool;
    size_t count; /* of jobs that are queued or run */
    struct vr_list jobs;
    struct vr_list drains; /* these wait for the last job */
    bool freed;            /* by its owner */
};

struct vr_pool {
    struct vr_env env;
    const struct vr_env *shared; /* the same, for what jobs make; kept */
    char *name;
    uint64_t mark; /* of the process whose threads it has */
    vr_time idle;
    size_t most_jobs;

    pthread_mutex_t lock;   /* guards what follows, and all jobs and groups */
    pthread_cond_t changed; /* for threads without a job */
    pthread_cond_t gone;    /* the last thread */
    size_t holds;           /* of the owner, each group, job and drain */
    bool closed;
    bool freeing; /* by its owner, now */
    int most_threads;
    struct vr_pool_counts counts;
    struct vr_list queue;
    struct vr_list running;
    struct vr_pool_group all; /* counts all jobs, and lists none */
    bool has_left;            /* a thread that nobody has joined yet ... */
    pthread_t left;           /* ... which is this one */
};

enum vr_job_state { VR_JOB_GONE, VR_JOB_QUEUED, VR_JOB_RUNNING };

struct vr_job {
    struct vr_pool *pool;
    struct vr_pool_group *group; /* NULL: none */
    struct vr_promise *promise;
    vr_pool_fn *fn;
    struct vr_value value;
    enum vr_job_state state;
    pthread_t thread;       /* where it runs */
    struct vr_list link;    /* in the queue, among those that run, or,
                               of a drain, among those of its group */
    struct vr_list grouped; /* in its group, if there is one */
};

/** Was @p pool made by this process?  A forked child has none of its threads,
 *  and must not lock it: a thread of the parent may have held the lock. */
static inline bool vr_pool_is_ours(const struct vr_pool *pool)
{
    return vr_fork_mark() == pool->mark;
}

/** Give back a hold; the last frees. */
void vr_pool_release(struct vr_pool *pool);

/** Make the threads there are jobs for, as far as may be.
 *  @return 0, or why there is none at all; with the lock */
int vr_pool_make_threads(struct vr_pool *pool);

/** Take the oldest job to run it, NULL if there is none; with the lock. */
struct vr_job *vr_job_take(struct vr_pool *pool);

/** Run a job that was taken, and forget it. */
void vr_job_run(struct vr_job *job);

/** Make @p group an empty one of @p pool. */
void vr_pool_group_init(struct vr_pool_group *group, struct vr_pool *pool);

/** Cancel all jobs that have not begun. */
void vr_job_cancel_queued(struct vr_pool *pool);

#endif
