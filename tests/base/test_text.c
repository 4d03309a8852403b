/* SPDX-License-Identifier: MIT */
/**
 * @file test_text.c
 * Texts in buffers that are too small, and what they are made of.
 */
#include "tests/support/test.h"

#include <vreactor/base/end.h>
#include <vreactor/base/failure.h>
#include <vreactor/base/text.h>

#define EURO "\xe2\x82\xac"
#define CLEF "\xf0\x9d\x84\x9e"

static char buf[64];

static const char *copy(const char *text, size_t size)
{
    memset(buf, '#', sizeof(buf));
    vr_text_copy(buf, size, text);
    check_int(buf[size], '#');
    return buf;
}

TEST(text, is_cut_where_a_character_ends)
{
    check_str(copy("a" EURO "b", 1), "");
    check_str(copy("a" EURO "b", 2), "a");
    check_str(copy("a" EURO "b", 3), "a");
    check_str(copy("a" EURO "b", 4), "a");
    check_str(copy("a" EURO "b", 5), "a" EURO);
    check_str(copy("a" EURO "b", 6), "a" EURO "b");
    check_str(copy(CLEF "\xc3\xa4", 4), "");
    check_str(copy(CLEF "\xc3\xa4", 5), CLEF);
    check_str(copy(CLEF "\xc3\xa4", 6), CLEF);
    check_str(copy(CLEF "\xc3\xa4", 7), CLEF "\xc3\xa4");
}

TEST(text, that_is_no_utf8_is_cut_anywhere)
{
    check_str(copy("\x80\x80\x80\x80\x80\x80", 6), "\x80\x80\x80\x80\x80");
    check_str(copy("a\x80\x80\x80", 3), "a\x80");
    check_str(copy("\xff\xff\xff", 3), "\xff\xff");
}

TEST(text, adds_nothing_behind_what_was_cut)
{
    struct vr_text text = vr_text_in(buf, 5);

    vr_text_add(&text, "%s", "ab" EURO);
    vr_text_add(&text, "%s", "c");
    check_str(buf, "ab");
    check_int(text.len, 6);
    text = vr_text_in(NULL, 0);
    vr_text_add(&text, "%s", EURO);
    check_int(text.len, 3);
}

TEST(text, of_an_end_is_whole_at_any_length)
{
    struct vr_failure cause = {.code = -1, .text = EURO CLEF};
    struct vr_end end = {.kind = VR_END_ERROR, .code = -1, .cause = &cause};
    char whole[sizeof(buf)];
    size_t len = vr_end_format(&end, whole, sizeof(whole));

    for (size_t size = 1; size <= len + 1; size++) {
        uint32_t code;
        check_int(vr_end_format(&end, buf, size), len);
        check_mem(buf, whole, strlen(buf));
        for (const char *at = buf; *at; at += vr_text_character(at, &code))
            check(vr_text_character(at, &code));
    }
}

TEST(text, knows_characters_by_their_numbers)
{
    uint32_t code = 0;

    check_int(vr_text_character("ab", &code), 1);
    check_int(code, 'a');
    check_int(vr_text_character("", &code), 1);
    check_int(code, 0);
    check_int(vr_text_character("\xc3\xa4", &code), 2);
    check_int(code, 0xe4);
    check_int(vr_text_character(EURO "b", &code), 3);
    check_int(code, 0x20ac);
    check_int(vr_text_character(CLEF, &code), 4);
    check_int(code, 0x1d11e);
    check_int(vr_text_character("\xe2\x82", &code), 0);
    check_int(vr_text_character("\xed\xa0\x80", &code), 0);
    check_int(vr_text_character("\xe0\x82\xac", &code), 0);
    check_int(vr_text_character("\xf4\x90\x80\x80", &code), 0);
    check_int(code, 0x1d11e);
}

TEST(text, of_words_is_cut_where_an_escape_ends)
{
    struct vr_text text = vr_text_in(buf, 8);

    vr_text_add_words(&text, "ab\x1b\x1b" EURO);
    check_str(buf, "ab\\x1b");
    check_int(text.len, 2 + 4 + 4 + 3);
    text = vr_text_in(buf, sizeof(buf));
    vr_text_add_words(&text, "\xff\xc2\x9b\xe2\x80\xae" EURO);
    check_str(buf, "\\xff\\u009b\\u202e" EURO);
}
