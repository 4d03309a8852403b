/* SPDX-License-Identifier: MIT */
/**
 * @file test_promise_end.c
 * Tests of reactor/async/promise.h where the reactor closes, is another
 * process's, or has no memory.
 */
#include <vreactor/reactor/async/promise.h>

#include <errno.h>

#include <vreactor/log/log.h>
#include <vreactor/log/watcher.h>

#include "tests/reactor/pacts.h"
#include "tests/support/child.h"

static int entries;

static void note_entry(struct vr_log_watcher *watcher,
                       const struct vr_log_entry *entry)
{
    (void)watcher;
    entries += strstr(entry->text, "closed with 1 result ") != NULL;
}

TEST(promise_end, left_open_is_counted_in_the_log)
{
    struct vr_log_watcher watcher;

    set_up();
    vr_log_watcher_init(&watcher, note_entry);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &watcher), 0);
    check_int(vr_reactor_close(reactor), 0);
    check_int(entries, 1);
    tear_down();
}

/* promise posts-11 */
TEST(promise_end, fails_with_its_reactor_and_outlives_it)
{
    set_up();
    check_int(vr_reactor_close(reactor), 0);
    check_failure(&pacts[0].outcome, -VR_ECLOSED);
    check_int(pacts[0].cancels, 1);
    check(!vr_promise_is_wanted(pacts[0].promise));
    free_pending(&pacts[0]);
    check_int(vr_reactor_free(reactor), 0);

    check_int(settle(&pacts[0], 1), -VR_ECLOSED);
    check_int(settle(&pacts[0], 1), -VR_EFIRED);
    check_int(values, 0);
    check(vr_test_blocks(&test) > 0);
    check_int(freed_args, 0);
    vr_promise_unref(pacts[0].promise);
    check_int(freed_args, 1);
    check_int(vr_test_blocks(&test), 0);
}

TEST(promise_end, given_back_after_its_reactor_frees_all)
{
    set_up();
    check_int(vr_reactor_close(reactor), 0);
    free_pending(&pacts[0]);
    check_int(vr_reactor_free(reactor), 0);
    vr_promise_unref(pacts[0].promise);
    check_int(freed_args, 1);
    check_int(vr_test_blocks(&test), 0);
}

/* promise posts-11 */
TEST(promise_end, settled_but_not_fired_fails_when_the_reactor_closes)
{
    set_up();
    check_int(settle(&pacts[0], 1), 0);
    check_int(vr_reactor_close(reactor), 0);
    check_failure(&pacts[0].outcome, -VR_ECLOSED);
    check_int(values, 0);
    check_int(pacts[0].cancels, 0);
    tear_down();
}

static void settle_second(struct outcome *outcome)
{
    (void)outcome;
    check_int(settle(&pacts[1], 2), -VR_ECLOSED);
    check_int(pacts[1].outcome.times, 0);
}

static void free_third(struct outcome *outcome)
{
    (void)outcome;
    free_pending(&pacts[2]);
    check_failure(&pacts[2].outcome, -VR_ECANCELLED);
}

TEST(promise_end, may_be_settled_and_freed_by_handlers_while_the_reactor_closes)
{
    set_up();
    make(&pacts[1]);
    make(&pacts[2]);
    check_int(settle(&pacts[0], 1), 0);
    pacts[0].outcome.act = settle_second;
    pacts[1].outcome.act = free_third;
    check_int(vr_reactor_close(reactor), 0);
    check_failure(&pacts[0].outcome, -VR_ECLOSED);
    check_failure(&pacts[1].outcome, -VR_ECLOSED);
    check_int(pacts[1].cancels, 0);
    check_int(pacts[2].cancels, 1);
    tear_down();
}

TEST(promise_end, is_refused_by_a_closed_reactor)
{
    struct vr_promise *promise;

    set_up();
    check_int(vr_reactor_close(reactor), 0);
    check_int(
        vr_await(vr_promise_new(reactor, note_cancelled,
                                vr_value_of(&pacts[1], note_freed), &promise),
                 NULL, NULL),
        -VR_ECLOSED);
    check(!promise);
    check_int(freed_args, 1);
    tear_down();
}

static int use_as_child(void)
{
    struct vr_promise *promise;

    child_check(
        vr_await(vr_promise_new(reactor, NULL, vr_value_none(), &promise), NULL,
                 NULL) == -ECHILD);
    child_check(!promise);
    child_check(settle(&pacts[0], 1) == -VR_ECLOSED);
    child_check(values == 0);
    vr_promise_unref(pacts[0].promise);
    vr_pending_free(pacts[0].outcome.pending);
    child_check(pacts[0].outcome.code == -VR_ECANCELLED);
    child_check(vr_reactor_free(reactor) == 0);
    return 0;
}

/* promise fork-10 */
TEST(promise_end, is_of_no_use_in_a_child_and_the_parent_does_not_notice)
{
    set_up();
    check_in_child(use_as_child);
    check_int(settle(&pacts[0], 1), 0);
    turn();
    check_value(&pacts[0].outcome, 1);
    tear_down();
}

TEST(promise_end, frees_the_argument_when_there_is_no_memory)
{
    struct vr_promise *promise;
    struct vr_pending *pending;
    int nth = 0;

    set_up();
    int64_t blocks = vr_test_blocks(&test);
    do {
        vr_test_fail_allocation(&test, ++nth, 1);
        pending = vr_promise_new(reactor, note_cancelled,
                                 vr_value_of(&pacts[1], note_freed), &promise);
        check(!pending == !promise);
        if (!pending) {
            check_int(vr_test_blocks(&test), blocks);
            check_int(freed_args, nth);
        }
    } while (!pending);
    check_int(nth, 3); /* the promise, the deferred */
    check_int(freed_args, 2);
    vr_test_fail_allocation(&test, 1, 1000);
    check_int(vr_promise_fire(promise, vr_value_none()), 0);
    turn();
    vr_pending_free(pending);
    vr_promise_unref(promise);
    check_int(freed_args, 3);
    vr_test_fail_allocation(&test, 0, 0);
    tear_down();
}
