/* SPDX-License-Identifier: MIT */
/**
 * @file text.c
 * Texts in a buffer of fixed size, and where they may be cut.
 */
#include <vreactor/base/text.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct vr_text vr_text_in(char *buf, size_t size)
{
    if (size)
        buf[0] = '\0';
    return (struct vr_text){.buf = buf, .size = size};
}

void vr_text_vadd(struct vr_text *text, const char *format, va_list args)
{
    size_t used = text->len < text->size ? text->len : text->size;
    char *end = text->size ? text->buf + used : NULL;
    size_t room = text->size - used;

    int len = vsnprintf(end, room, format, args);
    if (len < 0) /* a wide character unknown here: show where it was */
        len = snprintf(end, room, "%s", format);
    if (room && (size_t)len >= room)
        end[vr_text_whole(end, room - 1)] = '\0';
    text->len += (size_t)len;
}

void vr_text_add(struct vr_text *text, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vr_text_vadd(text, format, args);
    va_end(args);
}

void vr_text_copy(char *buf, size_t size, const char *text)
{
    struct vr_text copy = vr_text_in(buf, size);

    vr_text_add(&copy, "%s", text);
}

/* ---- UTF-8 ---- */

static bool goes_on(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* How many bytes a character has by its @first one; 0: none begins so. */
static size_t length_by(unsigned char first)
{
    return first < 0x80                     ? 1
           : first >= 0xc2 && first <= 0xdf ? 2
           : first >= 0xe0 && first <= 0xef ? 3
           : first >= 0xf0 && first <= 0xf4 ? 4
                                            : 0;
}

size_t vr_text_whole(const char *text, size_t len)
{
    size_t there = 1;

    while (there < len && there < 4 && goes_on(text[len - there]))
        there++;
    if (there > len || length_by((unsigned char)text[len - there]) <= there)
        return len;
    return len - there;
}

/* Is @code, which took @length bytes, none that takes less, and one at all? */
static bool is_character(uint32_t code, size_t length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

    return code >= least[length] && code <= 0x10ffff &&
           (code < 0xd800 || code > 0xdfff);
}

size_t vr_text_character(const char *text, uint32_t *ret_code)
{
    unsigned char first = (unsigned char)text[0];
    size_t length = length_by(first);
    uint32_t code = length > 1 ? first & (0x7fU >> length) : first;

    for (size_t i = 1; i < length; i++) {
        if (!goes_on(text[i]))
            return 0;
        code = code << 6 | ((unsigned char)text[i] & 0x3f);
    }
    if (!length || !is_character(code, length))
        return 0;
    *ret_code = code;
    return length;
}

bool vr_text_is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x61c ||
           code == 0x200e || code == 0x200f ||
           (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x206f);
}

/* ---- for the eyes of people ---- */

size_t vr_text_show(const char *at, char ret_shown[VR_TEXT_SHOWN])
{
    uint32_t code = 0;
    size_t length = vr_text_character(at, &code);

    ret_shown[0] = '\0';
    if (!length || (length == 1 && vr_text_is_control(code)))
        (void)snprintf(ret_shown, VR_TEXT_SHOWN, "\\x%02x", (unsigned char)*at);
    else if (vr_text_is_control(code))
        (void)snprintf(ret_shown, VR_TEXT_SHOWN, "\\u%04" PRIx32, code);
    return length ? length : 1;
}

/* As a whole, or not at all. */
static void add_piece(struct vr_text *text, const char *piece)
{
    size_t len = strlen(piece);

    if (text->len < text->size && len < text->size - text->len)
        memcpy(text->buf + text->len, piece, len + 1);
    text->len += len;
}

void vr_text_add_words(struct vr_text *text, const char *words)
{
    char shown[VR_TEXT_SHOWN] = "";

    while (*words) {
        size_t plain = 0, length = 0;
        while (words[plain]) {
            length = vr_text_show(words + plain, shown);
            if (*shown)
                break;
            plain += length;
        }
        vr_text_add(text, "%.*s", (int)plain, words);
        words += plain;
        if (*words) {
            add_piece(text, shown);
            words += length;
        }
    }
}
