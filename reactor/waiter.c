/* SPDX-License-Identifier: MIT */
/**
 * @file waiter.c
 * Threads that wait for an answer from a reactor.
 */
#include <vreactor/reactor/waiter.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/base/thread.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/wheel.h>

void vr_waiter_init(struct vr_waiter *waiter, struct vr_reactor *reactor,
                    struct vr_post post)
{
    *waiter = (struct vr_waiter){.reactor = reactor, .post = post};
    vr_list_init(&waiter->link);
    (void)pthread_mutex_init(&waiter->lock, NULL);
    vr_cond_init(&waiter->changed);
}

void vr_waiter_fini(struct vr_waiter *waiter)
{
    pthread_cond_destroy(&waiter->changed);
    pthread_mutex_destroy(&waiter->lock);
}

/* ---- among the waiters of the reactor ---- */

/* May a thread wait for an answer?  With the lock. */
static int check_running(const struct vr_reactor *reactor)
{
    if (reactor->state >= VR_CLOSING)
        return -VR_ECLOSED;
    if (reactor->state != VR_RUNNING && !reactor->hosted)
        return -EAGAIN;

    /* It may be in a turn of another that is made inside its own. */
    return pthread_equal(reactor->runner, pthread_self()) ? -EDEADLK : 0;
}

/* Under the lock of the state: a run that ends finds all who joined while it
 * was running. */
int vr_waiter_post(struct vr_waiter *waiter)
{
    struct vr_reactor *reactor = waiter->reactor;

    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;
    pthread_mutex_lock(&reactor->lock);
    int err = check_running(reactor);
    if (!err && !vr_inbox_push(reactor->inbox, &waiter->post))
        err = -VR_ECLOSED;
    if (!err)
        vr_list_append(&reactor->waiters, &waiter->link);
    pthread_mutex_unlock(&reactor->lock);
    return err;
}

/* In a child forked by a callback the others are threads of the parent, and
 * one of them may have held the lock. */
void vr_waiter_leave(struct vr_waiter *waiter)
{
    struct vr_reactor *reactor = waiter->reactor;

    if (vr_reactor_is_inherited(reactor))
        return;
    pthread_mutex_lock(&reactor->lock);
    vr_list_remove(&waiter->link);
    pthread_mutex_unlock(&reactor->lock);
}

static struct vr_waiter *waiter_of(struct vr_list *link)
{
    return vr_container_of(link, struct vr_waiter, link);
}

/* The posts of those that would return before the next run looks. */
static void take_posts_back(struct vr_reactor *reactor)
{
    struct vr_list *waiters = &reactor->waiters;

    for (struct vr_list *link = waiters->next; link != waiters;
         link = link->next)
        if (waiter_of(link)->takes_post_back)
            waiter_of(link)->post.run = NULL;
    vr_inbox_purge(reactor->inbox);
}

/* Cleaning up is put into the wheel, not by vr_call_at(), which would tell the
 * host now. */
void vr_waiters_abandon(struct vr_reactor *reactor)
{
    struct vr_list *link;

    if (vr_list_is_empty(&reactor->waiters))
        return;

    take_posts_back(reactor);
    while ((link = vr_list_pop(&reactor->waiters))) {
        struct vr_waiter *waiter = waiter_of(link);
        struct vr_call *cleanup = waiter->cleanup;
        vr_waiter_answer(waiter, -VR_ECANCELLED, vr_ok(vr_value_none()));
        if (cleanup)
            vr_wheel_put(reactor->wheel, cleanup, reactor->now);
    }
}

/* ---- the answer ---- */

/* In a child forked by a callback nobody waits: the thread that does is one of
 * the parent, and may have held the lock. */

bool vr_waiter_set(struct vr_waiter *waiter, enum vr_waiter_state state)
{
    if (vr_reactor_is_inherited(waiter->reactor))
        return false;
    pthread_mutex_lock(&waiter->lock);
    bool waits = waiter->state != VR_WAITER_ANSWERED;
    if (waits)
        waiter->state = state;
    pthread_cond_signal(&waiter->changed);
    pthread_mutex_unlock(&waiter->lock);
    return waits;
}

/* Once the lock is given up, the waiter may be gone. */
void vr_waiter_answer(struct vr_waiter *waiter, int err,
                      struct vr_result result)
{
    if (vr_reactor_is_inherited(waiter->reactor)) {
        vr_result_free(result);
        return;
    }
    pthread_mutex_lock(&waiter->lock);
    bool first = waiter->state != VR_WAITER_ANSWERED;
    if (first) {
        waiter->state = VR_WAITER_ANSWERED;
        waiter->err = err;
        waiter->result = result;
        pthread_cond_signal(&waiter->changed);
    }
    pthread_mutex_unlock(&waiter->lock);
    if (!first)
        vr_result_free(result);
}

/* With the lock, which is given up while it waits.  A start function that runs
 * may use what stands on this thread's stack. */
static void wait_until(struct vr_waiter *waiter, vr_time due)
{
    const struct vr_env *env = &waiter->reactor->env;
    bool late = false;

    while (waiter->state != VR_WAITER_ANSWERED &&
           !(late && waiter->state == VR_WAITER_MAY_LEAVE)) {
        vr_cond_wait(env, &waiter->changed, &waiter->lock,
                     late ? VR_TIME_MAX : due);
        late = due != VR_TIME_MAX && vr_now(env) >= due;
    }
}

int vr_waiter_wait(struct vr_waiter *waiter, vr_time due,
                   struct vr_result *ret_result)
{
    pthread_mutex_lock(&waiter->lock);
    wait_until(waiter, due);
    if (waiter->state != VR_WAITER_ANSWERED) {
        waiter->state = VR_WAITER_ANSWERED;
        waiter->err = -ETIMEDOUT;
    }
    int err = waiter->err;
    if (!err)
        *ret_result = waiter->result;
    pthread_mutex_unlock(&waiter->lock);
    return err;
}

/* ---- vr_call_and_wait() ---- */

/* On the stack of the thread that waits. */
struct question {
    struct vr_waiter waiter;
    void (*fn)(void *arg);
    void *arg;
};

/* After this the question may be gone. */
static void answer(struct vr_waiter *waiter, int err)
{
    vr_waiter_leave(waiter);
    vr_waiter_answer(waiter, err, vr_ok(vr_value_none()));
}

static void run_question(struct vr_post *post)
{
    struct question *question =
        vr_container_of(post, struct question, waiter.post);

    question->fn(question->arg);
    answer(&question->waiter, 0);
}

static void cancel_question(struct vr_post *post)
{
    answer(vr_container_of(post, struct vr_waiter, post), -VR_ECLOSED);
}

int vr_call_and_wait(struct vr_reactor *reactor, void (*fn)(void *arg),
                     void *arg)
{
    struct question question = {.fn = fn, .arg = arg};
    struct vr_waiter *waiter = &question.waiter;
    struct vr_result nothing;

    if (!fn)
        return -EINVAL;
    if (vr_reactor_current() == reactor)
        return -EDEADLK;

    vr_waiter_init(
        waiter, reactor,
        (struct vr_post){.run = run_question, .cancelled = cancel_question});
    waiter->takes_post_back = true;
    int err = vr_waiter_post(waiter);
    if (!err)
        err = vr_waiter_wait(waiter, VR_TIME_MAX, &nothing);
    vr_waiter_fini(waiter);
    return err;
}
