/* SPDX-License-Identifier: MIT */
/**
 * @file default.h
 * The default watcher: it is shown what reactors log, without being attached to
 * each.  One setting for the whole process, empty until the host program sets
 * it.
 *
 *     static struct vr_log_console console;
 *     static struct vr_log_level_filter level;
 *
 *     vr_log_console_init(&console, NULL, 2);
 *     vr_log_level_filter_init(&level, VR_LOG_WARN);
 *     vr_log_watcher_add_filter(&console.base, &level.filter);
 *     vr_log_set_default_watcher(&console.base);
 *
 * A watcher can be attached to one logger only, but many reactors share this
 * one: each attaches a relay of its own, which calls it.
 *
 * Ownership: the default watcher and its filters are the host's.  They stay
 * until the last reactor made under the setting is gone, and its filters stay
 * as they were when it was set.
 * Threads: any.  The default watcher is called on the thread of each logger
 * that has a relay to it, at the same time, and must allow for that: a console
 * does, and so does a logger with a queue, such as that of a log/thread.h.
 */
#ifndef VR_LOG_DEFAULT_H
#define VR_LOG_DEFAULT_H

#include <vreactor/base/decls.h>
#include <vreactor/log/watcher.h>

VR_BEGIN_DECLS

/** Let @p watcher, which is kept, be shown what is logged by reactors made from
 *  now on; NULL: no watcher. */
void vr_log_set_default_watcher(struct vr_log_watcher *watcher);

/** The watcher set last, or NULL. */
struct vr_log_watcher *vr_log_default_watcher(void);

/** Passes what it is shown on to another watcher, through its filters. */
struct vr_log_relay {
    struct vr_log_watcher base; /**< attach this */
    struct vr_log_watcher *to;
};

/** Make a relay to @p to, which it keeps.  It has `anywhere` set if that
 *  watcher has.  After vr_logger_detach() its memory is free.  Threads: as any
 *  watcher. */
void vr_log_relay_init(struct vr_log_relay *relay, struct vr_log_watcher *to);

VR_END_DECLS

#endif
