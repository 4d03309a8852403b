/* SPDX-License-Identifier: MIT */
/**
 * @file behind.h
 * Which loggers does a logger lead to?  Internal.
 */
#ifndef VR_LOG_BEHIND_H
#define VR_LOG_BEHIND_H

#include <stdbool.h>
#include <stddef.h>

struct vr_logger;

/** A way from logger to logger, as it was gone. */
struct vr_log_way {
    struct vr_logger *logger; /**< here */
    const struct vr_log_way *outer;
};

/** Has @p way come by @p logger? */
bool vr_log_way_has(const struct vr_log_way *way,
                    const struct vr_logger *logger);

/** The logger that one of @p logger's watchers leads to, by number, as they may
 *  come and go meanwhile; NULL: there are no more. */
struct vr_logger *vr_logger_behind(const struct vr_logger *logger,
                                   size_t number);

/** May this thread look at what is behind @p inner, which is behind @p logger?
 *  What has no queue is the thread's that shows, which may change it. */
bool vr_logger_may_look(const struct vr_logger *logger,
                        const struct vr_logger *inner);

/** Would @p from, shown an entry, show it to @p to, as far as this thread may
 *  look?  Also where they are the same. */
bool vr_logger_leads_to(struct vr_logger *from, const struct vr_logger *to);

#endif
