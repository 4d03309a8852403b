/* SPDX-License-Identifier: MIT */
/**
 * @file test_pending.c
 * Firing, the chain, waiting, cancelling, pausing.
 */
#include "tests/pending/fixture.h"

static int code_eio = -EIO, seven = 7;

/* promise deferreds-7 */
TEST(pending, gives_its_value_to_a_callback_added_before)
{
    struct vr_pending *pending = new_pending();

    then(pending, note_value, NULL, NULL);
    check_str(seen.trace, "");
    check_int(vr_pending_fire(pending, number(2)), 0);
    check_str(seen.trace, "v2");
    vr_pending_free(pending);
    check_all_freed();
}

/* promise deferreds-7 */
TEST(pending, runs_a_callback_added_after_it_fired_at_once)
{
    struct vr_pending *pending = new_pending();

    check_int(vr_pending_fire(pending, number(2)), 0);
    then(pending, note_value, NULL, NULL);
    check_str(seen.trace, "v2");
    vr_pending_free(pending);
    check_all_freed();
}

/* promise deferreds-1 */
TEST(pending, refuses_a_second_value_and_frees_it)
{
    struct vr_pending *pending = new_pending();

    check_int(vr_pending_fire(pending, number(1)), 0);
    check_int(vr_pending_fire(pending, number(2)), -VR_EFIRED);
    check_int(vr_pending_fail(pending, failure_of(-EIO)), -VR_EFIRED);
    check_int(seen.values, 1);
    watch(pending);
    check_str(seen.trace, "v1");
    vr_pending_free(pending);
    check_all_freed();
}

/* promise deferreds-3 */
TEST(pending, gives_an_error_of_a_callback_to_the_next_failback)
{
    struct vr_pending *pending = new_pending();

    then(pending, fail_with, NULL, &code_eio);
    then(pending, note_value, note_failure, NULL);
    check_int(vr_pending_fire(pending, number(1)), 0);
    check_str(seen.trace, "f-5");
    vr_pending_free(pending);
    check_all_freed();
}

/* promise deferreds-3 */
TEST(pending, recovers_with_what_a_failback_returns)
{
    struct vr_pending *pending = new_pending();

    then(pending, NULL, recover_with, &seven);
    then(pending, note_value, note_failure, NULL);
    check_int(vr_pending_fail(pending, failure_of(-EIO)), 0);
    check_str(seen.trace, "v7");
    vr_pending_free(pending);
    check_all_freed();
    check_int(seen.reports, 0);
}

/* promise deferreds-4 */
TEST(pending, passes_a_value_by_failbacks_and_a_failure_by_callbacks)
{
    struct vr_pending *pending = new_pending();

    then(pending, NULL, note_failure, NULL);
    then(pending, add_one, NULL, NULL);
    then(pending, NULL, note_failure, NULL);
    then(pending, note_value, NULL, NULL);
    then(pending, fail_with, NULL, &code_eio);
    then(pending, note_value, NULL, NULL);
    then(pending, NULL, note_failure, NULL);
    check_int(vr_pending_fire(pending, number(1)), 0);
    check_str(seen.trace, "v2 f-5");
    vr_pending_free(pending);
    check_all_freed();
}

TEST(pending, puts_a_constant_in_for_a_failure)
{
    struct vr_pending *pending = new_pending();

    check_int(vr_pending_recover(pending, number(7)), 0);
    watch(pending);
    check_int(vr_pending_fail(pending, failure_of(-EIO)), 0);
    check_str(seen.trace, "v7");
    vr_pending_free(pending);
    check_all_freed();
}

TEST(pending, frees_a_constant_that_is_not_needed)
{
    struct vr_pending *pending = new_pending();

    check_int(vr_pending_recover(pending, number(7)), 0);
    watch(pending);
    check_int(vr_pending_fire(pending, number(1)), 0);
    check_str(seen.trace, "v1");
    check_int(seen.values, 1);
    vr_pending_free(pending);
    check_all_freed();
}

TEST(pending, runs_a_handler_for_both_on_either)
{
    struct vr_pending *good = new_pending(), *bad = new_pending();

    watch(good);
    watch(bad);
    check_int(vr_pending_fire(good, number(1)), 0);
    check_int(vr_pending_fail(bad, vr_failure_cancelled()), 0);
    check_str(seen.trace, "v1 f-5001");
    vr_pending_free(good);
    vr_pending_free(bad);
    check_all_freed();
}

TEST(pending, refuses_a_step_without_sides)
{
    struct vr_pending *pending = new_pending();

    check_int(vr_pending_then(pending, NULL, NULL, &seven), -EINVAL);
    vr_pending_free(pending);
}

TEST(pending, takes_a_failure_that_is_none_for_want_of_memory)
{
    struct vr_pending *pending = new_pending();

    watch(pending);
    check_int(vr_pending_fail(pending, NULL), 0);
    check_str(seen.trace, "f-12");
    check_int(vr_wait_for(NULL).failure->code, -ENOMEM);
    vr_pending_free(pending);
}

TEST(pending, wraps_what_is_there_already)
{
    struct vr_pending *pending =
        vr_pending_done(counting_env(), vr_ok(number(3)));

    check(pending);
    watch(pending);
    check_str(seen.trace, "v3");
    vr_pending_free(pending);
    check_all_freed();
}

/* promise deferreds-3 */
TEST(pending, waits_for_the_deferred_a_callback_returns)
{
    struct vr_pending *outer = new_pending(), *inner = new_pending();

    then(outer, wait_for_arg, NULL, inner);
    watch(outer);
    check_int(vr_pending_fire(outer, number(1)), 0);
    check_str(seen.trace, "");
    check_int(vr_pending_fire(inner, number(2)), 0);
    check_str(seen.trace, "v2");
    watch(outer);
    check_str(seen.trace, "v2 v2");
    vr_pending_free(outer);
    check_all_freed();
}

/* promise deferreds-3 */
TEST(pending, gets_the_failure_of_the_deferred_it_waits_for)
{
    struct vr_pending *outer = new_pending(), *inner = new_pending();

    then(outer, wait_for_arg, NULL, inner);
    watch(outer);
    check_int(vr_pending_fire(outer, number(1)), 0);
    check_int(vr_pending_fail(inner, failure_of(-EIO)), 0);
    check_str(seen.trace, "f-5");
    vr_pending_free(outer);
    check_all_freed();
}

/* promise deferreds-3 */
TEST(pending, goes_on_at_once_after_one_that_had_fired_already)
{
    struct vr_pending *outer = new_pending(), *inner = new_pending();

    check_int(vr_pending_fire(inner, number(2)), 0);
    then(outer, wait_for_arg, NULL, inner);
    check_int(vr_pending_fire(outer, number(1)), 0);
    watch(outer);
    check_str(seen.trace, "v2");
    vr_pending_free(outer);
    check_all_freed();
}

TEST(pending, runs_the_steps_of_the_inner_one_first)
{
    struct vr_pending *outer = new_pending(), *inner = new_pending();

    then(outer, wait_for_arg, NULL, inner);
    watch(outer);
    check_int(vr_pending_fire(outer, number(1)), 0);
    then(inner, add_one, NULL, NULL);
    watch(inner);
    check_int(vr_pending_fire(inner, number(2)), 0);
    check_str(seen.trace, "v3 v3");
    vr_pending_free(outer);
    check_all_freed();
}

TEST(pending, may_be_fired_with_another_to_wait_for)
{
    struct vr_pending *outer = new_pending(), *inner = new_pending();

    watch(outer);
    check_int(vr_pending_settle(outer, vr_wait_for(inner)), 0);
    check_int(vr_pending_fire(inner, number(4)), 0);
    check_str(seen.trace, "v4");
    vr_pending_free(outer);
    check_all_freed();
}

/* promise deferreds-7 */
TEST(pending, stops_while_paused_and_counts_pauses)
{
    struct vr_pending *pending = new_pending();

    watch(pending);
    vr_pending_pause(pending);
    vr_pending_pause(pending);
    check_int(vr_pending_fire(pending, number(1)), 0);
    watch(pending);
    vr_pending_unpause(pending);
    check_str(seen.trace, "");
    vr_pending_unpause(pending);
    check_str(seen.trace, "v1 v1");
    vr_pending_free(pending);
    check_all_freed();
}

TEST(pending, does_not_take_the_end_of_waiting_for_an_unpause)
{
    struct vr_pending *outer = new_pending(), *inner = new_pending();

    then(outer, wait_for_arg, NULL, inner);
    watch(outer);
    check_int(vr_pending_fire(outer, number(1)), 0);
    vr_pending_pause(outer);
    check_int(vr_pending_fire(inner, number(2)), 0);
    check_str(seen.trace, "");
    vr_pending_unpause(outer);
    check_str(seen.trace, "v2");
    vr_pending_free(outer);
    check_all_freed();
}

TEST(pending, does_not_go_on_by_an_unpause_while_it_waits)
{
    struct vr_pending *outer = new_pending(), *inner = new_pending();

    then(outer, wait_for_arg, NULL, inner);
    watch(outer);
    check_int(vr_pending_fire(outer, number(1)), 0);
    vr_pending_pause(outer);
    vr_pending_unpause(outer);
    check_str(seen.trace, "");
    check_int(vr_pending_fire(inner, number(2)), 0);
    check_str(seen.trace, "v2");
    vr_pending_free(outer);
}

/* promise deferreds-2 */
TEST(pending, keeps_the_order_of_many_steps)
{
    struct vr_pending *pending = new_pending();

    vr_pending_pause(pending);
    check_int(vr_pending_fire(pending, number(0)), 0);
    for (int i = 0; i < 20; i++) {
        then(pending, note_value, NULL, NULL);
        then(pending, add_one, NULL, NULL);
    }
    vr_pending_unpause(pending);
    check_str(seen.trace,
              "v0 v1 v2 v3 v4 v5 v6 v7 v8 v9 v10 v11 v12 v13 v14 v15 "
              "v16 v17 v18 v19");
    vr_pending_free(pending);
    check_all_freed();
}

TEST(pending, is_one_allocation_for_a_short_chain)
{
    struct vr_pending *pending = new_pending();

    for (int i = 0; i < 4; i++)
        watch(pending);
    check_int(seen.blocks, 1);
    vr_pending_free(pending);
    check_all_freed();
}

TEST(pending, tells_its_state)
{
    char text[256];
    struct vr_pending *outer = new_pending_at(1), *inner = new_pending_at(2);

    then(outer, wait_for_arg, NULL, inner);
    then(outer, add_one, note_failure, NULL);
    watch(outer);
    then(inner, NULL, note_failure, NULL);
    vr_pending_pause(inner);
    check_int(vr_pending_fire(outer, number(1)), 0);

    size_t whole = vr_pending_dump(outer, text, sizeof(text));
    check_str(text, "test.c:1: waiting, 2 steps: then, both\n"
                    "test.c:2: not fired, paused 1 time, 1 step: failback\n");
    check_int(whole, strlen(text));
    check_int(vr_pending_dump(outer, NULL, 0), whole);
    check_int(vr_pending_dump(outer, text, 9), whole);
    check_str(text, "test.c:1");
    vr_pending_free(outer);
}

TEST(pending, tells_the_failure_it_holds)
{
    char text[256];
    struct vr_pending *pending = new_pending_at(1);

    check(vr_pending_cancel(pending));
    (void)vr_pending_dump(pending, text, sizeof(text));
    check_str(text, "test.c:1: cancelled with VR_ECANCELLED, 0 steps\n");
    vr_pending_free(pending);
}
