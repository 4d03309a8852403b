/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_promise.c
 * Tests of reactor/async/promise.h when memory or the system fails.
 */
#include <vreactor/reactor/async/promise.h>

#include <errno.h>

#include "tests/reactor/results.h"
#include "tests/support/survive.h"

static struct vr_promise *promise;
static struct vr_pending *pending;
static struct outcome outcome;

static int make(void)
{
    pending = vr_promise_new(survive_reactor, NULL, number(1), &promise);
    return pending ? 0 : -ENOMEM;
}

static void make_one(void)
{
    pending = vr_promise_new(survive_reactor, NULL, number(1), &promise);
    check(pending);
    outcome = (struct outcome){0};
    watch_outcome(&outcome, pending);
}

static void give_back(void)
{
    vr_promise_unref(promise);
    vr_pending_free(pending);
    check_int(values, 0);
}

static void it_fires_if_made(int err)
{
    if (err) {
        check(!promise);
        check_int(values, 0);
        return;
    }
    outcome = (struct outcome){0};
    watch_outcome(&outcome, pending);
    check(vr_promise_is_wanted(promise));
    check_int(vr_promise_fire(promise, number(2)), 0);
    survive_turns(1);
    check_value(&outcome, 2);
    give_back();
}

TEST(survives_promise, making_one)
{
    check_int(survive(NULL, make, it_fires_if_made), 2);
}

/* What is posted must not lie there, however the wake-up fails. */
static int settle_and_give_back(void)
{
    check_int(vr_promise_settle(vr_promise_ref(promise), vr_ok(number(3))), 0);
    check_int(vr_promise_fail(promise, NULL), -VR_EFIRED);
    check(vr_promise_arg(promise) != NULL);
    vr_promise_unref(promise);
    return 0;
}

static void it_has_fired(int err)
{
    check_int(err, 0);
    survive_turns(1);
    check_value(&outcome, 3);
    give_back();
}

TEST(survives_promise, settling_one)
{
    check_int(survive(make_one, settle_and_give_back, it_has_fired), 0);
}

static int give_last_back(void)
{
    vr_promise_unref(promise);
    promise = NULL;
    return 0;
}

static void it_has_failed(int err)
{
    check_int(err, 0);
    survive_turns(1);
    check_failure(&outcome, -VR_ECANCELLED);
    give_back();
}

TEST(survives_promise, giving_one_back)
{
    check_int(survive(make_one, give_last_back, it_has_failed), 0);
}
