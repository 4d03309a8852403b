/* SPDX-License-Identifier: MIT */
/**
 * @file failure_log.h
 * Log entries for a failure of base/failure.h.
 *
 * Threads: as vr_log().
 */
#ifndef VR_REACTOR_ASYNC_FAILURE_LOG_H
#define VR_REACTOR_ASYNC_FAILURE_LOG_H

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_failure;
struct vr_logger;

/** Log @p failure, followed by an entry for each of its causes that begins with
 *  "caused by: ".  An entry is cut after 1 023 bytes.  If @p failure or
 *  @p logger is NULL nothing is logged. */
void vr_log_failure(struct vr_logger *logger, int level,
                    const struct vr_failure *failure);

VR_END_DECLS

#endif
