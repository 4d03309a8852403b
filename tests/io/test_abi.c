/* SPDX-License-Identifier: MIT */
/**
 * @file test_abi.c
 * What programs depend on that were built against other headers of the same
 * ABI: sizes of structs that they embed, and tables that are shorter or longer
 * than ours.  See doc/abi.md.
 */
#include <vreactor/vreactor.h>

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/test.h"

/* ---- structs that programs embed ---- */

#define SIZE(name, expected)                                                   \
    {                                                                          \
#name, sizeof(struct name), expected                                   \
    }

static const struct {
    const char *name;
    size_t size, expected;
} embedded[] = {
    SIZE(vr_value, 16),
    SIZE(vr_result, 32),
    SIZE(vr_end, 32),
    SIZE(vr_call, 80),
    SIZE(vr_call_group, 48),
    SIZE(vr_post, 24),
    SIZE(vr_task, 32),
    SIZE(vr_watch, 40),
    SIZE(vr_wait_hook, 48),
    SIZE(vr_signal, 48),
    SIZE(vr_child, 88),
    SIZE(vr_child_fd, 8),
    SIZE(vr_soon, 24),
    SIZE(vr_list, 16),
    SIZE(vr_consumer, 24),
    SIZE(vr_producer, 88),
    SIZE(vr_stage, 120),
    SIZE(vr_filter, 336),
    SIZE(vr_element, 64),
    SIZE(vr_chain, 160),
    SIZE(vr_offer, 56),
    SIZE(vr_control, 24),
    SIZE(vr_buffer, 32),
    SIZE(vr_writer, 152),
    SIZE(vr_agent, 256),
    SIZE(vr_stream, 408),
    SIZE(vr_bytes, 16),
    SIZE(vr_address, 136),
    SIZE(vr_socket, 376),
    SIZE(vr_wire, 376),
    SIZE(vr_listener, 432),
    SIZE(vr_connector, 112),
    SIZE(vr_logger, 176),
    SIZE(vr_log_entry, 48),
    SIZE(vr_log_attr, 24),
    SIZE(vr_log_format, 16),
    SIZE(vr_log_limit, 40),
    SIZE(vr_log_watcher, 64),
    SIZE(vr_log_filter, 24),
    SIZE(vr_log_level_filter, 32),
    SIZE(vr_log_output, 40),
    SIZE(vr_log_console, 120),
    SIZE(vr_log_file, 136),
    SIZE(vr_log_memory, 192),
    SIZE(vr_log_subscription, 112),
    SIZE(vr_log_syslog, 80),
    SIZE(vr_pool_counts, 32),
    SIZE(vr_stacks_stats, 32),
    SIZE(vr_ready, 16),
};

_Static_assert(sizeof(struct vr_end) <= 40, "an end is small");

enum { COUNT = sizeof(embedded) / sizeof(embedded[0]) };

TEST(abi, of_64_bits_has_structs_of_these_sizes)
{
#if !defined(__LP64__) || !defined(__GLIBC__)
    test_skip("the sizes are those of LP64 with glibc");
#endif
    for (int i = 0; i < COUNT; i++)
        if (embedded[i].size != embedded[i].expected)
            test_fail(__FILE__, __LINE__, "struct %s has %zu bytes, not %zu",
                      embedded[i].name, embedded[i].size, embedded[i].expected);
}

/* ---- tables of an older program ---- */

static vr_time say_seven(void *ctx)
{
    (void)ctx;
    return 7;
}

/* The first @p size bytes of @p table; who reads beyond meets no zeroes. */
static void *cut(const void *table, size_t size)
{
    enum { BEYOND = 512 };
    char *older = malloc(size + BEYOND);

    check(older);
    memset(older + size, 0x5a, BEYOND);
    memcpy(older, table, size);
    memcpy(older, &size, sizeof(size));
    return older;
}

TEST(abi, takes_an_environment_without_members_that_came_later)
{
    struct vr_env whole = VR_ENV_INIT;
    struct vr_reactor *reactor;

    whole.now = say_seven;
    for (size_t size = sizeof(size_t); size < sizeof(whole);
         size += sizeof(void *)) {
        struct vr_env *older = cut(&whole, size);
        struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
        bool has_clock = size > offsetof(struct vr_env, now);

        check_int(vr_now(older) == 7, has_clock);
        void *block = vr_alloc(older, 10);
        check(block);
        vr_dealloc(older, block);

        options.env = older;
        check_int(vr_reactor_new(&options, &reactor), 0);
        check_int(vr_now(vr_reactor_env(reactor)) == 7, has_clock);
        check_int(vr_reactor_free(reactor), 0);
        free(older);
    }
}

static int closes;

static int count_close(int fd)
{
    closes++;
    return vr_sys_default()->close(fd);
}

TEST(abi, takes_system_calls_without_members_that_came_later)
{
    struct vr_sys whole = VR_SYS_INIT;
    struct vr_sys *older;

    whole.close = count_close;
    older = cut(&whole, offsetof(struct vr_sys, close) + sizeof(whole.close));
    struct vr_env env = VR_ENV_INIT;
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
    struct vr_reactor *reactor;

    env.sys = older;
    options.env = &env;
    check_int(vr_reactor_new(&options, &reactor), 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(vr_reactor_free(reactor), 0);
    check(closes > 0);
    free(older);
}

TEST(abi, takes_options_without_members_that_came_later)
{
    struct vr_reactor_options whole = VR_REACTOR_OPTIONS_INIT;
    struct vr_reactor *reactor;

    whole.selector = "none of this name";
    for (size_t size = sizeof(size_t); size < sizeof(whole);
         size += sizeof(void *)) {
        struct vr_reactor_options *older = cut(&whole, size);
        bool names = size > offsetof(struct vr_reactor_options, selector);

        check_int(vr_reactor_new(older, &reactor), names ? -VR_ESELECTOR : 0);
        if (!names)
            check_int(vr_reactor_free(reactor), 0);
        free(older);
    }
}

/* ---- tables of a newer one ---- */

struct newer_env {
    struct vr_env env;
    void *more;
};

struct newer_sys {
    struct vr_sys sys;
    void *more;
};

static int make_in(const struct vr_env *env)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
    struct vr_reactor *reactor;
    struct vr_condition *condition;
    struct vr_pool_options pool_options = VR_POOL_OPTIONS_INIT;
    struct vr_pool *pool;

    options.env = env;
    pool_options.env = env;
    int err = vr_reactor_new(&options, &reactor);
    check_int(vr_condition_new(env, 0, &condition), err);
    check_int(vr_pool_new(&pool_options, &pool), err);
    if (!err) {
        vr_condition_free(condition);
        check_int(vr_pool_free(pool), 0);
        check_int(vr_reactor_free(reactor), 0);
    }
    return err;
}

TEST(abi, refuses_members_of_an_environment_that_it_does_not_know)
{
    struct newer_env newer = {.env = {.size = sizeof(newer)}};

    check_int(make_in(&newer.env), 0);
    newer.more = &newer;
    check_int(make_in(&newer.env), -E2BIG);
}

TEST(abi, refuses_system_calls_that_it_does_not_know)
{
    struct newer_sys newer = {.sys = {.size = sizeof(newer)}};
    struct vr_env env = VR_ENV_INIT;

    env.sys = &newer.sys;
    check_int(make_in(&env), 0);
    newer.more = &newer;
    check_int(make_in(&env), -E2BIG);
}
