/* SPDX-License-Identifier: MIT */
/**
 * @file json.c
 * An entry as an object of JSON.
 */
#include <vreactor/log/line.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include <vreactor/log/entry.h>

/* How many bytes the character at @p text has; 0: that is no UTF-8. */
static size_t utf8_length(const unsigned char *text)
{
    unsigned char first = text[0];
    size_t length = first < 0x80                     ? 1
                    : first >= 0xc2 && first <= 0xdf ? 2
                    : first >= 0xe0 && first <= 0xef ? 3
                    : first >= 0xf0 && first <= 0xf4 ? 4
                                                     : 0;

    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;

    bool too_long =
        (first == 0xe0 && text[1] < 0xa0) || (first == 0xf0 && text[1] < 0x90);
    bool too_far = (first == 0xed && text[1] > 0x9f) || /* a surrogate */
                   (first == 0xf4 && text[1] > 0x8f);
    return too_long || too_far ? 0 : length;
}

static void put_byte(struct vr_log_line *line, unsigned char byte)
{
    if (byte == '"' || byte == '\\') {
        vr_log_put(line, '\\');
        vr_log_put(line, (char)byte);
    } else if (byte == '\n') {
        vr_log_put_text(line, "\\n");
    } else if (byte == '\r') {
        vr_log_put_text(line, "\\r");
    } else if (byte == '\t') {
        vr_log_put_text(line, "\\t");
    } else if (byte < 0x20 || byte == 0x7f) {
        vr_log_put_text(line, "\\u00");
        vr_log_put_hex(line, byte);
    } else {
        vr_log_put(line, (char)byte);
    }
}

static void put_character(struct vr_log_line *line, const unsigned char *text,
                          size_t length)
{
    if (length == 0) {
        vr_log_put_text(line, "\\ufffd");
    } else if (length == 1) {
        put_byte(line, *text);
    } else if (length == 2 && text[0] == 0xc2 && text[1] < 0xa0) {
        vr_log_put_text(line, "\\u00"); /* terminals take it as a command */
        vr_log_put_hex(line, text[1]);
    } else {
        for (size_t i = 0; i < length; i++)
            vr_log_put(line, (char)text[i]);
    }
}

static void put_string(struct vr_log_line *line, const char *text)
{
    const unsigned char *next = (const unsigned char *)text;

    vr_log_put(line, '"');
    while (*next) {
        size_t length = utf8_length(next);
        put_character(line, next, length);
        next += length ? length : 1;
    }
    vr_log_put(line, '"');
}

static void put_number(struct vr_log_line *line, int64_t number)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%" PRId64, number);
    vr_log_put_text(line, text);
}

static void put_time(struct vr_log_line *line, vr_time when)
{
    char text[96];
    struct tm tm = {0};
    time_t seconds = vr_log_seconds(when);
    vr_time rest = when - (vr_time)seconds * VR_SEC;

    (void)gmtime_r(&seconds, &tm);
    (void)snprintf(text, sizeof(text),
                   "\"%04d-%02d-%02dT%02d:%02d:%02d.%06dZ\"", tm.tm_year + 1900,
                   tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                   (int)(rest / VR_USEC));
    vr_log_put_text(line, text);
}

static void put_attrs(struct vr_log_line *line, const struct vr_log_attr *attrs)
{
    vr_log_put_text(line, ",\"attrs\":{");
    for (const struct vr_log_attr *attr = attrs; attr->key; attr++) {
        if (attr != attrs)
            vr_log_put(line, ',');
        put_string(line, attr->key);
        vr_log_put(line, ':');
        if (attr->text)
            put_string(line, attr->text);
        else
            put_number(line, attr->number);
    }
    vr_log_put(line, '}');
}

void vr_log_put_json(struct vr_log_line *line, const struct vr_log_entry *entry)
{
    vr_log_put_text(line, "{\"time\":");
    put_time(line, entry->when);
    vr_log_put_text(line, ",\"level\":");
    put_number(line, entry->level);
    if (entry->prefix) {
        vr_log_put_text(line, ",\"prefix\":");
        put_string(line, entry->prefix);
    }
    vr_log_put_text(line, ",\"text\":");
    put_string(line, entry->text);
    if (entry->attrs && entry->attrs->key)
        put_attrs(line, entry->attrs);
    if (entry->missed) {
        vr_log_put_text(line, ",\"missed\":");
        put_number(line, (int64_t)entry->missed);
    }
    vr_log_put(line, '}');
}
