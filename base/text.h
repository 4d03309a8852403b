/* SPDX-License-Identifier: MIT */
/**
 * @file text.h
 * A text put together piece by piece in a buffer of fixed size.  Internal.
 */
#ifndef VR_BASE_TEXT_H
#define VR_BASE_TEXT_H

#include <stddef.h>

#include <vreactor/base/decls.h>

/** What does not fit is cut, and only counted. */
struct vr_text {
    char *buf;   /**< always ends in a zero, if @p size is not 0 */
    size_t size; /**< of @p buf; may be 0 */
    size_t len;  /**< of the whole text */
};

/** An empty text in @p buf of @p size bytes. */
struct vr_text vr_text_in(char *buf, size_t size);

/** Add what printf(3) would print. */
VR_PRINTF(2, 3)
void vr_text_add(struct vr_text *text, const char *format, ...);

#endif
