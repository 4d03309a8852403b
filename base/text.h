/* SPDX-License-Identifier: MIT */
/**
 * @file text.h
 * A text put together piece by piece in a buffer of fixed size, and the
 * characters of UTF-8 that texts are made of.  Internal.
 *
 * Texts are whoever's, so they may be no UTF-8: a byte that is no part of a
 * character stands for itself.
 */
#ifndef VR_BASE_TEXT_H
#define VR_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>

/** What does not fit is cut where a character ends, and only counted. */
struct vr_text {
    char *buf;   /**< always ends in a zero, if @p size is not 0 */
    size_t size; /**< of @p buf; may be 0 */
    size_t len;  /**< of the whole text */
};

/** An empty text in @p buf of @p size bytes. */
struct vr_text vr_text_in(char *buf, size_t size);

/** Add what printf(3) would print; where it fails, the format itself. */
VR_PRINTF(2, 3)
void vr_text_add(struct vr_text *text, const char *format, ...);
VR_PRINTF(2, 0)
void vr_text_vadd(struct vr_text *text, const char *format, va_list args);

/** Copy @p text to @p buf of @p size bytes, 1 or more, as far as it fits. */
void vr_text_copy(char *buf, size_t size, const char *text);

/** @p text was cut behind @p len bytes. @return how many are left without the
 *  character at the end that is not there as a whole */
size_t vr_text_whole(const char *text, size_t len);

/**
 * Read the character that @p text, which ends in a zero, begins with.
 * @param ret_code  its number
 * @return how many bytes it has; 0: this is no UTF-8
 */
size_t vr_text_character(const char *text, uint32_t *ret_code);

/** Is @p code something other than a character to be seen: a control character,
 *  the end of a line or a paragraph, or what changes the direction of the
 *  characters round it? */
bool vr_text_is_control(uint32_t code);

enum { VR_TEXT_SHOWN = 16 };

/**
 * How to show a person what @p at, which is not at its end, begins with, so
 * that it is on one line and no terminal obeys it.
 * @param ret_shown  "\\x1b" for a control character of one byte, and a byte
 * that is no UTF-8; "\\u202e" for another one; "" for all else, as it is
 * @return how many bytes of @p at that is
 */
size_t vr_text_show(const char *at, char ret_shown[VR_TEXT_SHOWN]);

/** Add @p words, each character as vr_text_show() has it. */
void vr_text_add_words(struct vr_text *text, const char *words);

#endif
