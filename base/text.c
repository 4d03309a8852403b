/* SPDX-License-Identifier: MIT */
/**
 * @file text.c
 * Texts in a buffer of fixed size.
 */
#include <vreactor/base/text.h>

#include <stdarg.h>
#include <stdio.h>

struct vr_text vr_text_in(char *buf, size_t size)
{
    if (size)
        buf[0] = '\0';
    return (struct vr_text){.buf = buf, .size = size};
}

void vr_text_add(struct vr_text *text, const char *format, ...)
{
    size_t used = text->len < text->size ? text->len : text->size;
    va_list args;

    va_start(args, format);
    int len = vsnprintf(text->size ? text->buf + used : NULL, text->size - used,
                        format, args);
    va_end(args);
    if (len > 0)
        text->len += (size_t)len;
}
