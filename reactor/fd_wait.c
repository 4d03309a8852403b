/* SPDX-License-Identifier: MIT */
/**
 * @file fd_wait.c
 * A wait for one descriptor.
 */
#include <vreactor/reactor/fd_wait.h>

#include <errno.h>
#include <poll.h>

#include <vreactor/base/env.h>
#include <vreactor/base/fd.h>

enum { BOTH = VR_READ | VR_WRITE };

static short to_poll(unsigned events)
{
    return (short)(((events & VR_READ) ? POLLIN : 0) |
                   ((events & VR_WRITE) ? POLLOUT : 0));
}

static int from_poll(int found, unsigned events)
{
    if (found & POLLNVAL)
        return -EBADF;
    if (found & (POLLERR | POLLHUP))
        return (int)events;
    return ((found & POLLIN) ? VR_READ : 0) |
           ((found & POLLOUT) ? VR_WRITE : 0);
}

/* A signal ends poll(2): what is left of the time is waited for then. */
static int wait_until(const struct vr_env *env, int fd, short events,
                      vr_time due)
{
    vr_time left;
    int found;

    do {
        left = due == VR_TIME_MAX ? -1 : vr_time_until(due, vr_now(env));
        found = vr_fd_poll(env, fd, events, left);
    } while (found == -EINTR && left != 0);
    return found == -EINTR ? 0 : found;
}

int vr_fd_wait(const struct vr_env *env, int fd, unsigned events,
               vr_time timeout)
{
    env = vr_env_or_current(env);
    if (!events || (events & ~(unsigned)BOTH))
        return -EINVAL;
    if (fd < 0)
        return -EBADF;

    vr_time due = timeout < 0 ? VR_TIME_MAX : vr_time_add(vr_now(env), timeout);
    int found = wait_until(env, fd, to_poll(events), due);
    return found < 0 ? found : from_poll(found, events);
}
