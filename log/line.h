/* SPDX-License-Identifier: MIT */
/**
 * @file line.h
 * A line put together byte by byte in a buffer of fixed size.  Internal.
 */
#ifndef VR_LOG_LINE_H
#define VR_LOG_LINE_H

#include <stddef.h>
#include <time.h>

#include <vreactor/base/time.h>

struct vr_log_entry;

/** Counts on where there is no more room. */
struct vr_log_line {
    char *buf;
    size_t size;
    size_t len;
};

static inline void vr_log_put(struct vr_log_line *line, char byte)
{
    if (line->len < line->size)
        line->buf[line->len] = byte;
    line->len++;
}

static inline void vr_log_put_text(struct vr_log_line *line, const char *text)
{
    while (*text)
        vr_log_put(line, *text++);
}

static inline void vr_log_put_hex(struct vr_log_line *line, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";

    vr_log_put(line, digits[byte >> 4]);
    vr_log_put(line, digits[byte & 15]);
}

/** Whole seconds of @p when, rounded down. */
static inline time_t vr_log_seconds(vr_time when)
{
    return (time_t)(when / VR_SEC - (when % VR_SEC < 0));
}

/** Put all of @p entry but time and level. */
void vr_log_put_message(struct vr_log_line *line,
                        const struct vr_log_entry *entry);

/** Put @p entry as an object of JSON, without an end of the line. */
void vr_log_put_json(struct vr_log_line *line,
                     const struct vr_log_entry *entry);

#endif
