/* SPDX-License-Identifier: MIT */
/**
 * @file line.h
 * A line put together byte by byte in a buffer of fixed size.  Internal.
 */
#ifndef VR_LOG_LINE_H
#define VR_LOG_LINE_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <vreactor/base/time.h>

struct vr_log_entry;

/** A line being made.  Past the end of the buffer its length is still counted.
 */
struct vr_log_line {
    char *buf;
    size_t size; /**< of @p buf; there is no final zero in it */
    size_t kept; /**< bytes in @p buf, without a piece cut in two */
    size_t len;  /**< of the whole line */
};

/** Put @p size bytes, all or none of them, such as an escape. */
static inline void vr_log_put_piece(struct vr_log_line *line, const char *piece,
                                    size_t size)
{
    if (size <= line->size && line->len <= line->size - size) {
        memcpy(line->buf + line->len, piece, size);
        line->kept = line->len + size;
    }
    line->len += size;
}

static inline void vr_log_put(struct vr_log_line *line, char byte)
{
    vr_log_put_piece(line, &byte, 1);
}

/** Put @p text as a piece. */
static inline void vr_log_put_text(struct vr_log_line *line, const char *text)
{
    vr_log_put_piece(line, text, strlen(text));
}

/** Does @p byte need no escape, outside of quotes or in them? */
static inline bool vr_log_is_plain(char byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '\\' && byte != '"';
}

/** Put the character @p code as \uNNNN. */
static inline void vr_log_put_code(struct vr_log_line *line, uint32_t code)
{
    char text[16];

    (void)snprintf(text, sizeof(text), "\\u%04" PRIx32, code);
    vr_log_put_text(line, text);
}

/** Whole seconds of @p when, rounded down. */
static inline time_t vr_log_seconds(vr_time when)
{
    return (time_t)(when / VR_SEC - (when % VR_SEC < 0));
}

/** What @p when has above whole seconds. */
static inline vr_time vr_log_part_of_second(vr_time when)
{
    vr_time part = when % VR_SEC;

    return part < 0 ? part + VR_SEC : part;
}

/** Put all of @p entry but time and level. */
void vr_log_put_message(struct vr_log_line *line,
                        const struct vr_log_entry *entry);

/** Put @p entry as an object of JSON, without an end of the line. */
void vr_log_put_json(struct vr_log_line *line,
                     const struct vr_log_entry *entry);

#endif
