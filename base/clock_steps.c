/* SPDX-License-Identifier: MIT */
/**
 * @file clock_steps.c
 * Steps of the wall clock: a timer that never ends, but is cancelled by each.
 */
#include <vreactor/base/clock_steps.h>

#include <errno.h>
#include <stdint.h>
#include <time.h>
#ifdef HAVE_SYS_TIMERFD_H
#include <sys/timerfd.h>
#endif

#include <vreactor/base/env_table.h>
#include <vreactor/base/fd.h>

#ifdef HAVE_SYS_TIMERFD_H
int vr_clock_steps_open(const struct vr_env *env)
{
    struct itimerspec never = {.it_value = vr_time_to_timespec(VR_TIME_MAX)};

    int fd =
        vr_sys(env, timerfd_create)(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd < 0)
        return -errno;

    fd = vr_fd_lift(env, fd);
    if (fd < 0)
        return fd;
    if (vr_sys(env, timerfd_settime)(
            fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL)) {
        int err = -errno;
        vr_fd_close(env, fd);
        return err;
    }
    return fd;
}
#else
int vr_clock_steps_open(const struct vr_env *env)
{
    (void)env;
    return -ENOSYS;
}
#endif

/* It says ECANCELED, and is armed as before. */
void vr_clock_steps_read(const struct vr_env *env, int fd)
{
    uint64_t ends;

    (void)!vr_sys(env, read)(fd, &ends, sizeof(ends));
}
