/* SPDX-License-Identifier: MIT */
/**
 * @file test_json.c
 * Entries as objects of JSON.
 */
#include "tests/support/test.h"

#include <limits.h>

#include <vreactor/base/text.h>
#include <vreactor/log/entry.h>
#include <vreactor/log/format.h>

#include "tests/support/random.h"

static const struct vr_log_format json = {.json = true};
static char line[1024];

static const char *format(const struct vr_log_entry *entry)
{
    size_t len = vr_log_format_entry(&json, entry, line, sizeof(line));

    check_int(len, strlen(line));
    return line;
}

/* The text of an entry as it is in JSON. */
static const char *string(const char *text)
{
    static const char head[] = "{\"time\":\"1970-01-01T00:00:00.000000Z\","
                               "\"level\":20,\"text\":";
    struct vr_log_entry entry = {.level = 20, .text = text};
    size_t len = strlen(format(&entry));

    check_mem(line, head, sizeof(head) - 1);
    check_mem(line + len - 2, "}\n", 2);
    line[len - 2] = '\0';
    return line + sizeof(head) - 1;
}

TEST(json, has_all_of_an_entry)
{
    struct vr_log_entry entry = {
        .when = 1795278239 * VR_SEC + 250 * VR_MSEC,
        .level = -3,
        .prefix = "server",
        .text = "no soup",
        .attrs = VR_LOG_ATTRS({"peer", .text = "::1"},
                              {"bytes", .number = INT64_MIN}),
        .missed = 7};

    check_str(format(&entry),
              "{\"time\":\"2026-11-21T16:23:59.250000Z\",\"level\":-3,"
              "\"prefix\":\"server\",\"text\":\"no soup\","
              "\"attrs\":{\"peer\":\"::1\",\"bytes\":-9223372036854775808},"
              "\"missed\":7}\n");
}

TEST(json, leaves_out_attributes_that_are_none)
{
    struct vr_log_entry entry = {.text = "",
                                 .attrs = VR_LOG_ATTRS({NULL, NULL, 0})};

    check(!strstr(format(&entry), "attrs"));
}

TEST(json, tells_times_before_the_epoch)
{
    struct vr_log_entry entry = {.when = -1, .text = ""};

    check(strstr(format(&entry), "\"1969-12-31T23:59:59.999999Z\""));
    entry.when = INT64_MIN;
    check(strstr(format(&entry), "\"1677-09-21T00:12:43.145224Z\""));
}

/* promise log-15 */
TEST(json, escapes_what_json_does_and_what_terminals_obey)
{
    check_str(string("a\"b\\c"), "\"a\\\"b\\\\c\"");
    check_str(string("\n\r\t\x01\x1b\x7f"),
              "\"\\n\\r\\t\\u0001\\u001b\\u007f\"");
    check_str(string("\xc2\x9b|\xc2\xa0"), "\"\\u009b|\xc2\xa0\"");
    check_str(string("\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xae"),
              "\"\\u2028\\u2029\\u202e\"");
    check_str(string(""), "\"\"");
}

TEST(json, leaves_utf8_as_it_is)
{
    const char text[] = "\"\xc3\xa4\xe2\x82\xac\xed\x9f\xbf\xee\x80\x80"
                        "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"";
    char bare[64];

    memcpy(bare, text + 1, sizeof(text) - 3);
    bare[sizeof(text) - 3] = '\0';
    check_str(string(bare), text);
}

TEST(json, replaces_what_is_no_utf8)
{
    static const char *const bad[] = {
        "\x80", /* begins in the middle */
        "\xff", /* never */
        "\xc3", /* ends too early */
        "\xc0", /* too long a way to write something */
        "\xc1", /* the same */
        "\xf5", /* beyond the last character */
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        check_str(string(bad[i]), "\"\\ufffd\"");
    check_str(string("\xe0\x80\xaf"), "\"\\ufffd\\ufffd\\ufffd\"");
    check_str(string("\xed\xa0\x80"), "\"\\ufffd\\ufffd\\ufffd\"");
    check_str(string("\xf0\x80\x80\x80"), "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
    check_str(string("\xf4\x90\x80\x80"), "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
    check_str(string("\xf5\x80\x80\x80"), "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
    check_str(string("\xe2\x82g"), "\"\\ufffd\\ufffdg\"");
}

/* What a reader of lines counts on, whatever was logged. */
static void check_line(const char *text, size_t len)
{
    uint32_t code;

    check(len > 0 && text[len - 1] == '\n');
    for (size_t i = 0; i + 1 < len; i += vr_text_character(text + i, &code)) {
        check(vr_text_character(text + i, &code));
        check(!vr_text_is_control(code));
    }
}

/* @cut is a line as far as it fits into @size bytes. */
static void check_cut(const char *cut, size_t size)
{
    size_t len = strlen(cut), backslashes = 0;
    uint32_t code;

    check_mem(cut, line, len);
    check(len < size);
    for (const char *at = cut; *at; at += vr_text_character(at, &code))
        check(vr_text_character(at, &code));
    while (backslashes < len && cut[len - 1 - backslashes] == '\\')
        backslashes++;
    check(backslashes % 2 == 0);
}

static void fill(uint64_t *dice, char *text, unsigned most)
{
    static const char likely[] = "\\\"\n\r=\x1b \xc2\x9b\xe2\xf0\xed";
    unsigned length = test_random_below(dice, most);

    for (unsigned i = 0; i < length; i++)
        text[i] = test_random_below(dice, 2)
                      ? likely[test_random_below(dice, sizeof(likely) - 1)]
                      : (char)(1 + test_random_below(dice, 255));
    text[length] = '\0';
}

/* promise log-15 */
/* Bytes of any kind come out as one line, in any layout and size. */
TEST(json, and_plain_lines_stay_lines_whatever_is_logged)
{
    uint64_t dice = 11;
    char prefix[16], text[64], key[8], value[32], cut[1024];

    for (int i = 0; i < 100000; i++) {
        struct vr_log_format random_format = {
            .json = i & 1, .utc = true, .date = i & 2, .eol = "\n"};
        fill(&dice, prefix, sizeof(prefix));
        fill(&dice, text, sizeof(text));
        fill(&dice, key, sizeof(key));
        fill(&dice, value, sizeof(value));
        struct vr_log_entry entry = {
            .when = (vr_time)test_random(&dice),
            .level = (int)test_random(&dice),
            .prefix = i & 4 ? prefix : NULL,
            .text = text,
            .attrs = VR_LOG_ATTRS({key, .text = value}, {"n", .number = i})};
        size_t len =
            vr_log_format_entry(&random_format, &entry, line, sizeof(line));
        check(len < sizeof(line));
        check_line(line, len);
        size_t size = test_random_below(&dice, (unsigned)len + 2);
        check_int(vr_log_format_entry(&random_format, &entry, cut, size), len);
        if (size)
            check_cut(cut, size);
    }
}
