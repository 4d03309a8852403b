/* SPDX-License-Identifier: MIT */
/**
 * @file clock_call.c
 * Calls on clocks that step: each is a call at the time at which its clock will
 * say so, unless that is set before.  With each step that time is found anew.
 */
#include <vreactor/reactor/clock_call.h>

#include <assert.h>

#include <vreactor/base/clock_steps.h>
#include <vreactor/base/container_of.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/fd.h>
#include <vreactor/reactor/idle.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/state.h>
#include <vreactor/reactor/watch.h>

/* Where nothing tells of steps. */
static const vr_time LOOKS_AGAIN = VR_SEC;

/* ---- steps ---- */

static void put(struct vr_clock_call *call);

static void put_all(struct vr_reactor *reactor)
{
    struct vr_list *calls = &reactor->clock_calls;

    for (struct vr_list *link = calls->next; link != calls; link = link->next)
        put(vr_container_of(link, struct vr_clock_call, link));
}

static void on_step(struct vr_watch *watch)
{
    vr_clock_steps_read(&watch->reactor->env, vr_watch_fd(watch));
    put_all(watch->reactor);
}

static void close_steps(struct vr_reactor *reactor)
{
    struct vr_watch *watch = reactor->step_watch;
    int fd = vr_watch_fd(watch);

    vr_watch_close(watch);
    vr_fd_close(&reactor->env, fd);
}

/* From now on it is once a second. */
static void on_failed(struct vr_watch *watch, int err)
{
    struct vr_reactor *reactor = watch->reactor;

    (void)err;
    close_steps(reactor);
    reactor->deaf_to_steps = true;
    put_all(reactor);
}

static const struct vr_watch_ops step_ops = {.readable = on_step,
                                             .failed = on_failed};

/* Does the reactor hear of steps, from now on? */
static bool hears_steps(struct vr_reactor *reactor)
{
    struct vr_watch *watch = reactor->step_watch;

    if (watch->reactor)
        return true;
    if (reactor->deaf_to_steps)
        return false;

    int fd = vr_clock_steps_open(&reactor->env);
    if (fd >= 0 && !vr_watch_open(watch, reactor, fd, VR_READ, &step_ops)) {
        vr_watch_hide(watch);
        vr_watch_set_background(watch, true);
        return true;
    }
    if (fd >= 0)
        vr_fd_close(&reactor->env, fd);
    reactor->deaf_to_steps = true;
    return false;
}

void vr_clock_calls_drop(struct vr_reactor *reactor)
{
    while (vr_list_pop(&reactor->clock_calls))
        ;
    reactor->deaf_to_steps = true;
    if (reactor->step_watch->reactor)
        close_steps(reactor);
}

/* One that is shared would tell one of the two processes of each step. */
void vr_clock_calls_renew(struct vr_reactor *reactor)
{
    if (!reactor->step_watch->reactor)
        return;

    close_steps(reactor);
    put_all(reactor);
}

/* ---- calls ---- */

/* When the reactor's clock says this, its own will say it is due; or, if
 * nothing tells of steps, when to look again.  A step behind the first look at
 * a clock is heard of. */
static void put(struct vr_clock_call *call)
{
    struct vr_reactor *reactor = call->call.reactor;
    bool hears = hears_steps(reactor);
    vr_time left = vr_time_until(call->due, vr_clock_now(reactor, call->clock));
    vr_time now = vr_now(&reactor->env); /* read last, so as to be no earlier */

    if (call->due == VR_TIME_MAX)
        left = VR_TIME_MAX;
    else if (!hears && left > LOOKS_AGAIN)
        left = LOOKS_AGAIN;
    vr_call_at(&call->call, vr_time_add(now, left));
}

/* It is only forgotten where it was dropped instead: call.h. */
static void run(struct vr_call *base)
{
    struct vr_clock_call *call =
        vr_container_of(base, struct vr_clock_call, call);

    if (vr_call_has_run(base) &&
        vr_clock_now(base->reactor, call->clock) < call->due) {
        put(call);
        return;
    }
    vr_list_remove(&call->link);
    if (vr_call_has_run(base))
        call->fn(call);
}

void vr_clock_call_init(struct vr_clock_call *call, struct vr_reactor *reactor,
                        enum vr_clock clock, vr_clock_call_fn *fn)
{
    assert(fn);
    *call = (struct vr_clock_call){.fn = fn, .clock = clock};
    vr_call_init(&call->call, reactor, run);
    call->call.hears_drop = true;
    vr_list_init(&call->link);
}

void vr_clock_call_at(struct vr_clock_call *call, vr_time due)
{
    struct vr_reactor *reactor = call->call.reactor;

    vr_assert_may_touch(reactor);
    if (!vr_clock_call_is_scheduled(call))
        vr_list_append(&reactor->clock_calls, &call->link);
    call->due = due;
    put(call);
}

bool vr_clock_call_cancel(struct vr_clock_call *call)
{
    vr_list_remove(&call->link);
    return vr_call_cancel(&call->call);
}

bool vr_clock_call_is_scheduled(const struct vr_clock_call *call)
{
    return vr_call_is_scheduled(&call->call);
}

vr_time vr_clock_call_due(const struct vr_clock_call *call)
{
    return call->due;
}

vr_time vr_clock_now(const struct vr_reactor *reactor, enum vr_clock clock)
{
    return clock == VR_CLOCK_BOOT ? vr_env_boot(&reactor->env)
                                  : vr_env_wall(&reactor->env);
}
