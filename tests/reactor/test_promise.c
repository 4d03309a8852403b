/* SPDX-License-Identifier: MIT */
/**
 * @file test_promise.c
 * Tests of reactor/async/promise.h on one thread; how it ends with its reactor
 * is in test_promise_end.c, several threads are in test_promise_threads.c.
 */
#include <vreactor/reactor/async/promise.h>

#include <errno.h>

#include "tests/reactor/pacts.h"

/* ---- firing ---- */

/* promise posts-9 */
TEST(promise, fires_its_deferred_in_a_turn_and_not_inside_the_call)
{
    set_up();
    check_int(settle(&pacts[0], 7), 0);
    check_int(pacts[0].outcome.times, 0);
    turn();
    check_value(&pacts[0].outcome, 7);
    tear_down();
    check_int(pacts[0].outcome.times, 1);
    check_int(pacts[0].cancels, 0);
}

TEST(promise, passes_a_failure_on)
{
    set_up();
    check_int(vr_promise_fail(pacts[0].promise,
                              vr_failure_new(NULL, -EIO, "read", NULL, NULL)),
              0);
    turn();
    check_failure(&pacts[0].outcome, -EIO);
    tear_down();
}

static int order[MANY], fired;

static void note_order(struct outcome *outcome)
{
    order[fired++] = outcome->number;
}

/* promise posts-10 */
TEST(promise, fires_in_the_order_of_settling)
{
    set_up();
    for (int i = 1; i < MANY; i++)
        make(&pacts[i]);
    for (int i = MANY - 1; i >= 0; i--) {
        pacts[i].outcome.act = note_order;
        check_int(settle(&pacts[i], i), 0);
    }
    turn();
    for (int i = 0; i < MANY; i++)
        check_int(order[i], MANY - 1 - i);
    tear_down();
}

TEST(promise, settled_before_the_first_run_waits_for_it)
{
    set_up();
    check_int(settle(&pacts[0], 1), 0);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_run(reactor), 0);
    check_value(&pacts[0].outcome, 1);
    tear_down();
}

/* promises posts-9, posts-12 */
TEST(promise, is_settled_once_and_frees_what_comes_again)
{
    set_up();
    check_int(settle(&pacts[0], 1), 0);
    check_int(settle(&pacts[0], 2), -VR_EFIRED);
    check_int(values, 1);
    turn();
    check_int(settle(&pacts[0], 3), -VR_EFIRED);
    check_value(&pacts[0].outcome, 1);
    check_int(values, 0);
    tear_down();
}

static void settle_again(struct outcome *outcome)
{
    (void)outcome;
    check_int(settle(&pacts[0], 2), -VR_EFIRED);
    free_pending(&pacts[0]);
}

TEST(promise, may_be_used_by_a_handler_that_it_fires_and_that_frees)
{
    set_up();
    pacts[0].outcome.act = settle_again;
    check_int(settle(&pacts[0], 1), 0);
    turn();
    check_value(&pacts[0].outcome, 1);
    tear_down();
}

/* ---- an owner who does not wait ---- */

static void settle_inside(struct pact *pact)
{
    check(!vr_promise_is_wanted(pact->promise));
    check_int(settle(pact, 9), -VR_ECANCELLED);
}

/* promise posts-14 */
TEST(promise, tells_its_source_of_a_cancel_and_who_settles_then)
{
    set_up();
    check(vr_promise_is_wanted(pacts[0].promise));
    check(vr_pending_cancel(pacts[0].outcome.pending));
    check(!vr_promise_is_wanted(pacts[0].promise));
    check_failure(&pacts[0].outcome, -VR_ECANCELLED);
    check_int(pacts[0].cancels, 1);
    check_int(settle(&pacts[0], 1), -VR_ECANCELLED);
    check_int(settle(&pacts[0], 2), -VR_EFIRED);
    check_int(values, 0);
    turn();
    tear_down();
    check_int(pacts[0].outcome.times, 1);
    check_int(pacts[0].cancels, 1);
}

/* promise posts-12 */
TEST(promise, settled_by_its_canceller_is_settled_in_vain)
{
    set_up();
    pacts[0].when_cancelled = settle_inside;
    check(vr_pending_cancel(pacts[0].outcome.pending));
    check_failure(&pacts[0].outcome, -VR_ECANCELLED);
    check_int(settle(&pacts[0], 1), -VR_EFIRED);
    tear_down();
}

/* promise posts-14 */
TEST(promise, tells_its_source_when_the_deferred_is_freed)
{
    set_up();
    free_pending(&pacts[0]);
    check_failure(&pacts[0].outcome, -VR_ECANCELLED);
    check_int(pacts[0].cancels, 1);
    check(!vr_promise_is_wanted(pacts[0].promise));
    check_int(settle(&pacts[0], 1), -VR_ECANCELLED);
    tear_down();
}

TEST(promise, needs_no_canceller)
{
    set_up();
    struct vr_pending *pending;
    struct vr_promise *promise;
    pending = vr_promise_new(reactor, NULL, vr_value_none(), &promise);
    check(pending);
    check(!vr_promise_arg(promise));
    vr_pending_free(pending);
    check_int(vr_promise_fire(promise, vr_value_none()), -VR_ECANCELLED);
    vr_promise_unref(promise);
    tear_down();
}

/* Cancel has one outcome, also while the result is on its way. */
TEST(promise, cancelled_before_its_turn_frees_the_result_there)
{
    set_up();
    check_int(settle(&pacts[0], 1), 0);
    check(vr_pending_cancel(pacts[0].outcome.pending));
    check_failure(&pacts[0].outcome, -VR_ECANCELLED);
    check_int(values, 1);
    turn();
    check_int(values, 0);
    check_int(pacts[0].cancels, 0); /* it had done its part */
    tear_down();
    check_int(pacts[0].outcome.times, 1);
}

TEST(promise, freed_before_its_turn_frees_the_result_there)
{
    set_up();
    check_int(settle(&pacts[0], 1), 0);
    free_pending(&pacts[0]);
    check_failure(&pacts[0].outcome, -VR_ECANCELLED);
    turn();
    check_int(values, 0);
    check_int(pacts[0].cancels, 0);
    tear_down();
}

/* ---- references ---- */

/* promise posts-13 */
TEST(promise, that_nobody_can_settle_any_more_fails_its_deferred)
{
    set_up();
    check(vr_promise_ref(pacts[0].promise) == pacts[0].promise);
    vr_promise_unref(pacts[0].promise);
    turn();
    check_int(pacts[0].outcome.times, 0);
    unref(&pacts[0]);
    check_int(pacts[0].outcome.times, 0);
    turn();
    check_failure(&pacts[0].outcome, -VR_ECANCELLED);
    check_int(pacts[0].cancels, 0);
    vr_promise_unref(NULL);
    tear_down();
}

TEST(promise, given_back_after_it_was_settled_fires_all_the_same)
{
    set_up();
    check_int(settle(&pacts[0], 1), 0);
    unref(&pacts[0]);
    turn();
    check_value(&pacts[0].outcome, 1);
    check_int(freed_args, 1);
    tear_down();
}

TEST(promise, keeps_its_argument_until_source_and_reactor_are_through)
{
    set_up();
    check(vr_promise_arg(pacts[0].promise) == &pacts[0]);
    free_pending(&pacts[0]);
    check_int(freed_args, 0);
    unref(&pacts[0]);
    check_int(freed_args, 1);
    tear_down();
    check_int(freed_args, 1);
}
