/* SPDX-License-Identifier: MIT */
/**
 * @file test_outlives_coroutine.c
 * Coroutines that are freed after their reactor.
 */
#include <errno.h>

#include <vreactor/pending/coroutine.h>
#include <vreactor/pending/stacks.h>
#include <vreactor/reactor/async/sleep.h>

#include "tests/reactor/poisoned.h"

static struct vr_pending *source, *pending;
static int slept;

/* Whose reactor is gone when it goes on: it sleeps no more, and has memory. */
static struct vr_result wait_and_fail(void *arg)
{
    struct vr_pending *mine;

    check(vr_coroutine_reactor() == reactor);
    check(vr_await(arg, NULL, NULL) < 0);
    check(!vr_coroutine_reactor());
    slept = vr_sleep(VR_SEC);
    mine = vr_pending_done(NULL, vr_ok(vr_value_none()));
    check(mine);
    check(vr_pending_env(mine) != vr_env_default());
    vr_pending_free(mine);
    return vr_fail(vr_failure_new(NULL, -EIO, NULL, NULL, "too late"));
}

static void spawn(struct vr_post *post)
{
    (void)post;
    source = vr_pending_new(NULL, NULL, NULL);
    check(source);
    pending = vr_spawn(NULL, NULL, wait_and_fail, source);
    check(pending);
}

static void check_end(void)
{
    vr_pending_free(pending);
    check_int(slept, -EPERM);
    check(strstr(told, "too late"));
    check_int(blocks, 0);
}

/* promises reactor-22, coroutines-16 */
TEST(outlives_coroutine, one_spawned_in_a_callback)
{
    set_up();
    in_turn(spawn);
    free_reactor();
    check_end();
}

TEST(outlives_coroutine, one_spawned_elsewhere_for_the_reactor)
{
    struct vr_coroutine_options options = {.size = sizeof(options)};

    set_up();
    options.reactor = reactor;
    source = vr_pending_new(NULL, NULL, NULL);
    check(source);
    pending = vr_spawn(NULL, &options, wait_and_fail, source);
    check(pending);
    check(vr_pending_env(pending) == vr_reactor_env(reactor));
    free_reactor();
    check_end();
}

static struct vr_stacks *stacks;

static void spawn_on_stacks(vr_coroutine_fn *fn)
{
    struct vr_coroutine_options options = {.size = sizeof(options)};

    check_int(vr_stacks_new(NULL, NULL, &stacks), 0);
    options.stacks = stacks;
    source = vr_pending_new(NULL, NULL, NULL);
    check(source);
    pending = vr_spawn(NULL, &options, fn, source);
    check(pending);
}

static void spawn_one_to_stay(struct vr_post *post)
{
    (void)post;
    spawn_on_stacks(wait_and_fail);
}

static struct vr_result only_wait(void *arg)
{
    return vr_wait_for(arg);
}

static void spawn_one_to_go(struct vr_post *post)
{
    (void)post;
    spawn_on_stacks(only_wait);
}

/* promise reactor-22 */
TEST(outlives_coroutine, one_on_stacks_made_in_a_callback)
{
    set_up();
    in_turn(spawn_one_to_stay);
    free_reactor();
    vr_stacks_free(stacks);
    check_end();
}

TEST(outlives_coroutine, stacks_that_nobody_uses)
{
    set_up();
    in_turn(spawn_one_to_go);
    vr_pending_free(pending);
    free_reactor();
    vr_stacks_free(stacks);
    check_int(blocks, 0);
}
