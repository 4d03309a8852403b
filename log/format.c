/* SPDX-License-Identifier: MIT */
/**
 * @file format.c
 * An entry as one line.
 */
#include <vreactor/log/format.h>

#include <stdio.h>
#include <time.h>

#include <vreactor/base/time.h>
#include <vreactor/log/watcher.h>

/* Counts on where there is no more room. */
struct line {
    char *buf;
    size_t size;
    size_t len;
};

static void put(struct line *line, char byte)
{
    if (line->len < line->size)
        line->buf[line->len] = byte;
    line->len++;
}

static void put_text(struct line *line, const char *text)
{
    while (*text)
        put(line, *text++);
}

static void put_hex(struct line *line, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";

    put_text(line, "\\x");
    put(line, digits[byte >> 4]);
    put(line, digits[byte & 15]);
}

static bool is_control(unsigned char byte)
{
    return byte < 0x20 || byte == 0x7f;
}

/* U+0080 to U+009F in UTF-8? */
static bool is_wide_control(const char *text)
{
    return (unsigned char)text[0] == 0xc2 && (unsigned char)text[1] >= 0x80 &&
           (unsigned char)text[1] <= 0x9f;
}

static void put_escaped(struct line *line, const char *text)
{
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '\\')
            put_text(line, "\\\\");
        else if (byte == '\r')
            put_text(line, "\\r");
        else if (byte == '\n')
            put_text(line, "\\n");
        else if (is_control(byte))
            put_hex(line, byte);
        else if (is_wide_control(text)) {
            put_hex(line, byte);
            put_hex(line, (unsigned char)*++text);
        } else
            put(line, *text);
    }
}

static void put_head(struct line *line, const struct vr_log_entry *entry,
                     bool utc)
{
    char head[64];
    struct tm tm = {0};
    time_t seconds = (time_t)(entry->when / VR_SEC);

    (void)(utc ? gmtime_r(&seconds, &tm) : localtime_r(&seconds, &tm));
    (void)snprintf(head, sizeof(head), "%02d:%02d:%02d %d ", tm.tm_hour,
                   tm.tm_min, tm.tm_sec, entry->level);
    put_text(line, head);
}

size_t vr_log_format_entry(const struct vr_log_format *format,
                           const struct vr_log_entry *entry, char *buf,
                           size_t size)
{
    struct line line = {.buf = buf, .size = size};
    size_t len;

    put_head(&line, entry, format && format->utc);
    if (entry->prefix) {
        put_escaped(&line, entry->prefix);
        put_text(&line, ": ");
    }
    put_escaped(&line, entry->text);
    put_text(&line, format && format->eol ? format->eol : "\r\n");

    len = line.len;
    if (size)
        buf[len < size ? len : size - 1] = '\0';
    return len;
}
