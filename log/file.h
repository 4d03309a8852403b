/* SPDX-License-Identifier: MIT */
/**
 * @file file.h
 * A watcher that appends lines, as log/format.h makes them, to a file.
 *
 *     struct vr_log_file file;
 *     int err = vr_log_file_open(&file, NULL, "/var/log/server.log");
 *     if (!err)
 *         err = vr_logger_attach(vr_log_thread_logger(thread), &file.base);
 *
 * Each line is written at once.  Where the disk is full or fails, lines are
 * dropped and counted, and the file says where, see log/output.h.
 *
 * For logrotate(8): once the file has been renamed, vr_log_file_reopen(), such
 * as in a handler of SIGHUP.
 *
 * Threads: that of the logger it is attached to; share it through a
 * log/thread.h.
 */
#ifndef VR_LOG_FILE_H
#define VR_LOG_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/log/format.h>
#include <vreactor/log/output.h>
#include <vreactor/log/watcher.h>

VR_BEGIN_DECLS

struct vr_env;

struct vr_log_file {
    struct vr_log_watcher base;  /**< attach this */
    struct vr_log_format format; /**< yours to change, before attaching; at
                                    first with date and "\n" */
    struct vr_log_output output; /**< private, as all below */
    char *path;
    bool reopen; /**< atomic */
};

/**
 * Open the file at @p path, which is made if there is none, with mode 0640 and
 * what umask(2) leaves of it.  A FIFO that nobody reads is an error, -ENXIO.  A
 * relative path is one from the folder that is current now, also when the file
 * is opened anew after a chdir(2).
 * @param env  NULL: the default; kept
 * @return 0; -ENOMEM; or what open(2), or getcwd(3) for a relative path, said
 */
VR_MUST_CHECK
int vr_log_file_open(struct vr_log_file *file, const struct vr_env *env,
                     const char *path);

/** Open the file of that name anew before the next line; where that fails, go
 *  on with the old one and try again before each line.
 *  Threads: any, and signal handlers. */
void vr_log_file_reopen(struct vr_log_file *file);

/** How many lines did not go out, or not whole.  Threads: any. */
size_t vr_log_file_dropped(const struct vr_log_file *file);

/** What the last line that was dropped, or the last open that failed, failed
 *  of: -errno; 0: there was none.  Threads: any. */
int vr_log_file_error(const struct vr_log_file *file);

/** Close the file; it is detached first. */
void vr_log_file_close(struct vr_log_file *file);

VR_END_DECLS

#endif
