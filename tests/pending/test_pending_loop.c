/* SPDX-License-Identifier: MIT */
/**
 * @file test_pending_loop.c
 * Handlers that return the next deferred, and that one's the next, for ever:
 * what is through with its steps is not kept.
 */
#include "tests/pending/fixture.h"

enum { ROUNDS = 100000, FEW = 8 };

/** A loop of handlers, each of which waits for the next. */
struct loop {
    struct vr_pending *source; /* what it waits for now */
    vr_cancel_fn *cancel;
    int rounds; /* to come */
    int most;   /* blocks of memory that there were, at the end of a round */
};

static struct vr_result go_round(void *arg, struct vr_result result)
{
    struct loop *loop = arg;

    if (!loop->rounds--)
        return result;

    vr_result_free(result);
    loop->source = vr_pending_new(counting_env(), loop->cancel, NULL);
    check(loop->source);
    check_int(vr_pending_both(loop->source, go_round, loop), 0);
    return vr_wait_for(loop->source);
}

/* @return what the loop comes to */
static struct vr_pending *begin(struct loop *loop)
{
    struct vr_pending *whole = new_pending_at(1);

    check_int(vr_pending_both(whole, go_round, loop), 0);
    check_int(vr_pending_fire(whole, number(0)), 0);
    return whole;
}

static void count(struct loop *loop)
{
    if (loop->most < seen.blocks)
        loop->most = seen.blocks;
}

static void check_end(struct loop *loop, struct vr_pending *whole,
                      const char *result)
{
    check(loop->most < FEW);
    check_str(seen.trace, result);
    vr_pending_free(whole);
    check_int(seen.reports, 0);
    check_all_freed();
}

/* promise deferreds-9 */
TEST(pending_loop, keeps_none_of_the_rounds_behind_it)
{
    struct loop loop = {.rounds = ROUNDS};
    struct vr_pending *whole = begin(&loop);

    watch(whole);
    while (loop.rounds >= 0) {
        check_int(vr_pending_fire(loop.source, number(7)), 0);
        count(&loop);
    }
    check_end(&loop, whole, "v7");
}

/* promise deferreds-9 */
TEST(pending_loop, keeps_none_that_failed)
{
    struct loop loop = {.rounds = ROUNDS};
    struct vr_pending *whole = begin(&loop);

    while (loop.rounds >= 0) {
        check_int(vr_pending_fail(loop.source, failure_of(-EIO)), 0);
        count(&loop);
    }
    then(whole, NULL, recover_with, NULL);
    watch(whole);
    check_end(&loop, whole, "v0");
}

/* promise deferreds-9 */
TEST(pending_loop, keeps_none_whose_source_was_told_of_a_cancel)
{
    struct loop loop = {.rounds = ROUNDS, .cancel = count_cancel};
    struct vr_pending *whole = begin(&loop);

    watch(whole);
    while (loop.rounds >= 0) {
        check(vr_pending_cancel(whole));
        count(&loop);
    }
    check_int(seen.cancels, ROUNDS);
    check_end(&loop, whole, "f-5001");
}

TEST(pending_loop, keeps_one_whose_source_was_not_told_until_that_fires)
{
    struct loop loop = {.rounds = ROUNDS};
    struct vr_pending *whole = begin(&loop);

    watch(whole);
    while (loop.rounds >= 0) {
        struct vr_pending *source = loop.source;
        check(vr_pending_cancel(whole));
        check_int(vr_pending_fire(source, number(1)), -VR_ECANCELLED);
        count(&loop);
    }
    check_end(&loop, whole, "f-5001");
}

TEST(pending_loop, keeps_none_that_was_paused)
{
    struct loop loop = {.rounds = ROUNDS};
    struct vr_pending *whole = begin(&loop);

    watch(whole);
    while (loop.rounds >= 0) {
        struct vr_pending *source = loop.source;
        vr_pending_pause(source);
        check_int(vr_pending_fire(source, number(1)), 0);
        vr_pending_unpause(source);
        count(&loop);
    }
    check_end(&loop, whole, "v1");
}

static struct vr_pending *paused;

static struct vr_result pause_and_wait(void *arg, struct vr_value value)
{
    vr_pending_pause(paused);
    return wait_for_arg(arg, value);
}

TEST(pending_loop, keeps_one_that_is_paused_until_it_is_not)
{
    struct vr_pending *inner = new_pending(), *outer = new_pending();

    paused = new_pending();
    then(paused, pause_and_wait, NULL, inner);
    then(outer, wait_for_arg, NULL, paused);
    check_int(vr_pending_fire(outer, number(1)), 0);
    check_int(vr_pending_fire(paused, number(1)), 0);
    check_int(seen.blocks, 3);
    vr_pending_unpause(paused);
    check_int(seen.blocks, 2);
    watch(outer);
    check_int(vr_pending_fire(inner, number(5)), 0);
    check_str(seen.trace, "v5");
    vr_pending_free(outer);
    check_all_freed();
}

TEST(pending_loop, is_two_lines_in_a_dump)
{
    struct loop loop = {.rounds = 1000};
    struct vr_pending *whole = begin(&loop);
    char text[256];

    while (loop.rounds > 500)
        check_int(vr_pending_fire(loop.source, number(1)), 0);
    (void)vr_pending_dump(whole, text, sizeof(text));
    const char *second = strchr(text, '\n');
    check(second && strchr(second + 1, '\n') == text + strlen(text) - 1);
    check(!strncmp(text, "test.c:1: waiting, 0 steps\n", 27));
    vr_pending_free(whole);
    check_all_freed();
}

/* The other way: each waits for the one before it. */
TEST(pending_loop, keeps_none_that_a_later_one_waits_for_in_vain)
{
    struct vr_pending *source = new_pending(), *last = source;

    for (int i = 0; i < ROUNDS; i++) {
        struct vr_pending *next = new_pending();
        check_int(vr_pending_settle(next, vr_wait_for(last)), 0);
        last = next;
        check(seen.blocks < FEW);
    }
    watch(last);
    check_int(vr_pending_fire(source, number(3)), 0);
    check_str(seen.trace, "v3");
    vr_pending_free(last);
    check_all_freed();
}

TEST(pending_loop, may_be_freed_in_the_midst)
{
    struct loop loop = {.rounds = 1000, .cancel = count_cancel};
    struct vr_pending *whole = begin(&loop);

    while (loop.rounds > 500)
        check_int(vr_pending_fire(loop.source, number(1)), 0);
    loop.rounds = 0;
    vr_pending_free(whole);
    check_int(seen.cancels, 1);
    check_all_freed();
}

static void settle_as_arg(void *arg, struct vr_pending *pending)
{
    check_int(vr_pending_settle(pending, vr_wait_for(arg)), 0);
}

/* A canceller that has yet another to wait for. */
TEST(pending_loop, keeps_none_that_was_cancelled_for_another)
{
    struct vr_pending *inner = new_pending(), *middle, *outer = new_pending();

    middle = vr_pending_new(counting_env(), settle_as_arg, inner);
    check(middle);
    then(outer, wait_for_arg, NULL, middle);
    check_int(vr_pending_fire(outer, number(1)), 0);
    watch(outer);
    check_int(seen.blocks, 3);
    check(vr_pending_cancel(outer));
    check_int(seen.blocks, 2);
    check_int(vr_pending_fire(inner, number(4)), 0);
    check_str(seen.trace, "v4");
    vr_pending_free(outer);
    check_all_freed();
}
