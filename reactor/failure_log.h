/* SPDX-License-Identifier: MIT */
/**
 * @file failure_log.h
 * A failure of pending/failure.h, told to a log.
 *
 * Threads: as vr_log().
 */
#ifndef VR_REACTOR_FAILURE_LOG_H
#define VR_REACTOR_FAILURE_LOG_H

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_failure;
struct vr_logger;

/** Log @p failure, and behind it each of its causes as an entry that begins
 *  with "caused by: ".  Each is cut after 1 023 bytes.  NULL is no failure, and
 *  no logger. */
void vr_failure_log(struct vr_logger *logger, int level,
                    const struct vr_failure *failure);

VR_END_DECLS

#endif
