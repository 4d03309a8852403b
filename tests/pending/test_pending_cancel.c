/* SPDX-License-Identifier: MIT */
/**
 * @file test_pending_cancel.c
 * Deferreds that are cancelled.
 */
#include "tests/pending/fixture.h"

static int seven = 7;

/* promises deferreds-10, deferreds-11 */
TEST(pending_cancel, calls_the_canceller_once_and_fails_the_chain)
{
    struct vr_pending *pending = new_pending();

    watch(pending);
    check(vr_pending_cancel(pending));
    check_int(seen.cancels, 1);
    check_str(seen.trace, "f-5001");
    check(!vr_pending_cancel(pending));
    vr_pending_free(pending);
    check_int(seen.cancels, 1);
    check_int(seen.reports, 0);
    check_all_freed();
}

/* promise deferreds-11 */
TEST(pending_cancel, lets_a_failback_recover)
{
    struct vr_pending *pending = new_pending();

    then(pending, NULL, recover_with, &seven);
    watch(pending);
    check(vr_pending_cancel(pending));
    check_str(seen.trace, "v7");
    watch(pending);
    check_str(seen.trace, "v7 v7");
    vr_pending_free(pending);
    check_all_freed();
}

/* promise deferreds-12 */
TEST(pending_cancel, makes_one_late_value_harmless)
{
    struct vr_pending *pending = new_pending();

    check(vr_pending_cancel(pending));
    check_int(vr_pending_fire(pending, number(1)), -VR_ECANCELLED);
    check_int(vr_pending_fire(pending, number(2)), -VR_EFIRED);
    check_int(seen.values, 0);
    watch(pending);
    check_str(seen.trace, "f-5001");
    vr_pending_free(pending);
    check_all_freed();
}

/* promise deferreds-10 */
TEST(pending_cancel, does_nothing_after_it_fired)
{
    struct vr_pending *pending = new_pending();

    check_int(vr_pending_fire(pending, number(1)), 0);
    check(!vr_pending_cancel(pending));
    check(!vr_pending_cancel_as(pending, failure_of(-ETIMEDOUT)));
    check_int(seen.cancels, 0);
    vr_pending_free(pending);
    check_int(seen.cancels, 0);
    check_all_freed();
}

TEST(pending_cancel, needs_no_canceller)
{
    struct vr_pending *pending = vr_pending_new(counting_env(), NULL, NULL);

    check(pending);
    watch(pending);
    check(vr_pending_cancel(pending));
    check_str(seen.trace, "f-5001");
    vr_pending_free(pending);
    check_all_freed();
}

TEST(pending_cancel, may_give_a_reason_of_its_own)
{
    struct vr_pending *pending = new_pending();

    watch(pending);
    check(vr_pending_cancel_as(pending, failure_of(-ETIMEDOUT)));
    check_int(seen.cancels, 1);
    check_int(vr_pending_fire(pending, number(1)), -VR_ECANCELLED);
    check_int(seen.reports, 0);
    vr_pending_free(pending);
    check_int(seen.reports, 1); /* nobody asked for that one */
    check_all_freed();
}

TEST(pending_cancel, takes_a_reason_that_is_none_for_want_of_memory)
{
    struct vr_pending *pending = new_pending();

    watch(pending);
    check(vr_pending_cancel_as(pending, NULL));
    check_str(seen.trace, "f-12");
    vr_pending_free(pending);
}

static void fire_five(void *arg, struct vr_pending *pending)
{
    (void)arg;
    check_int(vr_pending_fire(pending, number(5)), 0);
}

/* promise deferreds-10 */
TEST(pending_cancel, takes_what_the_canceller_fires_with)
{
    struct vr_pending *pending =
        vr_pending_new(counting_env(), fire_five, NULL);

    check(pending);
    watch(pending);
    check(vr_pending_cancel_as(pending, failure_of(-ETIMEDOUT)));
    check_str(seen.trace, "v5");
    check_int(vr_pending_fire(pending, number(6)), -VR_EFIRED);
    vr_pending_free(pending);
    check_all_freed();
}

static void cancel_again(void *arg, struct vr_pending *pending)
{
    (void)arg;
    seen.cancels++;
    check(!vr_pending_cancel(pending));
}

TEST(pending_cancel, is_not_repeated_from_inside_the_canceller)
{
    struct vr_pending *pending =
        vr_pending_new(counting_env(), cancel_again, NULL);

    check(pending);
    check(vr_pending_cancel(pending));
    check_int(seen.cancels, 1);
    vr_pending_free(pending);
    check_all_freed();
}

static void free_arg(void *arg, struct vr_pending *pending)
{
    (void)pending;
    seen.cancels++;
    vr_pending_free(*(struct vr_pending **)arg);
}

TEST(pending_cancel, may_be_freed_by_its_canceller)
{
    struct vr_pending *pending =
        vr_pending_new(counting_env(), free_arg, &pending);

    check(pending);
    watch(pending);
    check(vr_pending_cancel_as(pending, failure_of(-ETIMEDOUT)));
    check_str(seen.trace, "f-5001");
    check_int(seen.cancels, 1);
    check_all_freed();
}

TEST(pending_cancel, may_be_freed_by_the_canceller_of_what_it_waits_for)
{
    struct vr_pending *outer = new_pending(), *inner;

    inner = vr_pending_new(counting_env(), free_arg, &outer);
    check(inner);
    then(outer, wait_for_arg, NULL, inner);
    watch(outer);
    check_int(vr_pending_fire(outer, number(1)), 0);
    check(vr_pending_cancel(outer));
    check_str(seen.trace, "f-5001");
    check_all_freed();
}

/* promise deferreds-11 */
TEST(pending_cancel, goes_to_the_source_of_what_it_waits_for)
{
    struct vr_pending *inner = new_pending();
    struct vr_pending *outer = waiting_for(inner);

    watch(inner);
    watch(outer);
    check(vr_pending_cancel(outer));
    check_int(seen.cancels, 1);
    check_str(seen.trace, "f-5001 f-5001");
    vr_pending_free(outer);
    check_all_freed();
}

/* promise deferreds-12 */
TEST(pending_cancel, makes_a_late_value_of_an_inner_source_harmless)
{
    struct vr_pending *inner, *outer;

    inner = vr_pending_new(counting_env(), NULL, NULL);
    check(inner);
    outer = waiting_for(waiting_for(inner));
    check(vr_pending_cancel(outer));
    check_int(seen.blocks, 2);
    check_int(vr_pending_fire(inner, number(1)), -VR_ECANCELLED);
    check_int(seen.blocks, 1);
    vr_pending_free(outer);
    check_all_freed();
}

TEST(pending_cancel, keeps_no_inner_one_whose_source_was_told)
{
    struct vr_pending *outer = waiting_for(waiting_for(new_pending()));

    check(vr_pending_cancel(outer));
    check_int(seen.cancels, 1);
    check_int(seen.blocks, 1);
    vr_pending_free(outer);
    check_all_freed();
}

TEST(pending_cancel, may_be_recovered_from_in_the_inner_one)
{
    struct vr_pending *inner = new_pending();
    struct vr_pending *outer = waiting_for(inner);

    then(inner, NULL, recover_with, &seven);
    watch(outer);
    check(vr_pending_cancel(outer));
    check_str(seen.trace, "v7");
    vr_pending_free(outer);
    check_all_freed();
}

/* promise deferreds-13 */
TEST(pending_cancel, happens_when_one_is_freed_that_has_not_fired)
{
    struct vr_pending *pending = new_pending();

    watch(pending);
    watch(pending);
    vr_pending_free(pending);
    check_int(seen.cancels, 1);
    check_str(seen.trace, "f-5001 f-5001");
    check_int(seen.reports, 0);
    check_all_freed();
}

TEST(pending_cancel, happens_to_what_one_waits_for_that_is_freed)
{
    struct vr_pending *inner = new_pending();
    struct vr_pending *outer = waiting_for(inner);

    watch(inner);
    watch(outer);
    vr_pending_free(outer);
    check_int(seen.cancels, 1);
    check_str(seen.trace, "f-5001 f-5001");
    check_all_freed();
}
