/* SPDX-License-Identifier: MIT */
/**
 * @file pool.c
 * A pool and its threads.  What they do is in job.c.
 *
 * A thread that leaves is joined by the next that does, and the last one by
 * vr_pool_free(): so there is never more than one left over.
 */
#include <vreactor/reactor/async/pool_impl.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/current.h>
#include <vreactor/base/env_home.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/options.h>
#include <vreactor/base/thread.h>

enum { THREADS = 4 };

static const vr_time IDLE = 10 * VR_SEC;

/* ---- coming ---- */

static void dealloc(struct vr_pool *pool)
{
    const struct vr_env *shared = pool->shared;
    struct vr_env env = pool->env;

    vr_dealloc(&env, pool->name);
    vr_dealloc(&env, pool);
    vr_env_drop(shared);
}

static struct vr_pool *make(const struct vr_pool_options *options,
                            const struct vr_env *env)
{
    struct vr_pool *pool = vr_alloc(env, sizeof(*pool));
    if (!pool)
        return NULL;

    pool->env = *env;
    pool->shared = vr_env_copy(vr_env_or_current(options->env));
    pool->name = vr_strdup(env, options->name ? options->name : "pool");
    if (!pool->shared || !pool->name) {
        dealloc(pool);
        return NULL;
    }
    pool->mark = vr_fork_mark();
    pool->idle = options->idle ? options->idle : IDLE;
    pool->most_jobs = options->most_jobs ? options->most_jobs : SIZE_MAX;
    pool->most_threads = options->threads ? options->threads : THREADS;
    pool->holds = 1;
    return pool;
}

int vr_pool_new(const struct vr_pool_options *options,
                struct vr_pool **ret_pool)
{
    struct vr_pool_options given = {0};

    int err = vr_options_read(&given, vr_pool_options, options);
    if (err)
        return err;
    if (given.threads < 0)
        return -EINVAL;

    struct vr_env env;
    err = vr_env_read(vr_env_or_current(given.env), &env);
    if (err)
        return err;

    struct vr_pool *pool = make(&given, &env);
    if (!pool)
        return -ENOMEM;

    (void)pthread_mutex_init(&pool->lock, NULL);
    vr_cond_init(&pool->changed);
    vr_cond_init(&pool->gone);
    vr_list_init(&pool->queue);
    vr_list_init(&pool->running);
    vr_pool_group_init(&pool->all, pool);
    *ret_pool = pool;
    return 0;
}

/* ---- threads ---- */

static bool is_surplus(const struct vr_pool *pool)
{
    return pool->counts.threads > pool->most_threads;
}

/* With the lock. @return NULL: this thread is to leave */
static struct vr_job *await_job(struct vr_pool *pool)
{
    vr_time due = vr_due_in(&pool->env, pool->idle);
    bool late = false;

    while (!is_surplus(pool)) {
        struct vr_job *job = vr_job_take(pool);
        if (job)
            return job;
        if (pool->closed || late)
            return NULL;

        vr_cond_wait(&pool->env, &pool->changed, &pool->lock, due);
        late = due != VR_TIME_MAX && vr_now(&pool->env) >= due;
    }
    return NULL;
}

/* With the lock, which is given up: then the pool may be gone. */
static void leave(struct vr_pool *pool)
{
    bool joins = pool->has_left;
    pthread_t before = pool->left;

    pool->has_left = true;
    pool->left = pthread_self();
    pool->counts.threads--;
    pool->counts.idle--;
    if (!pool->counts.threads)
        pthread_cond_broadcast(&pool->gone);
    pthread_cond_signal(&pool->changed); /* what woke us may be for another */
    pthread_mutex_unlock(&pool->lock);
    if (joins)
        pthread_join(before, NULL);
}

static void *work(void *arg)
{
    struct vr_pool *pool = arg;
    struct vr_job *job;

    vr_current()->env = pool->shared;
    vr_thread_name(pool->name);
    pthread_mutex_lock(&pool->lock);
    while ((job = await_job(pool))) {
        pthread_mutex_unlock(&pool->lock);
        vr_job_run(job);
        pthread_mutex_lock(&pool->lock);
    }
    leave(pool);
    return NULL;
}

int vr_pool_make_threads(struct vr_pool *pool)
{
    struct vr_pool_counts *counts = &pool->counts;
    int err = 0;

    while (!err && counts->queued > (size_t)counts->idle &&
           counts->threads < pool->most_threads) {
        pthread_t thread;
        err = vr_thread_start(&pool->env, &thread, work, pool);
        counts->threads += !err;
        counts->idle += !err;
    }
    return counts->threads ? 0 : err;
}

int vr_pool_resize(struct vr_pool *pool, int threads)
{
    if (threads < 1)
        return -EINVAL;
    if (!vr_pool_is_ours(pool))
        return -ECHILD;

    pthread_mutex_lock(&pool->lock);
    pool->most_threads = threads;
    (void)vr_pool_make_threads(pool); /* if it fails, jobs wait as before */
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    return 0;
}

struct vr_pool_counts vr_pool_count(struct vr_pool *pool)
{
    struct vr_pool_counts counts = {0};

    if (!vr_pool_is_ours(pool))
        return counts;

    pthread_mutex_lock(&pool->lock);
    counts = pool->counts;
    pthread_mutex_unlock(&pool->lock);
    return counts;
}

/* ---- going ---- */

void vr_pool_close(struct vr_pool *pool)
{
    if (!vr_pool_is_ours(pool))
        return;

    pthread_mutex_lock(&pool->lock);
    pool->closed = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    vr_job_cancel_queued(pool);
}

static bool runs_on_this_thread(struct vr_pool *pool)
{
    bool runs = false;

    pthread_mutex_lock(&pool->lock);
    for (struct vr_list *link = pool->running.next; link != &pool->running;
         link = link->next)
        runs = runs ||
               pthread_equal(vr_container_of(link, struct vr_job, link)->thread,
                             pthread_self());
    pthread_mutex_unlock(&pool->lock);
    return runs;
}

static void join_threads(struct vr_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->counts.threads)
        vr_cond_wait(&pool->env, &pool->gone, &pool->lock, VR_TIME_MAX);
    bool joins = pool->has_left;
    pthread_mutex_unlock(&pool->lock);
    if (joins)
        pthread_join(pool->left, NULL);
}

/* @return false if somebody is at it, such as the one this is called by */
static bool begin_free(struct vr_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    bool first = !pool->freeing;
    pool->freeing = true;
    pthread_mutex_unlock(&pool->lock);
    return first;
}

int vr_pool_free(struct vr_pool *pool)
{
    if (!pool)
        return 0;
    if (!vr_pool_is_ours(pool))
        return -ECHILD;
    if (runs_on_this_thread(pool))
        return -EDEADLK;
    if (!begin_free(pool))
        return -EBUSY;

    vr_pool_close(pool);
    join_threads(pool);
    vr_pool_release(pool);
    return 0;
}

void vr_pool_release(struct vr_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    bool last = !--pool->holds;
    pthread_mutex_unlock(&pool->lock);
    if (!last)
        return;

    pthread_cond_destroy(&pool->gone);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    dealloc(pool);
}
