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

size_t vr_text_control_at(const char *at)
{
    unsigned char byte = (unsigned char)at[0], next;

    if (!byte)
        return 0;
    if (byte < 0x20 || byte == 0x7f)
        return 1;
    next = (unsigned char)at[1];
    return byte == 0xc2 && next >= 0x80 && next <= 0x9f ? 2 : 0;
}

void vr_text_add_words(struct vr_text *text, const char *words)
{
    while (*words) {
        size_t plain = 0;
        while (words[plain] && !vr_text_control_at(words + plain))
            plain++;
        vr_text_add(text, "%.*s", (int)plain, words);
        words += plain;
        for (size_t left = vr_text_control_at(words); left; left--)
            vr_text_add(text, "\\x%02x", (unsigned char)*words++);
    }
}
