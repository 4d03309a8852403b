/* SPDX-License-Identifier: MIT */
/**
 * @file sys_calls.c
 * The counted system calls, one function for each member of struct vr_sys;
 * those that have to do with memory are in sys_pages.c, with threads in
 * sys_threads.c, with files and names in sys_files.c, with processes in
 * sys_processes.c, with timers in sys_timers.c.
 *
 * A new member that can fail is a name in testing/sys.h, a line in sys.c, a
 * function and a line here.
 */
#include <vreactor/testing/sys_impl.h>

#include <errno.h>
#include <sys/uio.h>
#ifdef HAVE_SYS_EPOLL_H
#include <sys/epoll.h>
#endif
#ifdef HAVE_KQUEUE
#include <sys/event.h>
#endif

#include <vreactor/base/sys_process.h>

static const struct vr_sys *real(void)
{
    return vr_sys_default();
}

static bool fails(enum vr_test_sys_call call)
{
    return vr_test_sys_fails(call, VR_TEST_SYS_ANY);
}

static bool accept_fails(enum vr_test_sys_call call)
{
    return vr_test_sys_fails(call, VR_TEST_SYS_ANY_ACCEPT);
}

static bool wait_fails(enum vr_test_sys_call call)
{
    return vr_test_sys_fails(call, VR_TEST_SYS_ANY_WAIT);
}

/* ---- descriptors ---- */

static int count_close(int fd)
{
    vr_test_sys_forget_timer(fd);
    int result = real()->close(fd); /* may set errno, so it comes first */

    return fails(VR_TEST_SYS_CLOSE) ? -1 : result;
}

static int count_get_fd_flags(int fd)
{
    return fails(VR_TEST_SYS_GET_FD_FLAGS) ? -1 : real()->get_fd_flags(fd);
}

static int count_set_fd_flags(int fd, int flags)
{
    return fails(VR_TEST_SYS_SET_FD_FLAGS) ? -1
                                           : real()->set_fd_flags(fd, flags);
}

static int count_get_fl_flags(int fd)
{
    return fails(VR_TEST_SYS_GET_FL_FLAGS) ? -1 : real()->get_fl_flags(fd);
}

static int count_set_fl_flags(int fd, int flags)
{
    return fails(VR_TEST_SYS_SET_FL_FLAGS) ? -1
                                           : real()->set_fl_flags(fd, flags);
}

static int count_dup_fd(int fd, int least)
{
    return fails(VR_TEST_SYS_DUP_FD) ? -1 : real()->dup_fd(fd, least);
}

static int count_pipe(int ends[2])
{
    return fails(VR_TEST_SYS_PIPE) ? -1 : real()->pipe(ends);
}

#ifdef HAVE_SYS_EVENTFD_H
static int count_eventfd(unsigned initial, int flags)
{
    return fails(VR_TEST_SYS_EVENTFD) ? -1 : real()->eventfd(initial, flags);
}
#endif

/* ---- bytes ---- */

static ssize_t count_read(int fd, void *buf, size_t size)
{
    if (fails(VR_TEST_SYS_READ))
        return -1;

    ssize_t len = real()->read(fd, buf, vr_test_sys_cut(fd, size));
    if (len < 0 || !vr_test_sys_is_timer(fd))
        return len;
    errno = ECANCELED; /* the wall clock was set */
    return -1;
}

static ssize_t count_write(int fd, const void *buf, size_t size)
{
    return fails(VR_TEST_SYS_WRITE)
               ? -1
               : real()->write(fd, buf, vr_test_sys_cut(fd, size));
}

static ssize_t count_recv(int fd, void *buf, size_t size, int flags)
{
    return fails(VR_TEST_SYS_RECV)
               ? -1
               : real()->recv(fd, buf, vr_test_sys_cut(fd, size), flags);
}

/* Of several buffers the first that has bytes: a short transfer too, but for
 * what the limit would not have cut. */
static ssize_t send_some(int fd, const struct msghdr *msg, int flags)
{
    struct msghdr some = *msg;
    struct iovec one = {0};
    size_t size = 0;

    for (size_t i = 0; i < (size_t)msg->msg_iovlen; i++) {
        size += msg->msg_iov[i].iov_len;
        if (!one.iov_len)
            one = msg->msg_iov[i];
    }
    if (vr_test_sys_cut(fd, size) == size)
        return real()->sendmsg(fd, msg, flags);

    one.iov_len = vr_test_sys_cut(fd, one.iov_len);
    some.msg_iov = &one;
    some.msg_iovlen = 1;
    return real()->sendmsg(fd, &some, flags);
}

static ssize_t count_sendmsg(int fd, const struct msghdr *msg, int flags)
{
    return fails(VR_TEST_SYS_SENDMSG) ? -1 : send_some(fd, msg, flags);
}

/* ---- sockets ---- */

static int count_socket(int domain, int type, int protocol)
{
    return fails(VR_TEST_SYS_SOCKET) ? -1
                                     : real()->socket(domain, type, protocol);
}

static int count_socketpair(int domain, int type, int protocol, int ends[2])
{
    return fails(VR_TEST_SYS_SOCKETPAIR)
               ? -1
               : real()->socketpair(domain, type, protocol, ends);
}

static int count_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
    return fails(VR_TEST_SYS_BIND) ? -1 : real()->bind(fd, addr, len);
}

static int count_listen(int fd, int backlog)
{
    return fails(VR_TEST_SYS_LISTEN) ? -1 : real()->listen(fd, backlog);
}

static int count_accept(int fd, struct sockaddr *addr, socklen_t *len)
{
    return accept_fails(VR_TEST_SYS_ACCEPT) ? -1
                                            : real()->accept(fd, addr, len);
}

#ifdef HAVE_ACCEPT4
static int count_accept4(int fd, struct sockaddr *addr, socklen_t *len,
                         int flags)
{
    return accept_fails(VR_TEST_SYS_ACCEPT4)
               ? -1
               : real()->accept4(fd, addr, len, flags);
}
#endif

static int count_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
    return fails(VR_TEST_SYS_CONNECT) ? -1 : real()->connect(fd, addr, len);
}

static int count_shutdown(int fd, int how)
{
    return fails(VR_TEST_SYS_SHUTDOWN) ? -1 : real()->shutdown(fd, how);
}

static int count_getsockopt(int fd, int level, int name, void *value,
                            socklen_t *len)
{
    return fails(VR_TEST_SYS_GETSOCKOPT)
               ? -1
               : real()->getsockopt(fd, level, name, value, len);
}

static int count_setsockopt(int fd, int level, int name, const void *value,
                            socklen_t len)
{
    return fails(VR_TEST_SYS_SETSOCKOPT)
               ? -1
               : real()->setsockopt(fd, level, name, value, len);
}

static int count_unsent(int fd, int *ret_bytes)
{
    return fails(VR_TEST_SYS_UNSENT) ? -1 : real()->unsent(fd, ret_bytes);
}

static int count_getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
    return fails(VR_TEST_SYS_GETSOCKNAME) ? -1
                                          : real()->getsockname(fd, addr, len);
}

static int count_getpeername(int fd, struct sockaddr *addr, socklen_t *len)
{
    return fails(VR_TEST_SYS_GETPEERNAME) ? -1
                                          : real()->getpeername(fd, addr, len);
}

/* ---- waiting ---- */

static int count_poll(struct pollfd *fds, size_t count, vr_time timeout)
{
    return wait_fails(VR_TEST_SYS_POLL)
               ? -1
               : vr_test_sys_wake(real()->poll(fds, count, timeout));
}

static int count_select(int count, void *reads, void *writes, void *excepts,
                        const struct timespec *timeout)
{
    return wait_fails(VR_TEST_SYS_SELECT)
               ? -1
               : vr_test_sys_wake(
                     real()->select(count, reads, writes, excepts, timeout));
}

#ifdef HAVE_SYS_EPOLL_H
static int count_epoll_create1(int flags)
{
    return fails(VR_TEST_SYS_EPOLL_CREATE1) ? -1 : real()->epoll_create1(flags);
}

static int count_epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)
{
    int result = 0;

    if (op == EPOLL_CTL_DEL)
        result = real()->epoll_ctl(epfd, op, fd, event);
    if (fails(VR_TEST_SYS_EPOLL_CTL))
        return -1;
    return op == EPOLL_CTL_DEL ? result
                               : real()->epoll_ctl(epfd, op, fd, event);
}

static int count_epoll_wait(int epfd, struct epoll_event *events, int cap,
                            vr_time timeout)
{
    return wait_fails(VR_TEST_SYS_EPOLL_WAIT)
               ? -1
               : vr_test_sys_wake(
                     real()->epoll_wait(epfd, events, cap, timeout));
}
#endif

#ifdef HAVE_KQUEUE
static int count_kqueue(void)
{
    return fails(VR_TEST_SYS_KQUEUE) ? -1 : real()->kqueue();
}

/* With changes it waits for nothing: what it finds are their receipts. */
static int count_changes(int kq, const struct kevent *changes, int change_count,
                         struct kevent *events, int event_count,
                         const struct timespec *timeout)
{
    bool deletes = true;

    for (int i = 0; i < change_count; i++)
        deletes = deletes && (changes[i].flags & EV_DELETE);
    if (!deletes && fails(VR_TEST_SYS_KEVENT))
        return -1;

    int receipts =
        real()->kevent(kq, changes, change_count, events, event_count, timeout);
    return deletes && fails(VR_TEST_SYS_KEVENT) ? -1 : receipts;
}

static int count_kevent(int kq, const struct kevent *changes, int change_count,
                        struct kevent *events, int event_count,
                        const struct timespec *timeout)
{
    if (change_count)
        return count_changes(kq, changes, change_count, events, event_count,
                             timeout);

    return wait_fails(VR_TEST_SYS_KEVENT)
               ? -1
               : vr_test_sys_wake(
                     real()->kevent(kq, NULL, 0, events, event_count, timeout));
}
#endif

const struct vr_sys *vr_test_sys(void)
{
    static const struct vr_sys sys = {
        .size = sizeof(sys),
        .close = count_close,
        .read = count_read,
        .write = count_write,
        .recv = count_recv,
        .sendmsg = count_sendmsg,
        .fstat = vr_test_sys_fstat,
        .get_fd_flags = count_get_fd_flags,
        .set_fd_flags = count_set_fd_flags,
        .get_fl_flags = count_get_fl_flags,
        .set_fl_flags = count_set_fl_flags,
        .dup_fd = count_dup_fd,
        .unlink = vr_test_sys_unlink,
        .pipe = count_pipe,
        .socket = count_socket,
        .socketpair = count_socketpair,
        .bind = count_bind,
        .listen = count_listen,
        .accept = count_accept,
#ifdef HAVE_ACCEPT4
        .accept4 = count_accept4,
#endif
        .connect = count_connect,
        .shutdown = count_shutdown,
        .getsockopt = count_getsockopt,
        .setsockopt = count_setsockopt,
        .unsent = count_unsent,
        .getsockname = count_getsockname,
        .getpeername = count_getpeername,
        .poll = count_poll,
        .select = count_select,
#ifdef HAVE_SYS_EPOLL_H
        .epoll_create1 = count_epoll_create1,
        .epoll_ctl = count_epoll_ctl,
        .epoll_wait = count_epoll_wait,
#endif
#ifdef HAVE_SYS_EVENTFD_H
        .eventfd = count_eventfd,
#endif
#ifdef HAVE_KQUEUE
        .kqueue = count_kqueue,
        .kevent = count_kevent,
#endif
        .sysconf = vr_test_sys_sysconf,
        .mmap = vr_test_sys_mmap,
        .munmap = vr_test_sys_munmap,
        .mprotect = vr_test_sys_mprotect,
        .madvise = vr_test_sys_madvise,
        .cond_wait = vr_test_sys_cond_wait,
        .thread_create = vr_test_sys_thread_create,
        .open = vr_test_sys_open,
        .getcwd = vr_test_sys_getcwd,
        .check_tty = vr_test_sys_check_tty,
        .lstat = vr_test_sys_lstat,
        .if_nametoindex = vr_test_sys_if_nametoindex,
        .if_indextoname = vr_test_sys_if_indextoname,
        .syslog = vr_test_sys_syslog,
        .sigaction = vr_test_sys_sigaction,
        .fork = vr_test_sys_fork,
        .waitpid = vr_test_sys_waitpid,
        .kill = vr_test_sys_kill,
#if defined(VR_EXIT_KQUEUE) || defined(VR_EXIT_PIDFD)
        .pidfd_open = vr_test_sys_pidfd_open,
#endif
#ifdef VR_EXIT_PIDFD
        .pidfd_send_signal = vr_test_sys_pidfd_send_signal,
#endif
#ifdef HAVE_SYS_TIMERFD_H
        .timerfd_create = vr_test_sys_timerfd_create,
        .timerfd_settime = vr_test_sys_timerfd_settime,
#endif
#ifdef HAVE_SPLICE
        .splice = vr_test_sys_splice,
        .set_pipe_size = vr_test_sys_set_pipe_size,
#endif
    };
    return &sys;
}
