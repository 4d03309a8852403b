/* SPDX-License-Identifier: MIT */
/**
 * @file env.c
 * Time and memory as a test wants them.
 *
 * Counters are relaxed atomics: a lock would put the threads of a program in
 * an order it has not itself, and hide its races from checkers.
 */
#include <vreactor/testing/env.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

static int64_t get(const int64_t *atomic)
{
    return __atomic_load_n(atomic, __ATOMIC_RELAXED);
}

static void set(int64_t *atomic, int64_t value)
{
    __atomic_store_n(atomic, value, __ATOMIC_RELAXED);
}

static int64_t add(int64_t *atomic, int64_t more)
{
    return __atomic_add_fetch(atomic, more, __ATOMIC_RELAXED);
}

/* ---- time ---- */

static vr_time read_now(void *ctx)
{
    struct vr_test_env *test = ctx;

    add(&test->clock_reads, 1);
    return get(&test->now);
}

static vr_time read_wall(void *ctx)
{
    return vr_test_wall(ctx);
}

vr_time vr_test_now(const struct vr_test_env *test)
{
    return get(&test->now);
}

vr_time vr_test_wall(const struct vr_test_env *test)
{
    return get(&test->wall);
}

void vr_test_advance(struct vr_test_env *test, vr_time span)
{
    add(&test->now, span);
    add(&test->wall, span);
}

void vr_test_set_wall(struct vr_test_env *test, vr_time wall)
{
    set(&test->wall, wall);
}

int64_t vr_test_clock_reads(const struct vr_test_env *test)
{
    return get(&test->clock_reads);
}

/* ---- memory ---- */

/** Before each block: how many bytes it has. */
union head {
    size_t size;
    max_align_t align;
};

static bool fails(struct vr_test_env *test)
{
    int64_t count = add(&test->allocations, 1);

    return count >= get(&test->first_failing) &&
           count <= get(&test->last_failing);
}

static void count_block(struct vr_test_env *test, int sign,
                        const union head *head)
{
    add(&test->blocks, sign);
    add(&test->bytes, sign * (int64_t)head->size);
}

static void *give(struct vr_test_env *test, union head *head)
{
    if (head) {
        count_block(test, -1, head);
        (void)vr_env_default.resize(vr_env_default.ctx, head, 0);
    }
    return NULL;
}

static void *resize(void *ctx, void *old, size_t size)
{
    struct vr_test_env *test = ctx;
    union head *head = old ? (union head *)old - 1 : NULL;

    if (!size)
        return give(test, head);
    if (fails(test) || size > SIZE_MAX - sizeof(*head)) {
        errno = ENOMEM;
        return NULL;
    }

    union head before = head ? *head : (union head){0};
    union head *block =
        vr_env_default.resize(vr_env_default.ctx, head, sizeof(*block) + size);
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
    int64_t first = get(&test->allocations) + nth;

    set(&test->last_failing, 0); /* none, while first_failing changes */
    set(&test->first_failing, first);
    set(&test->last_failing, nth > 0 ? first + times - 1 : 0);
}

int64_t vr_test_allocations(const struct vr_test_env *test)
{
    return get(&test->allocations);
}

int64_t vr_test_blocks(const struct vr_test_env *test)
{
    return get(&test->blocks);
}

int64_t vr_test_bytes(const struct vr_test_env *test)
{
    return get(&test->bytes);
}

/* ---- both ---- */

void vr_test_env_init(struct vr_test_env *test, vr_time now)
{
    *test = (struct vr_test_env){.env = vr_env_default};
    test->now = now;
    test->wall = now;
    test->env.ctx = test;
    test->env.resize = resize;
    test->env.now = read_now;
    test->env.wall = read_wall;
}
