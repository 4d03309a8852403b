/* SPDX-License-Identifier: MIT */
/**
 * @file fault.c
 * Between the library and the system.
 */
#include "tests/support/fault.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/uio.h>

struct vr_sys fault_sys;
int fault_count[FAULT_CALLS];
int fault_woken;
size_t fault_most;

static struct {
    int first, last; /* counts at which it fails */
    int err;
} faults[FAULT_CALLS];

static bool fails(enum fault_call call)
{
    int count = ++fault_count[call];

    if (count < faults[call].first || count > faults[call].last)
        return false;
    errno = faults[call].err;
    return true;
}

void fault_at(enum fault_call call, int nth, int times, int err)
{
    faults[call].first = fault_count[call] + nth;
    faults[call].last = faults[call].first + times - 1;
    faults[call].err = err;
}

static ssize_t count_recv(int fd, void *buf, size_t size, int flags)
{
    if (fails(FAULT_RECV))
        return -1;
    if (fault_most && size > fault_most)
        size = fault_most;
    return vr_sys_default.recv(fd, buf, size, flags);
}

static ssize_t send_some(int fd, const struct msghdr *msg, int flags)
{
    struct iovec one = msg->msg_iov[0];
    struct msghdr some = {.msg_iov = &one, .msg_iovlen = 1};

    if (one.iov_len > fault_most)
        one.iov_len = fault_most;
    return vr_sys_default.sendmsg(fd, &some, flags);
}

static ssize_t count_send(int fd, const struct msghdr *msg, int flags)
{
    if (fails(FAULT_SEND))
        return -1;
    return fault_most ? send_some(fd, msg, flags)
                      : vr_sys_default.sendmsg(fd, msg, flags);
}

static int count_accept(int fd, struct sockaddr *addr, socklen_t *len)
{
    return fails(FAULT_ACCEPT) ? -1 : vr_sys_default.accept(fd, addr, len);
}

static int count_accept4(int fd, struct sockaddr *addr, socklen_t *len,
                         int flags)
{
    return fails(FAULT_ACCEPT) ? -1
                               : vr_sys_default.accept4(fd, addr, len, flags);
}

static int count_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
    return fails(FAULT_CONNECT) ? -1 : vr_sys_default.connect(fd, addr, len);
}

static int count_socket(int domain, int type, int protocol)
{
    return fails(FAULT_SOCKET) ? -1
                               : vr_sys_default.socket(domain, type, protocol);
}

static int count_listen(int fd, int backlog)
{
    return fails(FAULT_LISTEN) ? -1 : vr_sys_default.listen(fd, backlog);
}

static int woken(int found)
{
    fault_count[FAULT_WAIT]++;
    fault_woken += found > 0;
    return found;
}

static int count_epoll(int epfd, struct epoll_event *events, int cap, int ms)
{
    return woken(vr_sys_default.epoll_wait(epfd, events, cap, ms));
}

static int count_poll(struct pollfd *fds, size_t count, int ms)
{
    return woken(vr_sys_default.poll(fds, count, ms));
}

static int count_select(int count, void *reads, void *writes, void *excepts,
                        const struct timespec *timeout)
{
    return woken(vr_sys_default.select(count, reads, writes, excepts, timeout));
}

static int count_kevent(int kq, const struct kevent *changes, int change_count,
                        struct kevent *events, int event_count,
                        const struct timespec *timeout)
{
    return woken(vr_sys_default.kevent(kq, changes, change_count, events,
                                       event_count, timeout));
}

void fault_init(void)
{
    fault_sys = vr_sys_default;
    fault_sys.recv = count_recv;
    fault_sys.sendmsg = count_send;
    fault_sys.accept = count_accept;
    if (vr_sys_default.accept4)
        fault_sys.accept4 = count_accept4;
    fault_sys.connect = count_connect;
    fault_sys.socket = count_socket;
    fault_sys.listen = count_listen;
    fault_sys.epoll_wait = count_epoll;
    fault_sys.poll = count_poll;
    fault_sys.select = count_select;
    fault_sys.kevent = count_kevent;
    for (int i = 0; i < FAULT_CALLS; i++) {
        fault_count[i] = 0;
        faults[i].first = 0;
        faults[i].last = 0;
    }
    fault_woken = 0;
    fault_most = 0;
}
