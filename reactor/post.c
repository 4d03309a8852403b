/* SPDX-License-Identifier: MIT */
/**
 * @file post.c
 * Posting, executing, and waiting for the answer.
 */
#include <vreactor/reactor/post.h>

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/reactor_impl.h>

void vr_reactor_post(struct vr_reactor *reactor, struct vr_post *post)
{
    assert(post->run);
    if (!vr_inbox_push(&reactor->inbox, post) && post->cancelled)
        post->cancelled(post);
}

void vr_reactor_execute(struct vr_reactor *reactor, struct vr_post *post)
{
    if (vr_reactor_current() == reactor && reactor->in_turn)
        post->run(post);
    else
        vr_reactor_post(reactor, post);
}

/* A vr_call_and_wait(), on the stack of the thread that waits. */
struct waiter {
    struct vr_post post;
    void (*fn)(void *arg);
    void *arg;
    pthread_mutex_t lock;
    pthread_cond_t answered;
    bool done;
    int result;
};

static void answer(struct waiter *waiter, int result)
{
    pthread_mutex_lock(&waiter->lock);
    waiter->result = result;
    waiter->done = true;
    pthread_cond_signal(&waiter->answered);
    pthread_mutex_unlock(&waiter->lock);
}

static void run_waiter(struct vr_post *post)
{
    struct waiter *waiter = vr_container_of(post, struct waiter, post);

    waiter->fn(waiter->arg);
    answer(waiter, 0);
}

static void cancel_waiter(struct vr_post *post)
{
    answer(vr_container_of(post, struct waiter, post), -VR_ECLOSED);
}

/* Posting under the lock of the state: a run that ends finds what was posted
 * while it was running, all of it. */
int vr_post_while_running(struct vr_reactor *reactor, struct vr_post *post)
{
    int err = 0;

    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;
    pthread_mutex_lock(&reactor->lock);
    if (reactor->state >= VR_CLOSING)
        err = -VR_ECLOSED;
    else if (reactor->state != VR_RUNNING && !reactor->hosted)
        err = -EAGAIN;
    else if (pthread_equal(reactor->runner, pthread_self()))
        err = -EDEADLK; /* in a turn of another that is made inside its own */
    else if (!vr_inbox_push(&reactor->inbox, post))
        err = -VR_ECLOSED;
    pthread_mutex_unlock(&reactor->lock);
    return err;
}

int vr_call_and_wait(struct vr_reactor *reactor, void (*fn)(void *arg),
                     void *arg)
{
    if (!fn)
        return -EINVAL;
    if (vr_reactor_current() == reactor)
        return -EDEADLK;

    struct waiter waiter = {
        .post = {.run = run_waiter, .cancelled = cancel_waiter},
        .fn = fn,
        .arg = arg,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .answered = PTHREAD_COND_INITIALIZER,
    };
    int err = vr_post_while_running(reactor, &waiter.post);
    if (!err) {
        pthread_mutex_lock(&waiter.lock);
        while (!waiter.done)
            pthread_cond_wait(&waiter.answered, &waiter.lock);
        pthread_mutex_unlock(&waiter.lock);
        err = waiter.result;
    }
    pthread_cond_destroy(&waiter.answered);
    pthread_mutex_destroy(&waiter.lock);
    return err;
}

void vr_post_abandon_waiters(struct vr_reactor *reactor)
{
    (void)vr_inbox_gather(&reactor->inbox);
    struct vr_post *post = vr_inbox_take_all(&reactor->inbox, run_waiter);

    while (post) {
        struct vr_post *next = post->next;
        answer(vr_container_of(post, struct waiter, post), -VR_ECANCELLED);
        post = next;
    }
}
