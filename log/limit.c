/* SPDX-License-Identifier: MIT */
/**
 * @file limit.c
 * Log calls that are held back.
 */
#include <vreactor/log/limit.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>

#include <vreactor/base/env.h>
#include <vreactor/log/log.h>

/* Of the threads that find the time over, one begins the next. */
static void begin_next(struct vr_log_limit *limit, vr_time now)
{
    vr_time until = __atomic_load_n(&limit->until, __ATOMIC_RELAXED);

    if (now >= until && __atomic_compare_exchange_n(
                            &limit->until, &until, vr_time_add(now, limit->per),
                            false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        __atomic_store_n(&limit->count, 0, __ATOMIC_RELAXED);
}

static void tell_held(struct vr_log_limit *limit, struct vr_logger *logger,
                      int level)
{
    int64_t held = __atomic_exchange_n(&limit->held, 0, __ATOMIC_RELAXED);

    if (held)
        vr_log(logger, level, "%" PRId64 " like the next held back", held);
}

static bool lets_through(struct vr_log_limit *limit, struct vr_logger *logger,
                         int level)
{
    int64_t count = __atomic_add_fetch(&limit->count, 1, __ATOMIC_RELAXED);

    if (count <= limit->most) {
        tell_held(limit, logger, level);
        return true;
    }
    if (count == limit->most + 1)
        vr_log(logger, level, "more like the last are held back");
    (void)__atomic_add_fetch(&limit->held, 1, __ATOMIC_RELAXED);
    return false;
}

void vr_log_limited(struct vr_log_limit *limit, struct vr_logger *logger,
                    int level, const char *format, ...)
{
    va_list args;

    if (!vr_logger_is_enabled(logger, level))
        return;
    begin_next(limit, vr_now(logger->env));
    if (!lets_through(limit, logger, level))
        return;
    va_start(args, format);
    vr_vlog(logger, NULL, level, NULL, format, args);
    va_end(args);
}

int64_t vr_log_limit_held(const struct vr_log_limit *limit)
{
    return __atomic_load_n(&limit->held, __ATOMIC_RELAXED);
}
