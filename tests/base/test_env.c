/* SPDX-License-Identifier: MIT */
/**
 * @file test_env.c
 * Tests of base/env.h.
 */
#include <vreactor/base/env.h>

#include <errno.h>
#include <stdint.h>

#include "tests/support/test.h"

/* An allocator that counts, and has only so much to give. */
struct heap {
    int calls;
    int left;
};

static void *heap_resize(void *ctx, void *old, size_t size)
{
    struct heap *heap = ctx;

    heap->calls++;
    errno = ENOMEM;
    if (size && heap->left-- <= 0)
        return NULL;

    return vr_env_default()->resize(vr_env_default()->ctx, old, size);
}

static struct vr_env env_of(struct heap *heap)
{
    struct vr_env env = VR_ENV_INIT;

    env.ctx = heap;
    env.resize = heap_resize;
    return env;
}

static vr_time stopped_clock(void *ctx)
{
    return *(vr_time *)ctx;
}

TEST(env, takes_null_for_the_default)
{
    struct vr_env env = VR_ENV_INIT;

    check(vr_env_or_default(NULL) == vr_env_default());
    check(vr_env_or_default(&env) == &env);
    check(vr_env_default()->sys == vr_sys_default());
}

TEST(env, allocates_zeroed_memory)
{
    static const char zeros[64];
    char *memory = vr_alloc(NULL, sizeof(zeros));

    check(memory != NULL);
    check_mem(memory, zeros, sizeof(zeros));
    vr_dealloc(NULL, memory);
}

TEST(env, allocates_nothing_for_no_bytes)
{
    struct heap heap = {.left = 1};
    struct vr_env env = env_of(&heap);

    check(!vr_alloc(&env, 0));
    check_int(heap.calls, 0);
}

TEST(env, keeps_the_bytes_when_memory_is_resized)
{
    char *memory = vr_strdup(NULL, "four");

    check(memory != NULL);
    memory = vr_resize(NULL, memory, 4096);
    check_str(memory, "four");
    vr_dealloc(NULL, memory);
}

TEST(env, says_when_there_is_no_memory)
{
    struct heap heap = {.left = 0};
    struct vr_env env = env_of(&heap);

    check(!vr_alloc(&env, 1));
    check(!vr_resize(&env, NULL, 1));
    check(!vr_strdup(&env, ""));
    check_int(heap.calls, 3);
}

TEST(env, leaves_memory_as_it_was_when_it_cannot_grow)
{
    struct heap heap = {.left = 1};
    struct vr_env env = env_of(&heap);
    char *memory = vr_strdup(&env, "still here");

    check(!vr_resize(&env, memory, 4096));
    check_str(memory, "still here");
    vr_dealloc(&env, memory);
}

TEST(env, reserves_room_that_is_zero_beside_what_is_there)
{
    size_t count = 0;
    int *array = vr_reserve(NULL, NULL, &count, 3, sizeof(*array));

    check(array && count >= 3);
    check_int(array[0], 0);
    array[count - 1] = 7;
    size_t before = count;
    check(vr_reserve(NULL, array, &count, before, sizeof(*array)) == array);
    check_int(count, before);
    array = vr_reserve(NULL, array, &count, before + 1, sizeof(*array));
    check(array && count > before);
    check_int(array[before - 1], 7);
    check_int(array[before], 0);
    check_int(array[count - 1], 0);
    vr_dealloc(NULL, array);
}

TEST(env, reserves_nothing_where_there_is_no_memory)
{
    struct heap heap = {.left = 0};
    struct vr_env env = env_of(&heap);
    size_t count = 0;

    check(!vr_reserve(&env, NULL, &count, 1, 1));
    check(!vr_reserve(NULL, NULL, &count, SIZE_MAX - 1, 1));
    check(!vr_reserve(NULL, NULL, &count, SIZE_MAX / 4, 8));
    check_int(count, 0);
}

TEST(env, frees_null_without_a_call)
{
    struct heap heap = {0};
    struct vr_env env = env_of(&heap);

    vr_dealloc(&env, NULL);
    check_int(heap.calls, 0);
}

TEST(env, leaves_errno_alone_when_it_frees)
{
    struct heap heap = {.left = 1};
    struct vr_env env = env_of(&heap);
    void *memory = vr_alloc(&env, 1);

    errno = EMFILE;
    vr_dealloc(&env, memory);
    check_int(errno, EMFILE);
    check_int(heap.calls, 2);
}

TEST(env, reads_the_clock_it_was_given)
{
    vr_time now = 42;
    struct vr_env env = VR_ENV_INIT;

    env.ctx = &now;
    env.now = stopped_clock;
    check_int(vr_now(&env), 42);
    now = 43;
    check_int(vr_now(&env), 43);
}

TEST(env, has_a_clock_that_never_goes_back)
{
    vr_time before = vr_now(NULL);

    for (int i = 0; i < 1000; i++) {
        vr_time now = vr_now(NULL);
        check(now >= before);
        before = now;
    }
}

TEST(env, tells_people_the_time_since_1970)
{
    vr_time in_2020 = 1577836800 * VR_SEC;

    check(vr_env_default()->wall(vr_env_default()->ctx) > in_2020);
}

TEST(env, asks_for_descriptor_flags_by_their_own_names)
{
    const struct vr_sys *sys = vr_sys_default();
    int ends[2];

    check_int(sys->pipe(ends), 0);
    check_int(sys->get_fd_flags(ends[0]), 0);
    check_int(sys->set_fd_flags(ends[0], 1), 0);
    check_int(sys->get_fd_flags(ends[0]), 1);
    check(sys->get_fl_flags(ends[0]) != sys->get_fl_flags(ends[1]));
    check_int(sys->set_fl_flags(ends[1], sys->get_fl_flags(ends[1])), 0);
    check_int(sys->close(ends[0]), 0);
    check_int(sys->close(ends[1]), 0);
}
