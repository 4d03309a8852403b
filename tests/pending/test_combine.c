/* SPDX-License-Identifier: MIT */
/**
 * @file test_combine.c
 * One deferred out of several.
 */
#include "tests/pending/fixture.h"

#include <vreactor/pending/combine.h>

enum { THREE = 3 };

/* The members of a test, and the combination made of them. */
static struct vr_pending *members[THREE];
static struct vr_pending *whole;

static void make_members(void)
{
    for (int i = 0; i < THREE; i++)
        members[i] = new_pending();
}

/* Trace what the results are, in their order. */
static struct vr_result trace_results(void *arg, struct vr_value value)
{
    struct vr_results *results = value.ptr;

    (void)arg;
    for (size_t i = 0; i < results->count; i++)
        if (results->items[i].failure)
            trace("f", results->items[i].failure->code);
        else
            trace("v", read_number(results->items[i].value));
    trace("of", (int)results->count);
    vr_value_free(value);
    return vr_ok(vr_value_none());
}

static struct vr_result trace_failure(void *arg, struct vr_failure *failure)
{
    (void)arg;
    trace("f", failure->code);
    vr_failure_unref(failure);
    return vr_ok(vr_value_none());
}

static void trace_whole(void)
{
    then(whole, trace_results, trace_failure, NULL);
}

static void finish(void)
{
    vr_pending_free(whole);
    check_int(seen.reports, 0);
    check_all_freed();
}

TEST(combine, all_gives_results_in_the_order_of_the_members)
{
    make_members();
    whole = vr_pending_all(counting_env(), members, THREE);
    check(whole);
    trace_whole();
    check_int(vr_pending_fire(members[2], number(3)), 0);
    check_int(vr_pending_fail(members[1], failure_of(-EIO)), 0);
    check_str(seen.trace, "");
    check_int(vr_pending_fire(members[0], number(1)), 0);
    check_str(seen.trace, "v1 f-5 v3 of3");
    finish();
    check_int(seen.cancels, 0);
}

TEST(combine, all_of_none_fires_at_once)
{
    whole = vr_pending_all(counting_env(), NULL, 0);
    check(whole);
    trace_whole();
    check_str(seen.trace, "of0");
    finish();
}

TEST(combine, cancel_cancels_the_members)
{
    make_members();
    whole = vr_pending_all(counting_env(), members, THREE);
    check(whole);
    trace_whole();
    check_int(vr_pending_fire(members[1], number(1)), 0);
    check(vr_pending_cancel(whole));
    check_int(seen.cancels, 2);
    check_str(seen.trace, "f-5001");
    finish();
    check_int(seen.cancels, 2);
}

TEST(combine, freed_it_cancels_the_members)
{
    make_members();
    whole = vr_pending_every(counting_env(), members, THREE);
    check(whole);
    finish();
    check_int(seen.cancels, 3);
}

TEST(combine, takes_members_that_have_fired_already)
{
    make_members();
    for (int i = 0; i < THREE; i++)
        check_int(vr_pending_fire(members[i], number(i)), 0);
    whole = vr_pending_every(counting_env(), members, THREE);
    check(whole);
    trace_whole();
    check_str(seen.trace, "v0 v1 v2 of3");
    finish();
}

/* promise deferreds-16 */
TEST(combine, every_fails_with_the_first_failure_and_cancels_the_rest)
{
    make_members();
    whole = vr_pending_every(counting_env(), members, THREE);
    check(whole);
    trace_whole();
    check_int(vr_pending_fire(members[0], number(1)), 0);
    check_int(vr_pending_fail(members[2], failure_of(-EIO)), 0);
    check_str(seen.trace, "f-5");
    check_int(seen.cancels, 1);
    finish();
}

/* promise deferreds-16 */
TEST(combine, any_gives_the_first_value_and_cancels_the_rest)
{
    make_members();
    whole = vr_pending_any(counting_env(), members, THREE);
    check(whole);
    watch(whole);
    check_int(vr_pending_fail(members[0], failure_of(-EIO)), 0);
    check_int(vr_pending_fire(members[2], number(3)), 0);
    check_str(seen.trace, "v3");
    check_int(seen.cancels, 1);
    finish();
}

static struct vr_result note_causes(void *arg, struct vr_failure *failure)
{
    (void)arg;
    trace("f", failure->code);
    trace("cause", failure->cause ? failure->cause->code : 0);
    check_str(failure->text, "3 of 3 failed, 1 were wanted");
    check(!failure->file); /* it was made in the library */
    vr_failure_unref(failure);
    return vr_ok(vr_value_none());
}

TEST(combine, any_fails_when_all_have_and_names_the_first)
{
    make_members();
    whole = vr_pending_any(counting_env(), members, THREE);
    check(whole);
    then(whole, NULL, note_causes, NULL);
    check_int(vr_pending_fail(members[1], failure_of(-EIO)), 0);
    check_int(vr_pending_fail(members[0], failure_of(-EPIPE)), 0);
    check_str(seen.trace, "");
    check_int(vr_pending_fail(members[2], failure_of(-EPIPE)), 0);
    check_str(seen.trace, "f-5 cause-5");
    finish();
}

TEST(combine, some_gives_as_many_values_as_wanted)
{
    make_members();
    whole = vr_pending_some(counting_env(), members, THREE, 2);
    check(whole);
    trace_whole();
    check_int(vr_pending_fire(members[2], number(3)), 0);
    check_str(seen.trace, "");
    check_int(vr_pending_fire(members[0], number(1)), 0);
    check_str(seen.trace, "v1 f-5001 v3 of3");
    check_int(seen.cancels, 1);
    finish();
}

TEST(combine, some_fails_once_too_few_can_work_out)
{
    make_members();
    whole = vr_pending_some(counting_env(), members, THREE, 2);
    check(whole);
    trace_whole();
    check_int(vr_pending_fail(members[0], failure_of(-EIO)), 0);
    check_str(seen.trace, "");
    check_int(vr_pending_fail(members[1], failure_of(-EPIPE)), 0);
    check_str(seen.trace, "f-5");
    check_int(seen.cancels, 1);
    finish();
}

TEST(combine, some_of_more_than_there_are_is_an_error)
{
    make_members();
    check_int(vr_await(vr_pending_some(counting_env(), members, THREE, 4), NULL,
                       NULL),
              -EINVAL);
    check_int(seen.cancels, 3);
    finish();
}

TEST(combine, any_and_race_of_none_are_errors)
{
    check_int(vr_await(vr_pending_any(counting_env(), NULL, 0), NULL, NULL),
              -EINVAL);
    check_int(vr_await(vr_pending_race(counting_env(), NULL, 0), NULL, NULL),
              -EINVAL);
    finish();
}

TEST(combine, race_gives_whatever_comes_first)
{
    make_members();
    whole = vr_pending_race(counting_env(), members, THREE);
    check(whole);
    watch(whole);
    check_int(vr_pending_fail(members[1], failure_of(-EIO)), 0);
    check_str(seen.trace, "f-5");
    check_int(seen.cancels, 2);
    vr_pending_free(whole);
    check_int(seen.reports, 1); /* nobody handled it */
    check_all_freed();
}

TEST(combine, race_is_won_by_the_first_that_has_fired_already)
{
    make_members();
    check_int(vr_pending_fire(members[2], number(3)), 0);
    check_int(vr_pending_fire(members[1], number(2)), 0);
    whole = vr_pending_race(counting_env(), members, THREE);
    check(whole);
    watch(whole);
    check_str(seen.trace, "v2");
    check_int(seen.cancels, 1);
    finish();
}

/* promise deferreds-17 */
TEST(combine, member_that_could_not_be_made_counts_as_failed)
{
    make_members();
    vr_pending_free(members[1]);
    members[1] = NULL;
    whole = vr_pending_every(counting_env(), members, THREE);
    check(whole);
    trace_whole();
    check_int(vr_pending_cancel(whole), 0);
    check_str(seen.trace, "f-12");
    finish();
}

static void check_made_in(int line)
{
    char want[128];

    (void)snprintf(want, sizeof(want), "%s:%d: ", __FILE__, line);
    check(vr_pending_cancel_as(whole, failure_of(-EIO)));
    vr_pending_free(whole);
    check(strstr(seen.report, want));
    check_all_freed();
}

TEST(combine, names_the_place_where_the_macro_stands)
{
    make_members();
    whole = vr_pending_all(counting_env(), members, THREE);
    check_made_in(__LINE__ - 1);
    make_members();
    whole = vr_pending_every(counting_env(), members, THREE);
    check_made_in(__LINE__ - 1);
    make_members();
    whole = vr_pending_some(counting_env(), members, THREE, 2);
    check_made_in(__LINE__ - 1);
    make_members();
    whole = vr_pending_any(counting_env(), members, THREE);
    check_made_in(__LINE__ - 1);
    make_members();
    whole = vr_pending_race(counting_env(), members, THREE);
    check_made_in(__LINE__ - 1);
}

static void fire_when_cancelled(void *arg, struct vr_pending *pending)
{
    (void)arg;
    seen.cancels++;
    check_int(vr_pending_fire(pending, number(9)), 0);
}

TEST(combine, loser_may_fire_while_it_is_cancelled)
{
    make_members();
    vr_pending_free(members[0]);
    seen.cancels = 0;
    members[0] = vr_pending_new(counting_env(), fire_when_cancelled, NULL);
    whole = vr_pending_race(counting_env(), members, THREE);
    check(whole);
    watch(whole);
    check_int(vr_pending_fire(members[1], number(2)), 0);
    check_str(seen.trace, "v2");
    check_int(seen.cancels, 2);
    finish();
}

TEST(combine, may_take_the_place_of_a_member)
{
    make_members();
    members[0] = vr_pending_all(counting_env(), members, THREE);
    check(members[0]);
    whole = members[0];
    check(vr_pending_cancel(whole));
    check_int(seen.cancels, 3);
    finish();
}

static struct vr_result free_whole(void *arg, struct vr_result result)
{
    (void)arg;
    vr_pending_free(whole);
    whole = NULL;
    return result;
}

TEST(combine, may_be_freed_by_its_own_handler)
{
    make_members();
    whole = vr_pending_race(counting_env(), members, THREE);
    check(whole);
    check_int(vr_pending_both(whole, free_whole, NULL), 0);
    check_int(vr_pending_fire(members[1], number(2)), 0);
    finish();
}

/* A result taken out of the others is the taker's. */
static struct vr_result take_second(void *arg, struct vr_value value)
{
    struct vr_results *results = value.ptr;
    struct vr_result second = results->items[1];

    (void)arg;
    results->items[1] = vr_ok(vr_value_none());
    vr_value_free(value);
    return second;
}

TEST(combine, lets_a_result_be_taken_out)
{
    make_members();
    whole = vr_pending_all(counting_env(), members, THREE);
    check(whole);
    then(whole, take_second, NULL, NULL);
    watch(whole);
    for (int i = 0; i < THREE; i++)
        check_int(vr_pending_fire(members[i], number(i)), 0);
    check_str(seen.trace, "v1");
    finish();
}

TEST(combine, without_memory_takes_the_members_all_the_same)
{
    for (int n = 0; n < 3; n++) {
        seen.fail_after = -1;
        make_members();
        seen.fail_after = n;
        check_int(vr_await(vr_pending_all(counting_env(), members, THREE), NULL,
                           NULL),
                  -ENOMEM);
        seen.fail_after = -1;
        check_all_freed();
    }
    check_int(seen.cancels, 3 * THREE);
}

/* Its own step does not fit any more. */
TEST(combine, member_that_takes_no_step_counts_as_failed)
{
    make_members();
    for (int i = 0; i < 4; i++)
        watch(members[1]);
    seen.fail_after = 3; /* the combination itself */
    whole = vr_pending_every(counting_env(), members, THREE);
    check(whole);
    seen.fail_after = -1;
    check_int(seen.cancels, 3);
    trace_whole();
    check_str(seen.trace, "f-5001 f-5001 f-5001 f-5001 f-12");
    finish();
}
