/* SPDX-License-Identifier: MIT */
/**
 * @file test_kept.c
 * Tests of pending/kept.h: memory of deferreds that went in a turn is that of
 * the next to come.
 */
#include <vreactor/pending/kept.h>

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/pending/coroutine.h>
#include <vreactor/pending/pending.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/testing/env.h>

#include "tests/support/test.h"

enum { MANY = 3 * VR_KEPT_MOST };

static struct vr_test_env test, other_test;
static struct vr_reactor *reactor, *other;
static struct vr_pending *made[MANY];
static int64_t blocks, allocations;

static struct vr_reactor *new_reactor(struct vr_test_env *env)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
    struct vr_reactor *fresh = NULL;

    vr_test_env_init(env, VR_SEC);
    options.env = &env->env;
    check_int(vr_reactor_new(&options, &fresh), 0);
    return fresh;
}

static void begin_to_count(void)
{
    blocks = vr_test_blocks(&test);
    allocations = vr_test_allocations(&test);
}

static void set_up(void)
{
    if (!vr_kept_is_on())
        test_skip("nothing is kept under a checker of memory");
    reactor = new_reactor(&test);
    check_int(vr_reactor_turn(reactor, 0), 0); /* a selector may take memory */
    begin_to_count();
}

static void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static void in_turn_of(struct vr_reactor *whose, void (*act)(struct vr_post *))
{
    struct vr_post post = {.run = act, .cancelled = act};

    vr_reactor_post(whose, &post);
    check_int(vr_reactor_turn(whose, 0), 0);
}

static void in_turn(void (*act)(struct vr_post *post))
{
    in_turn_of(reactor, act);
}

static struct vr_pending *make(void)
{
    struct vr_pending *pending =
        vr_pending_new(vr_reactor_env(reactor), NULL, NULL);

    check(pending);
    return pending;
}

static void make_many(struct vr_post *post)
{
    (void)post;
    for (int i = 0; i < MANY; i++)
        made[i] = make();
}

static void free_many(struct vr_post *post)
{
    (void)post;
    for (int i = 0; i < MANY; i++)
        vr_pending_free(made[i]);
}

/* ---- how many ---- */

static void make_and_free(struct vr_post *post)
{
    (void)post;
    for (int i = 0; i < MANY; i++)
        vr_pending_free(make());
}

TEST(kept, is_the_memory_of_one_after_the_other)
{
    set_up();
    for (int turn = 0; turn < 3; turn++)
        in_turn(make_and_free);
    check_int(vr_test_allocations(&test) - allocations, 1);
    tear_down();
}

TEST(kept, is_that_of_a_few_at_most)
{
    set_up();
    in_turn(make_many);
    check_int(vr_test_blocks(&test) - blocks, MANY);
    in_turn(free_many);
    check_int(vr_test_blocks(&test) - blocks, VR_KEPT_MOST);
    begin_to_count();
    in_turn(make_many);
    check_int(vr_test_allocations(&test) - allocations, MANY - VR_KEPT_MOST);
    in_turn(free_many);
    tear_down();
}

/* ---- where ---- */

TEST(kept, is_nothing_between_turns)
{
    set_up();
    make_many(NULL);
    free_many(NULL);
    check_int(vr_test_blocks(&test), blocks);
    in_turn(make_and_free);
    begin_to_count();
    vr_pending_free(make());
    check_int(vr_test_allocations(&test) - allocations, 1);
    tear_down();
}

TEST(kept, is_nothing_in_turns_of_another_reactor)
{
    set_up();
    other = new_reactor(&other_test);
    in_turn(make_many);
    in_turn_of(other, free_many);
    check_int(vr_test_blocks(&test), blocks);
    check_int(vr_reactor_free(other), 0);
    check_int(vr_test_blocks(&other_test), 0);
    tear_down();
}

TEST(kept, is_nothing_once_the_reactor_is_gone)
{
    set_up();
    in_turn(make_many);
    check_int(vr_reactor_free(reactor), 0);
    free_many(NULL);
    check_int(vr_test_blocks(&test), 0);
}

/* ---- what comes in it ---- */

static struct vr_result hand_on(void *arg, struct vr_result result)
{
    (void)arg;
    return result;
}

static void count_call(void *arg, struct vr_pending *pending)
{
    (void)pending;
    ++*(int *)arg;
}

/* With all that a deferred may have. */
static void make_ragged(struct vr_post *post)
{
    static int cancels;
    struct vr_pending *pending = vr_pending_place(
        "ragged.c", 12,
        vr_pending_new(vr_reactor_env(reactor), count_call, &cancels));

    (void)post;
    vr_pending_pause(vr_shield(pending));
    for (int i = 0; i < 20; i++)
        check_int(vr_pending_both(pending, hand_on, NULL), 0);
    check(vr_pending_cancel(pending));
    vr_pending_free(pending);
    check_int(cancels, 1);
}

static void check_fresh(struct vr_post *post)
{
    char text[128];

    make_many(post);
    for (int i = 0; i < MANY; i++) {
        (void)vr_pending_place("fresh.c", 1, made[i]);
        (void)vr_pending_dump(made[i], text, sizeof(text));
        check_str(text, "fresh.c:1: not fired, 0 steps\n");
        check_int(vr_pending_fire(made[i], vr_value_none()), 0);
        check_int(vr_pending_fire(made[i], vr_value_none()), -VR_EFIRED);
    }
    free_many(post);
}

TEST(kept, is_nothing_of_what_was_there)
{
    set_up();
    in_turn(make_ragged);
    in_turn(check_fresh);
    tear_down();
}

/* ---- what is held ---- */

static struct vr_pending *late, *outer;

static struct vr_result wait_for_late(void *arg, struct vr_value value)
{
    (void)arg;
    (void)value;
    return vr_wait_for(late);
}

/* The source of one that was cancelled has no canceller: it may fire late. */
static void cancel_with_a_late_source(struct vr_post *post)
{
    (void)post;
    late = make();
    outer = make();
    check_int(vr_pending_then(outer, wait_for_late, NULL, NULL), 0);
    check_int(vr_pending_fire(outer, vr_value_none()), 0);
    check(vr_pending_cancel(outer));
    make_many(NULL);
    for (int i = 0; i < MANY; i++)
        check(made[i] != late && made[i] != outer);
    check_int(vr_pending_fire(late, vr_value_none()), -VR_ECANCELLED);
    vr_pending_free(outer);
    free_many(NULL);
}

TEST(kept, is_not_what_a_source_may_fire_late)
{
    set_up();
    in_turn(cancel_with_a_late_source);
    tear_down();
}

static struct vr_result free_self(void *arg, struct vr_value value)
{
    struct vr_pending *self = arg;

    vr_pending_free(self);
    make_many(NULL);
    for (int i = 0; i < MANY; i++)
        check(made[i] != self);
    return vr_ok(value);
}

static void free_inside(struct vr_post *post)
{
    struct vr_pending *self = make();

    (void)post;
    check_int(vr_pending_then(self, free_self, NULL, self), 0);
    check_int(vr_pending_fire(self, vr_value_none()), 0);
    free_many(NULL);
}

TEST(kept, is_not_one_whose_handler_runs)
{
    set_up();
    in_turn(free_inside);
    tear_down();
}
