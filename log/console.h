/* SPDX-License-Identifier: MIT */
/**
 * @file console.h
 * A watcher that writes lines, as log/format.h makes them, to a descriptor such
 * as stderr.
 *
 *     struct vr_log_console console;
 *     vr_log_console_init(&console, NULL, 2);
 *     int err = vr_logger_attach(&logger, &console.base);
 *
 * On a terminal levels are coloured, unless the environment variable NO_COLOR
 * is set and not empty, or TERM is "dumb".
 *
 * A line takes as long as the descriptor blocks; a non-blocking one never
 * does.  Attach the console to the logger of a log/thread.h if a stopped
 * terminal must not hold the program up.  For lines that the descriptor refuses
 * see log/output.h.
 *
 * Ownership: the descriptor stays the program's.
 * Threads: several may show it entries at once, see log/default.h.
 */
#ifndef VR_LOG_CONSOLE_H
#define VR_LOG_CONSOLE_H

#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/log/format.h>
#include <vreactor/log/output.h>
#include <vreactor/log/watcher.h>

VR_BEGIN_DECLS

struct vr_env;

struct vr_log_console {
    struct vr_log_watcher base;  /**< attach this */
    struct vr_log_format format; /**< yours to change, before attaching */
    struct vr_log_output output; /**< private */
};

/** Make a watcher that writes to @p fd, such as 2 for stderr.  Keeps @p env;
 *  NULL: the default.  After vr_logger_detach() its memory is free. */
void vr_log_console_init(struct vr_log_console *console,
                         const struct vr_env *env, int fd);

/** How many lines were lost, whole or in part.  Threads: any. */
size_t vr_log_console_dropped(const struct vr_log_console *console);

VR_END_DECLS

#endif
