/* SPDX-License-Identifier: MIT */
/**
 * @file utf8.h
 * A second reader of UTF-8 and of escapes, for the targets that check texts.
 */
#ifndef VR_FUZZ_UTF8_H
#define VR_FUZZ_UTF8_H

#include "fuzz/fuzz.h"

#include <inttypes.h>

/* The table of RFC 3629. @return the bytes of the first of @len; 0: none */
static inline size_t utf8_length(const char *text, size_t len)
{
    const uint8_t *at = (const uint8_t *)text;
    uint8_t low = 0x80, high = 0xbf;
    size_t length = at[0] < 0x80                     ? 1
                    : at[0] >= 0xc2 && at[0] <= 0xdf ? 2
                    : at[0] >= 0xe0 && at[0] <= 0xef ? 3
                    : at[0] >= 0xf0 && at[0] <= 0xf4 ? 4
                                                     : 0;

    if (!length || length > len)
        return 0;
    low = at[0] == 0xe0 ? 0xa0 : at[0] == 0xf0 ? 0x90 : low;
    high = at[0] == 0xed ? 0x9f : at[0] == 0xf4 ? 0x8f : high;
    if (length > 1 && (at[1] < low || at[1] > high))
        return 0;
    for (size_t i = 2; i < length; i++)
        if (at[i] < 0x80 || at[i] > 0xbf)
            return 0;
    return length;
}

/* The number of a character of so many bytes. */
static inline uint32_t utf8_code(const char *text, size_t length)
{
    const uint8_t *at = (const uint8_t *)text;
    uint32_t code = length == 1 ? at[0] : at[0] & (0xffu >> (length + 1));

    for (size_t i = 1; i < length; i++)
        code = code << 6 | (at[i] & 0x3fu);
    return code;
}

/* @return how many bytes @code, which is below U+10000, takes in @to */
static inline size_t utf8_put(uint32_t code, char *to)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xc0 | code >> 6);
        to[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    to[0] = (char)(0xe0 | code >> 12);
    to[1] = (char)(0x80 | (code >> 6 & 0x3f));
    to[2] = (char)(0x80 | (code & 0x3f));
    return 3;
}

/* What moves a terminal, ends a line, or turns the direction of writing. */
static inline bool is_unsafe(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x61c ||
           code == 0x200e || code == 0x200f || code == 0x2028 ||
           code == 0x2029 || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

/* All of @len bytes is UTF-8, and safe to show. */
static inline void check_shown(const char *text, size_t len)
{
    for (size_t at = 0, length; at < len; at += length) {
        length = utf8_length(text + at, len - at);
        fuzz_check(length && !is_unsafe(utf8_code(text + at, length)));
    }
}

/* How many bytes the character or the escape has that begins there. */
static inline size_t piece_length(const char *text, size_t len)
{
    size_t length = *text != '\\' || len < 2 ? utf8_length(text, len)
                    : text[1] == 'x'         ? 4
                    : text[1] == 'u'         ? 6
                                             : 2;

    fuzz_check(length && length <= len);
    return length;
}

static inline uint32_t hex_number(const char *digits, int count)
{
    uint32_t number = 0;

    for (; count; count--, digits++) {
        fuzz_check((*digits >= '0' && *digits <= '9') ||
                   (*digits >= 'a' && *digits <= 'f'));
        number = number << 4 | (uint32_t)(*digits <= '9' ? *digits - '0'
                                                         : *digits - 'a' + 10);
    }
    return number;
}

/* ---- a text that is read through ---- */

struct reader {
    const char *at, *end;
};

static inline bool skip(struct reader *reader, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(reader->end - reader->at) < len ||
        memcmp(reader->at, word, len) != 0)
        return false;
    reader->at += len;
    return true;
}

static inline void expect(struct reader *reader, const char *word)
{
    fuzz_check(skip(reader, word));
}

static inline void expect_number(struct reader *reader, int64_t number)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%" PRId64, number);
    expect(reader, text);
    fuzz_check(reader->at == reader->end || *reader->at < '0' ||
               *reader->at > '9');
}

/* What the piece stands for. @return how many bytes of @to that are */
static inline size_t read_piece(struct reader *reader, char *to)
{
    static const char escapes[] = "\\\\\"\"n\nr\rt\t";
    size_t length =
        piece_length(reader->at, (size_t)(reader->end - reader->at));
    const char *at = reader->at, *escape;

    reader->at += length;
    if (*at != '\\') {
        memcpy(to, at, length);
        return length;
    }
    if (at[1] == 'u')
        return utf8_put(hex_number(at + 2, 4), to);
    if (at[1] == 'x') {
        to[0] = (char)hex_number(at + 2, 2);
        return 1;
    }
    escape = strchr(escapes, at[1]);
    fuzz_check(escape);
    to[0] = escape[1];
    return 1;
}

#endif
