/* SPDX-License-Identifier: MIT */
/**
 * @file behind.h
 * To which other loggers does a logger pass entries on?  Through watchers that
 * are loggers or relays to one.  Internal.
 */
#ifndef VR_LOG_BEHIND_H
#define VR_LOG_BEHIND_H

#include <stdbool.h>
#include <stddef.h>

struct vr_logger;

/** The loggers visited on the way here, a list on the stack. */
struct vr_log_way {
    struct vr_logger *logger; /**< here */
    const struct vr_log_way *outer;
};

/** Has @p way visited @p logger? */
bool vr_log_way_has(const struct vr_log_way *way,
                    const struct vr_logger *logger);

/** The logger that a watcher of @p logger leads to; @p number counts such
 *  watchers from 0, since they may come and go between calls.  NULL: there are
 *  no more. */
struct vr_logger *vr_logger_behind(const struct vr_logger *logger,
                                   size_t number);

/** May this thread look at the watchers of @p inner, which @p logger leads to?
 *  A logger without a queue that hangs on one with a queue belongs to the
 *  thread that shows that queue, which may change the watchers meanwhile. */
bool vr_logger_may_look(const struct vr_logger *logger,
                        const struct vr_logger *inner);

/** Does @p from pass entries on to @p to, as far as this thread may look? true
 *  also if they are the same. */
bool vr_logger_leads_to(struct vr_logger *from, const struct vr_logger *to);

#endif
