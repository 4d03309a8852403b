/* SPDX-License-Identifier: MIT */
/**
 * @file copy.h
 * Entries that outlive the log call.  Internal.
 */
#ifndef VR_LOG_COPY_H
#define VR_LOG_COPY_H

#include <stddef.h>

struct vr_log_entry;

/**
 * Copy what @p entry points to to @p to, which is aligned for pointers, and
 * let it point there; NULL: only count.  Where that would take more than
 * @p most bytes the text is cut, between characters, and ends in "...".
 * @return how many bytes it takes; above @p most: it does not fit even so
 */
size_t vr_log_entry_copy(struct vr_log_entry *entry, void *to, size_t most);

#endif
