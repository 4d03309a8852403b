/* SPDX-License-Identifier: MIT */
/**
 * @file sys_timers.c
 * The counted system calls of timers.  The descriptor that tells of steps of
 * the wall clock is none of the system's, but one that vr_test_set_wall() and
 * vr_test_suspend() make readable.
 */
#include <vreactor/testing/sys_impl.h>

#ifdef HAVE_SYS_TIMERFD_H
#include <errno.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include <vreactor/testing/counter.h>

enum { TIMERS = 32 };

static int64_t timers[TIMERS]; /* atomic: descriptor + 1; 0: none */

/* Replace @p was in the table. @return was it there? */
static bool replace(int64_t was, int64_t by)
{
    for (int i = 0; i < TIMERS; i++) {
        int64_t found = was;
        if (__atomic_compare_exchange_n(&timers[i], &found, by, false,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            return true;
    }
    return false;
}

int vr_test_sys_timerfd_create(int clock, int flags)
{
    (void)clock;
    (void)flags; /* non-blocking, and closed on exec */
    if (vr_test_sys_fails(VR_TEST_SYS_TIMERFD_CREATE, VR_TEST_SYS_ANY))
        return -1;

    int fd = vr_sys_default()->eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0 || replace(0, (int64_t)fd + 1))
        return fd;

    (void)vr_sys_default()->close(fd);
    errno = EMFILE;
    return -1;
}

int vr_test_sys_timerfd_settime(int fd, int flags,
                                const struct itimerspec *time,
                                struct itimerspec *ret_before)
{
    (void)fd;
    (void)flags;
    (void)time;
    (void)ret_before;
    return vr_test_sys_fails(VR_TEST_SYS_TIMERFD_SETTIME, VR_TEST_SYS_ANY) ? -1
                                                                           : 0;
}

void vr_test_sys_step(void)
{
    static const uint64_t one = 1;

    for (int i = 0; i < TIMERS; i++) {
        int64_t fd = vr_test_get(&timers[i]) - 1;
        if (fd >= 0)
            (void)!vr_sys_default()->write((int)fd, &one, sizeof(one));
    }
}

bool vr_test_sys_is_timer(int fd)
{
    for (int i = 0; i < TIMERS; i++)
        if (vr_test_get(&timers[i]) == (int64_t)fd + 1)
            return true;
    return false;
}

void vr_test_sys_forget_timer(int fd)
{
    (void)replace((int64_t)fd + 1, 0);
}
#else
void vr_test_sys_step(void)
{
}

bool vr_test_sys_is_timer(int fd)
{
    (void)fd;
    return false;
}

void vr_test_sys_forget_timer(int fd)
{
    (void)fd;
}
#endif
