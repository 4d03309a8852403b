/* SPDX-License-Identifier: MIT */
/**
 * @file future.c
 * Results for threads that look whether they are there.
 *
 * Who changes the state first decides what becomes of a future.
 */
#include <vreactor/reactor/async/future.h>

#include <errno.h>
#include <stdatomic.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/async/request.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/state.h>

enum state {
    WAITING,
    DONE, /* it has its result */
    CANCELLED,
};

struct vr_future {
    struct vr_request request;
    atomic_uint holds; /* of its owner, of the reactor */
    atomic_int state;
    struct vr_result result; /* the reactor's thread's until DONE */
};

static struct vr_future *future_of(struct vr_request *request)
{
    return vr_container_of(request, struct vr_future, request);
}

static void release(struct vr_future *future)
{
    struct vr_inbox *inbox = future->request.inbox;

    if (atomic_fetch_sub(&future->holds, 1) != 1)
        return;

    vr_dealloc(vr_inbox_env(inbox), future);
    vr_inbox_unref(inbox);
}

/* @return false if another state came first */
static bool come_to(struct vr_future *future, int state)
{
    int waiting = WAITING;

    return atomic_compare_exchange_strong(&future->state, &waiting, state);
}

/* ---- for the request ---- */

static bool is_wanted(struct vr_request *request)
{
    return atomic_load(&future_of(request)->state) == WAITING;
}

/* Of two results only the first may be written. */
static void settle(struct vr_request *request, struct vr_result result)
{
    struct vr_future *future = future_of(request);

    if (!is_wanted(request)) {
        vr_result_free(result);
        return;
    }
    future->result = result;
    if (!come_to(future, DONE))
        vr_result_free(result);
}

static void let_go(struct vr_request *request)
{
    release(future_of(request));
}

static const struct vr_request_ops ops = {
    .is_wanted = is_wanted,
    .settle = settle,
    .ended = let_go,
    .stopped = let_go,
};

/* ---- any thread ---- */

/* @return 0; why nothing can be asked of @reactor */
static int check_start(struct vr_reactor *reactor, vr_ask_fn *fn)
{
    if (!fn)
        return -EINVAL;
    return vr_reactor_is_inherited(reactor) ? -ECHILD : 0;
}

/* It is not sent. */
static void refuse(struct vr_future *future, int err)
{
    const struct vr_env *env = vr_reactor_env(future->request.reactor);

    vr_value_free(future->request.question);
    settle(&future->request,
           vr_fail((vr_failure_new)(env, err, "future", NULL, NULL)));
    release(future);
}

struct vr_future *vr_future_start(struct vr_reactor *reactor, vr_ask_fn *fn,
                                  struct vr_value question)
{
    struct vr_future *future =
        vr_alloc(vr_reactor_env(reactor), sizeof(*future));
    if (!future) {
        vr_value_free(question);
        return NULL;
    }

    vr_request_init(&future->request, reactor, &ops, fn, question);
    atomic_init(&future->holds, 2);
    atomic_init(&future->state, WAITING);
    int err = check_start(reactor, fn);
    if (err < 0)
        refuse(future, err);
    else
        vr_request_send(&future->request);
    return future;
}

bool vr_future_is_done(const struct vr_future *future)
{
    return !future || atomic_load(&future->state) != WAITING;
}

bool vr_future_cancel(struct vr_future *future)
{
    if (!future || !come_to(future, CANCELLED))
        return false;

    (void)atomic_fetch_add(&future->holds, 1);
    if (!vr_request_stop(&future->request))
        release(future);
    return true;
}

struct vr_result vr_future_take(struct vr_future *future)
{
    if (!future)
        return vr_fail(NULL);

    (void)vr_future_cancel(future);
    struct vr_result result = atomic_load(&future->state) == DONE
                                  ? future->result
                                  : vr_fail(vr_failure_cancelled());
    release(future);
    return result;
}

void vr_future_free(struct vr_future *future)
{
    if (future)
        vr_result_free(vr_future_take(future));
}
