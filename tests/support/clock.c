/* SPDX-License-Identifier: MIT */
/**
 * @file clock.c
 * Time and memory as a test wants them.
 */
#include "tests/support/clock.h"

static vr_time read_now(void *ctx)
{
    struct test_clock *clock = ctx;

    clock->reads++;
    return clock->now;
}

static vr_time read_wall(void *ctx)
{
    struct test_clock *clock = ctx;

    return clock->wall;
}

static void *resize(void *ctx, void *old, size_t size)
{
    struct test_clock *clock = ctx;

    if (size && ++clock->allocations == clock->fail_at)
        return NULL;

    void *memory = vr_env_default.resize(vr_env_default.ctx, old, size);
    clock->live += (memory && !old) - (!size && old);
    return memory;
}

void test_clock_init(struct test_clock *clock, vr_time now)
{
    *clock = (struct test_clock){.env = vr_env_default};
    clock->now = now;
    clock->wall = now;
    clock->env.ctx = clock;
    clock->env.resize = resize;
    clock->env.now = read_now;
    clock->env.wall = read_wall;
}

void test_clock_fail_allocation(struct test_clock *clock, int nth)
{
    clock->fail_at = clock->allocations + nth;
}
