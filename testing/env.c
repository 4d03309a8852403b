/* SPDX-License-Identifier: MIT */
/**
 * @file env.c
 * Time and memory as a test wants them.
 */
#include <vreactor/testing/env.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/testing/counter.h>
#include <vreactor/testing/sys.h>
#include <vreactor/testing/sys_impl.h>

/* ---- time ---- */

static vr_time read_now(void *ctx)
{
    struct vr_test_env *test = ctx;

    vr_test_add(&test->clock_reads, 1);
    return vr_test_get(&test->now);
}

static vr_time read_wall(void *ctx)
{
    return vr_test_wall(ctx);
}

static vr_time read_boot(void *ctx)
{
    struct vr_test_env *test = ctx;

    return vr_time_add(vr_test_now(test), vr_test_get(&test->suspended));
}

vr_time vr_test_now(const struct vr_test_env *test)
{
    return vr_test_get(&test->now);
}

vr_time vr_test_wall(const struct vr_test_env *test)
{
    return vr_test_get(&test->wall);
}

static void pass(vr_time *clock, vr_time span)
{
    vr_time was = vr_test_get(clock);

    while (!__atomic_compare_exchange_n(clock, &was, vr_time_add(was, span),
                                        false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED))
        ;
}

void vr_test_advance(struct vr_test_env *test, vr_time span)
{
    pass(&test->now, span);
    pass(&test->wall, span);
}

void vr_test_set_wall(struct vr_test_env *test, vr_time wall)
{
    vr_test_set(&test->wall, wall);
    vr_test_sys_step();
}

void vr_test_suspend(struct vr_test_env *test, vr_time span)
{
    pass(&test->suspended, span);
    pass(&test->wall, span);
    vr_test_sys_step();
}

int64_t vr_test_clock_reads(const struct vr_test_env *test)
{
    return vr_test_get(&test->clock_reads);
}

/* ---- memory ---- */

/** Before each block: how many bytes it has. */
union head {
    size_t size;
    max_align_t align;
};

static void count_block(struct vr_test_env *test, int sign,
                        const union head *head)
{
    vr_test_add(&test->blocks, sign);
    vr_test_add(&test->bytes, sign * (int64_t)head->size);
}

static void *give(struct vr_test_env *test, union head *head)
{
    if (head) {
        count_block(test, -1, head);
        (void)vr_env_default()->resize(vr_env_default()->ctx, head, 0);
    }
    return NULL;
}

static void *resize(void *ctx, void *old, size_t size)
{
    struct vr_test_env *test = ctx;
    union head *head = old ? (union head *)old - 1 : NULL;

    if (!size)
        return give(test, head);
    if (vr_test_count(&test->allocations) || size > SIZE_MAX - sizeof(*head)) {
        errno = ENOMEM;
        return NULL;
    }

    union head before = head ? *head : (union head){0};
    union head *block = vr_env_default()->resize(vr_env_default()->ctx, head,
                                                 sizeof(*block) + size);
    if (!block)
        return NULL;

    if (old)
        count_block(test, -1, &before);
    block->size = size;
    count_block(test, 1, block);
    return block + 1;
}

void vr_test_fail_allocation(struct vr_test_env *test, int nth, int times)
{
    vr_test_count_fail(&test->allocations, nth, times);
}

int64_t vr_test_allocations(const struct vr_test_env *test)
{
    return vr_test_get(&test->allocations.count);
}

int64_t vr_test_blocks(const struct vr_test_env *test)
{
    return vr_test_get(&test->blocks);
}

int64_t vr_test_bytes(const struct vr_test_env *test)
{
    return vr_test_get(&test->bytes);
}

/* ---- both ---- */

void vr_test_env_init(struct vr_test_env *test, vr_time now)
{
    *test = (struct vr_test_env){.env = VR_ENV_INIT};
    test->now = now;
    test->wall = now;
    test->env.ctx = test;
    test->env.resize = resize;
    test->env.now = read_now;
    test->env.wall = read_wall;
    test->env.boot = read_boot;
    test->env.sys = vr_test_sys();
}
