/* SPDX-License-Identifier: MIT */
/**
 * @file format.h
 * The text of an entry: one line, whatever bytes a peer put in it:
 *
 *         14:03:59 20 server: no soup for \x1b[31myou peer=::1 name="a b"\n
 *
 * that is the time, the level as a number, the prefix if there is one, the
 * text, and the attributes.  No byte in it commands a terminal, begins another
 * line or reverses the direction of writing.  A backslash is doubled; CR and LF
 * are written \r and \n; other control characters below U+0080, and bytes that
 * are not UTF-8, \xNN; control characters above, ends of lines and paragraphs,
 * and marks of direction, such as U+202E, \uNNNN.
 *
 * A key or a value is in quotes where it is empty or has blanks, quotes or '=',
 * and a quote in it is written \".  So is a prefix or a text that has a quote
 * or a '=': whatever stands outside quotes and has a '=' is an attribute.
 *
 * Or, with `json`, an object of JSON on one line, for programs to read:
 *
 *         {"time":"2026-11-21T14:03:59.250000Z","level":20,"prefix":"server",
 *         "text":"no soup","attrs":{"peer":"::1","bytes":512}}\n
 *
 * without the break here; with prefix and attrs only where there are some, and
 * with "missed" in a gap.  The same characters are escaped, as \uNNNN, since
 * people look at such files too; a reader of JSON gets them back.  Bytes that
 * are not UTF-8 become U+FFFD.
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

/** How lines look; zeroed: the defaults. */
struct vr_log_format {
    bool json;       /**< an object of JSON; the time is in UTC then */
    bool utc;        /**< the time in UTC, not the local one */
    bool date;       /**< before the time, as 2026-11-21 */
    bool colour;     /**< of the level, by the codes of terminals */
    const char *eol; /**< ends the line; NULL: "\r\n", with json "\n" */
};

/**
 * Write @p entry as a line with its end, as by snprintf(3): at most @p size
 * bytes with the final zero; @p size may be 0.  A longer line is cut before the
 * first character or escape that does not fit.
 * @param format  NULL: the defaults
 * @return the length of the whole line
 */
size_t vr_log_format_entry(const struct vr_log_format *format,
                           const struct vr_log_entry *entry, char *buf,
                           size_t size);

VR_END_DECLS

#endif
