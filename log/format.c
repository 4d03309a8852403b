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

/* @quote is escaped too; 0: none. @return how many bytes it had */
static size_t put_character(struct vr_log_line *line, const char *text,
                            char quote)
{
    char escape[] = {'\\', *text, '\0'};
    char shown[VR_TEXT_SHOWN] = "";
    size_t length = vr_log_is_plain(*text) ? 1 : vr_text_show(text, shown);

    if (*text == '\\' || *text == quote)
        vr_log_put_text(line, escape);
    else if (*text == '\r')
        vr_log_put_text(line, "\\r");
    else if (*text == '\n')
        vr_log_put_text(line, "\\n");
    else if (*shown)
        vr_log_put_text(line, shown);
    else
        vr_log_put_piece(line, text, length);
    return length;
}

static void put_escaped(struct vr_log_line *line, const char *text, char quote)
{
    while (*text)
        text += put_character(line, text, quote);
}

static void put_quoted(struct vr_log_line *line, const char *text)
{
    vr_log_put(line, '"');
    put_escaped(line, text, '"');
    vr_log_put(line, '"');
}

static void put_word(struct vr_log_line *line, const char *word)
{
    if (!*word || strpbrk(word, " \"="))
        put_quoted(line, word);
    else
        put_escaped(line, word, 0);
}

static void put_attr(struct vr_log_line *line, const struct vr_log_attr *attr)
{
    char number[32];

    vr_log_put(line, ' ');
    put_word(line, attr->key);
    vr_log_put(line, '=');
    if (attr->text) {
        put_word(line, attr->text);
    } else {
        (void)snprintf(number, sizeof(number), "%" PRId64, attr->number);
        vr_log_put_text(line, number);
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
    char text[64];

    (void)snprintf(text, sizeof(text), "%s%d%s ",
                   colour ? colour_of(level) : "", level,
                   colour ? "\x1b[0m" : "");
    vr_log_put_text(line, text);
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

/* One that has a '=' would look like attributes; one that has a quote would
 * turn what is inside quotes behind it outside. */
static void put_text(struct vr_log_line *line, const char *text)
{
    if (strpbrk(text, "\"="))
        put_quoted(line, text);
    else
        put_escaped(line, text, 0);
}

void vr_log_put_message(struct vr_log_line *line,
                        const struct vr_log_entry *entry)
{
    if (entry->prefix) {
        put_text(line, entry->prefix);
        vr_log_put_text(line, ": ");
    }
    put_text(line, entry->text);
    for (const struct vr_log_attr *attr = entry->attrs; attr && attr->key;
         attr++)
        put_attr(line, attr);
}

size_t vr_log_format_entry(const struct vr_log_format *format,
                           const struct vr_log_entry *entry, char *buf,
                           size_t size)
{
    static const struct vr_log_format defaults;
    struct vr_log_line line = {.buf = buf, .size = size ? size - 1 : 0};
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
        buf[line.kept] = '\0';
    return line.len;
}
