/* SPDX-License-Identifier: MIT */
/**
 * @file test_coroutine_join.c
 * Coroutines and what they await of each other.
 */
#include "tests/pending/coroutine_fixture.h"

TEST(coroutine, delegates_to_another)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *inner = spawn(pass_on, source);
    struct vr_pending *outer = spawn(await_one, inner);

    check_int(vr_pending_fire(source, number(4)), 0);
    check_str(seen.trace, "v4");
    check_int(stacks_mapped(), 0);
    vr_pending_free(outer);
    check_all_ended();
}

TEST(coroutine, hears_where_another_failed)
{
    struct vr_failure *why;
    struct vr_pending *outer = spawn(pass_on, spawn(fail_here, NULL));

    check_int(vr_await(outer, NULL, &why), -EIO);
    check(strstr(why->file, "coroutine_fixture.h"));
    vr_failure_unref(why);
    check_all_ended();
}

static struct vr_result join_two(void *arg)
{
    struct vr_pending **sources = arg;
    struct vr_pending *first = spawn(pass_on, sources[0]);
    struct vr_pending *second = spawn(pass_on, sources[1]);
    int sum = await_number(first);

    return vr_ok(number(sum + await_number(second)));
}

TEST(coroutine, joins_those_that_it_spawned)
{
    struct vr_pending *sources[] = {new_pending(), new_pending()};
    struct vr_pending *pending = spawn(join_two, sources);

    check_int(stacks_mapped(), 3);
    check_int(vr_pending_fire(sources[1], number(2)), 0);
    check_int(stacks_mapped(), 2);
    check_int(vr_pending_fire(sources[0], number(1)), 0);
    check_int(await_number(pending), 3);
    check_str(seen.trace, "v1 v2 v3");
    check_all_ended();
}

static struct vr_result end_waiting(void *arg)
{
    return vr_wait_for(arg);
}

/* promise coroutines-3 */
TEST(coroutine, may_leave_the_rest_to_a_deferred)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *pending = spawn(end_waiting, source);

    check_int(stacks_mapped(), 0);
    watch(pending);
    check_int(vr_pending_fire(source, number(8)), 0);
    check_str(seen.trace, "v8");
    vr_pending_free(pending);
    check_all_ended();
}

static struct vr_result cancel_self_and_end_waiting(void *arg)
{
    check(vr_pending_cancel_as(vr_coroutine_pending(), failure_of(-ETIMEDOUT)));
    return vr_wait_for(arg);
}

/* promise coroutines-5 */
/* It was told while it ran, and awaits nothing itself. */
TEST(coroutine, leaves_it_to_a_deferred_to_be_cancelled)
{
    struct vr_pending *source = new_pending();

    struct vr_pending *self = spawn(cancel_self_and_end_waiting, source);

    check_int(seen.cancels, 1);
    check_int(await_number(self), -VR_ECANCELLED);
    check_all_ended();
}

static struct vr_result spawn_here(void *arg, struct vr_value value)
{
    vr_value_free(value);
    return vr_wait_for(spawn(pass_on, arg));
}

TEST(coroutine, is_what_a_handler_waits_for)
{
    struct vr_pending *first = new_pending(), *source = new_pending();
    then(first, spawn_here, NULL, source);
    watch(first);

    check_int(vr_pending_fire(first, number(1)), 0);
    check_str(seen.trace, "");
    check_int(vr_pending_fire(source, number(2)), 0);
    check_str(seen.trace, "v2");
    vr_pending_free(first);
    check_all_ended();
}

static struct vr_result fire_arg(void *arg)
{
    trace("a", 0);
    check_int(vr_pending_fire(arg, number(1)), 0);
    trace("b", 0);
    return vr_ok(vr_value_none());
}

/* promise coroutines-2 */
TEST(coroutine, goes_on_inside_the_call_that_fires)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *waits = spawn(await_one, source);
    struct vr_pending *fires = spawn(fire_arg, source);

    check_str(seen.trace, "a0 v1 b0");
    vr_pending_free(waits);
    vr_pending_free(fires);
    check_all_ended();
}

/* Each waits for the other's turn. */
static struct vr_pending *turns[2][5];

static struct vr_result take_turns(void *arg)
{
    int me = arg_number(arg);

    for (int i = 0; i < 4; i++) {
        await_number(turns[me][i]);
        int err = vr_pending_fire(turns[!me][i + me], number(10 * i + me));
        check_int(err, 0);
    }
    return vr_ok(vr_value_none());
}

TEST(coroutine, takes_turns_with_another)
{
    int names[] = {0, 1};

    for (int i = 0; i < 5; i++) {
        turns[0][i] = new_pending();
        turns[1][i] = new_pending();
    }
    struct vr_pending *a = spawn(take_turns, &names[0]);
    struct vr_pending *b = spawn(take_turns, &names[1]);
    check_int(vr_pending_fire(turns[0][0], number(99)), 0);
    check_str(seen.trace, "v99 v0 v1 v10 v11 v20 v21 v30");
    vr_pending_free(a);
    vr_pending_free(b);
    vr_pending_free(turns[0][4]);
    vr_pending_free(turns[1][4]);
    check_all_ended();
}

static struct vr_result spawn_down(void *arg)
{
    int *depth = arg;
    struct vr_pending *inner;

    if ((*depth)-- == 0)
        return vr_ok(number(0));
    inner = spawn(spawn_down, depth);
    return vr_ok(number(await_number(inner) + 1));
}

TEST(coroutine, spawns_others_that_spawn_others)
{
    int depth = 50;
    struct vr_pending *pending = spawn(spawn_down, &depth);

    seen.trace[0] = '\0';
    check_int(await_number(pending), 50);
    check_all_ended();
}

/* ---- for ever ---- */

enum { ROUNDS = 10000 };

static struct vr_pending *source;
static int rounds;

static struct vr_result go_round(void *arg, struct vr_result result)
{
    if (!rounds--)
        return result;

    vr_result_free(result);
    source = new_pending();
    check_int(vr_pending_both(source, go_round, arg), 0);
    return vr_wait_for(source);
}

static void check_rounds(struct vr_pending *pending, int blocks, int stacks)
{
    for (int i = 0; i < ROUNDS; i++) {
        check_int(seen.blocks, blocks);
        check_int(stacks_mapped(), stacks);
        if (i % 2)
            check(vr_pending_cancel(pending));
        else
            check_int(vr_pending_fire(source, number(1)), 0);
    }
    check_int(vr_pending_fire(source, number(5)), 0);
    check_int(await_number(pending), 5);
    check_all_ended();
}

TEST(coroutine, awaits_a_loop_of_which_nothing_is_kept)
{
    struct vr_pending *first = new_pending();

    rounds = ROUNDS + 1;
    check_int(vr_pending_both(first, go_round, NULL), 0);
    struct vr_pending *pending = spawn(await_one, first);
    check_int(vr_pending_fire(first, number(1)), 0);
    check_rounds(pending, 2, 1);
}

static struct vr_result follow_up(void *arg)
{
    int err = vr_await((source = new_pending()), NULL, NULL);

    (void)err; /* cancelled or not, there is another */
    return vr_wait_for(
        vr_shield(rounds-- ? spawn(follow_up, arg) : (source = new_pending())));
}

/* promise coroutines-3 */
TEST(coroutine, is_not_kept_when_it_ends_in_the_next_one)
{
    rounds = ROUNDS - 1;
    struct vr_pending *pending = spawn(follow_up, NULL);

    check_int(vr_pending_fire(source, number(1)), 0);
    rounds = ROUNDS - 1;
    check_rounds(pending, 3, 1);
}
