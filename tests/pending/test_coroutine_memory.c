/* SPDX-License-Identifier: MIT */
/**
 * @file test_coroutine_memory.c
 * What coroutines need of memory and stacks, and what they keep.
 */
#include "tests/pending/coroutine_fixture.h"

/* ---- want of memory ---- */

TEST(coroutine, is_not_spawned_where_memory_or_stacks_are_wanting)
{
    seen.fail_after = 0;
    check_int(
        vr_await(vr_spawn(coroutine_env(), NULL, await_one, NULL), NULL, NULL),
        -ENOMEM);
    seen.fail_after = -1;
    vr_test_sys_fail(VR_TEST_SYS_MMAP, 1, 1, ENOMEM);
    check_int(
        vr_await(vr_spawn(coroutine_env(), NULL, await_one, NULL), NULL, NULL),
        -ENOMEM);
    check_str(seen.trace, "");
    check_int(stacks_mapped(), 1); /* the one that failed */
    check_all_freed();
}

/* promise coroutines-12 */
/* Only spawning allocates. */
TEST(coroutine, awaits_without_memory)
{
    struct vr_pending *sources[] = {new_pending(), new_pending(), NULL};
    struct vr_pending *pending = spawn(await_each, sources);

    seen.fail_after = 0;
    check_int(vr_pending_fire(sources[0], number(1)), 0);
    check_int(vr_pending_fire(sources[1], number(2)), 0);
    seen.fail_after = -1;
    check_int(await_number(pending), 2);
    check_all_ended();
}

/* ---- many ---- */

/* promise coroutines-10 */
/* Each delegates to the one before: no number of them deepens a stack. */
TEST(coroutine, delegates_through_a_thousand)
{
    enum { DEPTH = 1000 };
    struct vr_pending *source = new_pending(), *pending = source;

    for (int i = 0; i < DEPTH; i++)
        pending = spawn(pass_on, pending);
    check_int(stacks_mapped(), DEPTH);
    check_int(vr_pending_fire(source, number(1)), 0);
    check_int(await_number(pending), 1);
    check_all_ended();
}

static struct vr_pending *awaited;

static struct vr_result await_many(void *arg)
{
    (void)arg;
    for (int i = 0; i < 1000; i++) {
        awaited = vr_pending_new(coroutine_env(), NULL, NULL);
        check_int(vr_await(awaited, NULL, NULL), -VR_ECANCELLED);
    }
    awaited = NULL;
    return vr_ok(vr_value_none());
}

TEST(coroutine, keeps_nothing_of_what_was_cancelled_while_it_waited)
{
    struct vr_pending *pending = spawn(await_many, NULL);
    int blocks = seen.blocks;

    while (awaited) {
        check(seen.blocks <= blocks);
        check(vr_pending_cancel(awaited));
    }
    vr_pending_free(pending);
    check_all_ended();
}

/* What was awaited and cancelled is gone, however often. */
static struct vr_result cancel_many(void *arg)
{
    (void)arg;
    for (int i = 0; i < 100000; i++) {
        struct vr_pending *source = new_pending();
        check(vr_pending_cancel(source));
        check_int(vr_await(source, NULL, NULL), -VR_ECANCELLED);
    }
    return vr_ok(number(seen.blocks));
}

/* promise coroutines-11 */
TEST(coroutine, keeps_nothing_of_what_it_awaited)
{
    struct vr_pending *pending = spawn(cancel_many, NULL);

    check_int(await_number(pending), 1);
    check_all_ended();
}
