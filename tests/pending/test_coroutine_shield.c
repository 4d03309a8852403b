/* SPDX-License-Identifier: MIT */
/**
 * @file test_coroutine_shield.c
 * Coroutines that wait although they were cancelled, and those that should not.
 */
#include "tests/pending/coroutine_fixture.h"

#include <string.h>

/* Awaits two in shields, one inside the other, then one without. */
static struct vr_result await_in_shields(void *arg)
{
    struct vr_pending **sources = arg;

    vr_shield_begin();
    vr_shield_begin();
    await_number(sources[0]);
    vr_shield_end();
    await_number(sources[1]);
    vr_shield_end();
    trace("c", vr_coroutine_is_cancelled());
    return await_one(sources[2]);
}

/* promise coroutines-19 */
TEST(coroutine_shield, lets_it_wait_until_the_last_one_ends)
{
    struct vr_pending *sources[] = {new_pending(), new_pending(),
                                    new_pending()};
    struct vr_pending *pending = spawn(await_in_shields, sources);

    check(vr_pending_cancel(pending));
    check_str(seen.trace, "");
    check_int(vr_pending_fire(sources[0], number(1)), 0);
    check(vr_pending_cancel(pending));
    check_int(vr_pending_fire(sources[1], number(2)), 0);
    check_str(seen.trace, "v1 v2 c1 f-5001");
    check_int(seen.cancels, 1);
    vr_pending_free(pending);
    check_all_ended();
}

static struct vr_result end_in_one(void *arg)
{
    struct vr_pending **sources = arg;

    await_number(sources[0]);
    return vr_wait_for(vr_shield(sources[1]));
}

TEST(coroutine_shield, holds_for_the_deferred_it_ends_in)
{
    struct vr_pending *sources[] = {new_pending(), new_pending()};
    struct vr_pending *pending = spawn(end_in_one, sources);

    check(vr_pending_cancel(pending));
    check_str(seen.trace, "f-5001");
    check_int(vr_pending_fire(sources[1], number(2)), 0);
    check_int(await_number(pending), 2);
    check_all_ended();
}

/* promise coroutines-19 */
TEST(coroutine_shield, holds_for_those_that_wait_for_it)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *inner = spawn(await_one, vr_shield(source));
    struct vr_pending *outer = spawn(await_one, inner);

    check(vr_pending_cancel(outer));
    check_str(seen.trace, "");
    check_int(vr_pending_fire(source, number(3)), 0);
    check_str(seen.trace, "v3 v3");
    check_int(await_number(outer), 3);
    check_all_ended();
}

/* promise coroutines-7 */
TEST(coroutine_shield, does_not_keep_what_is_freed)
{
    struct vr_pending *sources[] = {new_pending(), new_pending(),
                                    new_pending()};

    vr_pending_free(spawn(await_in_shields, sources));
    check_str(seen.trace, "f-5001 f-5001 c1 f-5001");
    check_int(seen.cancels, 3);
    check_all_ended();
}

TEST(coroutine_shield, is_nothing_where_no_coroutine_runs)
{
    vr_shield_begin();
    vr_shield_end();
    check(!vr_shield(NULL));
    check(!vr_coroutine_is_cancelled());
    check_int(await_number(vr_shield(new_pending())), -EPERM);
    check_all_ended();
}

/* Awaits *arg times whatever comes of that. */
static struct vr_result try_so_often(void *arg)
{
    int *times = arg;

    while ((*times)-- > 0)
        (void)vr_await(new_pending(), NULL, NULL);
    return vr_ok(vr_value_none());
}

static void check_warned(int times, int warnings)
{
    struct vr_coroutine_options options = {.size = sizeof(options),
                                           .name = "retry"};
    struct vr_pending *pending = vr_pending_place(
        "test.c", 42,
        (vr_spawn)(coroutine_env(), &options, try_so_often, &times));

    seen.reports = 0;
    check(vr_pending_cancel(pending));
    check_int(seen.reports, warnings);
    vr_pending_free(pending);
    check_all_ended();
}

/* promise coroutines-20 */
TEST(coroutine_shield, is_missed_where_it_awaits_a_hundred_times)
{
    check_warned(99, 0);
    check_warned(100, 1);
    check_int(seen.level, 30);
    check(strstr(seen.report, "retry"));
    check(strstr(seen.report, "test.c:42"));
    check_warned(300, 1);
}

/* ---- what is awaited only passes on ---- */

/* promise coroutines-19 */
TEST(coroutine_shield, holds_where_what_it_awaits_only_passes_on)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *pending =
        spawn(await_one, vr_shield(waiting_for(source)));

    check(vr_pending_cancel(pending));
    check_str(seen.trace, "");
    check_int(vr_pending_fire(source, number(3)), 0);
    check_int(await_number(pending), 3);
    check_all_ended();
}

/* ---- who is told ---- */

static struct vr_result until_cancelled(void *arg)
{
    (void)arg;
    while (!vr_coroutine_is_cancelled())
        (void)vr_await(new_pending(), NULL, NULL);
    trace("c", vr_coroutine_is_cancelled());
    return vr_ok(number(0));
}

/* Or this does not end. */
TEST(coroutine_shield, is_known_to_one_that_another_awaits_which_is_freed)
{
    vr_pending_free(spawn(pass_on, spawn(until_cancelled, NULL)));
    check_str(seen.trace, "c1");
    check_all_ended();
}

TEST(coroutine_shield, is_told_though_what_it_awaits_has_fired)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *pending = spawn(await_one, source);

    vr_pending_pause(source);
    check_int(vr_pending_fire(source, number(1)), 0);
    check(vr_pending_cancel(pending));
    vr_pending_unpause(source);
    check_int(await_number(pending), 1);
    check_all_ended();
}
