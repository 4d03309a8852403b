/* SPDX-License-Identifier: MIT */
/**
 * @file sys.c
 * The default system-call table.  Here, and nowhere above, the systems differ
 * in which calls they have.
 */
#include <vreactor/base/env_table.h>

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>
#ifdef HAVE_SYS_EPOLL_H
#include <sys/epoll.h>
#endif
#ifdef HAVE_SYS_EVENTFD_H
#include <sys/eventfd.h>
#endif
#ifdef HAVE_SYS_TIMERFD_H
#include <sys/timerfd.h>
#endif
#ifdef HAVE_KQUEUE
#include <sys/event.h>
#endif

#include <vreactor/base/sys_process.h>

static int get_fd_flags(int fd)
{
    return fcntl(fd, F_GETFD);
}

static int set_fd_flags(int fd, int flags)
{
    return fcntl(fd, F_SETFD, flags);
}

static int get_fl_flags(int fd)
{
    return fcntl(fd, F_GETFL);
}

static int set_fl_flags(int fd, int flags)
{
    return fcntl(fd, F_SETFL, flags);
}

static int dup_fd(int fd, int least)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, least);
}

/* ---- waits: in nanoseconds, or rounded up where the system has no such ----
 */

static int sys_poll(struct pollfd *fds, size_t count, vr_time timeout)
{
#ifdef HAVE_PPOLL
    struct timespec spec = vr_time_to_timespec(timeout < 0 ? 0 : timeout);

    return ppoll(fds, (nfds_t)count, timeout < 0 ? NULL : &spec, NULL);
#else
    return poll(fds, (nfds_t)count, vr_time_to_ms(timeout));
#endif
}

static int sys_select(int count, void *reads, void *writes, void *excepts,
                      const struct timespec *timeout)
{
    return pselect(count, reads, writes, excepts, timeout, NULL);
}

#ifdef HAVE_SYS_EPOLL_H
static int sys_epoll_wait(int epfd, struct epoll_event *events, int cap,
                          vr_time timeout)
{
#ifdef HAVE_EPOLL_PWAIT2
    static bool is_refused; /* atomic: by a kernel before 5.11, or a sandbox */

    if (timeout > 0 && timeout % VR_MSEC &&
        !__atomic_load_n(&is_refused, __ATOMIC_RELAXED)) {
        struct timespec spec = vr_time_to_timespec(timeout);
        int count = epoll_pwait2(epfd, events, cap, &spec, NULL);
        if (count >= 0 || (errno != ENOSYS && errno != EPERM))
            return count;
        __atomic_store_n(&is_refused, true, __ATOMIC_RELAXED);
    }
#endif
    return epoll_wait(epfd, events, cap, vr_time_to_ms(timeout));
}
#endif

/* ---- calls whose types differ between systems ---- */

/* Some declare the first parameter as an enum or the address as a union. */
static int sys_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
    return bind(fd, addr, len);
}

static int sys_accept(int fd, struct sockaddr *addr, socklen_t *len)
{
    return accept(fd, addr, len);
}

#ifdef HAVE_ACCEPT4
static int sys_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
    return accept4(fd, addr, len, flags);
}
#endif

static int sys_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
    return connect(fd, addr, len);
}

static int sys_getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
    return getsockname(fd, addr, len);
}

static int sys_getpeername(int fd, struct sockaddr *addr, socklen_t *len)
{
    return getpeername(fd, addr, len);
}

/* All count what was sent and not acknowledged, too. */
static int sys_unsent(int fd, int *ret_bytes)
{
#if defined(__linux__)
    return ioctl(fd, TIOCOUTQ, ret_bytes); /* SIOCOUTQ of tcp(7) */
#elif defined(FIONWRITE)
    return ioctl(fd, FIONWRITE, ret_bytes);
#elif defined(SO_NWRITE)
    socklen_t len = sizeof(*ret_bytes);

    return getsockopt(fd, SOL_SOCKET, SO_NWRITE, ret_bytes, &len);
#else
    (void)fd;
    (void)ret_bytes;
    errno = ENOTSUP;
    return -1;
#endif
}

#ifdef HAVE_SYS_EVENTFD_H
static int sys_eventfd(unsigned initial, int flags)
{
    return eventfd(initial, flags);
}
#endif

#ifdef HAVE_KQUEUE
static int sys_kevent(int kq, const struct kevent *changes, int change_count,
                      struct kevent *events, int event_count,
                      const struct timespec *timeout)
{
#ifdef __NetBSD__
    return kevent(kq, changes, (size_t)change_count, events,
                  (size_t)event_count, timeout);
#else
    return kevent(kq, changes, change_count, events, event_count, timeout);
#endif
}
#endif

static void *sys_mmap(void *addr, size_t size, int prot, int flags, int fd,
                      off_t offset)
{
    return mmap(addr, size, prot, flags, fd, offset);
}

static int wait_until_woken(pthread_cond_t *cond, pthread_mutex_t *lock,
                            vr_time span)
{
#ifdef HAVE_PTHREAD_COND_TIMEDWAIT_RELATIVE_NP
    struct timespec most = vr_time_to_timespec(span);

    return pthread_cond_timedwait_relative_np(cond, lock, &most);
#else
    vr_time now = vr_env_default()->now(NULL);
    struct timespec end = vr_time_to_timespec(vr_time_add(now, span));

    return pthread_cond_timedwait(cond, lock, &end);
#endif
}

static int sys_cond_wait(void *cond, void *lock, vr_time span)
{
    errno = span < 0 ? pthread_cond_wait(cond, lock)
                     : wait_until_woken(cond, lock, span);
    return errno ? -1 : 0;
}

static int sys_thread_create(void *thread, void *(*fn)(void *arg), void *arg)
{
    errno = pthread_create(thread, NULL, fn, arg);
    return errno ? -1 : 0;
}

static int sys_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags, mode);
}

static int sys_getcwd(char *buf, size_t size)
{
    return getcwd(buf, size) ? 0 : -1;
}

static int check_tty(int fd)
{
    return isatty(fd) ? 0 : -1;
}

static void sys_syslog(int priority, const char *text)
{
    syslog(priority, "%s", text);
}

#ifdef HAVE_SPLICE
static ssize_t sys_splice(int from, int to, size_t size)
{
    return splice(from, NULL, to, NULL, size,
                  SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

static int set_pipe_size(int fd, int size)
{
    return fcntl(fd, F_SETPIPE_SZ, size);
}
#endif

const struct vr_sys vr_sys_table = {
    .size = sizeof(vr_sys_table),
    .close = close,
    .read = read,
    .write = write,
    .recv = recv,
    .sendmsg = sendmsg,
    .fstat = fstat,
    .get_fd_flags = get_fd_flags,
    .set_fd_flags = set_fd_flags,
    .get_fl_flags = get_fl_flags,
    .set_fl_flags = set_fl_flags,
    .dup_fd = dup_fd,
    .unlink = unlink,
    .pipe = pipe,
    .socket = socket,
    .socketpair = socketpair,
    .bind = sys_bind,
    .listen = listen,
    .accept = sys_accept,
#ifdef HAVE_ACCEPT4
    .accept4 = sys_accept4,
#endif
    .connect = sys_connect,
    .shutdown = shutdown,
    .getsockopt = getsockopt,
    .setsockopt = setsockopt,
    .unsent = sys_unsent,
    .getsockname = sys_getsockname,
    .getpeername = sys_getpeername,
    .poll = sys_poll,
    .select = sys_select,
#ifdef HAVE_SYS_EPOLL_H
    .epoll_create1 = epoll_create1,
    .epoll_ctl = epoll_ctl,
    .epoll_wait = sys_epoll_wait,
#endif
#ifdef HAVE_SYS_EVENTFD_H
    .eventfd = sys_eventfd,
#endif
#ifdef HAVE_KQUEUE
    .kqueue = vr_sys_kqueue,
    .kevent = sys_kevent,
#endif
    .sysconf = sysconf,
    .mmap = sys_mmap,
    .munmap = munmap,
    .mprotect = mprotect,
    .madvise = madvise,
    .cond_wait = sys_cond_wait,
    .thread_create = sys_thread_create,
    .open = sys_open,
    .getcwd = sys_getcwd,
    .check_tty = check_tty,
    .lstat = lstat,
    .if_nametoindex = if_nametoindex,
    .if_indextoname = if_indextoname,
    .syslog = sys_syslog,
    .sigaction = sigaction,
    .fork = fork,
    .waitpid = waitpid,
    .kill = kill,
#if defined(VR_EXIT_KQUEUE) || defined(VR_EXIT_PIDFD)
    .pidfd_open = vr_sys_pidfd_open,
#endif
#ifdef VR_EXIT_PIDFD
    .pidfd_send_signal = vr_sys_pidfd_send_signal,
#endif
#ifdef HAVE_SYS_TIMERFD_H
    .timerfd_create = timerfd_create,
    .timerfd_settime = timerfd_settime,
#endif
#ifdef HAVE_SPLICE
    .splice = sys_splice,
    .set_pipe_size = set_pipe_size,
#endif
};

const struct vr_sys *vr_sys_default(void)
{
    return &vr_sys_table;
}
