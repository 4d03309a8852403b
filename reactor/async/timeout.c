/* SPDX-License-Identifier: MIT */
/**
 * @file timeout.c
 * Timeouts: a step of a deferred, and a call that may come before it.
 */
#include <vreactor/reactor/async/timeout.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/state.h>

/** Lives until its step has run. */
struct timeout {
    struct vr_call call;
    const struct vr_env *env;   /**< of the deferred, which outlives this */
    struct vr_pending *pending; /**< NULL: the call has run, or was dropped */
    bool expired;               /**< it has run */
};

/* The cancel may run the step, and then this is gone. */
static void expire(struct vr_call *call)
{
    struct timeout *timeout = vr_container_of(call, struct timeout, call);
    struct vr_pending *pending = timeout->pending;

    timeout->pending = NULL;
    timeout->expired = vr_call_has_run(call);
    if (timeout->expired)
        (void)vr_pending_cancel_as(pending, vr_failure_timeout());
}

/* A coroutine that it cancelled was told of that as of any cancel: who asked
 * for the timeout is told of the time. */
static struct vr_result say_timeout(const struct vr_env *env,
                                    struct vr_failure *cause)
{
    struct vr_failure *failure =
        (vr_failure_new)(env, -ETIMEDOUT, "timeout", cause, NULL);

    return vr_fail(failure->code == -ETIMEDOUT ? failure
                                               : vr_failure_timeout());
}

static struct vr_result pass(void *arg, struct vr_result result)
{
    struct timeout *timeout = arg;
    const struct vr_env *env = timeout->env;
    bool expired = timeout->expired;

    if (timeout->pending)
        (void)vr_call_cancel(&timeout->call);
    vr_dealloc(env, timeout);
    return expired && result.failure && result.failure->code == -VR_ECANCELLED
               ? say_timeout(env, result.failure)
               : result;
}

static int start(struct vr_reactor *reactor, struct vr_pending *pending,
                 vr_time span)
{
    const struct vr_env *env = vr_pending_env(pending);
    struct timeout *timeout = vr_alloc(env, sizeof(*timeout));
    if (!timeout)
        return -ENOMEM;

    vr_call_init(&timeout->call, reactor, expire);
    timeout->call.hears_drop = true;
    timeout->env = env;
    timeout->pending = pending;
    vr_call_after(&timeout->call, span);
    int err = vr_pending_both(pending, pass, timeout);
    if (err < 0)
        (void)pass(timeout, vr_ok(vr_value_none()));
    return err;
}

int vr_pending_timeout(struct vr_pending *pending, struct vr_reactor *reactor,
                       vr_time span)
{
    if (!pending)
        return -ENOMEM;
    if (!reactor)
        reactor = vr_reactor_here();
    if (!reactor)
        return -EPERM;

    return vr_reactor_is_closed(reactor) ? 0 : start(reactor, pending, span);
}

struct vr_pending *vr_within(struct vr_pending *pending,
                             struct vr_reactor *reactor, vr_time span)
{
    int err = vr_pending_timeout(pending, reactor, span);

    if (pending && err < 0)
        (void)vr_pending_cancel_as(
            pending, (vr_failure_new)(vr_pending_env(pending), err, "timeout",
                                      NULL, NULL));
    return pending;
}
