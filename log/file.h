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
 * Each line is written at once.  When the disk is full or fails, lines are
 * dropped and counted, and the file says where, see log/output.h.
 *
 * For logrotate(8): once the file has been renamed, call vr_log_file_reopen(),
 * for example in a handler of SIGHUP.
 *
 * Threads: that of the logger it is attached to.  To share a file between
 * loggers attach it to the logger of a log/thread.h, and that to the loggers.
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
    struct vr_log_format format; /**< yours to change, before attaching;
                                    with date and "\n" after open */
    struct vr_log_output output; /**< private, as all below */
    char *path;
    bool reopen; /**< atomic */
};

/**
 * Open the file at @p path to append to it.  A new file gets mode 0640, less
 * what umask(2) takes.  A FIFO without a reader is an error, -ENXIO.  A
 * relative path means one from the folder that is current now, also when the
 * file is opened anew after a chdir(2).
 * @param env  NULL: the default; kept
 * @return 0; -ENOMEM; or the error of open(2), or of getcwd(3) for a relative
 * path
 */
VR_MUST_CHECK
int vr_log_file_open(struct vr_log_file *file, const struct vr_env *env,
                     const char *path);

/** Open the path anew before the next line.  If that fails lines go on to the
 *  old file, and each tries again.  Threads: any, and signal handlers. */
void vr_log_file_reopen(struct vr_log_file *file);

/** How many lines were lost, whole or in part.  Threads: any. */
size_t vr_log_file_dropped(const struct vr_log_file *file);

/** Why the last line that was dropped, or the last open that failed, did so:
 *  -errno; 0: none did.  Threads: any. */
int vr_log_file_error(const struct vr_log_file *file);

/** Detach the watcher and close the file. */
void vr_log_file_close(struct vr_log_file *file);

VR_END_DECLS

#endif
