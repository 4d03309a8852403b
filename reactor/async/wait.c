/* SPDX-License-Identifier: MIT */
/**
 * @file wait.c
 * Ordinary threads that wait for a deferred.
 *
 * What waits has two holders: the waiting thread, until it returns, and the
 * reactor, from the post on until the deferred is gone.  The time runs out on
 * both sides, so that neither depends on the other: the reactor may be busy,
 * and its clock may be a test's.
 */
#include <vreactor/reactor/async/wait.h>

#include <errno.h>
#include <stdatomic.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/base/thread.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/close_hook.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/waiter.h>

struct waiting {
    struct vr_waiter waiter;
    atomic_uint holds; /* of the thread, of the reactor */
    vr_start_fn *start;
    void *arg;
    struct vr_pending *given; /* in place of start */
    bool looks;               /* and does not wait */
    vr_time due;

    /* The reactor's thread's, while there is a deferred. */
    struct vr_pending *pending;
    struct vr_call call; /* when the time is out */
    struct vr_close_hook on_close;
};

static const struct vr_failure timed_out = {
    .code = -ETIMEDOUT, .text = "the thread that waits has no more time"};

static void release(struct waiting *waiting)
{
    if (atomic_fetch_sub(&waiting->holds, 1) != 1)
        return;

    vr_waiter_fini(&waiting->waiter);
    vr_dealloc(vr_reactor_env(waiting->waiter.reactor), waiting);
}

/* ---- on the reactor's thread ---- */

static struct waiting *waiting_of(struct vr_post *post)
{
    return vr_container_of(post, struct waiting, waiter.post);
}

static void answer_error(struct waiting *waiting, int err)
{
    vr_waiter_answer(&waiting->waiter, err, vr_ok(vr_value_none()));
}

/* The reactor has no more use for it. */
static void let_go(struct waiting *waiting)
{
    vr_waiter_leave(&waiting->waiter);
    release(waiting);
}

/* The deferred has no more use; this may run inside a handler of it. */
static void part(struct waiting *waiting)
{
    struct vr_pending *pending = waiting->pending;

    waiting->pending = NULL;
    vr_call_cancel(&waiting->call);
    vr_close_hook_remove(&waiting->on_close);
    vr_pending_free(pending);
    let_go(waiting);
}

/* The last step of the deferred: runs once, at the latest when it is freed. */
static struct vr_result take_result(void *arg, struct vr_result result)
{
    struct waiting *waiting = arg;

    vr_waiter_answer(&waiting->waiter, 0, result);
    part(waiting);
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
    give_up(waiting, waiting->waiter.err == -ETIMEDOUT
                         ? &timed_out
                         : vr_failure_cancelled());
}

static void on_due(struct vr_call *call)
{
    run_out(vr_container_of(call, struct waiting, call));
}

static void hear_closed(struct vr_close_hook *hook)
{
    struct waiting *waiting = vr_container_of(hook, struct waiting, on_close);

    answer_error(waiting, -VR_ECANCELLED);
    give_up(waiting, vr_failure_cancelled());
}

static void await(struct waiting *waiting, struct vr_pending *pending)
{
    waiting->pending = pending;
    waiting->waiter.cleanup = &waiting->call;
    vr_close_hook_add(&waiting->on_close, waiting->waiter.reactor);
    if (waiting->due != VR_TIME_MAX)
        vr_call_at(&waiting->call, waiting->due);

    atomic_fetch_add(&waiting->holds, 1);
    if (vr_pending_both(pending, take_result, waiting) < 0) {
        vr_waiter_answer(&waiting->waiter, 0, vr_fail(NULL));
        part(waiting);
    }
    if (waiting->pending && waiting->looks)
        run_out(waiting);
    release(waiting);
}

/* Answered before: its time is out, or the run in which it was posted has
 * ended. */
static void start(struct vr_post *post)
{
    struct waiting *waiting = waiting_of(post);
    struct vr_waiter *waiter = &waiting->waiter;

    if (!vr_waiter_set(waiter, VR_WAITER_STAYS)) {
        vr_pending_free(waiting->given);
        let_go(waiting);
        return;
    }
    struct vr_result result = waiting->start ? waiting->start(waiting->arg)
                                             : vr_wait_for(waiting->given);
    (void)vr_waiter_set(waiter, VR_WAITER_MAY_LEAVE);
    if (result.pending) {
        await(waiting, result.pending);
    } else {
        vr_waiter_answer(waiter, 0, result);
        let_go(waiting);
    }
}

static void turn_away(struct vr_post *post)
{
    struct waiting *waiting = waiting_of(post);

    answer_error(waiting, -VR_ECANCELLED);
    vr_pending_free(waiting->given);
    let_go(waiting);
}

/* ---- on the waiting thread ---- */

static struct waiting *make(struct vr_reactor *reactor, vr_time timeout)
{
    const struct vr_env *env = vr_reactor_env(reactor);
    struct waiting *waiting = vr_alloc(env, sizeof(*waiting));
    if (!waiting)
        return NULL;

    vr_waiter_init(&waiting->waiter, reactor,
                   (struct vr_post){.run = start, .cancelled = turn_away});
    atomic_init(&waiting->holds, 2);
    waiting->looks = timeout == 0;
    waiting->due = vr_due_in(env, timeout ? timeout : -1);
    vr_call_init(&waiting->call, reactor, on_due);
    waiting->on_close.closed = hear_closed;
    return waiting;
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
    int err = vr_waiter_post(&waiting->waiter);
    if (err < 0)
        release(waiting);
    else
        err = vr_waiter_wait(&waiting->waiter, waiting->due, ret_result);
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

int vr_pending_wait(struct vr_pending *pending, struct vr_reactor *reactor,
                    vr_time timeout, struct vr_result *ret_result)
{
    return pending ? wait_for(reactor, NULL, NULL, pending, timeout, ret_result)
                   : -ENOMEM;
}
