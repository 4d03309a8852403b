/* SPDX-License-Identifier: MIT */
/**
 * @file text.h
 * A string builder over a buffer of fixed size, and the characters of UTF-8.
 * Internal.
 *
 * Texts may come from a peer and be invalid UTF-8: a byte that is no part of a
 * character is then treated as a character by itself.
 */
#ifndef VR_BASE_TEXT_H
#define VR_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>

/** The builder.  Text that does not fit is cut after a whole character, but
 *  counted in len. */
struct vr_text {
    char *buf;   /**< always ends in a zero, if @p size is not 0 */
    size_t size; /**< of @p buf; may be 0 */
    size_t len;  /**< of the whole text */
};

/** An empty text in @p buf of @p size bytes. */
struct vr_text vr_text_in(char *buf, size_t size);

/** Append what printf(3) would print; if that fails, the format itself. */
VR_PRINTF(2, 3)
void vr_text_add(struct vr_text *text, const char *format, ...);
VR_PRINTF(2, 0)
void vr_text_vadd(struct vr_text *text, const char *format, va_list args);

/** Copy @p text to @p buf of @p size bytes, 1 or more, as far as it fits. */
void vr_text_copy(char *buf, size_t size, const char *text);

/** The number of bytes in whole characters of @p text, which was cut after
 *  @p len bytes: less than @p len if the last character was cut. */
size_t vr_text_whole(const char *text, size_t len);

/**
 * Read the character that @p text, which ends in a zero, begins with.
 * @param ret_code  its number
 * @return how many bytes it has; 0: this is no UTF-8
 */
size_t vr_text_character(const char *text, uint32_t *ret_code);

/** Is @p code unsafe to show: a control character, a line or paragraph
 *  separator, or one that changes the direction of the text around it? */
bool vr_text_is_control(uint32_t code);

enum { VR_TEXT_SHOWN = 16 };

/**
 * How to show the first character of @p at, which is not empty, safely on a
 * terminal and in one line.
 * @param ret_shown  "\\x1b" for a control character of one byte or an invalid
 * byte; "\\u202e" for a longer one; "" if it can be shown as it is
 * @return how many bytes of @p at the character has
 */
size_t vr_text_show(const char *at, char ret_shown[VR_TEXT_SHOWN]);

/** Add @p words, each character as vr_text_show() has it. */
void vr_text_add_words(struct vr_text *text, const char *words);

#endif
