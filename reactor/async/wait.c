/* SPDX-License-Identifier: MIT */
/**
 * @file wait.c
 * Ordinary threads that wait for a deferred.
 *
 * What waits has two holders: the waiting thread, until it returns, and the
 * reactor, from the post on until the deferred is gone.  Whoever ends the
 * waiting first, under its lock, decides what comes out; the other cleans up
 * after itself.  The time runs out on both sides, so that neither depends on
 * the other: the reactor may be busy, and its clock may be a test's.
 */
#include <vreactor/reactor/async/wait.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/base/thread.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/tie.h>

enum state {
    POSTED,   /* the reactor has not looked yet */
    STARTING, /* its start function runs */
    STARTED,
    OVER,
};

struct waiting {
    struct vr_reactor *reactor;
    atomic_uint holds; /* of the thread, of the reactor */
    vr_start_fn *start;
    void *arg;
    struct vr_pending *given; /* in place of start */
    bool looks;               /* and does not wait */
    vr_time due;
    struct vr_post post;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    enum state state;
    int err; /* once over */
    struct vr_result result;

    /* The reactor's thread's, while there is a deferred. */
    struct vr_pending *pending;
    struct vr_call call; /* when the time is out */
    struct vr_tie tie;
    struct vr_list link; /* in those that wait on the reactor */
};

static const struct vr_failure timed_out = {
    .code = -ETIMEDOUT, .text = "the thread that waits has no more time"};

static void release(struct waiting *waiting)
{
    if (atomic_fetch_sub(&waiting->holds, 1) != 1)
        return;

    pthread_cond_destroy(&waiting->changed);
    pthread_mutex_destroy(&waiting->lock);
    vr_dealloc(&waiting->reactor->env, waiting);
}

/* Come to @state, unless it is over. @return false if it is */
static bool come_to(struct waiting *waiting, enum state state)
{
    pthread_mutex_lock(&waiting->lock);
    bool going_on = waiting->state != OVER;
    if (going_on)
        waiting->state = state;
    pthread_cond_signal(&waiting->changed);
    pthread_mutex_unlock(&waiting->lock);
    return going_on;
}

/* ---- on the reactor's thread ---- */

static void answer(struct waiting *waiting, int err, struct vr_result result)
{
    pthread_mutex_lock(&waiting->lock);
    bool first = waiting->state != OVER;
    if (first) {
        waiting->state = OVER;
        waiting->err = err;
        waiting->result = result;
        pthread_cond_signal(&waiting->changed);
    }
    pthread_mutex_unlock(&waiting->lock);
    if (!first)
        vr_result_free(result);
}

static void answer_error(struct waiting *waiting, int err)
{
    answer(waiting, err, vr_ok(vr_value_none()));
}

/* The deferred has no more use; this may run inside a handler of it. */
static void part(struct waiting *waiting)
{
    struct vr_pending *pending = waiting->pending;

    waiting->pending = NULL;
    vr_call_cancel(&waiting->call);
    vr_tie_off(&waiting->tie);
    vr_list_remove(&waiting->link);
    vr_pending_free(pending);
    release(waiting);
}

/* The last step of the deferred: runs once, at the latest when it is freed. */
static struct vr_result take_result(void *arg, struct vr_result result)
{
    answer(arg, 0, result);
    part(arg);
    return vr_ok(vr_value_none());
}

/* Cancel the deferred, and free it if its steps do not end then. */
static void give_up(struct waiting *waiting, const struct vr_failure *why)
{
    atomic_fetch_add(&waiting->holds, 1);
    (void)vr_pending_cancel_as(waiting->pending, (struct vr_failure *)why);
    vr_pending_free(waiting->pending);
    release(waiting);
}

static void run_out(struct waiting *waiting)
{
    answer_error(waiting, -ETIMEDOUT);
    give_up(waiting,
            waiting->err == -ETIMEDOUT ? &timed_out : vr_failure_cancelled());
}

static void on_due(struct vr_call *call)
{
    run_out(vr_container_of(call, struct waiting, call));
}

static void hear_closed(struct vr_tie *tie)
{
    struct waiting *waiting = vr_container_of(tie, struct waiting, tie);

    answer_error(waiting, -VR_ECANCELLED);
    give_up(waiting, vr_failure_cancelled());
}

static void await(struct waiting *waiting, struct vr_pending *pending)
{
    struct vr_reactor *reactor = waiting->reactor;

    waiting->pending = pending;
    vr_tie_on(&waiting->tie, reactor);
    vr_list_append(&reactor->waits, &waiting->link);
    if (waiting->due != VR_TIME_MAX)
        vr_call_at(&waiting->call, waiting->due);

    atomic_fetch_add(&waiting->holds, 1);
    if (vr_pending_both(pending, take_result, waiting) < 0) {
        answer(waiting, 0, vr_fail(NULL));
        part(waiting);
    }
    if (waiting->pending && waiting->looks)
        run_out(waiting);
    release(waiting);
}

static void start(struct vr_post *post)
{
    struct waiting *waiting = vr_container_of(post, struct waiting, post);

    if (!come_to(waiting, STARTING)) {
        vr_pending_free(waiting->given);
        release(waiting);
        return;
    }
    struct vr_result result = waiting->start ? waiting->start(waiting->arg)
                                             : vr_wait_for(waiting->given);
    (void)come_to(waiting, STARTED);
    if (result.pending) {
        await(waiting, result.pending);
    } else {
        answer(waiting, 0, result);
        release(waiting);
    }
}

static void turn_away(struct vr_post *post)
{
    struct waiting *waiting = vr_container_of(post, struct waiting, post);

    answer_error(waiting, -VR_ECANCELLED);
    vr_pending_free(waiting->given);
    release(waiting);
}

/* The posts stay, and the next run frees them; so do the deferreds, whose
 * timeout is due then.  Not by vr_call_at(), which would tell the host now. */
void vr_wait_abandon(struct vr_reactor *reactor)
{
    (void)vr_inbox_gather(&reactor->inbox);
    for (struct vr_post *post = reactor->inbox.first; post; post = post->next)
        if (post->run == start)
            answer_error(vr_container_of(post, struct waiting, post),
                         -VR_ECANCELLED);

    struct vr_list *waits = &reactor->waits;
    for (struct vr_list *link = waits->next; link != waits; link = link->next) {
        struct waiting *waiting = vr_container_of(link, struct waiting, link);
        answer_error(waiting, -VR_ECANCELLED);
        vr_wheel_put(&reactor->wheel, &waiting->call, reactor->now);
    }
}

/* ---- on the waiting thread ---- */

static struct waiting *make(struct vr_reactor *reactor, vr_time timeout)
{
    struct waiting *waiting = vr_alloc(&reactor->env, sizeof(*waiting));
    if (!waiting)
        return NULL;

    waiting->reactor = reactor;
    atomic_init(&waiting->holds, 2);
    waiting->looks = timeout == 0;
    waiting->due = vr_due_in(&reactor->env, timeout ? timeout : -1);
    waiting->post = (struct vr_post){.run = start, .cancelled = turn_away};
    (void)pthread_mutex_init(&waiting->lock, NULL);
    vr_cond_init(&waiting->changed);
    vr_call_init(&waiting->call, reactor, on_due);
    waiting->tie.closed = hear_closed;
    return waiting;
}

/* Wait until it is over, or the time is out; but a start function that runs
 * may use what stands on this stack. */
static int wait_until_over(struct waiting *waiting,
                           struct vr_result *ret_result)
{
    const struct vr_env *env = &waiting->reactor->env;
    bool late = false;

    pthread_mutex_lock(&waiting->lock);
    while (waiting->state != OVER && !(late && waiting->state != STARTING)) {
        vr_cond_wait(env, &waiting->changed, &waiting->lock,
                     late ? VR_TIME_MAX : waiting->due);
        late = vr_now(env) >= waiting->due;
    }
    if (waiting->state != OVER) {
        waiting->state = OVER;
        waiting->err = -ETIMEDOUT;
    }
    int err = waiting->err;
    if (!err)
        *ret_result = waiting->result;
    pthread_mutex_unlock(&waiting->lock);
    return err;
}

static int wait_for(struct vr_reactor *reactor, vr_start_fn *fn, void *arg,
                    struct vr_pending *given, vr_time timeout,
                    struct vr_result *ret_result)
{
    if (vr_reactor_current() == reactor)
        return -EDEADLK;
    struct waiting *waiting = make(reactor, timeout);
    if (!waiting)
        return -ENOMEM;

    waiting->start = fn;
    waiting->arg = arg;
    waiting->given = given;
    int err = vr_post_while_running(reactor, &waiting->post);
    if (err < 0)
        release(waiting);
    else
        err = wait_until_over(waiting, ret_result);
    release(waiting);
    return err;
}

int vr_start_and_wait(struct vr_reactor *reactor, vr_start_fn *start_fn,
                      void *arg, vr_time timeout, struct vr_result *ret_result)
{
    return start_fn
               ? wait_for(reactor, start_fn, arg, NULL, timeout, ret_result)
               : -EINVAL;
}

int vr_pending_wait(struct vr_reactor *reactor, struct vr_pending *pending,
                    vr_time timeout, struct vr_result *ret_result)
{
    return wait_for(reactor, NULL, NULL, pending, timeout, ret_result);
}
