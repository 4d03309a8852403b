/* SPDX-License-Identifier: MIT */
/**
 * @file quiet.c
 * Signals of a write are blocked, and taken if there were none before.
 */
#include <vreactor/base/quiet.h>

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

void vr_quiet_begin(struct vr_quiet *quiet)
{
    sigemptyset(&quiet->raised);
    sigaddset(&quiet->raised, SIGPIPE);
    sigaddset(&quiet->raised, SIGXFSZ);
    sigemptyset(&quiet->blocked);
    sigemptyset(&quiet->pending);
    (void)pthread_sigmask(SIG_BLOCK, &quiet->raised, &quiet->blocked);
    if (sigismember(&quiet->blocked, SIGPIPE) == 1 ||
        sigismember(&quiet->blocked, SIGXFSZ) == 1)
        (void)sigpending(&quiet->pending);
}

/* Not all systems have sigtimedwait(), which cannot hang. */
static void take_signal(int number)
{
    sigset_t one;

    sigemptyset(&one);
    sigaddset(&one, number);
#if defined(_POSIX_REALTIME_SIGNALS) && _POSIX_REALTIME_SIGNALS > 0
    const struct timespec none = {0};
    while (sigtimedwait(&one, NULL, &none) < 0 && errno == EINTR)
        ;
#else
    sigset_t now;
    sigemptyset(&now);
    if (!sigpending(&now) && sigismember(&now, number) == 1)
        (void)sigwait(&one, &number);
#endif
}

void vr_quiet_end(const struct vr_quiet *quiet, ssize_t result)
{
    int number = result == -EPIPE ? SIGPIPE : result == -EFBIG ? SIGXFSZ : 0;

    if (number && sigismember(&quiet->pending, number) == 0)
        take_signal(number);
    (void)pthread_sigmask(SIG_SETMASK, &quiet->blocked, NULL);
}
