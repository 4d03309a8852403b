/* SPDX-License-Identifier: MIT */
/**
 * @file promise.c
 * The source's end of a deferred, for any thread.
 *
 * Who changes the state first decides what becomes of the promise; all that
 * touches the deferred is done on the reactor's thread.  A result travels there
 * by the post in the promise, through the reactor's inbox.
 */
#include <vreactor/reactor/async/promise.h>

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/close_hook.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/state.h>
#include <vreactor/reactor/async/promise_impl.h>

enum state {
    WAITING,   /* for its source */
    SETTLED,   /* once, in vain or not */
    CANCELLED, /* by the owner of the deferred */
    CLOSED,    /* with the reactor */
};

struct vr_promise {
    struct vr_inbox *inbox;
    atomic_uint sources; /* references */
    atomic_uint holds; /* of all sources together, of the reactor, of others */
    atomic_int state;
    struct vr_post post; /* carries the result */
    struct vr_result result;
    vr_promise_cancelled_fn *cancelled;
    struct vr_value arg;

    /* The reactor's thread's. */
    struct vr_pending *pending;    /* NULL: nobody waits */
    struct vr_close_hook on_close; /* while the reactor has its hold */
};

/* Constants: closing and giving up must not be able to fail. */
static const struct vr_failure closed = {.code = -VR_ECLOSED,
                                         .text = "the reactor was closed"};
static const struct vr_failure abandoned = {
    .code = -VR_ECANCELLED, .text = "nobody can settle it any more"};
static const struct vr_failure left_behind = {
    .code = -ECHILD, .text = "its thread is one of the parent process"};

static struct vr_result fail_with(const struct vr_failure *failure)
{
    return vr_fail((struct vr_failure *)failure); /* never written */
}

void vr_promise_hold(struct vr_promise *promise)
{
    (void)atomic_fetch_add_explicit(&promise->holds, 1, memory_order_relaxed);
}

void vr_promise_release(struct vr_promise *promise)
{
    if (atomic_fetch_sub(&promise->holds, 1) != 1)
        return;

    struct vr_inbox *inbox = promise->inbox;
    vr_value_free(promise->arg);
    vr_dealloc(vr_inbox_env(inbox), promise);
    vr_inbox_unref(inbox);
}

/* ---- on the reactor's thread ---- */

static void let_go(struct vr_promise *promise)
{
    vr_close_hook_remove(&promise->on_close);
    vr_promise_release(promise);
}

static void deliver(struct vr_promise *promise, struct vr_result result)
{
    struct vr_pending *pending = promise->pending;

    promise->pending = NULL;
    if (pending)
        (void)vr_pending_settle(pending, result);
    else
        vr_result_free(result);
    let_go(promise);
}

static void arrive(struct vr_post *post)
{
    struct vr_promise *promise = vr_container_of(post, struct vr_promise, post);

    deliver(promise, promise->result);
}

static void turn_away(struct vr_post *post)
{
    struct vr_promise *promise = vr_container_of(post, struct vr_promise, post);

    vr_result_free(promise->result);
    deliver(promise, fail_with(&closed));
}

/* Nobody waits any more.  @return false if it was settled before */
static bool call_off(struct vr_promise *promise, int state)
{
    int waiting = WAITING;

    return atomic_compare_exchange_strong(&promise->state, &waiting, state);
}

static void tell_cancelled(struct vr_promise *promise)
{
    if (promise->cancelled)
        promise->cancelled(promise->arg.ptr);
}

/* If it was settled, the post is on its way and will find no deferred.  Else
 * `cancelled` may close the reactor: so its hook is removed before. */
static void cancel(void *arg, struct vr_pending *pending)
{
    struct vr_promise *promise = arg;

    (void)pending;
    promise->pending = NULL;
    if (!call_off(promise, CANCELLED))
        return;

    vr_close_hook_remove(&promise->on_close);
    tell_cancelled(promise);
    vr_promise_release(promise);
}

/* Where it was settled, the inbox was closed before the post. */
static void hear_closed(struct vr_close_hook *hook)
{
    struct vr_promise *promise =
        vr_container_of(hook, struct vr_promise, on_close);

    if (call_off(promise, CLOSED))
        tell_cancelled(promise);
    deliver(promise, fail_with(&closed));
}

/* The thread may have settled it, and been about to post. */
static void hear_forked(struct vr_close_hook *hook)
{
    struct vr_promise *promise =
        vr_container_of(hook, struct vr_promise, on_close);

    if (!call_off(promise, SETTLED) &&
        vr_inbox_has(promise->inbox, &promise->post))
        return;
    promise->result = fail_with(&left_behind);
    (void)vr_inbox_push(promise->inbox, &promise->post);
}

void vr_promise_bind(struct vr_promise *promise)
{
    promise->on_close.forked = hear_forked;
}

static struct vr_promise *alloc(struct vr_reactor *reactor,
                                vr_promise_cancelled_fn *cancelled,
                                struct vr_value arg)
{
    struct vr_promise *promise =
        vr_alloc(vr_reactor_env(reactor), sizeof(*promise));
    if (!promise)
        return NULL;

    promise->inbox = vr_inbox_ref(vr_reactor_inbox(reactor));
    atomic_init(&promise->sources, 1);
    atomic_init(&promise->holds, 2);
    atomic_init(&promise->state, WAITING);
    promise->post = (struct vr_post){.run = arrive, .cancelled = turn_away};
    promise->cancelled = cancelled;
    promise->arg = arg;
    promise->on_close.closed = hear_closed;
    return promise;
}

struct vr_pending *vr_promise_refuse(struct vr_reactor *reactor, int err,
                                     const char *stage, struct vr_value value)
{
    vr_value_free(value);
    return (vr_pending_failed)(vr_reactor_env(reactor), err, stage);
}

static struct vr_promise *free_unused(struct vr_promise *promise)
{
    struct vr_inbox *inbox = promise->inbox;

    vr_dealloc(vr_inbox_env(inbox), promise);
    vr_inbox_unref(inbox);
    return NULL;
}

/* A promise with its deferred, or NULL. */
static struct vr_promise *make(struct vr_reactor *reactor,
                               vr_promise_cancelled_fn *cancelled,
                               struct vr_value arg)
{
    struct vr_promise *promise = alloc(reactor, cancelled, arg);
    if (!promise)
        return NULL;

    promise->pending =
        (vr_pending_new)(vr_reactor_env(reactor), cancel, promise);
    if (!promise->pending)
        return free_unused(promise);

    vr_close_hook_add(&promise->on_close, reactor);
    return promise;
}

#undef vr_promise_new /* the macro adds the place */
struct vr_pending *vr_promise_new(struct vr_reactor *reactor,
                                  vr_promise_cancelled_fn *cancelled,
                                  struct vr_value arg,
                                  struct vr_promise **ret_promise)
{
    vr_assert_may_touch(reactor);

    *ret_promise = NULL;
    if (vr_reactor_is_inherited(reactor))
        return vr_promise_refuse(reactor, -ECHILD, "promise", arg);
    if (vr_reactor_is_closed(reactor))
        return vr_promise_refuse(reactor, -VR_ECLOSED, "promise", arg);
    struct vr_promise *promise = make(reactor, cancelled, arg);
    if (!promise)
        return vr_promise_refuse(reactor, -ENOMEM, "promise", arg);

    *ret_promise = promise;
    return promise->pending;
}

/* ---- any thread ---- */

struct vr_promise *vr_promise_ref(struct vr_promise *promise)
{
    (void)atomic_fetch_add_explicit(&promise->sources, 1, memory_order_relaxed);
    return promise;
}

void vr_promise_unref(struct vr_promise *promise)
{
    if (!promise || atomic_fetch_sub(&promise->sources, 1) != 1)
        return;

    (void)vr_promise_settle(promise, fail_with(&abandoned));
    vr_promise_release(promise);
}

void *vr_promise_arg(const struct vr_promise *promise)
{
    return promise->arg.ptr;
}

int vr_promise_settle(struct vr_promise *promise, struct vr_result result)
{
    assert(!result.pending);

    int was = atomic_exchange(&promise->state, SETTLED);
    if (was == WAITING) {
        promise->result = result;
        if (vr_inbox_post(promise->inbox, &promise->post))
            return 0;
        was = CLOSED; /* or about to be: it fails without us */
    }
    vr_result_free(result);
    return was == CANCELLED ? -VR_ECANCELLED
           : was == CLOSED  ? -VR_ECLOSED
                            : -VR_EFIRED;
}

int vr_promise_fire(struct vr_promise *promise, struct vr_value value)
{
    return vr_promise_settle(promise, vr_ok(value));
}

int vr_promise_fail(struct vr_promise *promise, struct vr_failure *failure)
{
    return vr_promise_settle(promise, vr_fail(failure));
}

void vr_promise_set_background(struct vr_promise *promise, bool is_background)
{
    struct vr_reactor *reactor = vr_env_reactor(vr_inbox_env(promise->inbox));

    vr_close_hook_set_background(&promise->on_close, reactor, is_background);
}

bool vr_promise_is_wanted(const struct vr_promise *promise)
{
    return atomic_load(&promise->state) == WAITING;
}
