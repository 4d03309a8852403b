/* SPDX-License-Identifier: MIT */
/**
 * @file wheels.h
 * A wheel and a list that is searched from end to end, for tests of
 * reactor/wheel.h.
 */
#ifndef VR_TESTS_REACTOR_WHEELS_H
#define VR_TESTS_REACTOR_WHEELS_H

#include <vreactor/reactor/wheel.h>

#include <stdlib.h>

#include <vreactor/reactor/call.h>

#include "tests/support/random.h"
#include "tests/support/test.h"

enum { CALLS = 128, EVERY = 1 << 20 };

static const vr_time START = 1000 * VR_SEC;
static const vr_time YEAR = 365 * 24 * 3600 * VR_SEC;

/* What the wheel must do, kept beside it. */
struct model {
    struct vr_wheel wheel;
    struct vr_call calls[CALLS];
    bool armed[CALLS];
    vr_time due[CALLS];
    uint64_t seq[CALLS];
    uint64_t count;
    vr_time now;
    uint64_t random;
};

static struct model model;

static inline void never_run(struct vr_call *call)
{
    check(!call);
}

static inline void set_up_at(vr_time now)
{
    model = (struct model){.now = now};
    model.random = 88172645463325252u;
    vr_wheel_init(&model.wheel, now);
    for (int i = 0; i < CALLS; i++)
        vr_call_init(&model.calls[i], NULL, never_run);
}

static inline void set_up(void)
{
    set_up_at(START);
}

static inline void put(int i, vr_time due)
{
    vr_wheel_put(&model.wheel, &model.calls[i], due);
    model.armed[i] = true;
    model.due[i] = due;
    model.seq[i] = model.count++;
}

static inline void take(int i)
{
    vr_wheel_take(&model.wheel, &model.calls[i]);
    model.armed[i] = false;
}

static inline bool sooner(int i, int j)
{
    return model.due[i] != model.due[j] ? model.due[i] < model.due[j]
                                        : model.seq[i] < model.seq[j];
}

/* Which is to run first? @return -1: none is armed */
static inline int first(void)
{
    int found = -1;

    for (int i = 0; i < CALLS; i++)
        if (model.armed[i] && (found < 0 || sooner(i, found)))
            found = i;
    return found;
}

/* Of any magnitude: a nanosecond is as likely as a year. */
static inline vr_time any_span(void)
{
    return (vr_time)(test_random(&model.random) >>
                     (6 + test_random_below(&model.random, 58)));
}

static inline vr_time any_due(void)
{
    switch (test_random_below(&model.random, 8)) {
    case 0:
        return model.now;
    case 1:
        return vr_time_add(model.now, -any_span());
    default:
        return vr_time_add(model.now, any_span());
    }
}

/* Pop all that a cut gives, and see that it is what the model says. */
static inline void check_cut(int most)
{
    struct vr_call *call;
    int popped = 0;

    vr_wheel_cut(&model.wheel, model.now, most);
    while ((call = vr_wheel_pop(&model.wheel))) {
        int i = first();
        check(call == &model.calls[i]);
        check(model.due[i] <= model.now);
        check_int(call->place, VR_PLACE_NONE);
        model.armed[i] = false;
        popped++;
    }
    int i = first();
    check(popped == most || i < 0 || model.due[i] > model.now);
}

static inline void check_next(void)
{
    vr_time next = vr_wheel_next(&model.wheel);
    int i = first();

    if (i < 0)
        check_int(next, VR_TIME_MAX);
    else
        check(next <= model.due[i]);
    check_int(vr_wheel_next(&model.wheel), next);
}

static inline void check_names(vr_time due)
{
    check_int(vr_wheel_next(&model.wheel), due);
}

#endif
