/* SPDX-License-Identifier: MIT */
/**
 * @file thread.h
 * Threads of the library's own, and waiting for a condition until some time.
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

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

struct vr_env;

/** Make @p cond one for vr_cond_wait(). */
void vr_cond_init(pthread_cond_t *cond);

/** Wait for @p cond with @p lock, which is held, until @p due on the clock of
 *  @p env at the latest; VR_TIME_MAX: for ever.  Also returns for nothing. */
void vr_cond_wait(const struct vr_env *env, pthread_cond_t *cond,
                  pthread_mutex_t *lock, vr_time due);

/** @p span nanoseconds from now; negative: VR_TIME_MAX. */
vr_time vr_due_in(const struct vr_env *env, vr_time span);

/** Start a thread, which takes no signals: those are the host's, so they go to
 *  the host's threads.  Left as the caller has them are those of a fault, which
 *  come to the thread that made it (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP,
 *  SIGSYS, SIGABRT), and SIGPROF. @return 0; -EAGAIN: the system has no thread
 * left */
VR_MUST_CHECK
int vr_thread_start(const struct vr_env *env, pthread_t *ret_thread,
                    void *(*fn)(void *arg), void *arg);

/** Call this thread @p name in tools that show threads, as far as the system
 *  can: with 15 bytes on Linux, less where a character would be cut. */
void vr_thread_name(const char *name);

#endif
