/* SPDX-License-Identifier: MIT */
/**
 * @file pool.h
 * Threads for what would hold a reactor up: a slow file, a long computation, a
 * library that blocks.
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
 *     err = vr_pool_submit(pool, reactor, NULL, hash,
 *                          vr_value_of(file, close_file), &hashed);
 *     if (!err)
 *         err = vr_pending_then(hashed, on_digest, on_no_digest, session);
 *
 * A job runs on a thread of the pool, and its deferred fires on the reactor's.
 * Jobs begin first come, first served, for any number of reactors.
 *
 * Cancelling or freeing the deferred takes back a job that has not begun: it
 * never will.  One that has begun runs to its end, is not wanted any more, and
 * what it returns is freed on its thread.
 *
 * Threads are made when there is a job for them, and leave when they had none
 * for a while.  They take no signals, and a child forked in a job empties its
 * mask before exec(2): see vr_reactor_start().  To part from a pool without
 * holding a reactor up: vr_pool_close(), wait for the deferred of
 * vr_pool_drain(), then vr_pool_free().
 *
 * Threads: any, but for functions that have a parameter for a reactor: those
 * are for its thread.  In a child of fork(2) a pool is of no use: what says
 * anything says -ECHILD, and nothing is done.
 */
#ifndef VR_REACTOR_POOL_H
#define VR_REACTOR_POOL_H

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

/** How a pool is to be; 0 and NULL are the defaults. */
struct vr_pool_options {
    size_t size; /**< sizeof(struct vr_pool_options) */

    const char *name; /**< of its threads, where they are shown; NULL: "pool" */

    /** Memory, clock, threads; copied, its tables are kept.  It is what NULL
     *  means in the pool's threads. */
    const struct vr_env *env;

    int threads;      /**< at most; 0: 4 */
    size_t most_jobs; /**< that wait to begin; 0: any number */

    /** Nanoseconds after which a thread without a job leaves; 0: ten seconds;
     *  negative: never. */
    vr_time idle;
};

/** What a pool does now, and has done. */
struct vr_pool_counts {
    int threads;        /**< that there are */
    int idle;           /**< of them, without a job */
    size_t queued;      /**< jobs that have not begun */
    uint64_t done;      /**< that have run to their end, wanted or not */
    uint64_t cancelled; /**< that will never run */
};

/**
 * Does the work: turns a value, which is its own, into a value or a failure,
 * but nothing to wait for.  @p job is valid during the call.  Returns: one that
 * ends its thread, by pthread_exit(3), pthread_cancel(3) or an exception of
 * C++, counts as running for ever, and so do drains and vr_pool_free() wait.
 */
typedef struct vr_result vr_pool_fn(struct vr_job *job, struct vr_value value);

/**
 * Make a pool, with no threads yet.
 * @param options  NULL for all defaults
 * @param ret_pool  the pool, to be freed by vr_pool_free()
 * @return 0; -EINVAL for a negative number of threads or a bad size; -ENOMEM
 */
VR_MUST_CHECK
int vr_pool_new(const struct vr_pool_options *options,
                struct vr_pool **ret_pool);

/**
 * Close @p pool, wait until its threads have ended, and free it.  NULL is fine.
 * @return 0; -EDEADLK inside one of its jobs, -EBUSY inside this, where the
 * value of a job is freed, -ECHILD: nothing happens
 */
int vr_pool_free(struct vr_pool *pool);

/** Take no more jobs.  Those that have not begun never will, and their
 *  deferreds fail with -VR_ECANCELLED.  Never waits. */
void vr_pool_close(struct vr_pool *pool);

/**
 * Have @p fn called with @p value on a thread of @p pool.
 *
 *     vr_pool_submit(pool, reactor, group, fn, value, &pending)
 *
 * @param group  NULL: none
 * @param value  taken, on failure it is still yours; freed if @p fn is not
 * called, on the thread on which that is decided
 * @param ret_pending  what becomes of it, on @p reactor; yours
 * @return 0; -EINVAL if @p fn is NULL; -ENOMEM; -EAGAIN if the pool has no
 * thread and the system none left: with one at least, the job waits for that;
 * -VR_ELIMIT with as many jobs waiting as the options allow; -VR_ECLOSED if the
 * pool or the reactor is; -ECHILD
 */
#define vr_pool_submit(pool, reactor, group, fn, value, ret_pending)           \
    vr_pool_submit_at(__FILE__, __LINE__, pool, reactor, group, fn, value,     \
                      ret_pending)

/** vr_pool_submit() at another place; keeps @p file. */
VR_MUST_CHECK
int vr_pool_submit_at(const char *file, int line, struct vr_pool *pool,
                      struct vr_reactor *reactor, struct vr_pool_group *group,
                      vr_pool_fn *fn, struct vr_value value,
                      struct vr_pending **ret_pending);

/** Would a result be of use?  If not, it never will: @p job may stop. */
bool vr_job_is_wanted(const struct vr_job *job);

/**
 * Let @p pool have @p threads at most, 1 or more.  When there are more, those
 * without a job leave now, others after their job.
 * @return 0; -EINVAL; -ECHILD
 */
VR_MUST_CHECK
int vr_pool_resize(struct vr_pool *pool, int threads);

/** What @p pool does at this moment; in a child, nothing. */
struct vr_pool_counts vr_pool_count(struct vr_pool *pool);

/**
 * Make a deferred that fires on @p reactor, in a turn, when @p pool has no job
 * left, running or waiting; behind the deferreds of those jobs there.
 * @return 0, -ENOMEM, -VR_ECLOSED if the reactor is, -ECHILD
 */
VR_MUST_CHECK
int vr_pool_drain(struct vr_pool *pool, struct vr_reactor *reactor,
                  struct vr_pending **ret_pending);

/** Make a group of jobs, which is yours. @return 0, -ENOMEM, -ECHILD */
VR_MUST_CHECK
int vr_pool_group_new(struct vr_pool *pool, struct vr_pool_group **ret_group);

/** The owner has no more use for @p group: its jobs go on.  It may outlive the
 *  pool.  NULL is nothing. */
void vr_pool_group_free(struct vr_pool_group *group);

/**
 * Cancel all jobs of @p group: their deferreds fail with -VR_ECANCELLED, those
 * that have not begun never will, and the others are not wanted any more.
 * More jobs may be submitted.
 * @return how many will not run
 */
size_t vr_pool_group_cancel(struct vr_pool_group *group);

/** vr_pool_drain() for the jobs of @p group. */
VR_MUST_CHECK
int vr_pool_group_drain(struct vr_pool_group *group, struct vr_reactor *reactor,
                        struct vr_pending **ret_pending);

VR_END_DECLS

#endif
