/* SPDX-License-Identifier: MIT */
/**
 * @file thread.c
 * Threads and conditions.  Here the systems differ in how a thread is named,
 * in which clock a condition waits by, for which see also sys.c, and in what
 * they tell of a signal to a thread.
 */
#include <vreactor/base/thread.h>

#include <errno.h>
#include <signal.h>

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/text.h>

enum { NAME_SIZE = 16 }; /* on Linux, with the final zero: longer is refused */

void vr_cond_init(pthread_cond_t *cond)
{
#ifdef HAVE_PTHREAD_COND_TIMEDWAIT_RELATIVE_NP
    (void)pthread_cond_init(cond, NULL);
#else
    pthread_condattr_t attr;

    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(cond, &attr);
    (void)pthread_condattr_destroy(&attr);
#endif
}

void vr_cond_wait(const struct vr_env *env, pthread_cond_t *cond,
                  pthread_mutex_t *lock, vr_time due)
{
    env = vr_env_or_default(env);
    vr_time now = due == VR_TIME_MAX ? 0 : vr_now(env);
    vr_time span = due == VR_TIME_MAX ? -1 : vr_time_until(due, now);

    (void)vr_sys(env, cond_wait)(cond, lock, span);
}

void vr_nap(const struct vr_env *env, vr_time span)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never;

    vr_cond_init(&never);
    pthread_mutex_lock(&lock);
    (void)vr_sys(vr_env_or_default(env), cond_wait)(&never, &lock, span);
    pthread_mutex_unlock(&lock);
    pthread_cond_destroy(&never);
}

vr_time vr_due_in(const struct vr_env *env, vr_time span)
{
    return span < 0 ? VR_TIME_MAX : vr_time_add(vr_now(env), span);
}

/* The signals that threads of the library block.  A blocked fault would end the
 * process without running the program's crash handler, and SIGPROF samples each
 * thread for a profiler. */
static void block_signals(sigset_t *ret_before)
{
    static const int left_alone[] = {SIGSEGV, SIGBUS, SIGFPE,  SIGILL,
                                     SIGTRAP, SIGSYS, SIGABRT, SIGPROF};
    sigset_t blocked;

    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof(left_alone) / sizeof(*left_alone); i++)
        sigdelset(&blocked, left_alone[i]);
    pthread_sigmask(SIG_BLOCK, &blocked, ret_before);
}

int vr_thread_start(const struct vr_env *env, pthread_t *ret_thread,
                    void *(*fn)(void *arg), void *arg)
{
    sigset_t before;

    block_signals(&before);
    int err =
        vr_sys(vr_env_or_default(env), thread_create)(ret_thread, fn, arg);
    if (err < 0)
        err = -errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return err;
}

void vr_thread_name(const char *name)
{
    char shown[NAME_SIZE];

    vr_text_copy(shown, sizeof(shown), name);
#if defined(__APPLE__)
    (void)pthread_setname_np(shown);
#elif defined(__NetBSD__)
    (void)pthread_setname_np(pthread_self(), "%s", shown);
#elif defined(HAVE_PTHREAD_SETNAME_NP)
    (void)pthread_setname_np(pthread_self(), shown);
#endif
}

/* A signal to one thread, as of raise(3), has a code of its own on some. */
bool vr_signal_has_sender(int code)
{
#if defined(SI_TKILL)
    return code == SI_USER || code == SI_QUEUE || code == SI_TKILL;
#elif defined(SI_LWP)
    return code == SI_USER || code == SI_QUEUE || code == SI_LWP;
#else
    return code == SI_USER || code == SI_QUEUE;
#endif
}
