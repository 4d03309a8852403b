/* SPDX-License-Identifier: MIT */
/**
 * @file call.c
 * Calls and groups of calls, on the reactor's wheel.
 */
#include <vreactor/reactor/call.h>

#include <assert.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/state.h>
#include <vreactor/reactor/wheel.h>

static void put(struct vr_call *call, vr_time due)
{
    vr_assert_may_touch(call->reactor);

    call->ran = false;
    vr_wheel_put(call->reactor->wheel, call, due);
    vr_reactor_moved(call->reactor);
}

static void leave_group(struct vr_call *call)
{
    if (!call->in_group)
        return;

    vr_list_remove(&call->grouped);
    call->in_group = false;
}

static vr_time from_now(const struct vr_call *call, vr_time span)
{
    return vr_time_add(vr_now(&call->reactor->env), span);
}

void vr_call_init(struct vr_call *call, struct vr_reactor *reactor,
                  vr_call_fn *fn)
{
    assert(fn);
    *call = (struct vr_call){.reactor = reactor, .fn = fn};
}

void vr_call_at(struct vr_call *call, vr_time due)
{
    call->repeats = false;
    put(call, due);
}

void vr_call_after(struct vr_call *call, vr_time delay)
{
    vr_call_at(call, from_now(call, delay));
}

void vr_call_repeat(struct vr_call *call, vr_time period)
{
    assert(period > 0);

    call->period = period;
    call->repeats = true;
    put(call, from_now(call, period));
}

bool vr_call_again(struct vr_call *call)
{
    if (!call->repeats)
        return false;

    put(call, from_now(call, call->period));
    return true;
}

bool vr_call_delay(struct vr_call *call, vr_time span)
{
    if (!vr_call_is_scheduled(call))
        return false;

    put(call, vr_time_add(call->due, span));
    return true;
}

bool vr_call_reset(struct vr_call *call, vr_time delay)
{
    if (!vr_call_is_scheduled(call))
        return false;

    put(call, from_now(call, delay));
    return true;
}

bool vr_call_reset_if_earlier(struct vr_call *call, vr_time delay)
{
    if (!vr_call_is_scheduled(call))
        return false;

    vr_time due = from_now(call, delay);
    if (due >= call->due)
        return false;

    put(call, due);
    return true;
}

bool vr_call_cancel(struct vr_call *call)
{
    vr_assert_may_touch(call->reactor);

    if (!vr_call_is_scheduled(call))
        return false;

    call->ran = false;
    leave_group(call);
    vr_wheel_take(call->reactor->wheel, call);
    vr_reactor_moved(call->reactor);
    return true;
}

bool vr_call_is_scheduled(const struct vr_call *call)
{
    return call->place != VR_PLACE_NONE;
}

bool vr_call_has_run(const struct vr_call *call)
{
    return call->ran;
}

vr_time vr_call_due(const struct vr_call *call)
{
    return call->due;
}

/* The first time of the period after now. */
static vr_time next_of_period(const struct vr_call *call, vr_time now)
{
    vr_time next = vr_time_add(call->due, call->period);
    if (next > now)
        return next;

    /* It may be more than a time holds. */
    uint64_t late = (uint64_t)now - (uint64_t)call->due;
    return vr_time_add(now,
                       call->period - (vr_time)(late % (uint64_t)call->period));
}

void vr_call_run(struct vr_call *call)
{
    struct vr_reactor *reactor = call->reactor;

    if (call->repeats)
        put(call, next_of_period(call, reactor->now));
    else
        leave_group(call);
    call->ran = true;
    call->fn(call);
}

void vr_call_drop(struct vr_call *call)
{
    leave_group(call);
    if (call->hears_drop)
        call->fn(call);
}

void vr_call_group_init(struct vr_call_group *group)
{
    vr_list_init(&group->calls);
    group->cancels = 0;
    group->asked = 0;
}

bool vr_call_group_add(struct vr_call_group *group, struct vr_call *call)
{
    if (!vr_call_is_scheduled(call))
        return false;

    leave_group(call);
    vr_list_append(&group->calls, &call->grouped);
    call->in_group = true;
    return true;
}

size_t vr_call_group_cancel(struct vr_call_group *group)
{
    struct vr_list calls, *link;
    size_t count = 0;

    /* `cancelled` of a task may free the group. */
    vr_list_init(&calls);
    vr_list_splice(&calls, &group->calls);
    while ((link = vr_list_pop(&calls))) {
        struct vr_call *call = vr_container_of(link, struct vr_call, grouped);
        vr_call_cancel(call);
        vr_call_drop(call);
        count++;
    }
    return count;
}
