/* SPDX-License-Identifier: MIT */
/**
 * @file thread.h
 * Threads of the library's own, and condition variables with a deadline.
 * Internal.
 *
 *     vr_cond_init(&idle);
 *     ...
 *     while (!job && vr_now(env) < due)
 *         vr_cond_wait(env, &idle, &lock, due);
 *
 * Threads: any.
 */
#ifndef VR_BASE_THREAD_H
#define VR_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

struct vr_env;

/** Make @p cond one for vr_cond_wait(). */
void vr_cond_init(pthread_cond_t *cond);

/** Wait for @p cond with @p lock, which is held, until @p due on the clock of
 *  @p env at the latest; VR_TIME_MAX: for ever.  May return spuriously. */
void vr_cond_wait(const struct vr_env *env, pthread_cond_t *cond,
                  pthread_mutex_t *lock, vr_time due);

/** @p span nanoseconds from now; negative: VR_TIME_MAX. */
vr_time vr_due_in(const struct vr_env *env, vr_time span);

/** Sleep for @p span nanoseconds, on a condition that nobody signals: it takes
 *  neither memory nor a descriptor. */
void vr_nap(const struct vr_env *env, vr_time span);

/** Start a thread.  It blocks all signals, which are left to the program's
 *  threads; except SIGPROF and those of a fault of the thread itself (SIGSEGV,
 *  SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT), which stay as the caller
 *  has them. @return 0; -EAGAIN: the system has no thread left */
VR_MUST_CHECK
int vr_thread_start(const struct vr_env *env, pthread_t *ret_thread,
                    void *(*fn)(void *arg), void *arg);

/** Name this thread, for debuggers and other tools, as far as the system can:
 *  whole characters, up to 15 bytes on Linux. */
void vr_thread_name(const char *name);

/** Does a signal with the `si_code` @p code tell which process has sent it?
 *  Safe in a signal handler. */
bool vr_signal_has_sender(int code);

#endif
