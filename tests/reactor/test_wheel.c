/* SPDX-License-Identifier: MIT */
/**
 * @file test_wheel.c
 * Tests of reactor/wheel.h against a list that is searched from end to end.
 */
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

static void set_up(void)
{
    model.now = START;
    model.random = 88172645463325252u;
    vr_wheel_init(&model.wheel, START);
    for (int i = 0; i < CALLS; i++)
        vr_call_init(&model.calls[i], NULL, NULL);
}

static void put(int i, vr_time due)
{
    vr_wheel_put(&model.wheel, &model.calls[i], due);
    model.armed[i] = true;
    model.due[i] = due;
    model.seq[i] = model.count++;
}

static void take(int i)
{
    vr_wheel_take(&model.calls[i]);
    model.armed[i] = false;
}

static bool sooner(int i, int j)
{
    return model.due[i] != model.due[j] ? model.due[i] < model.due[j]
                                        : model.seq[i] < model.seq[j];
}

/* Which is to run first? @return -1: none is armed */
static int first(void)
{
    int found = -1;

    for (int i = 0; i < CALLS; i++)
        if (model.armed[i] && (found < 0 || sooner(i, found)))
            found = i;
    return found;
}

/* Of any magnitude: a nanosecond is as likely as a year. */
static vr_time any_span(void)
{
    return (vr_time)(test_random(&model.random) >>
                     (6 + test_random_below(&model.random, 58)));
}

static vr_time any_due(void)
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

static void change_any(void)
{
    int i = (int)test_random_below(&model.random, CALLS);

    if (model.armed[i] && !test_random_below(&model.random, 3))
        take(i);
    else
        put(i, any_due());
}

/* Pop all that a cut gives, and see that it is what the model says. */
static void check_cut(int most)
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

static void check_next(void)
{
    vr_time next = vr_wheel_next(&model.wheel);
    int i = first();

    if (i < 0)
        check_int(next, VR_TIME_MAX);
    else
        check(next <= model.due[i]);
}

/* trap 8 */
TEST(wheel, runs_exactly_what_is_due_in_order_of_time_whatever_was_changed)
{
    int rounds = test_light() ? 2000 : 20000;

    set_up();
    for (int round = 0; round < rounds; round++) {
        for (unsigned n = test_random_below(&model.random, 8); n > 0; n--)
            change_any();
        check_next();
        if (model.now < 100 * YEAR)
            model.now = vr_time_add(model.now, any_span() >> 20);
        check_cut(test_random_below(&model.random, 4) ? EVERY : 3);
    }
}

/* trap 11 */
TEST(wheel, is_never_late_when_it_is_turned_to_the_time_it_names)
{
    int turns = 0;

    set_up();
    for (int i = 0; i < CALLS; i++)
        put(i, vr_time_add(START + VR_NSEC, any_span()));

    for (int i; (i = first()) >= 0; turns++) {
        vr_time next = vr_wheel_next(&model.wheel);
        check(next <= model.due[i]);
        check(next > model.now);
        model.now = next;
        vr_wheel_cut(&model.wheel, next, EVERY);
        for (struct vr_call *call; (call = vr_wheel_pop(&model.wheel));) {
            check(call == &model.calls[first()]);
            check_int(call->due, next);
            model.armed[first()] = false;
        }
    }
    check(turns <= CALLS * (VR_WHEEL_LEVELS + 1));
}

TEST(wheel, leaves_a_call_that_is_put_off_in_its_slot)
{
    set_up();
    put(0, START + VR_SEC);
    struct vr_list *before = model.calls[0].timed.prev;

    put(0, START + 2 * VR_SEC);
    check(model.calls[0].timed.prev == before);
    model.now = START + VR_SEC;
    check_cut(EVERY);
    check(model.armed[0]);
    model.now = START + 2 * VR_SEC;
    check_cut(EVERY);
    check(!model.armed[0]);
}

TEST(wheel, brings_forward_a_call_that_was_put_off)
{
    set_up();
    put(0, START + VR_SEC);
    put(0, START + 3600 * VR_SEC);
    put(0, START + VR_MSEC);
    check_next();
    model.now = START + VR_MSEC;
    check_cut(EVERY);
    check(!model.armed[0]);
}

/* behaviour 23 */
TEST(wheel, names_no_time_after_100000_calls_came_and_went)
{
    enum { MANY = 100000 };
    struct vr_call *calls = calloc(MANY, sizeof(*calls));

    check(calls != NULL);
    set_up();
    for (int i = 0; i < MANY; i++) {
        vr_call_init(&calls[i], NULL, NULL);
        vr_wheel_put(&model.wheel, &calls[i], any_due());
    }
    for (int i = 0; i < MANY; i++)
        vr_wheel_take(&calls[i * 7 % MANY]);

    check_int(vr_wheel_next(&model.wheel), VR_TIME_MAX);
    check(!vr_wheel_drain(&model.wheel));
    free(calls);
}

TEST(wheel, keeps_the_order_of_what_was_cut_out_and_put_back)
{
    set_up();
    for (int i = 0; i < 6; i++)
        put(i, START + (6 - i) * VR_USEC);
    model.now = START + VR_SEC;
    vr_wheel_cut(&model.wheel, model.now, 4);
    check(vr_wheel_pop(&model.wheel) == &model.calls[5]);
    model.armed[5] = false;
    put(6, START);
    put(3, START + 7 * VR_USEC);
    vr_wheel_uncut(&model.wheel);

    check_int(vr_wheel_next(&model.wheel), START);
    check_cut(EVERY);
    check_int(first(), -1);
}

TEST(wheel, drains_calls_from_wherever_they_are)
{
    int drained = 0;

    set_up();
    put(0, START);
    put(1, START + VR_NSEC);
    put(2, START + VR_SEC);
    put(3, VR_TIME_MAX);
    put(4, -VR_TIME_MAX);
    vr_wheel_cut(&model.wheel, START, 1);
    put(5, START);

    for (struct vr_call *call; (call = vr_wheel_drain(&model.wheel));) {
        check_int(call->place, VR_PLACE_NONE);
        drained++;
    }
    check_int(drained, 6);
    check_int(vr_wheel_next(&model.wheel), VR_TIME_MAX);
}
