/* SPDX-License-Identifier: MIT */
/**
 * @file limit.h
 * Log calls with a limit: a peer that provokes an entry as often as it likes
 * does not flood the log.
 *
 *     static struct vr_log_limit limit = {.most = 5, .per = 10 * VR_SEC};
 *
 *     vr_log_limited(&limit, logger, VR_LOG_WARN, "%s: bad greeting", peer);
 *
 * When entries begin to be held back an entry says so; the next entry that is
 * let through is preceded by one that says how many were.
 *
 * Threads: any, at the same time, if the logger allows for it.
 */
#ifndef VR_LOG_LIMIT_H
#define VR_LOG_LIMIT_H

#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct vr_logger;

/** How often a call site may log.  Set the first two, zero the rest. */
struct vr_log_limit {
    int64_t most; /**< entries, 1 or more */
    vr_time per;  /**< nanoseconds, from the first entry */

    vr_time until; /**< private, as all below, and atomic */
    int64_t count;
    int64_t held;
};

/** vr_log(), at most as often as @p limit allows. */
void vr_log_limited(struct vr_log_limit *limit, struct vr_logger *logger,
                    int level, const char *format, ...) VR_PRINTF(4, 5);

/** How many entries were held back and not reported yet. */
int64_t vr_log_limit_held(const struct vr_log_limit *limit);

VR_END_DECLS

#endif
