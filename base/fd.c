/* SPDX-License-Identifier: MIT */
/**
 * @file fd.c
 * The one file that knows how systems spell nonblock, cloexec and nosigpipe.
 *
 * Where a call can set them as it makes the descriptor (Linux, the BSDs) it
 * does; macOS cannot, so there a fork between the two calls may inherit.
 */
#include <vreactor/base/fd.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>
#include <unistd.h>
#ifdef HAVE_SYS_EVENTFD_H
#include <sys/eventfd.h>
#endif

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/quiet.h>

#if defined(SOCK_NONBLOCK) && defined(SOCK_CLOEXEC)
enum { AT_BIRTH = SOCK_NONBLOCK | SOCK_CLOEXEC };
#else
enum { AT_BIRTH = 0 };
#endif

#ifdef MSG_NOSIGNAL
enum { NO_SIGNAL = MSG_NOSIGNAL };
#else
enum { NO_SIGNAL = 0 }; /* there SO_NOSIGPIPE does it */
#endif

/* 0 to 2 stay free for the program's input, output and errors, even if it was
 * started without them: a printf() must not write into a connection. */
enum { FIRST_OF_OURS = 3 };

static int negative_errno(void)
{
    return -errno;
}

int vr_fd_set_option(const struct vr_env *env, int fd, int level, int name,
                     int value)
{
    return vr_sys(env, setsockopt)(fd, level, name, &value, sizeof(value)) < 0
               ? negative_errno()
               : 0;
}

int vr_fd_get_option(const struct vr_env *env, int fd, int level, int name)
{
    int value = 0;
    socklen_t len = sizeof(value);

    return vr_sys(env, getsockopt)(fd, level, name, &value, &len) < 0
               ? negative_errno()
               : value;
}

static int no_sigpipe(const struct vr_env *env, int fd)
{
#ifdef SO_NOSIGPIPE
    int err = vr_fd_set_option(env, fd, SOL_SOCKET, SO_NOSIGPIPE, 1);
    return err == -ENOTSOCK ? 0 : err;
#else
    (void)env;
    (void)fd;
    return 0;
#endif
}

void vr_fd_close(const struct vr_env *env, int fd)
{
    if (fd < 0)
        return;

    /* Not again after EINTR: Linux and the BSDs have closed it by then. */
    int err = errno;
    (void)vr_sys(env, close)(fd);
    errno = err;
}

int vr_fd_prepare(const struct vr_env *env, int fd)
{
    int err = no_sigpipe(env, fd);
    if (err)
        return err;

    int flags = vr_sys(env, get_fd_flags)(fd);
    if (flags < 0)
        return negative_errno();
    if (!(flags & FD_CLOEXEC) &&
        vr_sys(env, set_fd_flags)(fd, flags | FD_CLOEXEC) < 0)
        return negative_errno();

    /* Last, so that a descriptor that is refused blocks as before. */
    flags = vr_sys(env, get_fl_flags)(fd);
    if (flags < 0)
        return negative_errno();
    if (!(flags & O_NONBLOCK) &&
        vr_sys(env, set_fl_flags)(fd, flags | O_NONBLOCK) < 0)
        return negative_errno();

    return 0;
}

int vr_fd_lift(const struct vr_env *env, int fd)
{
    if (fd >= FIRST_OF_OURS || !vr_sys(env, dup_fd))
        return fd;

    int lifted = vr_sys(env, dup_fd)(fd, FIRST_OF_OURS);
    int err = lifted < 0 ? negative_errno() : lifted;
    vr_fd_close(env, fd);
    return err;
}

/* A descriptor fresh from the system: finish it, or close it. */
static int finish(const struct vr_env *env, int fd, bool at_birth)
{
    fd = vr_fd_lift(env, fd);
    if (fd < 0)
        return fd;

    int err = at_birth ? no_sigpipe(env, fd) : vr_fd_prepare(env, fd);
    if (err < 0) {
        vr_fd_close(env, fd);
        return err;
    }
    return fd;
}

int vr_fd_socket(const struct vr_env *env, int domain, int type)
{
    int fd = vr_sys(env, socket)(domain, type | AT_BIRTH, 0);
    return fd < 0 ? negative_errno() : finish(env, fd, AT_BIRTH != 0);
}

static int finish_both(const struct vr_env *env, const int ends[2],
                       bool at_birth, int ret_ends[2])
{
    int first = finish(env, ends[0], at_birth);
    if (first < 0) {
        vr_fd_close(env, ends[1]);
        return first;
    }
    int second = finish(env, ends[1], at_birth);
    if (second < 0) {
        vr_fd_close(env, first);
        return second;
    }
    ret_ends[0] = first;
    ret_ends[1] = second;
    return 0;
}

int vr_fd_pair(const struct vr_env *env, int domain, int type, int ret_ends[2])
{
    int ends[2];

    if (vr_sys(env, socketpair)(domain, type | AT_BIRTH, 0, ends) < 0)
        return negative_errno();
    return finish_both(env, ends, AT_BIRTH != 0, ret_ends);
}

int vr_fd_pipe(const struct vr_env *env, int size, int ret_ends[2])
{
    int ends[2];

    if (!vr_sys(env, splice) || !vr_sys(env, set_pipe_size))
        return -ENOSYS;
    if (vr_sys(env, pipe)(ends) < 0)
        return negative_errno();
    int err = finish_both(env, ends, false, ends);
    if (err)
        return err;
    if (vr_sys(env, set_pipe_size)(ends[0], size) < 0) {
        err = errno == EPERM ? -ENOSYS : negative_errno();
        vr_fd_close(env, ends[0]);
        vr_fd_close(env, ends[1]);
        return err;
    }
    ret_ends[0] = ends[0];
    ret_ends[1] = ends[1];
    return 0;
}

int vr_fd_accept(const struct vr_env *env, int fd, struct sockaddr *addr,
                 socklen_t *len)
{
    bool at_birth = AT_BIRTH != 0 && vr_sys(env, accept4);
    int conn = at_birth ? vr_sys(env, accept4)(fd, addr, len, AT_BIRTH)
                        : vr_sys(env, accept)(fd, addr, len);
    if (at_birth && conn < 0 && errno == ENOSYS) {
        at_birth = false;
        conn = vr_sys(env, accept)(fd, addr, len);
    }
    return conn < 0 ? negative_errno() : finish(env, conn, at_birth);
}

ssize_t vr_fd_send(const struct vr_env *env, int fd, const struct iovec *iov,
                   size_t count)
{
    struct msghdr msg = {0};

    msg.msg_iov = (struct iovec *)(uintptr_t)iov; /* sendmsg only reads it */
    msg.msg_iovlen = (__typeof__(msg.msg_iovlen))count;
    ssize_t sent = vr_sys(env, sendmsg)(fd, &msg, NO_SIGNAL);
    return sent < 0 ? negative_errno() : sent;
}

ssize_t vr_fd_write(const struct vr_env *env, int fd, const void *buf,
                    size_t size)
{
    struct vr_quiet quiet;

    vr_quiet_begin(&quiet);
    ssize_t count = vr_sys(env, write)(fd, buf, size);
    ssize_t result = count < 0 ? negative_errno() : count;
    vr_quiet_end(&quiet, result);
    return result;
}

/* Nobody but the library reads its pipe, so that raises nothing. */
ssize_t vr_fd_splice_in(const struct vr_env *env, int fd, int pipe, size_t size)
{
    ssize_t len = vr_sys(env, splice)(fd, pipe, size);
    return len < 0 ? negative_errno() : len;
}

/* Unlike sendmsg(2), splice(2) has no flag against SIGPIPE, which one that
 * moves less than it was to may have raised behind what it moved. */
ssize_t vr_fd_splice_out(const struct vr_env *env, int pipe, int fd,
                         size_t size)
{
    struct vr_quiet quiet;

    vr_quiet_begin(&quiet);
    ssize_t len = vr_sys(env, splice)(pipe, fd, size);
    ssize_t result = len < 0 ? negative_errno() : len;
    vr_quiet_end(&quiet,
                 result >= 0 && (size_t)result < size ? -EPIPE : result);
    return result;
}

int vr_fd_poll(const struct vr_env *env, int fd, short events, vr_time timeout)
{
    struct pollfd one = {.fd = fd, .events = events};

    return vr_sys(env, poll)(&one, 1, timeout) < 0 ? negative_errno()
                                                   : one.revents;
}

/* Where the system does not tell, it does no harm to think so. */
static bool is_ip(const struct vr_env *env, int fd)
{
#ifdef SO_DOMAIN
    int domain = vr_fd_get_option(env, fd, SOL_SOCKET, SO_DOMAIN);

    return domain == AF_INET || domain == AF_INET6;
#else
    (void)env;
    (void)fd;
    return true;
#endif
}

/* What a unix socket has sent is with its peer, read or not. */
size_t vr_fd_unsent(const struct vr_env *env, int fd)
{
    int bytes = 0;

    if (!is_ip(env, fd) || vr_sys(env, unsent)(fd, &bytes) < 0)
        return 0;
    return bytes > 0 ? (size_t)bytes : 0;
}

/* Only of IP sockets: a unix socket would give the next of its bytes. */
void vr_fd_drop_notices(const struct vr_env *env, int fd)
{
#if defined(MSG_ERRQUEUE) && defined(SO_DOMAIN)
    char none;

    if (!is_ip(env, fd))
        return;
    while (vr_sys(env, recv)(fd, &none, sizeof(none), MSG_ERRQUEUE) >= 0)
        ;
#else
    (void)env;
    (void)fd;
#endif
}

int vr_fd_wake_open(const struct vr_env *env, int ret_ends[2])
{
#ifdef HAVE_SYS_EVENTFD_H
    int fd = vr_sys(env, eventfd)(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0)
        return negative_errno();
    fd = vr_fd_lift(env, fd);
    if (fd < 0)
        return fd;

    ret_ends[0] = fd;
    ret_ends[1] = fd;
    return 0;
#else
    int ends[2];
    if (vr_sys(env, pipe)(ends) < 0)
        return negative_errno();
    return finish_both(env, ends, false, ret_ends);
#endif
}

/* An eventfd raises nothing. */
static ssize_t write_wake(const struct vr_env *env, int end, const void *buf,
                          size_t size)
{
#ifdef HAVE_SYS_EVENTFD_H
    ssize_t count = vr_sys(env, write)(end, buf, size);
    return count < 0 ? negative_errno() : count;
#else
    return vr_fd_write(env, end, buf, size);
#endif
}

int vr_fd_wake(const struct vr_env *env, int end)
{
    /* An eventfd takes eight bytes, and a pipe takes them too.  If the pipe or
     * the counter is full, it is readable already. */
    static const uint64_t one = 1;
    int before = errno;
    ssize_t len;

    do
        len = write_wake(env, end, &one, sizeof(one));
    while (len == -EINTR);
    errno = before; /* this may be a signal handler */
    return len < 0 && len != -EAGAIN && len != -EWOULDBLOCK ? (int)len : 0;
}

void vr_fd_wake_read(const struct vr_env *env, int end)
{
    uint64_t count[8];
    ssize_t len;

    do
        len = vr_sys(env, read)(end, count, sizeof(count));
    while ((len < 0 && errno == EINTR) || len == (ssize_t)sizeof(count));
}

void vr_fd_wake_close(const struct vr_env *env, const int ends[2])
{
    vr_fd_close(env, ends[0]);
    if (ends[1] != ends[0])
        vr_fd_close(env, ends[1]);
}
