/* SPDX-License-Identifier: MIT */
/**
 * @file log.h
 * Loggers: a program says what it does through a logger, which stamps each
 * entry with time, level and prefix, and shows it to its watchers (elsewhere
 * called sinks, handlers or appenders).
 *
 *     struct vr_logger logger;
 *     vr_logger_init(&logger, NULL, "server");
 *     int err = vr_logger_attach(&logger, &console.base);
 *     vr_log_warn(&logger, "%d clients are too many", count);
 *
 * An entry passes the logger's level, which is compared before anything is
 * formatted; then the logger's filters; then, for each watcher, that watcher's
 * filters.  A logger is a watcher itself, by its member `base`: attached to
 * another logger it shows its own watchers what arrives there, and filters
 * added to `base` apply to that only.  An entry keeps the prefix that the first
 * logger gave it.  An entry that comes back to a logger which is passing it on
 * is not shown again.
 *
 * The logger's queue decides on which thread its watchers run.  The logger of a
 * reactor has a queue to the reactor's thread, that of log/thread.h one to a
 * thread of its own.  A logger without a queue shows entries inside the log
 * call.  So attach a watcher to the logger on whose thread it is to run.  A
 * logger that has a queue and is attached to another logger takes entries
 * inside the log call, whatever thread the other one shows on.
 *
 * Errors: a log call returns none and leaves errno as it is.  Dropped entries
 * are counted, see vr_logger_dropped(), and the watchers are told where entries
 * are missing.
 * Ownership: a logger is its owner's, who detaches or ends it before its memory
 * goes.  It keeps its prefix and its environment.
 * Threads: once a logger has a queue, any thread may log, attach and detach,
 * and call vr_logger_is_enabled(), start, stop, set_level and dropped.  Without
 * a queue a logger belongs to one thread.  All other functions are for the
 * thread that shows the queue; or for any thread, while nobody logs and all was
 * shown, see vr_log_flush().  In a child of fork(2) watchers may be detached
 * and loggers ended, whatever the parent's other threads were doing.
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
    struct vr_list anywhere;  /**< those with `anywhere` set */
    struct vr_log_walk *walk; /**< innermost pass over watchers */
    size_t dropped;           /**< this and all below: atomic */
    int watcher_count;
    int queued_count; /**< watchers not in `anywhere` */
    int least;
    int stopped;
};

/**
 * Make a logger without watchers, started, open to every level.
 * @param env  NULL: the default
 * @param prefix  names the part of the program that logs; NULL: none
 */
void vr_logger_init(struct vr_logger *logger, const struct vr_env *env,
                    const char *prefix);

/**
 * Make a proxy of @p parent, which it keeps; such as one for each client.  What
 * is logged through the proxy is logged by the parent, with this @p prefix, or
 * with the parent's for NULL.  The proxy has a level and a switch of its own
 * besides the parent's; filters, watchers and queue are the parent's alone.  It
 * needs no vr_logger_fini(): its memory may go right after a log call.
 */
void vr_logger_init_proxy(struct vr_logger *proxy, struct vr_logger *parent,
                          const char *prefix);

/** End @p logger: detach all its watchers, remove all filters, and detach it
 *  from the logger it is attached to.  Entries left in its queue are shown to
 *  nobody.  NULL is fine. */
void vr_logger_fini(struct vr_logger *logger);

/**
 * Show @p watcher what is logged from now on, after the watchers attached
 * before it.  A watcher with `anywhere` set is attached only while nobody logs.
 * @return 0; -EBUSY: @p watcher is attached, here or elsewhere; -ELOOP: it is,
 * or is a relay to, this logger or one that this logger is attached to;
 * -ENOTSUP: it is a proxy, or a relay to one, or @p logger is a proxy
 */
VR_MUST_CHECK
int vr_logger_attach(struct vr_logger *logger, struct vr_log_watcher *watcher);

/** Show @p watcher nothing more; it need not be attached.  When this returns
 *  its memory may be freed, also inside a watcher.  While another thread is
 *  showing it an entry, this waits.  A watcher with `anywhere` set is detached
 *  only while nobody logs. */
void vr_logger_detach(struct vr_log_watcher *watcher);

/** Show the watchers only entries that @p filter keeps; it is added nowhere
 *  yet, and vr_log_filter_remove() removes it.  If a watcher has `anywhere`
 *  set, filters are asked on any thread; then add and remove them only while
 *  nobody logs. */
void vr_logger_add_filter(struct vr_logger *logger,
                          struct vr_log_filter *filter);

/** Drop, before they are formatted, entries below level @p least; INT_MIN, as
 *  after init: none. */
void vr_logger_set_level(struct vr_logger *logger, int least);

/** Drop all that is logged until vr_logger_start(). */
void vr_logger_stop(struct vr_logger *logger);
void vr_logger_start(struct vr_logger *logger);

/** Would an entry of @p level be formatted?  For arguments that are costly to
 *  compute. false for NULL, and for a logger without watchers. */
bool vr_logger_is_enabled(const struct vr_logger *logger, int level);

/** How many entries were dropped because the queue was full or memory ran out.
 *  Of a proxy: its parent's. */
size_t vr_logger_dropped(const struct vr_logger *logger);

/**
 * Wait until the queue of @p logger has shown its watchers all entries put into
 * it before this call.  When this returns 0 the watchers' functions have
 * returned; what they started by themselves is not waited for.  A logger with a
 * queue that watches this one has its entries by then, and is flushed by a call
 * of its own:
 *
 *     err = vr_log_flush(vr_reactor_log(reactor), VR_SEC);
 *     if (!err)
 *         err = vr_log_flush(vr_log_thread_logger(thread), VR_SEC);
 *
 * A logger without a queue has nothing to wait for; a proxy's queue is that of
 * its parent.
 * @param timeout  nanoseconds; negative: for ever
 * @return 0; -ETIMEDOUT; -EDEADLK inside a watcher that runs on this queue;
 * -ECHILD in a child of fork(2), where nobody shows what is left
 * Threads: any; on the thread of its reactor the entries are shown inside this
 * call.
 */
VR_MUST_CHECK
int vr_log_flush(struct vr_logger *logger, vr_time timeout);

/** Log a text, formatted as by printf(3), without a newline at its end.  A text
 *  that is longer than a queue can hold, see log/queue.h, is cut; so is a long
 *  one when memory runs out.  NULL for @p logger: nothing happens. */
void vr_log(struct vr_logger *logger, int level, const char *format, ...)
    VR_PRINTF(3, 4);

/** vr_log() with @p prefix; NULL: the logger's. */
void vr_log_as(struct vr_logger *logger, const char *prefix, int level,
               const char *format, ...) VR_PRINTF(4, 5);

/** vr_log() with attributes, see VR_LOG_ATTRS(); NULL: none. */
void vr_log_with(struct vr_logger *logger, int level,
                 const struct vr_log_attr *attrs, const char *format, ...)
    VR_PRINTF(4, 5);

/** vr_log() about a call that failed.  The words for @p code, which is -errno
 *  or -VR_E..., of either sign, follow the text: "open x: no such file or
 *  directory (ENOENT)". */
void vr_log_code(struct vr_logger *logger, int level, int code,
                 const char *format, ...) VR_PRINTF(4, 5);

/** vr_log() about something that ended: the words of vr_end_format() follow the
 *  text. */
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
