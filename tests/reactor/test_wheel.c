/* SPDX-License-Identifier: MIT */
/**
 * @file test_wheel.c
 * Tests of reactor/wheel.h against a list that is searched from end to end.
 */
#include <vreactor/reactor/wheel.h>

#include "wheels.h"

static void change_any(void)
{
    int i = (int)test_random_below(&model.random, CALLS);

    if (model.armed[i] && !test_random_below(&model.random, 3))
        take(i);
    else
        put(i, any_due());
}

static void change_and_turn(vr_time start)
{
    int rounds = test_light() ? 2000 : 20000;

    set_up_at(start);
    for (int round = 0; round < rounds; round++) {
        for (unsigned n = test_random_below(&model.random, 8); n > 0; n--)
            change_any();
        check_next();
        if (model.now < 100 * YEAR)
            model.now = vr_time_add(model.now, any_span() >> 20);
        check_cut(test_random_below(&model.random, 4) ? EVERY : 3);
    }
}

/* promise calls-1 */
TEST(wheel, runs_exactly_what_is_due_in_order_of_time_whatever_was_changed)
{
    change_and_turn(START);
}

TEST(wheel, runs_exactly_what_is_due_where_the_clock_is_below_zero)
{
    change_and_turn(-VR_TIME_MAX);
    change_and_turn(-20 * YEAR);
    change_and_turn(-VR_SEC); /* and passes it */
}

/* promise calls-3 */
TEST(wheel, is_never_late_when_it_is_turned_to_the_time_it_names)
{
    int turns = 0;

    set_up();
    for (int i = 0; i < CALLS; i++)
        put(i, vr_time_add(START + VR_NSEC, any_span()));

    for (int i; (i = first()) >= 0; turns++) {
        vr_time next = vr_wheel_next(&model.wheel);
        check_int(next, model.due[i]);
        check(next > model.now);
        model.now = next;
        vr_wheel_cut(&model.wheel, next, EVERY);
        for (struct vr_call *call; (call = vr_wheel_pop(&model.wheel));) {
            check(call == &model.calls[first()]);
            check_int(call->due, next);
            model.armed[first()] = false;
        }
    }
    check(turns <= CALLS);
}

/* promise calls-9 */
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

TEST(wheel, names_no_time_after_100000_calls_came_and_went)
{
    enum { MANY = 100000 };
    struct vr_call *calls = calloc(MANY, sizeof(*calls));

    check(calls != NULL);
    set_up();
    for (int i = 0; i < MANY; i++) {
        vr_call_init(&calls[i], NULL, never_run);
        vr_wheel_put(&model.wheel, &calls[i], any_due());
    }
    for (int i = 0; i < MANY; i++)
        vr_wheel_take(&model.wheel, &calls[i * 7 % MANY]);

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
