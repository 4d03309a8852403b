/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_ask.c
 * Tests of reactor/async/ask.h when memory or the system fails.
 */
#include <vreactor/reactor/async/ask.h>

#include <errno.h>

#include "tests/reactor/results.h"
#include "tests/support/survive.h"

static struct vr_pending *pending;
static struct vr_value value;
static struct outcome outcome;

static void have_question(void)
{
    value = number(1);
    outcome = (struct outcome){0};
}

static struct vr_result answer(struct vr_value question)
{
    return vr_ok(question);
}

static int ask_at(void)
{
    pending = vr_ask(survive_reactor, survive_reactor, answer, value);
    return pending ? 0 : -ENOMEM;
}

static void it_is_answered_if_asked(int err)
{
    if (err) {
        check_int(values, 0);
        return;
    }
    watch_outcome(&outcome, pending);
    survive_turns(2);
    check_value(&outcome, 1);
    vr_pending_free(pending);
    check_int(values, 0);
}

TEST(survives_ask, asking)
{
    check_int(survive(have_question, ask_at, it_is_answered_if_asked), 3);
}

/* ---- answering ---- */

/* Makes a deferred, whose step is to be added. */
static struct vr_result answer_by_deferred(struct vr_value question)
{
    return vr_wait_for(
        vr_pending_done(vr_reactor_env(survive_reactor), vr_ok(question)));
}

static void ask(void)
{
    have_question();
    pending =
        vr_ask(survive_reactor, survive_reactor, answer_by_deferred, value);
    check(pending);
    watch_outcome(&outcome, pending);
}

static int turn_twice(void)
{
    return survive_act_turns(2);
}

static void it_has_an_answer(int err)
{
    (void)err;
    survive_turns(2);
    check_int(outcome.times, 1);
    check(outcome.code == 0 || outcome.code == -ENOMEM);
    vr_pending_free(pending);
    check_int(values, 0);
}

TEST(survives_ask, answering)
{
    check(survive(ask, turn_twice, it_has_an_answer) >= 2);
}
