/* SPDX-License-Identifier: MIT */
/**
 * @file copy.h
 * Copies of entries that outlive the log call.  Internal.
 */
#ifndef VR_LOG_COPY_H
#define VR_LOG_COPY_H

#include <stddef.h>

struct vr_log_entry;

/**
 * Copy the texts and attributes of @p entry to @p to, which is aligned for
 * pointers, and let @p entry point there; NULL for @p to: only count.  Where
 * that would take more than @p most bytes the text is cut, between characters,
 * and ends in "...".
 * @return how many bytes it takes; above @p most: it does not fit even so
 */
size_t vr_log_entry_copy(struct vr_log_entry *entry, void *to, size_t most);

#endif
