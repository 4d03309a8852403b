/* SPDX-License-Identifier: MIT */
/**
 * @file test_scratch.c
 * Tests of reactor/scratch.h: a stack of buffers, made when first needed.
 */
#include <vreactor/reactor/scratch.h>

#include <stdint.h>
#include <string.h>

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>

#include "tests/support/misuse.h"
#include "tests/support/script.h"

enum { DEPTH = 8, FIRST = 256 * 1024, DEEPER = 72 * 1024 };

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static unsigned char *taken[DEPTH];

static void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
}

static void tear_down(void)
{
    script_free(&script, reactor);
}

static void take(int depth)
{
    size_t size = 0;

    taken[depth] = vr_scratch_take(reactor, &size);
    check(taken[depth] != NULL);
    check_int(size, depth ? DEEPER : FIRST);
    check_int((uintptr_t)taken[depth] % 4096, 0);
    memset(taken[depth], depth, size);
}

static void give(int depth)
{
    vr_scratch_give(reactor, taken[depth]);
}

static void take_all(void)
{
    for (int i = 0; i < DEPTH; i++)
        take(i);
}

static void give_all(void)
{
    for (int i = DEPTH; i-- > 0;)
        give(i);
}

/* promise reactor-28 */
TEST(scratch, has_256_KiB_first_and_72_KiB_7_times)
{
    size_t size = 5;

    set_up();
    take_all();
    check(!vr_scratch_take(reactor, &size));
    check_int(size, 5);
    for (int i = 0; i < DEPTH; i++) {
        check_int(taken[i][0], i);
        check_int(taken[i][(i ? DEEPER : FIRST) - 1], i);
    }
    give_all();
    tear_down();
}

/* promise reactor-29 */
TEST(scratch, is_made_once_for_each_level)
{
    set_up();
    int64_t before = vr_test_allocations(&test);
    int64_t blocks = vr_test_blocks(&test);
    take(0);
    give(0);
    check_int(vr_test_allocations(&test), before + 1);
    take_all();
    give_all();
    unsigned char *first = taken[0], *last = taken[DEPTH - 1];
    take_all();
    check(taken[0] == first && taken[DEPTH - 1] == last);
    give_all();
    check_int(vr_test_allocations(&test), before + DEPTH);
    check_int(vr_test_blocks(&test), blocks + DEPTH);
    tear_down();
}

/* promise reactor-28 */
TEST(scratch, is_not_had_without_memory_and_is_afterwards)
{
    size_t size;

    set_up();
    vr_test_fail_allocation(&test, 1, 1);
    check(!vr_scratch_take(reactor, &size));
    take(0);
    vr_test_fail_allocation(&test, 1, 1);
    check(!vr_scratch_take(reactor, &size));
    take(1);
    give(1);
    give(0);
    tear_down();
}

/* ---- misuse ---- */

static struct vr_call call;

static void keep_in_call(struct vr_call *which)
{
    (void)which;
    take(0);
}

static int keep_over_a_turn(void)
{
    if (!library_asserts())
        return 0;
    set_up();
    vr_call_init(&call, reactor, keep_in_call);
    vr_call_after(&call, 0);
    return vr_reactor_turn(reactor, 0);
}

static int keep_over_close(void)
{
    if (!library_asserts())
        return 0;
    set_up();
    take(0);
    return vr_reactor_close(reactor);
}

static int give_out_of_order(void)
{
    if (!library_asserts())
        return 0;
    set_up();
    take(0);
    take(1);
    give(0);
    return 0;
}

TEST(scratch, held_too_long_or_given_back_in_another_order_is_named)
{
    check_named(keep_over_a_turn, "not given back");
    check_named(keep_over_close, "not given back");
    check_named(give_out_of_order, "took it last");
}
