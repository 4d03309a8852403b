/* SPDX-License-Identifier: MIT */
/**
 * @file test_combine_inside.c
 * What may be done to a combination while its members are sent home.
 */
#include "tests/pending/fixture.h"

#include <vreactor/pending/combine.h>

enum { THREE = 3 };

/* The members of a test, and the combination made of them. */
static struct vr_pending *members[THREE];
static struct vr_pending *whole;

/* One of the members has a canceller of its own. */
static void make_members(int index, vr_cancel_fn *cancel)
{
    for (int i = 0; i < THREE; i++)
        members[i] = vr_pending_new(counting_env(),
                                    i == index ? cancel : count_cancel, NULL);
}

static void finish(void)
{
    vr_pending_free(whole);
    check_int(seen.reports, 0);
    check_all_freed();
}

static void free_whole(void *arg, struct vr_pending *pending)
{
    count_cancel(arg, pending);
    vr_pending_free(whole);
    whole = NULL;
}

static void cancel_whole(void *arg, struct vr_pending *pending)
{
    count_cancel(arg, pending);
    check(vr_pending_cancel(whole));
}

static void fire_last(void *arg, struct vr_pending *pending)
{
    count_cancel(arg, pending);
    check_int(vr_pending_fire(members[2], number(3)), 0);
}

TEST(combine_inside, may_be_freed_as_its_losers_are_cancelled)
{
    make_members(0, free_whole);
    whole = vr_pending_race(counting_env(), members, THREE);
    check(whole);
    watch(whole);
    check_int(vr_pending_fire(members[1], number(2)), 0);
    check_str(seen.trace, "f-5001");
    check_int(seen.cancels, 2);
    finish();
}

/* What it would have come to is nobody's then. */
TEST(combine_inside, may_be_cancelled_as_its_losers_are)
{
    make_members(0, cancel_whole);
    whole = vr_pending_some(counting_env(), members, THREE, 1);
    check(whole);
    watch(whole);
    check_int(vr_pending_fire(members[1], number(2)), 0);
    check_str(seen.trace, "f-5001");
    check_int(seen.cancels, 2);
    finish();
}

static void free_whole_of_value(void *ptr)
{
    free_number(ptr);
    free_whole(NULL, NULL);
}

TEST(combine_inside, may_be_freed_by_a_value_that_nobody_wants)
{
    struct vr_value value = number(1);
    value.free = free_whole_of_value;

    make_members(-1, NULL);
    whole = vr_pending_every(counting_env(), members, THREE);
    check(whole);
    watch(whole);
    check_int(vr_pending_fire(members[0], value), 0);
    check_int(vr_pending_fail(members[1], failure_of(-EIO)), 0);
    check_str(seen.trace, "f-5001");
    finish();
}

static struct vr_result note_results(void *arg, struct vr_value value)
{
    const struct vr_results *results = value.ptr;

    for (size_t i = 0; i < results->count; i++)
        (void)note_both(arg, results->items[i]);
    return vr_ok(value);
}

TEST(combine_inside, takes_no_more_results_as_its_losers_are_cancelled)
{
    make_members(0, fire_last);
    whole = vr_pending_some(counting_env(), members, THREE, 1);
    check(whole);
    then(whole, note_results, NULL, NULL);
    check_int(vr_pending_fire(members[1], number(2)), 0);
    check_str(seen.trace, "f-5001 v2 f-5001");
    check_int(seen.cancels, 1);
    finish();
}
