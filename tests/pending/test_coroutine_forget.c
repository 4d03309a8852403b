/* SPDX-License-Identifier: MIT */
/**
 * @file test_coroutine_forget.c
 * Coroutines that nobody keeps: they free themselves when they have ended.
 */
#include "tests/pending/coroutine_fixture.h"

#include <string.h>

/* promise deferreds-22 */
TEST(coroutine_forget, frees_itself_when_it_has_ended)
{
    struct vr_pending *sources[] = {new_pending(), new_pending(), NULL};

    vr_pending_forget(spawn(await_each, sources));
    check_int(vr_pending_fire(sources[0], number(1)), 0);
    check_int(stacks_mapped(), 1);
    check_int(vr_pending_fire(sources[1], number(2)), 0);
    check_str(seen.trace, "v1 v2");
    check_int(seen.cancels, 0);
    check_all_ended();
}

/* promise deferreds-22 */
TEST(coroutine_forget, frees_at_once_what_has_ended)
{
    struct vr_pending *source = new_pending();

    check_int(vr_pending_fire(source, number(1)), 0);
    vr_pending_forget(spawn(await_one, source));
    check_str(seen.trace, "v1");
    check_all_ended();
}

/* promise deferreds-23 */
TEST(coroutine_forget, has_its_failure_reported)
{
    vr_pending_forget(spawn_at(42, fail_here, NULL));
    check_int(seen.reports, 1);
    check(strstr(seen.report, "test.c:42"));
    check(strstr(seen.report, "EIO"));
    check_all_ended();
}

/* promise deferreds-22 */
TEST(coroutine_forget, stays_while_it_waits_for_what_it_ended_in)
{
    struct vr_pending *source = new_pending();

    vr_pending_forget(spawn(pass_on, spawn(pass_on, source)));
    check_int(vr_pending_fail(source, failure_of(-EIO)), 0);
    check_int(seen.reports, 1);
    check_all_ended();
}

static struct vr_result forget_self(void *arg)
{
    struct vr_pending **sources = arg;

    await_number(sources[0]);
    vr_pending_forget(vr_coroutine_pending());
    return await_one(sources[1]);
}

/* From then on it is its own. */
TEST(coroutine_forget, may_be_asked_for_by_itself)
{
    struct vr_pending *sources[] = {new_pending(), new_pending()};

    check(spawn(forget_self, sources));
    check_int(vr_pending_fire(sources[0], number(1)), 0);
    check_int(vr_pending_fire(sources[1], number(2)), 0);
    check_str(seen.trace, "v1 v2");
    check_all_ended();
}

static struct vr_result cancel_self_then_wait(void *arg)
{
    struct vr_pending **sources = arg;

    await_number(sources[0]);
    check(vr_pending_cancel(vr_coroutine_pending()));
    await_number(vr_shield(sources[1]));
    return await_one(new_pending());
}

/* A cancel is no failure to report. */
TEST(coroutine_forget, may_be_cancelled_by_itself)
{
    struct vr_pending *sources[] = {new_pending(), new_pending()};

    vr_pending_forget(spawn(cancel_self_then_wait, sources));
    check_int(vr_pending_fire(sources[0], number(1)), 0);
    check_int(vr_pending_fire(sources[1], number(2)), 0);
    check_str(seen.trace, "v1 v2 f-5001");
    check_int(seen.reports, 0);
    check_all_ended();
}
