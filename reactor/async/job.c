/* SPDX-License-Identifier: MIT */
/**
 * @file job.c
 * The jobs of a pool, their groups, and who waits for the last of them.
 *
 * A job is the argument of its promise, so it is there for as long as the
 * reactor may cancel it.  Under the lock of the pool, who takes it out of the
 * queue decides its fate: a thread by running it, or somebody by cancelling it.
 */
#include <vreactor/reactor/async/pool_impl.h>

#include <assert.h>
#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/async/promise.h>
#include <vreactor/reactor/async/promise_impl.h>

static struct vr_job *job_of(struct vr_list *link)
{
    return vr_container_of(link, struct vr_job, link);
}

/* ---- leaving ---- */

static void settle_drains(struct vr_list *drains)
{
    struct vr_list *link;

    while ((link = vr_list_pop(drains))) {
        struct vr_promise *promise = job_of(link)->promise;
        (void)vr_promise_fire(promise, vr_value_none());
        vr_promise_unref(promise);
    }
}

/* One job less; with the lock.  If it was the last, those that wait for that go
 * to @drains. */
static void count_down(struct vr_pool_group *group, struct vr_list *drains)
{
    if (!--group->count)
        vr_list_splice(drains, &group->drains);
}

/* With the lock. @return @group, if it is to be freed now; or NULL */
static struct vr_pool_group *if_through(struct vr_pool_group *group)
{
    return group && group->freed && !group->count ? group : NULL;
}

static void free_group(struct vr_pool_group *group)
{
    if (!group)
        return;

    struct vr_pool *pool = group->pool;
    vr_dealloc(&pool->env, group);
    vr_pool_release(pool);
}

/* @job, which was taken out of the queue, is through. */
static void leave(struct vr_job *job)
{
    struct vr_pool *pool = job->pool;
    struct vr_list drains;

    vr_list_init(&drains);
    pthread_mutex_lock(&pool->lock);
    if (job->state == VR_JOB_RUNNING) {
        vr_list_remove(&job->link);
        pool->counts.idle++;
        pool->counts.done++;
    } else {
        pool->counts.cancelled++;
    }
    job->state = VR_JOB_GONE;
    count_down(&pool->all, &drains);
    if (job->group) {
        vr_list_remove(&job->grouped);
        count_down(job->group, &drains);
    }
    struct vr_pool_group *through = if_through(job->group);
    pthread_mutex_unlock(&pool->lock);

    settle_drains(&drains);
    free_group(through);
    vr_promise_unref(job->promise);
}

/* ---- running ---- */

struct vr_job *vr_job_take(struct vr_pool *pool)
{
    struct vr_list *link = vr_list_pop(&pool->queue);
    if (!link)
        return NULL;

    struct vr_job *job = job_of(link);
    vr_list_append(&pool->running, link);
    job->state = VR_JOB_RUNNING;
    job->thread = pthread_self();
    pool->counts.queued--;
    pool->counts.idle--;
    return job;
}

void vr_job_run(struct vr_job *job)
{
    struct vr_result result = job->fn(job, job->value);

    (void)vr_promise_settle(job->promise, result);
    leave(job);
}

bool vr_job_is_wanted(const struct vr_job *job)
{
    return vr_promise_is_wanted(job->promise);
}

/* ---- cancelling ---- */

/* With the lock. @return true if it was in the queue, and is the caller's */
static bool take_back(struct vr_job *job)
{
    if (job->state != VR_JOB_QUEUED)
        return false;

    vr_list_remove(&job->link);
    job->state = VR_JOB_GONE;
    job->pool->counts.queued--;
    return true;
}

/* Once it was taken back. */
static void drop(struct vr_job *job)
{
    vr_value_free(job->value);
    leave(job);
}

/* The owner of the deferred does not wait. */
static void cancel(void *arg)
{
    struct vr_job *job = arg;
    struct vr_pool *pool = job->pool;

    if (!vr_pool_is_ours(pool))
        return;

    pthread_mutex_lock(&pool->lock);
    bool taken = take_back(job);
    pthread_mutex_unlock(&pool->lock);
    if (taken)
        drop(job);
}

/* With the lock: nobody waits any more for @job, which goes to @taken if it was
 * in the queue. */
static void call_off(struct vr_job *job, struct vr_list *taken)
{
    (void)vr_promise_fail(job->promise, vr_failure_cancelled());
    if (take_back(job))
        vr_list_append(taken, &job->link);
}

static size_t drop_all(struct vr_list *taken)
{
    struct vr_list *link;
    size_t count = 0;

    for (; (link = vr_list_pop(taken)); count++)
        drop(job_of(link));
    return count;
}

void vr_job_cancel_queued(struct vr_pool *pool)
{
    struct vr_list taken;

    vr_list_init(&taken);
    pthread_mutex_lock(&pool->lock);
    while (!vr_list_is_empty(&pool->queue))
        call_off(job_of(pool->queue.next), &taken);
    pthread_mutex_unlock(&pool->lock);
    (void)drop_all(&taken);
}

size_t vr_pool_group_cancel(struct vr_pool_group *group)
{
    struct vr_pool *pool = group->pool;
    struct vr_list taken, *link;

    if (!vr_pool_is_ours(pool))
        return 0;

    vr_list_init(&taken);
    pthread_mutex_lock(&pool->lock);
    for (link = group->jobs.next; link != &group->jobs; link = link->next)
        call_off(vr_container_of(link, struct vr_job, grouped), &taken);
    pthread_mutex_unlock(&pool->lock);
    return drop_all(&taken);
}

/* ---- submitting ---- */

/* With the promise, when neither side of that uses it any more. */
static void free_job(void *arg)
{
    struct vr_job *job = arg;
    struct vr_pool *pool = job->pool;

    vr_dealloc(&pool->env, job);
    if (vr_pool_is_ours(pool))
        vr_pool_release(pool);
}

static int enqueue(struct vr_pool *pool, struct vr_job *job)
{
    if (pool->closed)
        return -VR_ECLOSED;
    if (pool->counts.queued >= pool->most_jobs)
        return -VR_ELIMIT;

    vr_list_append(&pool->queue, &job->link);
    job->state = VR_JOB_QUEUED;
    pool->counts.queued++;
    int err = vr_pool_make_threads(pool);
    if (err < 0) {
        (void)take_back(job);
        return err;
    }
    pool->all.count++;
    if (job->group) {
        vr_list_append(&job->group->jobs, &job->grouped);
        job->group->count++;
    }
    pthread_cond_signal(&pool->changed);
    return 0;
}

/* Make a promise whose argument is a job like @given, which holds its pool.
 * @return the deferred; if there is no promise it says why */
static struct vr_pending *make(struct vr_reactor *reactor,
                               const struct vr_job *given,
                               struct vr_promise **ret_promise)
{
    struct vr_pool *pool = given->pool;
    struct vr_job *job = vr_alloc(&pool->env, sizeof(*job));

    *ret_promise = NULL;
    if (!job)
        return NULL;

    *job = *given;
    vr_list_init(&job->link);
    pthread_mutex_lock(&pool->lock);
    pool->holds++;
    pthread_mutex_unlock(&pool->lock);
    struct vr_pending *pending =
        (vr_promise_new)(reactor, cancel, vr_value_of(job, free_job),
                         ret_promise);
    if (*ret_promise) {
        job->promise = *ret_promise;
        vr_promise_bind(job->promise);
    }
    return pending;
}

#undef vr_pool_submit /* the macro adds the place */
struct vr_pending *vr_pool_submit(struct vr_pool *pool,
                                  struct vr_reactor *reactor,
                                  struct vr_pool_group *group, vr_pool_fn *fn,
                                  struct vr_value value)
{
    struct vr_job given = {
        .pool = pool, .group = group, .fn = fn, .value = value};
    struct vr_promise *promise;

    assert(!group || group->pool == pool);
    if (!vr_pool_is_ours(pool))
        return vr_promise_refuse(reactor, -ECHILD, "submit", value);
    if (!fn)
        return vr_promise_refuse(reactor, -EINVAL, "submit", value);
    struct vr_pending *pending = make(reactor, &given, &promise);
    if (!promise) {
        vr_value_free(value);
        return pending;
    }

    pthread_mutex_lock(&pool->lock);
    int err = enqueue(pool, vr_promise_arg(promise));
    pthread_mutex_unlock(&pool->lock);
    if (!err)
        return pending;

    vr_pending_free(pending);
    vr_promise_unref(promise);
    return vr_promise_refuse(reactor, err, "submit", value);
}

/* ---- waiting for the last ---- */

/* A drain is a job that never runs, and is through when all others are. */
#undef vr_pool_group_drain /* the macro adds the place */
struct vr_pending *vr_pool_group_drain(struct vr_pool_group *group,
                                       struct vr_reactor *reactor)
{
    struct vr_pool *pool = group->pool;
    struct vr_job given = {.pool = pool};
    struct vr_promise *promise;
    struct vr_list none;

    if (!vr_pool_is_ours(pool))
        return (vr_pending_failed)(vr_reactor_env(reactor), -ECHILD, "drain");
    struct vr_pending *pending = make(reactor, &given, &promise);
    if (!promise)
        return pending;

    struct vr_job *drain = vr_promise_arg(promise);
    vr_list_init(&none);
    pthread_mutex_lock(&pool->lock);
    vr_list_append(group->count ? &group->drains : &none, &drain->link);
    pthread_mutex_unlock(&pool->lock);
    settle_drains(&none);
    return pending;
}

#undef vr_pool_drain /* the macro adds the place */
struct vr_pending *vr_pool_drain(struct vr_pool *pool,
                                 struct vr_reactor *reactor)
{
    return (vr_pool_group_drain)(&pool->all, reactor);
}

void vr_pool_group_init(struct vr_pool_group *group, struct vr_pool *pool)
{
    *group = (struct vr_pool_group){.pool = pool};
    vr_list_init(&group->jobs);
    vr_list_init(&group->drains);
}

int vr_pool_group_new(struct vr_pool *pool, struct vr_pool_group **ret_group)
{
    if (!vr_pool_is_ours(pool))
        return -ECHILD;
    struct vr_pool_group *group = vr_alloc(&pool->env, sizeof(*group));
    if (!group)
        return -ENOMEM;

    vr_pool_group_init(group, pool);
    pthread_mutex_lock(&pool->lock);
    pool->holds++;
    pthread_mutex_unlock(&pool->lock);
    *ret_group = group;
    return 0;
}

void vr_pool_group_free(struct vr_pool_group *group)
{
    if (!group || !vr_pool_is_ours(group->pool))
        return;

    struct vr_pool *pool = group->pool;
    pthread_mutex_lock(&pool->lock);
    group->freed = true;
    struct vr_pool_group *through = if_through(group);
    pthread_mutex_unlock(&pool->lock);
    free_group(through);
}
