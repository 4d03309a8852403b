/* SPDX-License-Identifier: MIT */
/**
 * @file output.h
 * Lines to a descriptor, none of which is lost in silence.  A line that the
 * descriptor refuses is dropped and counted; once it takes lines again, the
 * first one says how many are missing there.  A line that went out in part ends
 * where it was cut.
 *
 * A line goes out in one write(2), so lines of several threads do not mix where
 * the system keeps writes whole.  A pipe without a reader, and a file at the
 * process's limit, refuse lines as a full disk does: neither SIGPIPE nor
 * SIGXFSZ reaches the program.
 *
 * For watchers, such as those of log/console.h and log/file.h.
 *
 * Threads: any, at the same time.
 */
#ifndef VR_LOG_OUTPUT_H
#define VR_LOG_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_env;
struct vr_log_entry;
struct vr_log_format;

/** Members are private. */
struct vr_log_output {
    const struct vr_env *env;
    int fd;
    size_t dropped; /**< this and all below: atomic */
    size_t missing; /**< entries since the last line */
    bool torn;      /**< the last line has no end */
    int error;
};

/** Make an output to @p fd, which stays the caller's.  Keeps @p env; NULL: the
 *  default. */
void vr_log_output_init(struct vr_log_output *output, const struct vr_env *env,
                        int fd);

/** Write @p entry as a line. */
void vr_log_output_put(struct vr_log_output *output,
                       const struct vr_log_format *format,
                       const struct vr_log_entry *entry);

/** How many lines were lost, whole or in part. */
size_t vr_log_output_dropped(const struct vr_log_output *output);

/** Why the last line that was dropped was: -errno; 0: none was. */
int vr_log_output_error(const struct vr_log_output *output);

VR_END_DECLS

#endif
