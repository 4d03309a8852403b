/* SPDX-License-Identifier: MIT */
/**
 * @file syslog.h
 * A watcher that hands entries to the log of the system, by syslog(3).
 *
 *     openlog("server", LOG_PID, LOG_DAEMON);
 *     vr_log_syslog_init(&syslog, NULL, LOG_DAEMON);
 *     int err = vr_logger_attach(&logger, &syslog.base);
 *
 * Levels become LOG_CRIT, LOG_ERR, LOG_WARNING, LOG_INFO and LOG_DEBUG, each
 * from its number in enum vr_log_level on.  The text is escaped as by
 * log/format.h; beyond 4 KiB it is cut, between characters, and ends in "...".
 * The program calls openlog(3), as that is for the whole process.
 *
 * syslog(3) blocks while the system's log does, so attach the watcher to the
 * logger of a log/thread.h.
 *
 * Threads: several may show it entries at once.
 */
#ifndef VR_LOG_SYSLOG_H
#define VR_LOG_SYSLOG_H

#include <vreactor/base/decls.h>
#include <vreactor/log/watcher.h>

VR_BEGIN_DECLS

struct vr_env;

struct vr_log_syslog {
    struct vr_log_watcher base; /**< attach this */
    const struct vr_env *env;   /**< private, as all below */
    int facility;
};

/**
 * Make such a watcher.  Keeps @p env; NULL: the default.  After
 * vr_logger_detach() its memory is free.
 * @param facility  LOG_USER, LOG_DAEMON, ...; 0: that of openlog(3)
 */
void vr_log_syslog_init(struct vr_log_syslog *watcher, const struct vr_env *env,
                        int facility);

VR_END_DECLS

#endif
