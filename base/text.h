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

/**
 * The control character at @p at: below U+0020, U+007F, or U+0080 to U+009F in
 * UTF-8.
 * @return of how many bytes it is; 0: none is there
 */
size_t vr_text_control_at(const char *at);

/** Add @p words, with "\x1b" and the like in place of control characters, so
 *  that they are one line, and no terminal obeys them. */
void vr_text_add_words(struct vr_text *text, const char *words);

#endif
