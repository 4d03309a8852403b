/* SPDX-License-Identifier: MIT */
/**
 * @file format.c
 * An entry as one line.
 */
#include <vreactor/log/format.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <vreactor/base/text.h>
#include <vreactor/log/entry.h>
#include <vreactor/log/line.h>

static void put_number(struct vr_log_line *line, unsigned char byte)
{
    vr_log_put_text(line, "\\x");
    vr_log_put_hex(line, byte);
}

/* @p quote is escaped too; 0: none. */
static void put_escaped(struct vr_log_line *line, const char *text, char quote)
{
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        size_t controls = vr_text_control_at(text);
        if (byte == '\\' || *text == quote) {
            vr_log_put(line, '\\');
            vr_log_put(line, *text);
        } else if (byte == '\r') {
            vr_log_put_text(line, "\\r");
        } else if (byte == '\n') {
            vr_log_put_text(line, "\\n");
        } else if (controls == 2) {
            put_number(line, byte);
            put_number(line, (unsigned char)*++text);
        } else if (controls) {
            put_number(line, byte);
        } else {
            vr_log_put(line, *text);
        }
    }
}

static void put_attr(struct vr_log_line *line, const struct vr_log_attr *attr)
{
    char number[32];

    vr_log_put(line, ' ');
    put_escaped(line, attr->key, 0);
    vr_log_put(line, '=');
    if (!attr->text) {
        (void)snprintf(number, sizeof(number), "%" PRId64, attr->number);
        vr_log_put_text(line, number);
    } else if (!*attr->text || strpbrk(attr->text, " \"=")) {
        vr_log_put(line, '"');
        put_escaped(line, attr->text, '"');
        vr_log_put(line, '"');
    } else {
        put_escaped(line, attr->text, 0);
    }
}

static const char *colour_of(int level)
{
    return level >= VR_LOG_CRITICAL ? "\x1b[1;31m"
           : level >= VR_LOG_ERROR  ? "\x1b[31m"
           : level >= VR_LOG_WARN   ? "\x1b[33m"
           : level >= VR_LOG_INFO   ? "\x1b[32m"
                                    : "\x1b[36m";
}

static void put_level(struct vr_log_line *line, int level, bool colour)
{
    char number[32];

    (void)snprintf(number, sizeof(number), "%d", level);
    if (colour)
        vr_log_put_text(line, colour_of(level));
    vr_log_put_text(line, number);
    if (colour)
        vr_log_put_text(line, "\x1b[0m");
    vr_log_put(line, ' ');
}

static void put_time(struct vr_log_line *line,
                     const struct vr_log_format *format, vr_time when)
{
    char text[96];
    struct tm tm = {0};
    time_t seconds = vr_log_seconds(when);

    (void)(format->utc ? gmtime_r(&seconds, &tm) : localtime_r(&seconds, &tm));
    if (format->date) {
        (void)snprintf(text, sizeof(text), "%04d-%02d-%02d ", tm.tm_year + 1900,
                       tm.tm_mon + 1, tm.tm_mday);
        vr_log_put_text(line, text);
    }
    (void)snprintf(text, sizeof(text), "%02d:%02d:%02d ", tm.tm_hour, tm.tm_min,
                   tm.tm_sec);
    vr_log_put_text(line, text);
}

void vr_log_put_message(struct vr_log_line *line,
                        const struct vr_log_entry *entry)
{
    if (entry->prefix) {
        put_escaped(line, entry->prefix, 0);
        vr_log_put_text(line, ": ");
    }
    put_escaped(line, entry->text, 0);
    for (const struct vr_log_attr *attr = entry->attrs; attr && attr->key;
         attr++)
        put_attr(line, attr);
}

size_t vr_log_format_entry(const struct vr_log_format *format,
                           const struct vr_log_entry *entry, char *buf,
                           size_t size)
{
    static const struct vr_log_format defaults;
    struct vr_log_line line = {.buf = buf, .size = size};
    const char *eol;

    if (!format)
        format = &defaults;
    eol = format->json ? "\n" : "\r\n";
    if (format->json) {
        vr_log_put_json(&line, entry);
    } else {
        put_time(&line, format, entry->when);
        put_level(&line, entry->level, format->colour);
        vr_log_put_message(&line, entry);
    }
    vr_log_put_text(&line, format->eol ? format->eol : eol);

    if (size)
        buf[line.len < size ? line.len : size - 1] = '\0';
    return line.len;
}
