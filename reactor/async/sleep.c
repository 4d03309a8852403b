/* SPDX-License-Identifier: MIT */
/**
 * @file sleep.c
 * Deferreds that a call fires.
 */
#include <vreactor/reactor/async/sleep.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/pending/coroutine.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/state.h>

/** Lives until the deferred has a result. */
struct sleep {
    struct vr_call call;
    const struct vr_env *env;
    struct vr_pending *pending;
};

static void wake(struct vr_call *call)
{
    struct sleep *sleep = vr_container_of(call, struct sleep, call);
    struct vr_pending *pending = sleep->pending;
    const struct vr_env *env = sleep->env;
    bool in_time = vr_call_has_run(call);

    vr_dealloc(env, sleep);
    if (in_time)
        (void)vr_pending_fire(pending, vr_value_none());
    else
        (void)vr_pending_fail(
            pending, (vr_failure_new)(env, -VR_ECLOSED, "sleep", NULL, NULL));
}

static void cancel(void *arg, struct vr_pending *pending)
{
    struct sleep *sleep = arg;

    (void)pending;
    (void)vr_call_cancel(&sleep->call);
    vr_dealloc(sleep->env, sleep);
}

static struct vr_pending *start(struct vr_reactor *reactor, vr_time span)
{
    const struct vr_env *env = vr_reactor_env(reactor);
    struct sleep *sleep = vr_alloc(env, sizeof(*sleep));
    if (!sleep)
        return NULL;

    sleep->pending = (vr_pending_new)(env, cancel, sleep);
    if (!sleep->pending) {
        vr_dealloc(env, sleep);
        return NULL;
    }
    vr_call_init(&sleep->call, reactor, wake);
    sleep->call.hears_drop = true;
    sleep->env = env;
    vr_call_after(&sleep->call, span);
    return sleep->pending;
}

#undef vr_pending_sleep /* the macro adds the place */
struct vr_pending *vr_pending_sleep(struct vr_reactor *reactor, vr_time span)
{
    if (!reactor)
        reactor = vr_reactor_here();
    if (!reactor)
        return (vr_pending_failed)(NULL, -EPERM, "sleep");
    if (vr_reactor_is_closed(reactor))
        return (vr_pending_failed)(vr_reactor_env(reactor), -VR_ECLOSED,
                                   "sleep");

    return start(reactor, span);
}

int vr_sleep(vr_time span)
{
    return vr_await(vr_pending_sleep(NULL, span), NULL, NULL);
}

int vr_yield(void)
{
    return vr_sleep(0);
}
