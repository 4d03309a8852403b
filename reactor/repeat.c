/* SPDX-License-Identifier: MIT */
/**
 * @file repeat.c
 * Repeats: a call each, which schedules itself before it runs.
 */
#include <vreactor/reactor/repeat.h>

#include <assert.h>
#include <stddef.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/reactor_impl.h>

static const uint64_t ZERO = UINT64_C(1) << 63; /* the time 0 */

/* The roundest time from @p due to @p late: of all multiples of powers of 2
 * there, one of the highest.  A span of S holds a multiple of some power of 2
 * above S/2, so what has a slack of S runs at multiples of that, or of higher
 * ones, which are among them. */
static vr_time roundest(vr_time due, vr_time late)
{
    uint64_t first = (uint64_t)due + ZERO, last = (uint64_t)late + ZERO;

    if (first == 0 || first >= last)
        return due;
    unsigned highest = 63u - (unsigned)__builtin_clzll((first - 1) ^ last);
    return (vr_time)((last >> highest << highest) - ZERO);
}

static void put(struct vr_repeat *repeat)
{
    vr_time most = repeat->interval - 1;
    vr_time slack = repeat->slack < most ? repeat->slack : most;

    vr_call_at(&repeat->call,
               roundest(repeat->due, vr_time_add(repeat->due, slack)));
}

/* How many times have passed behind the one that is due, up to @p now. */
static uint64_t passed_since(const struct vr_repeat *repeat, vr_time now)
{
    if (now <= repeat->due)
        return 0;

    /* It may be more than a time holds. */
    uint64_t late = (uint64_t)now - (uint64_t)repeat->due;
    return late / (uint64_t)repeat->interval;
}

/* The time @p steps intervals behind the one that is due, which is not behind
 * now, and one more. */
static vr_time behind(const struct vr_repeat *repeat, uint64_t steps)
{
    uint64_t span = steps * (uint64_t)repeat->interval;
    vr_time there = (vr_time)((uint64_t)repeat->due + span);

    return vr_time_add(there, repeat->interval);
}

/* Whoever starts, stops or changes it in its function may free it, too. */
static void touch(struct vr_repeat *repeat)
{
    if (repeat->touched)
        *repeat->touched = true;
    repeat->touched = NULL;
}

/* Run for the time that is due.  @return is it untouched, and was a time missed
 * that it is to make up for? */
static bool run_once(struct vr_repeat *repeat)
{
    vr_time now = repeat->call.reactor->now;
    bool bursts = repeat->policy == VR_REPEAT_BURST, touched = false;
    uint64_t missed = passed_since(repeat, now);
    bool goes_on = bursts && missed > 0;

    repeat->last = repeat->due;
    repeat->missed = missed;
    repeat->due = behind(repeat, bursts ? 0 : missed);
    put(repeat);
    repeat->touched = &touched;
    repeat->fn(repeat);
    if (touched)
        return false;

    repeat->touched = NULL;
    return goes_on;
}

static void run(struct vr_call *call)
{
    struct vr_repeat *repeat = vr_container_of(call, struct vr_repeat, call);
    struct vr_reactor *reactor = call->reactor;
    int left = VR_REPEAT_BURST_PER_TURN;

    while (run_once(repeat) && --left > 0 && !vr_reactor_stops(reactor))
        ;
}

void vr_repeat_init(struct vr_repeat *repeat, struct vr_reactor *reactor,
                    vr_repeat_fn *fn)
{
    assert(fn);
    *repeat = (struct vr_repeat){.fn = fn};
    vr_call_init(&repeat->call, reactor, run);
}

void vr_repeat_set_policy(struct vr_repeat *repeat,
                          enum vr_repeat_policy policy)
{
    repeat->policy = policy;
}

void vr_repeat_set_slack(struct vr_repeat *repeat, vr_time slack)
{
    assert(slack >= 0);
    repeat->slack = slack;
}

static void start(struct vr_repeat *repeat, vr_time begin, vr_time first,
                  vr_time interval)
{
    assert(interval > 0);

    touch(repeat);
    repeat->interval = interval;
    repeat->last = begin;
    repeat->due = first;
    put(repeat);
}

void vr_repeat_start(struct vr_repeat *repeat, vr_time interval)
{
    vr_time now = vr_now(&repeat->call.reactor->env);

    start(repeat, now, vr_time_add(now, interval), interval);
}

void vr_repeat_start_at(struct vr_repeat *repeat, vr_time first,
                        vr_time interval)
{
    start(repeat, vr_time_sub(first, interval), first, interval);
}

bool vr_repeat_change(struct vr_repeat *repeat, vr_time interval)
{
    if (!vr_repeat_is_running(repeat))
        return false;

    start(repeat, repeat->last, vr_time_add(repeat->last, interval), interval);
    return true;
}

bool vr_repeat_stop(struct vr_repeat *repeat)
{
    touch(repeat);
    return vr_call_cancel(&repeat->call);
}

bool vr_repeat_is_running(const struct vr_repeat *repeat)
{
    return vr_call_is_scheduled(&repeat->call);
}

vr_time vr_repeat_last(const struct vr_repeat *repeat)
{
    return repeat->last;
}

vr_time vr_repeat_due(const struct vr_repeat *repeat)
{
    return repeat->due;
}

uint64_t vr_repeat_missed(const struct vr_repeat *repeat)
{
    return repeat->missed;
}
