/* SPDX-License-Identifier: MIT */
/**
 * @file test_env.c
 * Tests of testing/env.h.
 */
#include <vreactor/testing/env.h>

#include <errno.h>
#include <limits.h>
#include <stdint.h>

#include "tests/support/test.h"

static struct vr_test_env test;

/* How many of the next @p count allocations fail. */
static int failures_in(int count)
{
    int failures = 0;

    for (int i = 0; i < count; i++) {
        void *block = vr_alloc(&test.env, 1);
        failures += block == NULL;
        vr_dealloc(&test.env, block);
    }
    return failures;
}

/* ---- time ---- */

TEST(test_env, begins_at_the_time_it_is_given)
{
    vr_test_env_init(&test, 5 * VR_SEC);
    check_int(vr_test_now(&test), 5 * VR_SEC);
    check_int(vr_test_wall(&test), 5 * VR_SEC);
}

TEST(test_env, lets_time_pass_when_told_so_and_not_else)
{
    vr_test_env_init(&test, VR_SEC);
    check_int(vr_now(&test.env), VR_SEC);
    check_int(vr_now(&test.env), VR_SEC);
    vr_test_advance(&test, 3);
    check_int(vr_now(&test.env), VR_SEC + 3);
    check_int(test.env.wall(test.env.ctx), VR_SEC + 3);
}

TEST(test_env, sets_the_clock_on_the_wall_and_no_other)
{
    vr_test_env_init(&test, 2 * VR_SEC);
    vr_test_set_wall(&test, VR_SEC);
    check_int(test.env.wall(test.env.ctx), VR_SEC);
    check_int(vr_now(&test.env), 2 * VR_SEC);
    vr_test_advance(&test, 1);
    check_int(vr_test_wall(&test), VR_SEC + 1);
}

TEST(test_env, counts_how_often_the_program_reads_the_clock)
{
    vr_test_env_init(&test, 0);
    (void)vr_now(&test.env);
    (void)vr_now(&test.env);
    (void)vr_test_now(&test); /* the test's own looks do not count */
    check_int(vr_test_clock_reads(&test), 2);
}

/* ---- memory ---- */

TEST(test_env, counts_blocks_and_bytes_until_they_are_given_back)
{
    vr_test_env_init(&test, 0);
    char *first = vr_alloc(&test.env, 100);
    char *second = vr_strdup(&test.env, "nine byte");

    check_int(vr_test_blocks(&test), 2);
    check_int(vr_test_bytes(&test), 110);
    first = vr_resize(&test.env, first, 4000);
    check_int(vr_test_blocks(&test), 2);
    check_int(vr_test_bytes(&test), 4010);
    first = vr_resize(&test.env, first, 1);
    check_int(vr_test_bytes(&test), 11);
    check_int(vr_test_allocations(&test), 4);

    vr_dealloc(&test.env, first);
    vr_dealloc(&test.env, second);
    vr_dealloc(&test.env, NULL);
    check_int(vr_test_blocks(&test), 0);
    check_int(vr_test_bytes(&test), 0);
    check_int(vr_test_allocations(&test), 4);
}

TEST(test_env, gives_memory_for_any_object_and_keeps_what_is_in_it)
{
    vr_test_env_init(&test, 0);
    for (size_t size = 1; size < 200; size++) {
        char *block = vr_alloc(&test.env, size);
        check((uintptr_t)block % _Alignof(max_align_t) == 0);
        memset(block, (int)size, size);
        block = vr_resize(&test.env, block, size + 1000);
        for (size_t i = 0; i < size; i++)
            check_int((unsigned char)block[i], size);
        vr_dealloc(&test.env, block);
    }
}

TEST(test_env, lets_the_allocation_fail_that_was_named_and_no_other)
{
    vr_test_env_init(&test, 0);
    check_int(failures_in(2), 0);
    vr_test_fail_allocation(&test, 3, 1);
    check_int(failures_in(2), 0);
    check_int(failures_in(1), 1);
    check_int(failures_in(10), 0);
    check_int(vr_test_allocations(&test), 15);
}

TEST(test_env, lets_as_many_fail_as_were_named)
{
    vr_test_env_init(&test, 0);
    vr_test_fail_allocation(&test, 2, 3);
    check_int(failures_in(1), 0);
    check_int(failures_in(3), 3);
    check_int(failures_in(5), 0);
    vr_test_fail_allocation(&test, 1, INT_MAX);
    check_int(failures_in(1000), 1000);
    vr_test_fail_allocation(&test, 0, 0);
    check_int(failures_in(10), 0);
}

TEST(test_env, leaves_a_block_as_it_was_where_it_cannot_grow)
{
    vr_test_env_init(&test, 0);
    char *block = vr_strdup(&test.env, "still here");

    vr_test_fail_allocation(&test, 1, 1);
    errno = 0;
    check(!vr_resize(&test.env, block, 4096));
    check_int(errno, ENOMEM);
    check_str(block, "still here");
    check_int(vr_test_bytes(&test), 11);
    vr_dealloc(&test.env, block);
}

TEST(test_env, has_no_memory_beyond_all_bounds)
{
    vr_test_env_init(&test, 0);
    check(!vr_resize(&test.env, NULL, SIZE_MAX));
    check_int(vr_test_blocks(&test), 0);
}
