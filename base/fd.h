/* SPDX-License-Identifier: MIT */
/**
 * @file fd.h
 * Making and using descriptors in the same way on every system: non-blocking,
 * closed on exec, without SIGPIPE, and numbered 3 or above if the library makes
 * them.  Internal.
 *
 * Errors: -errno.  Ownership: returned descriptors are the caller's, to be
 * closed by vr_fd_close().  Threads: any.
 */
#ifndef VR_BASE_FD_H
#define VR_BASE_FD_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

struct iovec;
struct vr_env;

/** Close @p fd, if it is not negative; leaves errno as it is. */
void vr_fd_close(const struct vr_env *env, int fd);

/** Make @p fd, a descriptor of any kind, non-blocking and closed on exec, and
 *  keep it from raising SIGPIPE. */
VR_MUST_CHECK
int vr_fd_prepare(const struct vr_env *env, int fd);

/** Move @p fd, which the library has made and which is closed on exec, away
 *  from 0 to 2, if it is one of them. @return the descriptor; or an error, and
 *  it is closed */
VR_MUST_CHECK
int vr_fd_lift(const struct vr_env *env, int fd);

/** A new socket. @return the descriptor */
VR_MUST_CHECK
int vr_fd_socket(const struct vr_env *env, int domain, int type);

/** Set the option @p name of the socket @p fd, whose value is an int. */
VR_MUST_CHECK
int vr_fd_set_option(const struct vr_env *env, int fd, int level, int name,
                     int value);

/** The value, an int and not negative, of the option @p name of the socket
 *  @p fd. */
VR_MUST_CHECK
int vr_fd_get_option(const struct vr_env *env, int fd, int level, int name);

/** Two sockets joined to each other. */
VR_MUST_CHECK
int vr_fd_pair(const struct vr_env *env, int domain, int type, int ret_ends[2]);

/** A pipe that holds @p size bytes, for bytes on their way between two
 *  descriptors: [0] is read, [1] is written.  @return 0; -ENOSYS where the
 *  system moves no bytes without a copy, or lets us have no pipe so large */
VR_MUST_CHECK
int vr_fd_pipe(const struct vr_env *env, int size, int ret_ends[2]);

/** Take a connection from the listening @p fd and its peer's address, as by
 *  accept(2). @return the descriptor */
VR_MUST_CHECK
int vr_fd_accept(const struct vr_env *env, int fd, struct sockaddr *addr,
                 socklen_t *len);

/** Write to @p fd, of any kind, as by write(2), but without SIGPIPE and
 *  SIGXFSZ. @return how many bytes */
VR_MUST_CHECK
ssize_t vr_fd_write(const struct vr_env *env, int fd, const void *buf,
                    size_t size);

/** Send from @p count buffers without SIGPIPE. @return how many bytes */
VR_MUST_CHECK
ssize_t vr_fd_send(const struct vr_env *env, int fd, const struct iovec *iov,
                   size_t count);

/** Move at most @p size bytes from @p fd into the end @p pipe of a pipe, or out
 *  of one, without a copy: splice(2), which never waits and raises no SIGPIPE.
 *  @return how many bytes */
VR_MUST_CHECK
ssize_t vr_fd_splice_in(const struct vr_env *env, int fd, int pipe,
                        size_t size);
VR_MUST_CHECK
ssize_t vr_fd_splice_out(const struct vr_env *env, int pipe, int fd,
                         size_t size);

/** Wait at most @p timeout nanoseconds, negative for ever, until poll(2) finds
 *  one of @p events, such as POLLIN, or an error, at @p fd.
 *  @return what it found; 0: nothing in that time */
VR_MUST_CHECK
int vr_fd_poll(const struct vr_env *env, int fd, short events, vr_time timeout);

/** How many bytes that were written to the connected socket @p fd its peer's
 *  system has not acknowledged, so that a reset would throw them away.  0 where
 *  no reset does, and where the system does not tell. */
size_t vr_fd_unsent(const struct vr_env *env, int fd);

/** Empty the error queue of @p fd, if the system has one: a message in it, such
 *  as a time stamp, keeps the socket ready. */
void vr_fd_drop_notices(const struct vr_env *env, int fd);

/**
 * A pair of descriptors to wake a thread: ret_ends[0] is readable after
 * vr_fd_wake(ret_ends[1]) has returned 0, until vr_fd_wake_read(ret_ends[0]).
 * Both may be the same descriptor, which vr_fd_wake_close() closes once.
 * vr_fd_wake() keeps errno, and may be called in a signal handler.
 */
VR_MUST_CHECK
int vr_fd_wake_open(const struct vr_env *env, int ret_ends[2]);
int vr_fd_wake(const struct vr_env *env, int end);
void vr_fd_wake_read(const struct vr_env *env, int end);
void vr_fd_wake_close(const struct vr_env *env, const int ends[2]);

#endif
