/* SPDX-License-Identifier: MIT */
/**
 * @file test_format.c
 * One entry, one line.
 */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <vreactor/log/format.h>
#include <vreactor/log/watcher.h>

static const vr_time when =
    ((14 * 60 + 3) * 60 + 59) * VR_SEC + 999 * VR_MSEC; /* 14:03:59 UTC */
static const struct vr_log_format utc = {.utc = true};
static char line[128];

static const char *format(const char *prefix, const char *text)
{
    struct vr_log_entry entry = {
        .when = when, .level = 20, .prefix = prefix, .text = text};
    size_t len = vr_log_format_entry(&utc, &entry, line, sizeof(line));

    check_int(len, strlen(line));
    return line;
}

/* promise log-15 */
TEST(format, writes_an_entry_as_one_escaped_line)
{
    check_str(format("P", "a\nb\\c"), "14:03:59 20 P: a\\nb\\\\c\r\n");
}

TEST(format, leaves_out_a_prefix_that_is_none)
{
    check_str(format(NULL, "text"), "14:03:59 20 text\r\n");
    check_str(format("", ""), "14:03:59 20 : \r\n");
}

/* promise log-15 */
TEST(format, escapes_the_prefix_too)
{
    check_str(format("a\r\nb", "c"), "14:03:59 20 a\\r\\nb: c\r\n");
}

TEST(format, writes_control_bytes_as_numbers)
{
    check_str(format(NULL, "\x1b[31m\t\x01\x7f~ "),
              "14:03:59 20 \\x1b[31m\\x09\\x01\\x7f~ \r\n");
}

TEST(format, writes_wide_control_characters_as_numbers_and_others_as_they_are)
{
    check_str(format(NULL, "\xc2\x9b|\xc2\x80|\xc2\xa0|\xc3\x9b"),
              "14:03:59 20 \\u009b|\\u0080|\xc2\xa0|\xc3\x9b\r\n");
}

TEST(format, writes_bytes_that_are_no_utf8_as_numbers)
{
    check_str(format(NULL, "\x9b|\x80|\xff|\xc2|\xc0\xaf|\xe2\x80"),
              "14:03:59 20 \\x9b|\\x80|\\xff|\\xc2|\\xc0\\xaf|\\xe2\\x80\r\n");
}

/* promise log-15 */
TEST(format, writes_ends_of_lines_and_marks_of_direction_as_numbers)
{
    check_str(
        format(NULL, "\xe2\x80\xa8|\xe2\x80\xa9|\xe2\x80\xae|\xe2\x81\xa6"),
        "14:03:59 20 \\u2028|\\u2029|\\u202e|\\u2066\r\n");
    check_str(format(NULL, "\xd8\x9c|\xe2\x80\x8e|\xe2\x80\x8d|\xe2\x82\xac"),
              "14:03:59 20 \\u061c|\\u200e|\xe2\x80\x8d|\xe2\x82\xac\r\n");
}

TEST(format, quotes_a_text_that_would_look_like_attributes)
{
    check_str(format("P", "sent peer=::1"),
              "14:03:59 20 P: \"sent peer=::1\"\r\n");
    check_str(format(NULL, "\"a\" b=\\"),
              "14:03:59 20 \"\\\"a\\\" b=\\\\\"\r\n");
    check_str(format(NULL, "\"a"), "14:03:59 20 \"\\\"a\"\r\n");
    check_str(format(NULL, "a \"b\""), "14:03:59 20 \"a \\\"b\\\"\"\r\n");
    check_str(format("a=b", "c"), "14:03:59 20 \"a=b\": c\r\n");
    check_str(format("\"P", "c"), "14:03:59 20 \"\\\"P\": c\r\n");
}

TEST(format, takes_any_level_and_another_end)
{
    struct vr_log_format ends = {.utc = true, .eol = "\n"};
    struct vr_log_entry entry = {.when = when, .level = -5, .text = "x"};

    check_int(vr_log_format_entry(&ends, &entry, line, sizeof(line)), 14);
    check_str(line, "14:03:59 -5 x\n");
}

TEST(format, tells_local_time_unless_told_otherwise)
{
    struct vr_log_entry entry = {.when = when, .level = 20, .text = "x"};

    check_int(setenv("TZ", "ABC-2", 1), 0); /* two hours east */
    tzset();
    (void)vr_log_format_entry(NULL, &entry, line, sizeof(line));

    check_str(line, "16:03:59 20 x\r\n");
}

TEST(format, cuts_to_the_room_there_is_and_tells_the_whole_length)
{
    struct vr_log_entry entry = {
        .when = when, .level = 20, .text = "ab\n\x1b\xe2\x82\xac"};
    const char whole[] = "14:03:59 20 ab\\n\\x1b\xe2\x82\xac\r\n";
    const size_t ends[] = {0, 9, 12, 13, 14, 16, 20, 23, 25}; /* of pieces */
    size_t len = sizeof(whole) - 1;

    for (size_t size = 0; size <= len + 1; size++) {
        memset(line, '#', sizeof(line));
        check_int(vr_log_format_entry(&utc, &entry, line, size), len);
        check_int(line[size], '#');
        size_t i = 8;
        while (i && ends[i] + 1 > size)
            i--;
        size_t kept = ends[i];
        if (size) {
            check_mem(line, whole, kept);
            check_int(line[kept], '\0');
        }
    }
    check_int(vr_log_format_entry(&utc, &entry, NULL, 0), len);
}

static const char *format_attrs(const struct vr_log_attr *attrs)
{
    struct vr_log_entry entry = {
        .when = when, .level = 20, .text = "x", .attrs = attrs};

    (void)vr_log_format_entry(&utc, &entry, line, sizeof(line));
    return line;
}

TEST(format, writes_attributes_behind_the_text)
{
    check_str(format_attrs(VR_LOG_ATTRS({"peer", .text = "::1"},
                                        {"bytes", .number = -512})),
              "14:03:59 20 x peer=::1 bytes=-512\r\n");
    check_str(format_attrs(VR_LOG_ATTRS({NULL, NULL, 0})), "14:03:59 20 x\r\n");
}

TEST(format, quotes_and_escapes_values_where_they_need_it)
{
    check_str(format_attrs(VR_LOG_ATTRS({"a", .text = ""}, {"b", .text = "c d"},
                                        {"e", .text = "f=g"},
                                        {"h", .text = "\"\n\\"})),
              "14:03:59 20 x a=\"\" b=\"c d\" e=\"f=g\" "
              "h=\"\\\"\\n\\\\\"\r\n");
    check_str(
        format_attrs(VR_LOG_ATTRS({"a b", .text = "c"}, {"d=", .number = 1},
                                  {"", .text = "e"})),
        "14:03:59 20 x \"a b\"=c \"d=\"=1 \"\"=e\r\n");
}

TEST(format, writes_the_date_if_told_to)
{
    struct vr_log_format dated = {.utc = true, .date = true, .eol = ""};
    struct vr_log_entry entry = {
        .when = 1795278239 * VR_SEC, .level = 20, .text = "x"};

    (void)vr_log_format_entry(&dated, &entry, line, sizeof(line));
    check_str(line, "2026-11-21 16:23:59 20 x");
    entry.when = -1;
    (void)vr_log_format_entry(&dated, &entry, line, sizeof(line));
    check_str(line, "1969-12-31 23:59:59 20 x");
    entry.when = INT64_MIN;
    (void)vr_log_format_entry(&dated, &entry, line, sizeof(line));
    check_str(line, "1677-09-21 00:12:43 20 x");
}

TEST(format, colours_the_level_by_how_grave_it_is)
{
    static const struct {
        int level;
        const char *code;
    } want[] = {{9, "36"},  {10, "36"}, {20, "32"},   {29, "32"},
                {30, "33"}, {40, "31"}, {50, "1;31"}, {99, "1;31"}};
    struct vr_log_format coloured = {.utc = true, .colour = true, .eol = ""};

    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        struct vr_log_entry entry = {
            .when = when, .level = want[i].level, .text = "x"};
        char expected[64];
        (void)snprintf(expected, sizeof(expected),
                       "14:03:59 \x1b[%sm%d\x1b[0m x", want[i].code,
                       want[i].level);
        (void)vr_log_format_entry(&coloured, &entry, line, sizeof(line));
        check_str(line, expected);
    }
}
