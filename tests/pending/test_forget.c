/* SPDX-License-Identifier: MIT */
/**
 * @file test_forget.c
 * Deferreds that nobody keeps: they free themselves.
 */
#include "tests/pending/fixture.h"

#include <string.h>

/* promise deferreds-22 */
TEST(forget, frees_itself_when_it_has_its_result)
{
    struct vr_pending *pending = new_pending();

    watch(pending);
    vr_pending_forget(pending);
    check_int(vr_pending_fire(pending, number(1)), 0);
    check_str(seen.trace, "v1");
    check_int(seen.cancels, 0);
    check_int(seen.reports, 0);
    check_all_freed();
}

/* promise deferreds-22 */
TEST(forget, frees_at_once_what_has_its_result)
{
    struct vr_pending *pending = new_pending();

    check_int(vr_pending_fire(pending, number(1)), 0);
    vr_pending_forget(pending);
    check_all_freed();
}

/* promise deferreds-23 */
TEST(forget, has_a_failure_that_nobody_handles_reported)
{
    struct vr_pending *pending = new_pending_at(42);

    vr_pending_forget(pending);
    check_int(vr_pending_fail(pending, failure_of(-EIO)), 0);
    check_int(seen.reports, 1);
    check(strstr(seen.report, "test.c:42"));
    check(strstr(seen.report, "EIO"));
    check_all_freed();
}

static struct vr_result wait_for(void *arg, struct vr_value value)
{
    vr_value_free(value);
    return vr_wait_for(arg);
}

/* promise deferreds-22 */
TEST(forget, stays_while_a_step_waits_or_it_is_paused)
{
    struct vr_pending *pending = new_pending(), *inner = new_pending();

    then(pending, wait_for, NULL, inner);
    watch(pending);
    vr_pending_pause(pending);
    vr_pending_forget(pending);
    check_int(vr_pending_fire(pending, number(1)), 0);
    check_str(seen.trace, "");
    vr_pending_unpause(pending);
    check_str(seen.trace, "");
    check_int(vr_pending_fire(inner, number(2)), 0);
    check_str(seen.trace, "v2");
    check_all_freed();
}

static struct vr_result forget_it(void *arg, struct vr_value value)
{
    vr_pending_forget(*(struct vr_pending **)arg);
    return vr_ok(value);
}

TEST(forget, may_be_asked_for_by_its_own_handler)
{
    struct vr_pending *pending = new_pending();

    then(pending, forget_it, NULL, &pending);
    watch(pending);
    check_int(vr_pending_fire(pending, number(3)), 0);
    check_str(seen.trace, "v3");
    check_all_freed();
}

/* Of two that wait for each other neither source has a canceller. */
TEST(forget, stays_until_sources_that_were_not_told_have_fired_in_vain)
{
    struct vr_pending *outer = vr_pending_new(counting_env(), NULL, NULL);
    struct vr_pending *inner = vr_pending_new(counting_env(), NULL, NULL);

    then(outer, wait_for, NULL, inner);
    check_int(vr_pending_fire(outer, number(1)), 0);
    check(vr_pending_cancel(outer));
    vr_pending_forget(outer);
    check_int(vr_pending_fire(inner, number(2)), -VR_ECANCELLED);
    check_all_freed();

    outer = vr_pending_new(counting_env(), NULL, NULL);
    vr_pending_forget(outer);
    check(vr_pending_cancel(outer));
    check_int(vr_pending_fire(outer, number(2)), -VR_ECANCELLED);
    check_int(seen.reports, 0);
    check_all_freed();
}
