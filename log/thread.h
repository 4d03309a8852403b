/* SPDX-License-Identifier: MIT */
/**
 * @file thread.h
 * A logger whose watchers run on a thread of its own: they may be slow, or hang
 * for a while, and who logs does not notice.
 *
 *     struct vr_log_thread *thread;
 *     int err = vr_log_thread_new(NULL, &thread);
 *     struct vr_logger *logger = vr_log_thread_logger(thread);
 *     err = vr_logger_attach(logger, &file.base);
 *     vr_log_info(logger, "hello");
 *
 * For the log of a reactor too, either that of one or of all made later:
 *
 *     err = vr_logger_attach(vr_reactor_log(reactor), &logger->base);
 *     vr_log_set_default_watcher(&logger->base);
 *
 * Its entries come here straight from the log call, so what a reactor said
 * before it hung can be read while it hangs.
 *
 * After fork(2) the thread is the parent's alone: what the child logs to the
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

/** How it is to be; 0 and NULL are the defaults. */
struct vr_log_thread_options {
    size_t size; /**< sizeof(struct vr_log_thread_options) */

    const char *prefix;       /**< of what is logged to its logger; kept */
    size_t ring_size;         /**< bytes that wait at most, see log/queue.h */
    const struct vr_env *env; /**< kept */
};

/**
 * Start a thread and its logger.  The thread takes no signals but those of a
 * fault of its own, such as SIGSEGV, and SIGPROF.
 * @param options  NULL for all defaults
 * @return 0; -ENOMEM; -EAGAIN if the system has no thread left; -EINVAL or
 * -E2BIG for options that are not these; or what the system said of a
 * descriptor
 */
VR_MUST_CHECK
int vr_log_thread_new(const struct vr_log_thread_options *options,
                      struct vr_log_thread **ret_thread);

/** Its logger, which lives as long. */
struct vr_logger *vr_log_thread_logger(struct vr_log_thread *thread);

/**
 * Show what was logged, end the thread, detach all from its logger and free it.
 * Nobody logs to it any more.  NULL is fine.
 * @param patience  nanoseconds to wait for its watchers; negative: for ever
 * @return 0; or nothing is freed: -ETIMEDOUT, or -EAGAIN if the system let
 * nothing be said to the thread, and this is to be called again; -EDEADLK on
 * the thread itself; -ECHILD in a child of fork(2)
 */
int vr_log_thread_free(struct vr_log_thread *thread, vr_time patience);

VR_END_DECLS

#endif
