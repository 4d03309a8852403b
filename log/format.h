/* SPDX-License-Identifier: MIT */
/**
 * @file format.h
 * What does an entry look like?  One line, whatever a peer put in it:
 *
 *     14:03:59 20 server: no soup for \x1b[31myou\n
 *
 * that is the time, the level as a number, the prefix if there is one, and the
 * text.  In prefix and text a backslash is doubled, CR and LF are written \r
 * and \n, and other control characters \xNN for each byte: U+0080 to U+009F,
 * which command some terminals too, in their UTF-8 form.
 *
 * Threads: any.
 */
#ifndef VR_LOG_FORMAT_H
#define VR_LOG_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_log_entry;

/** The choices there are; zeroed: the defaults. */
struct vr_log_format {
    bool utc;        /**< the time in UTC, not the local one */
    const char *eol; /**< ends the line; NULL: "\r\n" */
};

/**
 * Write @p entry as a line with its end, as by snprintf(3): at most @p size
 * bytes with the final zero; @p size may be 0.
 * @param format  NULL: the defaults
 * @return the length of the whole line
 */
size_t vr_log_format_entry(const struct vr_log_format *format,
                           const struct vr_log_entry *entry, char *buf,
                           size_t size);

VR_END_DECLS

#endif
