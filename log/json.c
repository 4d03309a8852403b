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

#include <vreactor/base/text.h>
#include <vreactor/log/entry.h>

static void put_ascii(struct vr_log_line *line, char byte)
{
    char escape[] = {'\\', byte, '\0'};

    if (byte == '"' || byte == '\\')
        vr_log_put_text(line, escape);
    else if (byte == '\n')
        vr_log_put_text(line, "\\n");
    else if (byte == '\r')
        vr_log_put_text(line, "\\r");
    else if (byte == '\t')
        vr_log_put_text(line, "\\t");
    else
        vr_log_put_code(line, (unsigned char)byte);
}

static bool is_special(uint32_t code)
{
    return code == '"' || code == '\\' || code < 0x20;
}

/* @return how many bytes it had */
static size_t put_character(struct vr_log_line *line, const char *text)
{
    uint32_t code = 0;
    size_t length = vr_log_is_plain(*text) ? 1 : vr_text_character(text, &code);

    if (vr_log_is_plain(*text))
        vr_log_put(line, *text);
    else if (!length)
        vr_log_put_text(line, "\\ufffd");
    else if (is_special(code))
        put_ascii(line, *text);
    else if (vr_text_is_control(code))
        vr_log_put_code(line, code);
    else
        vr_log_put_piece(line, text, length);
    return length ? length : 1;
}

static void put_string(struct vr_log_line *line, const char *text)
{
    vr_log_put(line, '"');
    while (*text)
        text += put_character(line, text);
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

    (void)gmtime_r(&seconds, &tm);
    (void)snprintf(text, sizeof(text),
                   "\"%04d-%02d-%02dT%02d:%02d:%02d.%06dZ\"", tm.tm_year + 1900,
                   tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                   (int)(vr_log_part_of_second(when) / VR_USEC));
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
