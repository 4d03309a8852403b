/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_sleep.c
 * Tests that deferreds with time need memory, and say so where there is none.
 */
#include <vreactor/reactor/async/sleep.h>

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/pending/coroutine.h>
#include <vreactor/reactor/async/timeout.h>

#include "tests/support/survive.h"

static struct vr_pending *pending;
static int code; /* what came of it: 0, or that of the failure; 1: nothing */

static struct vr_result note(void *arg, struct vr_result result)
{
    (void)arg;
    code = result.failure ? result.failure->code : 0;
    vr_result_free(result);
    return vr_ok(vr_value_none());
}

static void expect(struct vr_pending *which)
{
    code = 1;
    check_int(vr_pending_both(which, note, NULL), 0);
}

static void pass_a_second(void)
{
    vr_test_advance(&survive_env, VR_SEC);
    survive_turns(2);
}

/* ---- sleeping ---- */

static int begin_sleep(void)
{
    pending = vr_pending_sleep(survive_reactor, VR_SEC);
    return pending ? 0 : -ENOMEM;
}

static void let_it_end(int err)
{
    if (err)
        return;
    expect(pending);
    pass_a_second();
    check_int(code, 0);
    vr_pending_free(pending);
}

TEST(survives_sleep, sleeping)
{
    check_int(survive(NULL, begin_sleep, let_it_end), 2);
}

static void sleep_already(void)
{
    pending = vr_pending_sleep(survive_reactor, VR_SEC);
    check(pending);
    expect(pending);
}

static int let_it_go(void)
{
    vr_pending_free(pending);
    return 0;
}

static void nothing_comes(int err)
{
    check_int(err, 0);
    check_int(code, -VR_ECANCELLED);
    pass_a_second();
}

TEST(survives_sleep, giving_up_needs_nothing)
{
    check_int(survive(sleep_already, let_it_go, nothing_comes), 0);
}

static int wake(void)
{
    vr_test_advance(&survive_env, VR_SEC);
    return survive_act_turns(2);
}

static void it_has_ended(int err)
{
    (void)err; /* of the selector: then the next turn does it */
    survive_turns(2);
    check_int(code, 0);
    vr_pending_free(pending);
}

TEST(survives_sleep, waking)
{
    check(survive(sleep_already, wake, it_has_ended) > 0);
}

/* ---- timeouts ---- */

static void make_one(void)
{
    code = 1;
    pending = vr_pending_new(&survive_env.env, NULL, NULL);
    check(pending);
}

static int give_time(void)
{
    return vr_pending_timeout(pending, survive_reactor, VR_SEC);
}

static void is_timed_if_told(int err)
{
    expect(pending);
    pass_a_second();
    check_int(code, err ? 1 : -ETIMEDOUT);
    vr_pending_free(pending);
}

TEST(survives_sleep, giving_time)
{
    check(survive(make_one, give_time, is_timed_if_told) > 0);
}

static int give_time_within(void)
{
    check(vr_within(pending, survive_reactor, VR_SEC) == pending);
    return 0;
}

static void is_timed_or_failed(int err)
{
    check_int(err, 0);
    expect(pending);
    pass_a_second();
    check_int(code, survive_error() ? -ENOMEM : -ETIMEDOUT);
    vr_pending_free(pending);
}

/* What has no time fails, with or without memory to say why. */
TEST(survives_sleep, giving_time_in_an_expression)
{
    check(survive(make_one, give_time_within, is_timed_or_failed) > 0);
}

/* ---- in a coroutine ---- */

static struct vr_pending *gate;
static int (*slumber)(void);

static int sleep_a_second(void)
{
    return vr_sleep(VR_SEC);
}

static struct vr_result sleeper(void *arg)
{
    *(bool *)arg = true;
    check_int(vr_await(gate, NULL, NULL), 0);
    code = slumber();
    return vr_ok(vr_value_none());
}

/* @return false where there are no coroutines */
static bool have_sleeper(void)
{
    struct vr_coroutine_options options = {.size = sizeof(options),
                                           .reactor = survive_reactor};

    bool runs = false;

    gate = vr_pending_new(&survive_env.env, NULL, NULL);
    check(gate);
    pending = vr_spawn(&survive_env.env, &options, sleeper, &runs);
    if (!runs)
        check_int(vr_await(pending, NULL, NULL), -ENOTSUP);
    if (!runs)
        vr_pending_free(gate);
    return runs;
}

static void prepare_sleeper(void)
{
    code = 1;
    if (!have_sleeper())
        pending = gate = NULL;
}

static int let_it_sleep(void)
{
    return gate ? vr_pending_fire(gate, vr_value_none()) : 0;
}

static void has_slept_or_says_why(int err)
{
    check_int(err, 0);
    if (!gate)
        return;
    pass_a_second();
    check_int(code, survive_error());
    vr_pending_free(pending);
}

TEST(survives_sleep, sleeping_in_a_coroutine)
{
    slumber = sleep_a_second;
    (void)survive(prepare_sleeper, let_it_sleep, has_slept_or_says_why);
}

TEST(survives_sleep, yielding_in_a_coroutine)
{
    slumber = vr_yield;
    (void)survive(prepare_sleeper, let_it_sleep, has_slept_or_says_why);
}
