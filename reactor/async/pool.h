/* SPDX-License-Identifier: MIT */
/**
 * @file pool.h
 * A thread pool, for work that would block a reactor: reading files, long
 * computations, a library that blocks.
 *
 *     static struct vr_result hash(struct vr_job *job, struct vr_value file)
 *     {
 *         struct digest *digest = digest_new();
 *
 *         while (vr_job_is_wanted(job) && digest_some(digest, file.ptr))
 *             ;
 *         vr_value_free(file);
 *         return vr_ok(vr_value_of(digest, digest_free));
 *     }
 *
 *     hashed = vr_pool_submit(pool, reactor, NULL, hash,
 *                             vr_value_of(file, close_file));
 *     err = vr_pending_then(hashed, on_digest, on_no_digest, session);
 *
 * A job runs on a thread of the pool, and its deferred fires on the thread of
 * its reactor.  Jobs begin in the order in which they were submitted, whatever
 * their reactors.
 *
 * Cancelling or freeing the deferred cancels the job: one that has not begun
 * never runs.  A job that has begun runs to its end; vr_job_is_wanted() is
 * false from then on, and its result is freed on its thread.
 *
 * Threads are started when there are jobs for them, and end when they have had
 * none for a while.  They block signals as the thread of vr_reactor_start()
 * does, and what is said there of fork(2) and exec(2) holds for jobs too.  To
 * free a pool without blocking a reactor: vr_pool_close(), wait for the
 * deferred of vr_pool_drain(), then vr_pool_free().
 *
 * Threads: any, except that functions with a parameter for a reactor are for
 * its thread.  In a child of fork(2) a pool cannot be used: functions that
 * return an error return -ECHILD, deferreds fail with it, and all do nothing.
 */
#ifndef VR_REACTOR_ASYNC_POOL_H
#define VR_REACTOR_ASYNC_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_env;
struct vr_job;
struct vr_pool;
struct vr_pool_group;
struct vr_reactor;

/** Options of a pool; 0 and NULL mean the default. */
struct vr_pool_options {
    size_t size; /**< by VR_POOL_OPTIONS_INIT */

    const char *name; /**< of its threads, for debuggers; NULL: "pool" */

    /** Memory, clock, threads.  The struct is copied; the tables it points to
     *  are kept.  On the pool's threads, NULL for an environment means this
     *  one. */
    const struct vr_env *env;

    int threads;      /**< how many at most; 0: 4 */
    size_t most_jobs; /**< how many may wait to begin; 0: any number */

    /** Nanoseconds after which a thread without a job leaves; 0: ten seconds;
     *  negative: never. */
    vr_time idle;
};

#define VR_POOL_OPTIONS_INIT VR_SIZED_INIT(struct vr_pool_options)

/** What a pool is doing, and has done. */
struct vr_pool_counts {
    int threads;        /**< threads that exist */
    int idle;           /**< threads without a job */
    size_t queued;      /**< jobs that have not begun */
    uint64_t done;      /**< jobs that have run to their end, wanted or not */
    uint64_t cancelled; /**< jobs that will never run */
};

/**
 * The function of a job.  Takes @p value, and returns a value or a failure, but
 * not a deferred to wait for.  @p job is valid during the call.  It must
 * return: a job that ends its thread, by pthread_exit(3), pthread_cancel(3) or
 * an exception of C++, counts as running for ever, and vr_pool_drain() and
 * vr_pool_free() wait for it.
 */
typedef struct vr_result vr_pool_fn(struct vr_job *job, struct vr_value value);

/**
 * Make a pool, with no threads yet.
 * @param options  NULL for all defaults
 * @param ret_pool  the pool, to be freed by vr_pool_free()
 * @return 0; -EINVAL for a negative number of threads or a bad size; -E2BIG for
 * options or an environment of a later version with what is not known here;
 * -ENOMEM
 */
VR_MUST_CHECK
int vr_pool_new(const struct vr_pool_options *options,
                struct vr_pool **ret_pool);

/**
 * Close @p pool, wait until its threads have ended, and free it.  NULL is fine.
 * @return 0; otherwise nothing happens: -EDEADLK inside one of its jobs; -EBUSY
 * inside this function, where it frees the value of a job; -ECHILD
 */
int vr_pool_free(struct vr_pool *pool);

/** Take no more jobs.  Jobs that have not begun never run, and their deferreds
 *  fail with -VR_ECANCELLED.  Never waits. */
void vr_pool_close(struct vr_pool *pool);

/**
 * Have @p fn called with @p value on a thread of @p pool.
 *
 *     pending = vr_pool_submit(pool, reactor, group, fn, value);
 *
 * @param group  NULL: none
 * @param value  taken, whatever is returned; freed if @p fn is never called, on
 * the thread that cancels the job
 * @return the result, which fires on @p reactor, the caller's; NULL when there
 * is no memory.  It has failed with -EINVAL if @p fn is NULL, -EAGAIN if the
 * pool has no thread and the system none left (a pool with a thread queues the
 * job), -VR_ELIMIT if `most_jobs` are waiting, -VR_ECLOSED if the pool or the
 * reactor is closed, -ECHILD
 */
struct vr_pending *vr_pool_submit(struct vr_pool *pool,
                                  struct vr_reactor *reactor,
                                  struct vr_pool_group *group, vr_pool_fn *fn,
                                  struct vr_value value);
#define vr_pool_submit(...) VR_PLACED((vr_pool_submit)(__VA_ARGS__))

/** Does anybody still wait for the result?  Once it is false it stays false,
 *  and @p job may stop its work. */
bool vr_job_is_wanted(const struct vr_job *job);

/**
 * Let @p pool have @p threads at most, 1 or more.  Threads in excess end now if
 * they have no job, else after their job.
 * @return 0; -EINVAL; -ECHILD
 */
VR_MUST_CHECK
int vr_pool_resize(struct vr_pool *pool, int threads);

/** What @p pool is doing at this moment; all zero in a child. */
struct vr_pool_counts vr_pool_count(struct vr_pool *pool);

/**
 * Make a deferred that fires in a turn of @p reactor when no job of @p pool is
 * left, running or waiting; after the deferreds of those jobs on @p reactor.
 * @return NULL when there is no memory.  It has failed with -VR_ECLOSED if the
 * reactor is closed, -ECHILD
 */
struct vr_pending *vr_pool_drain(struct vr_pool *pool,
                                 struct vr_reactor *reactor);
#define vr_pool_drain(...) VR_PLACED((vr_pool_drain)(__VA_ARGS__))

/** Make a group of jobs, to be freed by vr_pool_group_free().
 *  @return 0, -ENOMEM, -ECHILD */
VR_MUST_CHECK
int vr_pool_group_new(struct vr_pool *pool, struct vr_pool_group **ret_group);

/** Free @p group; its jobs go on.  Also after the pool was freed.  NULL is
 *  fine. */
void vr_pool_group_free(struct vr_pool_group *group);

/**
 * Cancel all jobs of @p group: their deferreds fail with -VR_ECANCELLED, those
 * that have not begun never run, and the others are not wanted any more.  More
 * jobs may be submitted.
 * @return how many will never run
 */
size_t vr_pool_group_cancel(struct vr_pool_group *group);

/** vr_pool_drain() for the jobs of @p group. */
struct vr_pending *vr_pool_group_drain(struct vr_pool_group *group,
                                       struct vr_reactor *reactor);
#define vr_pool_group_drain(...) VR_PLACED((vr_pool_group_drain)(__VA_ARGS__))

VR_END_DECLS

#endif
