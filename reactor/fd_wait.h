/* SPDX-License-Identifier: MIT */
/**
 * @file fd_wait.h
 * Waiting for one descriptor, in a thread that may block and has no reactor for
 * it.
 *
 * For programs that write an answer and wait until it has gone, before they
 * end, or that read from a peer before their loop runs:
 *
 *     static int send_all(int fd, const char *buf, size_t size)
 *     {
 *         while (size > 0) {
 *             ssize_t count = write(fd, buf, size);
 *             if (count < 0 && errno != EAGAIN)
 *                 return -errno;
 *             if (count > 0) {
 *                 buf += count;
 *                 size -= (size_t)count;
 *             } else if (vr_fd_wait(NULL, fd, VR_WRITE, VR_SEC) <= 0) {
 *                 return -ETIMEDOUT;
 *             }
 *         }
 *         return 0;
 *     }
 *
 * In a callback of a reactor it keeps that reactor from all else: there a watch
 * (reactor/watch.h) is what is wanted.
 */
#ifndef VR_REACTOR_FD_WAIT_H
#define VR_REACTOR_FD_WAIT_H

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/reactor/selectors/selector.h>

VR_BEGIN_DECLS

struct vr_env;

/**
 * Wait until @p fd is ready for one of @p events: VR_READ, VR_WRITE or both.  A
 * descriptor that failed or was hung up is ready for all of them.  It may be
 * watched by reactors too, and of any kind; a regular file is always ready.
 * Signals do not end the wait.
 * @param env  system calls and clock; NULL: that of the current reactor, if
 * any, else vr_env_default()
 * @param timeout  nanoseconds, rounded up; 0: only look; negative: for ever
 * @return the events of @p events that it is ready for; 0 when the time ran
 * out; -EINVAL for no events, or unknown ones; -EBADF if @p fd is not open; or
 * the error of poll(2)
 * Threads: any.
 */
VR_MUST_CHECK
int vr_fd_wait(const struct vr_env *env, int fd, unsigned events,
               vr_time timeout);

VR_END_DECLS

#endif
