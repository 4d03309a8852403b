/* SPDX-License-Identifier: MIT */
/**
 * @file logger_impl.h
 * What the files of a logger share.  Internal.
 */
#ifndef VR_LOG_LOGGER_IMPL_H
#define VR_LOG_LOGGER_IMPL_H

#include <stdint.h>

#include <vreactor/log/log.h>

/** Bring @p entry, which @p logger wants, to its watchers: now or by the
 *  queue.  Threads: any, see log/log.h. */
void vr_logger_take(struct vr_logger *logger, const struct vr_log_entry *entry);

/** Show @p entry to the watchers now, except to @p from. */
void vr_logger_show(struct vr_logger *logger, const struct vr_log_entry *entry,
                    const struct vr_log_watcher *from);

/** Show the watchers a gap: @p lost entries are missing here. */
void vr_logger_show_gap(struct vr_logger *logger, vr_time when, uint32_t lost);

#endif
