/* SPDX-License-Identifier: MIT */
/**
 * @file thread.c
 * The delivery thread.
 *
 * It sleeps on a descriptor and not on a condition: a log call would have to
 * take the lock of that, and in a child of fork(2) might wait for it for ever.
 *
 * Waking it costs a log call more than all the rest.  So once it has shown
 * something it looks again after a millisecond by itself; log calls in the
 * meantime need not wake it, unless the ring is half full by then.
 */
#include <vreactor/log/thread.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <vreactor/base/current.h>
#include <vreactor/base/env.h>
#include <vreactor/base/fd.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/base/options.h>
#include <vreactor/base/thread.h>
#include <vreactor/log/log.h>
#include <vreactor/log/queue_impl.h>

enum { WAKE_TRIES = 3 };

struct vr_log_thread {
    const struct vr_env *env;
    struct vr_logger logger;
    struct vr_log_queue *queue;
    int wake[2];   /* see vr_fd_wake_open() */
    bool stop;     /* atomic */
    uint64_t mark; /* of the process that has the thread */
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    bool ended;
};

static bool wake(void *arg)
{
    struct vr_log_thread *self = arg;

    return vr_fd_wake(self->env, self->wake[1]) == 0;
}

/* Always: all log calls are between its start and its end. */
static bool is_served(void *arg)
{
    (void)arg;
    return true;
}

static const struct vr_log_queue_ops ops = {.wake = wake,
                                            .is_served = is_served};

static void sleep_until_woken(struct vr_log_thread *self, vr_time span)
{
    if (vr_fd_poll(self->env, self->wake[0], POLLIN, span) > 0)
        vr_fd_wake_read(self->env, self->wake[0]);
}

static bool show(struct vr_log_thread *self)
{
    uint32_t before = self->queue->ring.tail;

    (void)vr_log_queue_show(self->queue, INT_MAX);
    return self->queue->ring.tail != before;
}

static void *run(void *arg)
{
    struct vr_log_thread *self = arg;
    bool stop;

    vr_current()->env = self->env;
    vr_thread_name("vr-log");
    do {
        stop = __atomic_load_n(&self->stop, __ATOMIC_ACQUIRE);
        bool busy = show(self);
        if (busy)
            vr_log_queue_nap(self->queue);
        if (!stop)
            sleep_until_woken(self, busy ? VR_MSEC : -1);
    } while (!stop);

    (void)pthread_mutex_lock(&self->lock);
    self->ended = true;
    (void)pthread_cond_signal(&self->changed);
    (void)pthread_mutex_unlock(&self->lock);
    return NULL;
}

static void dealloc(struct vr_log_thread *self)
{
    const struct vr_env *env = self->env;

    vr_dealloc(env, self);
    vr_env_drop(env);
}

static void give_back(struct vr_log_thread *self)
{
    vr_logger_fini(&self->logger);
    pthread_cond_destroy(&self->changed);
    pthread_mutex_destroy(&self->lock);
    vr_fd_wake_close(self->env, self->wake);
    vr_log_queue_free(self->queue);
    dealloc(self);
}

static int start(struct vr_log_thread *self, const char *prefix)
{
    int err = vr_fd_wake_open(self->env, self->wake);
    if (err)
        return err;

    vr_logger_init(&self->logger, self->env, prefix);
    vr_logger_set_queue(&self->logger, self->queue);
    (void)pthread_mutex_init(&self->lock, NULL);
    vr_cond_init(&self->changed);
    self->mark = vr_fork_mark();
    err = vr_thread_start(self->env, &self->thread, run, self);
    if (!err)
        return 0;

    pthread_cond_destroy(&self->changed);
    pthread_mutex_destroy(&self->lock);
    vr_fd_wake_close(self->env, self->wake);
    return err;
}

int vr_log_thread_new(const struct vr_log_thread_options *options,
                      struct vr_log_thread **ret_thread)
{
    struct vr_log_thread_options given = {0};

    int err = vr_options_read(&given, vr_log_thread_options, options);
    if (err)
        return err;

    const struct vr_env *env = vr_env_or_current(given.env);
    struct vr_log_thread *self = vr_alloc(env, sizeof(*self));
    if (!self)
        return -ENOMEM;

    self->env = vr_env_keep(env);
    err = vr_log_queue_new(env, given.ring_size, &ops, self, &self->queue);
    if (!err)
        err = start(self, given.prefix);
    if (err) {
        vr_log_queue_free(self->queue);
        dealloc(self);
        return err;
    }
    *ret_thread = self;
    return 0;
}

struct vr_logger *vr_log_thread_logger(struct vr_log_thread *thread)
{
    return &thread->logger;
}

static bool tell_to_stop(struct vr_log_thread *self)
{
    __atomic_store_n(&self->stop, true, __ATOMIC_RELEASE);
    for (int tries = 0; tries < WAKE_TRIES; tries++)
        if (wake(self))
            return true;

    return false;
}

static bool wait_for_end(struct vr_log_thread *self, vr_time due)
{
    (void)pthread_mutex_lock(&self->lock);
    while (!self->ended && vr_now(self->env) < due)
        vr_cond_wait(self->env, &self->changed, &self->lock, due);
    bool ended = self->ended;
    (void)pthread_mutex_unlock(&self->lock);
    return ended;
}

int vr_log_thread_free(struct vr_log_thread *thread, vr_time patience)
{
    if (!thread)
        return 0;
    if (vr_fork_mark() != thread->mark)
        return -ECHILD;
    if (pthread_equal(pthread_self(), thread->thread))
        return -EDEADLK;

    vr_time due = vr_due_in(thread->env, patience);
    if (!tell_to_stop(thread))
        return -EAGAIN;
    if (!wait_for_end(thread, due))
        return -ETIMEDOUT;

    (void)pthread_join(thread->thread, NULL);
    give_back(thread);
    return 0;
}
