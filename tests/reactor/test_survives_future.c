/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_future.c
 * Tests of reactor/async/future.h when memory or the system fails.
 */
#include <vreactor/reactor/async/future.h>

#include <errno.h>

#include "tests/reactor/results.h"
#include "tests/support/survive.h"

static struct vr_future *future;
static struct vr_value value;

static void have_question(void)
{
    value = number(1);
}

static struct vr_result answer(struct vr_value question)
{
    return vr_ok(question);
}

static int start(void)
{
    future = vr_future_start(survive_reactor, answer, value);
    return future ? 0 : -ENOMEM;
}

static void it_is_done_if_started(int err)
{
    if (err) {
        check_int(values, 0);
        return;
    }
    survive_turns(1);
    check(vr_future_is_done(future));
    vr_future_free(future);
    check_int(values, 0);
}

TEST(survives_future, starting)
{
    check_int(survive(have_question, start, it_is_done_if_started), 1);
}

/* ---- the answer ---- */

/* Makes a deferred, whose step is to be added. */
static struct vr_result answer_by_deferred(struct vr_value question)
{
    return vr_wait_for(
        vr_pending_done(vr_reactor_env(survive_reactor), vr_ok(question)));
}

static void have_future(void)
{
    future = vr_future_start(survive_reactor, answer_by_deferred, number(1));
    check(future);
}

static int turn_once(void)
{
    return survive_act_turns(1);
}

static void it_has_a_result(int err)
{
    struct outcome outcome = {0};

    (void)err;
    survive_turns(1);
    check(vr_future_is_done(future));
    note_result(&outcome, vr_future_take(future));
    check(outcome.code == 0 || outcome.code == -ENOMEM);
    check_int(values, 0);
}

TEST(survives_future, answering)
{
    check(survive(have_future, turn_once, it_has_a_result) >= 2);
}

/* ---- cancelling ---- */

static int cancel(void)
{
    check(vr_future_cancel(future));
    return 0;
}

static void it_is_cancelled(int err)
{
    check_int(err, 0);
    vr_future_free(future);
    survive_turns(1);
    check_int(values, 0);
}

TEST(survives_future, cancelling)
{
    check_int(survive(have_future, cancel, it_is_cancelled), 0);
}
