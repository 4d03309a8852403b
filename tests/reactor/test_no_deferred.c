/* SPDX-License-Identifier: MIT */
/**
 * @file test_no_deferred.c
 * NULL in the place of a deferred, as a maker returns it without memory: each
 * function that takes one takes it for the failure -ENOMEM.
 */
#include <vreactor/pending/combine.h>

#include <errno.h>

#include <vreactor/pending/coroutine.h>
#include <vreactor/reactor/async/timeout.h>
#include <vreactor/reactor/async/wait.h>
#include <vreactor/reactor/reactor.h>

#include "tests/reactor/results.h"
#include "tests/support/script.h"

static struct vr_result give_value(void *arg, struct vr_value value)
{
    (void)arg;
    return vr_ok(value);
}

static struct vr_result give_result(void *arg, struct vr_result result)
{
    (void)arg;
    return result;
}

static void check_steps(struct vr_reactor *reactor)
{
    check_int(vr_pending_then(NULL, give_value, NULL, NULL), -ENOMEM);
    check_int(vr_pending_both(NULL, give_result, NULL), -ENOMEM);
    check_int(vr_pending_recover(NULL, vr_value_none()), -ENOMEM);
    check_int(vr_pending_timeout(NULL, reactor, VR_SEC), -ENOMEM);
    check(!vr_within(NULL, reactor, VR_SEC));
}

static void check_waiting(struct vr_reactor *reactor)
{
    struct vr_failure *why = NULL;
    struct vr_result result = vr_wait_for(NULL);

    check_int(result.failure->code, -ENOMEM);
    check_int(vr_await(NULL, NULL, &why), -ENOMEM);
    check(why == vr_failure_no_memory());
    check_int(vr_await(vr_within(NULL, reactor, VR_SEC), NULL, NULL), -ENOMEM);
    check_int(vr_pending_wait(NULL, reactor, -1, &result), -ENOMEM);
}

static void check_combinations(void)
{
    struct vr_pending *none[2] = {NULL, NULL};

    check_int(vr_await(vr_pending_all(NULL, none, 2), NULL, NULL), 0);
    check_int(vr_await(vr_pending_every(NULL, none, 2), NULL, NULL), -ENOMEM);
    check_int(vr_await(vr_pending_some(NULL, none, 2, 1), NULL, NULL), -ENOMEM);
    check_int(vr_await(vr_pending_any(NULL, none, 2), NULL, NULL), -ENOMEM);
    check_int(vr_await(vr_pending_race(NULL, none, 2), NULL, NULL), -ENOMEM);
}

static void check_giving_up(struct vr_reactor *reactor)
{
    struct vr_failure *reason =
        vr_failure_new(vr_reactor_env(reactor), -EIO, NULL, NULL, NULL);

    check(!vr_pending_cancel(NULL));
    check(!vr_pending_cancel_as(NULL, reason)); /* and gives it back */
    vr_pending_free(NULL);
    check(!vr_pending_place("file.c", 1, NULL));
}

/* promise deferreds-21 */
TEST(no_deferred, is_the_failure_that_there_was_no_memory)
{
    struct vr_test_env test;
    struct vr_test_script script;
    struct vr_reactor *reactor = script_reactor(&script, &test, NULL);

    check_steps(reactor);
    check_waiting(reactor);
    check_combinations();
    check_giving_up(reactor);
    script_free(&script, reactor);
}
