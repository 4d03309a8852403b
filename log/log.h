/* SPDX-License-Identifier: MIT */
/**
 * @file log.h
 * How does a program say what it does?  Through a logger, which stamps what is
 * logged and shows it to its watchers.
 *
 *     struct vr_logger logger;
 *     vr_logger_init(&logger, NULL, "server");
 *     (void)vr_logger_attach(&logger, &console.base);
 *     vr_log_warn(&logger, "%d clients are too many", count);
 *
 * An entry goes through the logger's level, which is looked at before anything
 * is formatted; then, where the logger delivers, through its filters; then,
 * for each watcher, through that watcher's filters.  A logger is a watcher
 * itself, by its member `base`: attached to another one it shows its watchers
 * what arrives there, and filters added to `base` apply to that only.  An entry
 * keeps the prefix that the first logger gave it.
 *
 * Errors: logging has none and leaves errno as it is; what could not be
 * logged is counted, see vr_logger_dropped().
 * Ownership: loggers are their owner's, who detaches or ends them before the
 * memory goes.  A logger keeps its prefix and environment.
 * Threads: vr_log...(), vr_logger_wants(), start, stop, set_level and dropped:
 * any, once the logger has a delivery (log/delivery.h); without one the entry
 * is delivered inside the log call and the logger belongs to one thread.  All
 * else: the delivering thread.
 */
#ifndef VR_LOG_LOG_H
#define VR_LOG_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>
#include <vreactor/log/watcher.h>

VR_BEGIN_DECLS

struct vr_env;
struct vr_log_delivery;
struct vr_log_walk;

/** Members are private, but for @p base where a watcher is asked for. */
struct vr_logger {
    struct vr_log_watcher base;
    struct vr_logger *parent; /**< of a proxy; else NULL */
    const struct vr_env *env;
    const char *prefix;
    struct vr_log_delivery *delivery;
    struct vr_list filters;
    struct vr_list watchers;
    struct vr_log_walk *walk; /**< innermost delivery under way */
    size_t dropped;           /**< this and all below: atomic */
    int watcher_count;
    int least;
    int stopped;
};

/** Make a logger without watchers, started, open to every level.
 *  @param env     NULL: the default
 *  @param prefix  names who logs; NULL: nobody */
void vr_logger_init(struct vr_logger *logger, const struct vr_env *env,
                    const char *prefix);

/**
 * Make a door to @p parent, which it keeps, for one of many: what is logged
 * through it is logged by the parent, with this @p prefix, or with the
 * parent's for NULL.  It has a level and a switch of its own besides the
 * parent's; filters, watchers and delivery are the parent's alone.  It needs no
 * end: its memory may go right after a log call.
 */
void vr_logger_init_proxy(struct vr_logger *proxy, struct vr_logger *parent,
                          const char *prefix);

/** Let go of watchers and filters, and of the logger it is attached to.  NULL
 *  is nothing. */
void vr_logger_fini(struct vr_logger *logger);

/**
 * Show @p watcher what is logged from now on, after the watchers attached
 * before it.
 * @return 0; -EBUSY: it is attached, here or elsewhere; -ELOOP: it is a logger
 * that @p logger gets entries from, or the same; -ENOTSUP: one is a proxy
 */
VR_MUST_CHECK
int vr_logger_attach(struct vr_logger *logger, struct vr_log_watcher *watcher);

/** Show @p watcher nothing more; it need not be attached.  Its memory is free
 *  at once, also while a logger shows it something. */
void vr_logger_detach(struct vr_log_watcher *watcher);

/** Show the watchers only what @p filter, which is added nowhere yet, keeps.
 *  See vr_log_filter_remove(). */
void vr_logger_add_filter(struct vr_logger *logger,
                          struct vr_log_filter *filter);

/** Forget at once, from now on, what is below level @p least; INT_MIN: nothing,
 *  as after init. */
void vr_logger_set_level(struct vr_logger *logger, int least);

/** Forget all that is logged until vr_logger_start(). */
void vr_logger_stop(struct vr_logger *logger);
void vr_logger_start(struct vr_logger *logger);

/** Would an entry of @p level be formatted?  For arguments that are costly to
 *  find.  false for NULL. */
bool vr_logger_wants(const struct vr_logger *logger, int level);

/** How many entries were lost because memory ran out or their delivery gave
 *  them up.  Of a proxy: its parent's. */
size_t vr_logger_dropped(const struct vr_logger *logger);

/** Log a text of any length, as by printf(3); a newline at its end is not
 *  wanted.  Without memory a long text is cut.  NULL is no logger: nothing
 *  happens. */
void vr_log(struct vr_logger *logger, int level, const char *format, ...)
    VR_PRINTF(3, 4);

/** vr_log() with @p prefix; NULL: the logger's. */
void vr_log_as(struct vr_logger *logger, const char *prefix, int level,
               const char *format, ...) VR_PRINTF(4, 5);

/** vr_log_as() for functions that have a va_list. */
void vr_vlog(struct vr_logger *logger, const char *prefix, int level,
             const char *format, va_list args) VR_PRINTF(4, 0);

#define vr_log_debug(logger, ...) vr_log((logger), VR_LOG_DEBUG, __VA_ARGS__)
#define vr_log_info(logger, ...) vr_log((logger), VR_LOG_INFO, __VA_ARGS__)
#define vr_log_warn(logger, ...) vr_log((logger), VR_LOG_WARN, __VA_ARGS__)
#define vr_log_error(logger, ...) vr_log((logger), VR_LOG_ERROR, __VA_ARGS__)
#define vr_log_critical(logger, ...)                                           \
    vr_log((logger), VR_LOG_CRITICAL, __VA_ARGS__)

VR_END_DECLS

#endif
