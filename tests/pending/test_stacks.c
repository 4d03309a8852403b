/* SPDX-License-Identifier: MIT */
/**
 * @file test_stacks.c
 * A pool of stacks: what it keeps, gives back, measures and guards.
 */
#include <vreactor/pending/stacks.h>

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <unistd.h>

#include <vreactor/base/env.h>
#include <vreactor/pending/stacks_impl.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/child.h"
#include "tests/support/test.h"

static struct vr_test_env test;
static struct vr_stacks *stacks;

static const struct vr_env *set_up(void)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, 0);
    test.env.sys = vr_test_sys();
    return &test.env;
}

static void set_up_stacks(struct vr_stacks_options options)
{
    options.size = sizeof(options);
    check_int(vr_stacks_new(set_up(), &options, &stacks), 0);
}

static int64_t mapped(void)
{
    return vr_test_sys_count(VR_TEST_SYS_MMAP) -
           vr_test_sys_count(VR_TEST_SYS_MUNMAP);
}

static void check_all_freed(void)
{
    check_int(mapped(), 0);
    check_int(vr_test_blocks(&test), 0);
}

static struct vr_stack *get(void)
{
    struct vr_stack *stack = NULL;

    check_int(vr_stack_get(&test.env, stacks, &stack), 0);
    return stack;
}

static struct vr_stacks_stats stats(void)
{
    struct vr_stacks_stats now;

    vr_stacks_stats(stacks, &now);
    return now;
}

static size_t length(const struct vr_stack *stack)
{
    return (size_t)((const char *)stack - (const char *)stack->low);
}

TEST(stacks, are_of_the_default_size)
{
    check_int(vr_stacks_new(set_up(), NULL, &stacks), 0);
    check_int(stats().stack_size, 128 * 1024);
    struct vr_stack *stack = get();
    check(length(stack) <= 128 * 1024);
    check(length(stack) > 126 * 1024);
    memset(stack->low, 1, length(stack));
    vr_stack_put(stack);
    vr_stacks_free(stacks);
    check_all_freed();
}

TEST(stacks, are_of_whole_pages)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    set_up_stacks((struct vr_stacks_options){.stack_size = 100000});
    check(stats().stack_size >= 100000);
    check_int(stats().stack_size % page, 0);
    check(stats().stack_size < 100000 + page);
    vr_stacks_free(stacks);

    set_up_stacks((struct vr_stacks_options){.stack_size = 1});
    check_int(stats().stack_size, page > 16384 ? page : 16384);
    vr_stacks_free(stacks);
    check_all_freed();
}

TEST(stacks, are_not_of_a_size_that_nothing_has)
{
    struct vr_stacks_options options = {.size = sizeof(options),
                                        .stack_size = SIZE_MAX};

    check_int(vr_stacks_new(set_up(), &options, &stacks), -EINVAL);
    check_all_freed();
}

TEST(stacks, need_memory_and_a_size_of_pages)
{
    set_up();
    vr_test_fail_allocation(&test, 1, 1);
    check_int(vr_stacks_new(&test.env, NULL, &stacks), -ENOMEM);
    vr_test_sys_fail(VR_TEST_SYS_SYSCONF, 1, 1, EINVAL);
    check_int(vr_stacks_new(&test.env, NULL, &stacks), -EINVAL);
    check_all_freed();
}

TEST(stacks, serve_one_coroutine_after_the_other)
{
    set_up_stacks((struct vr_stacks_options){0});
    struct vr_stack *first = get(), *second = get();
    check(first != second);
    check_int(stats().live, 2);
    vr_stack_put(first);
    check_int(stats().live, 1);
    check_int(stats().cached, 1);

    check(get() == first);
    check_int(stats().made, 2);
    check_int(stats().cached, 0);

    /* the last one used is the next: its memory is warm */
    vr_stack_put(first);
    vr_stack_put(second);
    check(get() == second);
    vr_stack_put(second);
    vr_stacks_free(stacks);
    check_all_freed();
}

TEST(stacks, wait_for_the_next_in_no_greater_number_than_asked)
{
    struct vr_stack *live[5];

    set_up_stacks((struct vr_stacks_options){.keep = 2});
    for (int i = 0; i < 5; i++)
        live[i] = get();
    for (int i = 0; i < 5; i++)
        vr_stack_put(live[i]);
    check_int(stats().cached, 2);
    check_int(mapped(), 2);
    check_int(stats().made, 5);
    vr_stacks_free(stacks);
    check_all_freed();
}

/* promise coroutines-15 */
TEST(stacks, outlive_a_pool_that_is_freed)
{
    set_up_stacks((struct vr_stacks_options){0});
    struct vr_stack *first = get(), *second = get();
    vr_stack_put(get());
    vr_stacks_free(stacks);
    check_int(mapped(), 2);
    memset(first->low, 1, length(first));
    vr_stack_put(first);
    check_int(mapped(), 1);
    vr_stack_put(second);
    check_all_freed();
}

TEST(stacks, may_be_in_no_pool)
{
    set_up();
    stacks = NULL;
    struct vr_stack *stack = get();
    check(length(stack) > 126 * 1024);
    vr_stack_put(stack);
    check_all_freed();
}

TEST(stacks, are_not_there_when_the_system_has_none)
{
    struct vr_stack *stack;

    set_up_stacks((struct vr_stacks_options){0});
    vr_test_sys_fail(VR_TEST_SYS_MMAP, 1, INT_MAX, ENOMEM);
    check_int(vr_stack_get(&test.env, stacks, &stack), -ENOMEM);
    check_int(vr_stack_get(&test.env, NULL, &stack), -ENOMEM);
    check_int(stats().live, 0);
    check_int(stats().made, 0);
    vr_test_sys_fail(VR_TEST_SYS_MMAP, 0, 0, 0);
    vr_test_sys_fail(VR_TEST_SYS_SYSCONF, 1, 1, EINVAL);
    check_int(vr_stack_get(&test.env, NULL, &stack), -EINVAL);
    vr_stacks_free(stacks);
    check_int(vr_test_blocks(&test), 0);
}

TEST(stacks, are_measured_to_the_word)
{
    set_up_stacks((struct vr_stacks_options){.measure = true});
    struct vr_stack *stack = get();
    check_int(stats().deepest, 0);
    size_t size = stats().stack_size;
    ((char *)stack->low)[size / 2] = 0;
    vr_stack_put(stack);
    check_int(stats().deepest, size / 2);

    /* the traces of one are not counted for the next */
    check(get() == stack);
    ((char *)stack->low)[size / 4 * 3] = 0;
    vr_stack_put(stack);
    check_int(stats().deepest, size / 2);

    check(get() == stack);
    ((char *)stack->low)[0] = 0;
    vr_stack_put(stack);
    check_int(stats().deepest, size);
    vr_stacks_free(stacks);
    check_all_freed();
}

/* Also when nobody waits for it. */
TEST(stacks, are_measured_before_they_go)
{
    set_up_stacks((struct vr_stacks_options){.measure = true, .keep = 1});
    struct vr_stack *first = get(), *second = get();
    vr_stack_put(first);
    ((char *)second->low)[0] = 0;
    vr_stack_put(second);
    check_int(stats().deepest, stats().stack_size);
    vr_stacks_free(stacks);
    check_all_freed();
}

/* What was given back would look as if it had been used. */
TEST(stacks, give_nothing_back_when_they_are_measured)
{
    set_up_stacks(
        (struct vr_stacks_options){.measure = true, .give_back = true});
    struct vr_stack *stack = get();
    vr_stack_put(stack);
    check(get() == stack);
    ((char *)stack->low)[stats().stack_size / 2] = 0;
    vr_stack_put(stack);
    check_int(stats().deepest, stats().stack_size / 2);
    vr_stacks_free(stacks);
    check_all_freed();
}

TEST(stacks, are_not_measured_unless_asked)
{
    set_up_stacks((struct vr_stacks_options){0});
    struct vr_stack *stack = get();
    ((char *)stack->low)[0] = 1;
    vr_stack_put(stack);
    check_int(stats().deepest, 0);
    vr_stacks_free(stacks);
}

#ifdef __linux__ /* elsewhere it is but advice */
TEST(stacks, give_their_memory_back_while_they_wait)
{
    set_up_stacks((struct vr_stacks_options){.give_back = true});
    struct vr_stack *stack = get();
    memset(stack->low, 1, length(stack));
    vr_stack_put(stack);
    check(get() == stack);
    check_int(((char *)stack->low)[0], 0);
    memset(stack->low, 1, length(stack));
    vr_stack_put(stack);
    vr_stacks_free(stacks);
    check_all_freed();
}
#endif

TEST(stacks, keep_their_memory_unless_asked)
{
    set_up_stacks((struct vr_stacks_options){0});
    struct vr_stack *stack = get();
    ((char *)stack->low)[0] = 1;
    vr_stack_put(stack);
    check(get() == stack);
    check_int(((char *)stack->low)[0], 1);
    vr_stack_put(stack);
    vr_stacks_free(stacks);
}

/* promise coroutines-14 */
TEST(stacks, are_guarded_for_20_KiB)
{
    set_up_stacks((struct vr_stacks_options){0});
    struct vr_stack *stack = get();
    char *low = stack->low;
    check(!faults_in_child(write_there, low));
    check(faults_in_child(write_there, low - 1));
    check(faults_in_child(write_there, low - 20 * 1024));
    vr_stack_put(stack);
    check(get() == stack);
    check(faults_in_child(write_there, low - 1));
    vr_stack_put(stack);
    vr_stacks_free(stacks);
}
