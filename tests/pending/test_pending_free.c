/* SPDX-License-Identifier: MIT */
/**
 * @file test_pending_free.c
 * Deferreds that are freed: who hears of it, and what is reported.
 */
#include "tests/pending/fixture.h"

static int seven = 7;

TEST(pending_free, of_none_is_nothing)
{
    vr_pending_free(NULL);
    check_int(seen.blocks, 0);
}

TEST(pending_free, frees_the_value_that_nobody_took)
{
    struct vr_pending *pending = new_pending();

    check_int(vr_pending_fire(pending, number(1)), 0);
    vr_pending_free(pending);
    check_all_freed();
}

/* promises deferreds-5, deferreds-13 */
TEST(pending_free, tells_paused_steps_that_nothing_will_come)
{
    struct vr_pending *pending = new_pending();

    watch(pending);
    vr_pending_pause(pending);
    check_int(vr_pending_fire(pending, number(1)), 0);
    vr_pending_free(pending);
    check_str(seen.trace, "f-5001");
    check_all_freed();
}

TEST(pending_free, tells_paused_steps_the_failure_there_is)
{
    struct vr_pending *pending = new_pending();

    then(pending, NULL, recover_with, &seven);
    watch(pending);
    vr_pending_pause(pending);
    check_int(vr_pending_fail(pending, failure_of(-EIO)), 0);
    vr_pending_free(pending);
    check_str(seen.trace, "v7");
    check_int(seen.reports, 0);
    check_all_freed();
}

static struct vr_result wait_after_failure(void *arg,
                                           struct vr_failure *failure)
{
    vr_failure_unref(failure);
    return vr_wait_for(arg);
}

/* promise deferreds-13 */
TEST(pending_free, waits_for_nothing_any_more)
{
    struct vr_pending *pending = new_pending(), *other = new_pending();

    then(pending, NULL, wait_after_failure, other);
    watch(pending);
    watch(other);
    vr_pending_free(pending);
    check_int(seen.cancels, 2);
    check_str(seen.trace, "f-5001 f-5001");
    check_all_freed();
}

static void fire_with_another(void *arg, struct vr_pending *pending)
{
    check_int(vr_pending_settle(pending, vr_wait_for(arg)), 0);
}

TEST(pending_free, gives_up_what_a_canceller_wants_it_to_wait_for)
{
    struct vr_pending *pending, *other = new_pending();

    pending = vr_pending_new(counting_env(), fire_with_another, other);
    check(pending);
    watch(pending);
    vr_pending_free(pending);
    check_int(seen.cancels, 1);
    check_str(seen.trace, "f-5001");
    check_all_freed();
}

/* promise deferreds-14 */
TEST(pending_free, reports_a_failure_nobody_handled_once_with_its_place)
{
    struct vr_pending *pending = new_pending_at(12);

    watch(pending);
    check_int(vr_pending_fail(
                  pending,
                  vr_failure_place("b.c", 3,
                                   (vr_failure_new)(counting_env(), -EIO,
                                                    "read", NULL, "sector 9"))),
              0);
    check_int(seen.reports, 0);
    vr_pending_free(pending);
    check_int(seen.reports, 1);
    check_int(seen.level, 40);
    check_str(seen.report, "deferred of test.c:12: nobody handled: read: "
                           "input/output error (EIO), sector 9, at b.c:3");
    check_all_freed();
}

/* promise deferreds-14 */
TEST(pending_free, reports_a_failure_that_came_from_an_inner_one_once)
{
    struct vr_pending *inner = new_pending_at(1);
    struct vr_pending *outer = waiting_for(inner);

    check_int(vr_pending_fail(inner, failure_of(-EIO)), 0);
    vr_pending_free(outer);
    check_int(seen.reports, 1);
    check_all_freed();
}

TEST(pending_free, names_the_place_where_the_macro_stands)
{
    struct vr_pending *pending;
    char want[128];

    pending = vr_pending_new(counting_env(), NULL, NULL);
    (void)snprintf(want, sizeof(want), "%s:%d: ", __FILE__, __LINE__ - 1);
    check_int(vr_pending_fail(pending, failure_of(-EIO)), 0);
    vr_pending_free(pending);
    check(strstr(seen.report, want));
}

/* Paths may be as long as they like. */
TEST(pending_free, cuts_the_report_of_a_place_with_a_long_name)
{
    struct vr_pending *pending;
    char name[1024];

    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    pending =
        vr_pending_place(name, 1, (vr_pending_new)(counting_env(), NULL, NULL));
    check_int(vr_pending_fail(pending, failure_of(-EIO)), 0);
    vr_pending_free(pending);
    check_int(seen.reports, 1);
    check_int(strncmp(seen.report, "deferred of nnn", 15), 0);
    check_all_freed();
}
