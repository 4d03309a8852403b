/* SPDX-License-Identifier: MIT */
/**
 * @file env.c
 * The default environment, and memory through any.
 */
#include <vreactor/base/env.h>

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <vreactor/base/current.h>
#include <vreactor/base/env_home.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/options.h>

static void *heap_resize(void *ctx, void *old, size_t size)
{
    (void)ctx;
    if (size)
        return realloc(old, size);

    free(old);
    return NULL;
}

static vr_time read_clock(clockid_t clock)
{
    struct timespec now = {0};

    (void)clock_gettime(clock, &now); /* these clocks always exist */
    return vr_time_from_timespec(now);
}

static vr_time monotonic(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_MONOTONIC);
}

static vr_time wall(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_REALTIME);
}

static vr_time boot(void *ctx)
{
    (void)ctx;
#ifdef CLOCK_BOOTTIME
    return read_clock(CLOCK_BOOTTIME);
#else
    return read_clock(CLOCK_MONOTONIC); /* on macOS it counts sleep, too */
#endif
}

static void drop_report(void *ctx, int level, const char *text)
{
    (void)ctx;
    (void)level;
    (void)text;
}

const struct vr_env *vr_env_default(void)
{
    static const struct vr_env env = {
        .size = sizeof(env),
        .resize = heap_resize,
        .now = monotonic,
        .wall = wall,
        .boot = boot,
        .report = drop_report,
        .sys = &vr_sys_table,
    };
    return &env;
}

/* Is it NULL, or has it a size? */
static const struct vr_env *checked(const struct vr_env *env)
{
    assert(vr_options_have_size(env) &&
           "struct vr_env without a size: begin with its VR_..._INIT");
    return env;
}

const struct vr_env *vr_env_or_default(const struct vr_env *env)
{
    return env ? checked(env) : vr_env_default();
}

const struct vr_env *vr_env_or_current(const struct vr_env *env)
{
    if (!env)
        env = vr_current_env();

    return vr_env_or_default(env);
}

const struct vr_env *vr_env_keep(const struct vr_env *env)
{
    env = vr_env_or_current(env);
    vr_env_home_ref(vr_env_home_of(env));
    return env;
}

void vr_env_drop(const struct vr_env *env)
{
    if (env)
        vr_env_home_unref(vr_env_home_of(env));
}

void *vr_alloc(const struct vr_env *env, size_t size)
{
    void *ptr = size ? vr_resize(env, NULL, size) : NULL;
    if (ptr)
        memset(ptr, 0, size);

    return ptr;
}

static const struct vr_env *with_memory(const struct vr_env *env)
{
    env = vr_env_or_default(env);
    return vr_env_with(env, resize);
}

void *vr_resize(const struct vr_env *env, void *old, size_t size)
{
    env = with_memory(env);
    return env->resize(env->ctx, old, size);
}

void *vr_reserve(const struct vr_env *env, void *array, size_t *count,
                 size_t need, size_t size)
{
    if (array && need <= *count)
        return array;

    size_t more = need + need / 2 + 16;
    if (need > SIZE_MAX / 2 || more > SIZE_MAX / size)
        return NULL;
    char *grown = vr_resize(env, array, more * size);
    if (!grown)
        return NULL;

    memset(grown + *count * size, 0, (more - *count) * size);
    *count = more;
    return grown;
}

void vr_dealloc(const struct vr_env *env, void *ptr)
{
    if (!ptr)
        return;

    int err = errno;
    env = with_memory(env);
    (void)env->resize(env->ctx, ptr, 0);
    errno = err;
}

struct vr_allocator vr_allocator_of(const struct vr_env *env)
{
    env = vr_env_or_current(env);
    env = vr_env_with(env, resize);

    struct vr_allocator allocator = {.resize = env->resize, .ctx = env->ctx};
    return allocator;
}

void *vr_allocator_alloc(struct vr_allocator allocator, size_t size)
{
    void *ptr = size ? allocator.resize(allocator.ctx, NULL, size) : NULL;
    if (ptr)
        memset(ptr, 0, size);

    return ptr;
}

void vr_allocator_free(struct vr_allocator allocator, void *ptr)
{
    int err = errno;

    if (ptr)
        (void)allocator.resize(allocator.ctx, ptr, 0);
    errno = err;
}

char *vr_strdup(const struct vr_env *env, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = vr_resize(env, NULL, size);
    if (copy)
        memcpy(copy, text, size);

    return copy;
}

vr_time vr_now(const struct vr_env *env)
{
    env = vr_env_or_current(env);
    env = vr_env_with(env, now);
    return env->now(env->ctx);
}
