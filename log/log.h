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
 * is formatted; then through its filters; then, for each watcher, through that
 * watcher's filters.  A logger is a watcher itself, by its member `base`:
 * attached to another one it shows its watchers what arrives there, and filters
 * added to `base` apply to that only.  An entry keeps the prefix that the first
 * logger gave it.
 *
 * Where the watchers run is the logger's queue to say: the log of a reactor has
 * one to the reactor's thread, that of log/thread.h to a thread for the
 * purpose.  A logger without a queue shows in the log call.  Each watcher is
 * attached where it is to run; a logger with a queue that is attached to
 * another one takes the entries in the log call, whatever thread the other one
 * shows on.
 *
 * Errors: logging has none and leaves errno as it is; what was dropped is
 * counted, see vr_logger_dropped(), and the watchers are told where.
 * Ownership: loggers are their owner's, who detaches or ends them before the
 * memory goes.  A logger keeps its prefix and environment.
 * In a child of fork(2) watchers may be detached and loggers ended, whatever
 * the parent's other threads did.
 *
 * Threads: log calls, vr_logger_wants(), start, stop, set_level and dropped:
 * any, once the logger has a queue, as are attach and detach then; without one
 * all belongs to one thread.  All else: the thread that shows, or any while
 * nobody logs and all was shown, see vr_log_flush().
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

struct vr_end;
struct vr_env;
struct vr_log_queue;
struct vr_log_walk;

/** Members are private, but for @p base where a watcher is asked for. */
struct vr_logger {
    struct vr_log_watcher base;
    struct vr_logger *parent; /**< of a proxy; else NULL */
    const struct vr_env *env;
    const char *prefix;
    struct vr_log_queue *queue;
    struct vr_list filters;
    struct vr_list watchers;
    struct vr_list anywhere;  /**< watchers that are shown in the log call */
    struct vr_log_walk *walk; /**< innermost delivery under way */
    size_t dropped;           /**< this and all below: atomic */
    int watcher_count;
    int queued_count; /**< those not in anywhere */
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
 * parent's; filters, watchers and queue are the parent's alone.  It needs no
 * end: its memory may go right after a log call.
 */
void vr_logger_init_proxy(struct vr_logger *proxy, struct vr_logger *parent,
                          const char *prefix);

/** Let go of watchers and filters, and of the logger it is attached to; what
 *  waits in its queue is shown to nobody.  NULL is nothing. */
void vr_logger_fini(struct vr_logger *logger);

/**
 * Show @p watcher what is logged from now on, after the watchers attached
 * before it.  One that is shown entries anywhere is attached while nobody logs.
 * @return 0; -EBUSY: it is attached, here or elsewhere; -ELOOP: it is the same
 * logger, or one that shows this one what it is shown, or a relay to such a
 * one; -ENOTSUP: one is a proxy, or a relay to one
 */
VR_MUST_CHECK
int vr_logger_attach(struct vr_logger *logger, struct vr_log_watcher *watcher);

/** Show @p watcher nothing more; it need not be attached.  Its memory is free
 *  at once, also inside a watcher.  Waits while another thread shows it
 *  something.  As with attach, one that is shown entries anywhere is detached
 *  while nobody logs. */
void vr_logger_detach(struct vr_log_watcher *watcher);

/** Show the watchers only what @p filter, which is added nowhere yet, keeps.
 *  See vr_log_filter_remove().  With watchers that are shown entries anywhere,
 *  filters are asked anywhere: they stay as they are while somebody logs. */
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

/** How many entries were dropped because the queue was full or memory ran out.
 *  Of a proxy: its parent's. */
size_t vr_logger_dropped(const struct vr_logger *logger);

/**
 * Wait until the watchers were shown all that was logged before, also by the
 * loggers this one leads to, through relays too; but not by those behind one
 * that watches a logger with a queue and has none itself.  Not for what they do
 * with it.
 * @param timeout  nanoseconds; negative: for ever
 * @return 0; -ETIMEDOUT; -EDEADLK inside a watcher that runs on its queue;
 * -ECHILD in a child of fork(2), where nobody shows what is left
 * Threads: any; on the thread of its reactor the entries are shown at once.
 */
VR_MUST_CHECK
int vr_log_flush(struct vr_logger *logger, vr_time timeout);

/** Log a text, as by printf(3); a newline at its end is not wanted.  One longer
 *  than there may be room for in a queue, see log/queue.h, is cut, as is a long
 *  one without memory.  NULL is no logger: nothing happens. */
void vr_log(struct vr_logger *logger, int level, const char *format, ...)
    VR_PRINTF(3, 4);

/** vr_log() with @p prefix; NULL: the logger's. */
void vr_log_as(struct vr_logger *logger, const char *prefix, int level,
               const char *format, ...) VR_PRINTF(4, 5);

/** vr_log() with attributes, see VR_LOG_ATTRS(); NULL: none. */
void vr_log_with(struct vr_logger *logger, int level,
                 const struct vr_log_attr *attrs, const char *format, ...)
    VR_PRINTF(4, 5);

/** vr_log() of something that failed: the words for @p code, -errno or
 *  -VR_E..., of either sign, follow the text: "open x: no such file or
 *  directory (ENOENT)". */
void vr_log_code(struct vr_logger *logger, int level, int code,
                 const char *format, ...) VR_PRINTF(4, 5);

/** vr_log() of something that ended: vr_end_format() follows the text. */
void vr_log_end(struct vr_logger *logger, int level, const struct vr_end *end,
                const char *format, ...) VR_PRINTF(4, 5);

/** vr_log_as() and vr_log_with() for functions that have a va_list. */
void vr_vlog(struct vr_logger *logger, const char *prefix, int level,
             const struct vr_log_attr *attrs, const char *format, va_list args)
    VR_PRINTF(5, 0);

#define vr_log_debug(logger, ...) vr_log((logger), VR_LOG_DEBUG, __VA_ARGS__)
#define vr_log_info(logger, ...) vr_log((logger), VR_LOG_INFO, __VA_ARGS__)
#define vr_log_warn(logger, ...) vr_log((logger), VR_LOG_WARN, __VA_ARGS__)
#define vr_log_error(logger, ...) vr_log((logger), VR_LOG_ERROR, __VA_ARGS__)
#define vr_log_critical(logger, ...)                                           \
    vr_log((logger), VR_LOG_CRITICAL, __VA_ARGS__)

VR_END_DECLS

#endif
