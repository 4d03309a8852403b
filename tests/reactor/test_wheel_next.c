/* SPDX-License-Identifier: MIT */
/**
 * @file test_wheel_next.c
 * Tests of reactor/wheel.h: when the first call is due, and what may be left
 * lying until it is reached.
 */
#include <vreactor/reactor/wheel.h>

#include "wheels.h"

/* ---- when the first is due ---- */

TEST(wheel, names_the_very_time_of_a_call_however_far)
{
    set_up();
    for (vr_time span = VR_NSEC; span < 100 * YEAR; span *= 3) {
        put(0, START + span);
        check_names(START + span);
        put(1, START + span - 1);
        check_names(START + span - 1);
        take(1);
        check_names(START + span);
        take(0);
    }
    check_names(VR_TIME_MAX);
}

TEST(wheel, names_the_time_to_which_calls_were_put_off)
{
    set_up();
    put(0, START + 100 * VR_MSEC);
    put(1, START + 101 * VR_MSEC);
    check_names(START + 100 * VR_MSEC);
    put(0, START + 3 * VR_SEC);
    check_names(START + 101 * VR_MSEC);
    put(1, START + 3600 * VR_SEC);
    check_names(START + 3 * VR_SEC);
    put(0, START + YEAR);
    put(1, START + 2 * VR_SEC);
    check_names(START + 2 * VR_SEC);
}

/* ---- very many ---- */

enum { MANY = 20000 };

static struct vr_call *many;

static void put_many(vr_time due, vr_time step)
{
    many = calloc(MANY, sizeof(*many));
    check(many != NULL);
    for (int i = 0; i < MANY; i++) {
        vr_call_init(&many[i], NULL, never_run);
        vr_wheel_put(&model.wheel, &many[i], due + i * step);
    }
}

static void put_many_off(vr_time due)
{
    for (int i = 0; i < MANY; i++)
        vr_wheel_put(&model.wheel, &many[i], due);
}

static int count_in(const struct vr_list *slot)
{
    int count = 0;

    for (const struct vr_list *link = slot->next; link != slot;
         link = link->next)
        count++;
    return count;
}

static const struct vr_list *fullest_slot(void)
{
    const struct vr_list *slots = &model.wheel.slots[0][0], *found = slots;

    for (int i = 0; i < VR_WHEEL_LEVELS * VR_WHEEL_SLOTS; i++)
        if (count_in(&slots[i]) > count_in(found))
            found = &slots[i];
    return found;
}

TEST(wheel, looks_at_no_more_calls_than_a_turn_can_bear)
{
    vr_time due = START + 3600 * VR_SEC;

    set_up();
    put_many(due, 0);
    const struct vr_list *slot = fullest_slot();
    check_int(count_in(slot), MANY);
    check_names(due); /* as was noted when they came */
    put(0, START + VR_SEC);
    take(0);
    check(vr_wheel_next(&model.wheel) < due); /* when the slot begins */

    put_many_off(due + YEAR);
    for (int i = 1; i < 4; i++) {
        put(0, START + VR_SEC);
        check_names(START + VR_SEC); /* nobody else is looked at */
        take(0);
        check(vr_wheel_next(&model.wheel) < due);
        check_int(count_in(slot), MANY - i * VR_WHEEL_LOOKS);
    }
    free(many);
}

TEST(wheel, names_the_very_time_in_front_of_very_many_that_were_put_off)
{
    set_up();
    put_many(START + 60 * VR_SEC, 0);
    for (int i = 1; i < 100; i++) {
        vr_time due = START + i * VR_MSEC;
        put_many_off(due + 60 * VR_SEC);
        put(0, due);
        check_names(due);
        model.now = due;
        check_cut(EVERY);
        check_int(first(), -1);
    }
    free(many);
}

TEST(wheel, brings_only_what_is_cut_out_into_order)
{
    int in_slots = 0, popped = 0;

    set_up();
    put_many(START + VR_MSEC, 10 * VR_USEC);
    vr_wheel_cut(&model.wheel, START + 3600 * VR_SEC, 100);
    while (vr_wheel_pop(&model.wheel))
        popped++;
    for (int i = 0; i < MANY; i++)
        in_slots += many[i].place == VR_PLACE_SLOT;

    check_int(popped, 100);
    check(in_slots > MANY - 200);
    check(vr_wheel_next(&model.wheel) <= many[100].due);
    free(many);
}
