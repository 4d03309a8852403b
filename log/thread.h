/* SPDX-License-Identifier: MIT */
/**
 * @file thread.h
 * A logger whose watchers run on a thread of its own, so that a log call never
 * waits for a watcher that is slow or hangs for a while.
 *
 *     struct vr_log_thread *thread;
 *     int err = vr_log_thread_new(NULL, &thread);
 *     struct vr_logger *logger = vr_log_thread_logger(thread);
 *     err = vr_logger_attach(logger, &file.base);
 *     vr_log_info(logger, "hello");
 *
 * The logger can take the log of one reactor, or of all made later:
 *
 *     err = vr_logger_attach(vr_reactor_log(reactor), &logger->base);
 *     vr_log_set_default_watcher(&logger->base);
 *
 * Their entries come here straight from the log call, so what a reactor said
 * before it hung can be read while it hangs.
 *
 * In a child of fork(2) the thread does not exist: what the child logs to the
 * logger is shown to nobody.
 */
#ifndef VR_LOG_THREAD_H
#define VR_LOG_THREAD_H

#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct vr_env;
struct vr_log_thread;
struct vr_logger;

/** Options; 0 and NULL are the defaults. */
struct vr_log_thread_options {
    size_t size; /**< by VR_LOG_THREAD_OPTIONS_INIT */

    const char *prefix;       /**< of its logger; kept */
    size_t ring_size;         /**< bytes, see log/queue.h */
    const struct vr_env *env; /**< kept; NULL: as for vr_log_queue_new() */
};

#define VR_LOG_THREAD_OPTIONS_INIT VR_SIZED_INIT(struct vr_log_thread_options)

/**
 * Start a thread and its logger.  The thread blocks all signals but SIGPROF and
 * those of a fault of its own, such as SIGSEGV.
 * @param options  NULL for all defaults
 * @return 0; -ENOMEM; -EAGAIN if the system has no thread left; -EINVAL for a
 * bad size, -E2BIG for options of a later version that are set; or the system's
 * error for a descriptor
 */
VR_MUST_CHECK
int vr_log_thread_new(const struct vr_log_thread_options *options,
                      struct vr_log_thread **ret_thread);

/** The logger of @p thread; it lives as long as the thread. */
struct vr_logger *vr_log_thread_logger(struct vr_log_thread *thread);

/**
 * Show what was logged, end the thread, detach all watchers from its logger and
 * free both.  No thread may log to it any more.  NULL is fine.
 * @param patience  nanoseconds to wait for the watchers; negative: for ever
 * @return 0; else nothing is freed: -ETIMEDOUT, or -EAGAIN if the system let
 * nothing be said to the thread, and this is to be called again; -EDEADLK on
 * the thread itself; -ECHILD in a child of fork(2)
 */
int vr_log_thread_free(struct vr_log_thread *thread, vr_time patience);

VR_END_DECLS

#endif
