/* SPDX-License-Identifier: MIT */
/**
 * @file copied.h
 * memcpy() for the bytes that pass through, counted.  Internal.
 *
 * A peer decides into how many pieces its bytes are cut, and must not decide
 * how often each byte is copied.  So code that queues, collects or hands out
 * bytes copies by this function, and tests compare the bytes copied with the
 * bytes read.
 *
 * Threads: any, each counts its own.
 */
#ifndef VR_BASE_COPIED_H
#define VR_BASE_COPIED_H

#include <stddef.h>
#include <stdint.h>

/** Copy @p len bytes, which do not overlap; with none both may be NULL. */
void vr_copy(void *to, const void *from, size_t len);

/** How many bytes this thread has copied by vr_copy(). */
uint64_t vr_copied(void);

#endif
