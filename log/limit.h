/* SPDX-License-Identifier: MIT */
/**
 * @file limit.h
 * A log call that others can provoke, and that does not flood the log for it.
 *
 *     static struct vr_log_limit limit = {.most = 5, .per = 10 * VR_SEC};
 *
 *     vr_log_limited(&limit, logger, VR_LOG_WARN, "%s: bad greeting", peer);
 *
 * The first entry that is held back leaves a word that this and others are;
 * the next that is let through tells how many were.
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
    vr_time per;  /**< nanoseconds, from the first of them */

    vr_time until; /**< private, as all below, and atomic */
    int64_t count;
    int64_t held;
};

/** vr_log(), at most as often as @p limit allows. */
void vr_log_limited(struct vr_log_limit *limit, struct vr_logger *logger,
                    int level, const char *format, ...) VR_PRINTF(4, 5);

/** How many entries were held back and not told of yet. */
int64_t vr_log_limit_held(const struct vr_log_limit *limit);

VR_END_DECLS

#endif
