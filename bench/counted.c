/* SPDX-License-Identifier: MIT */
#include "bench/counted.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* glibc's own, behind the names that are ours here. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *block);

static struct counts nowhere;

struct counts *counts = &nowhere;

/* ---- the heap ---- */

static int64_t bytes_of(void *block)
{
    return (int64_t)(malloc_usable_size(block) + sizeof(size_t));
}

static void *count_block(void *block)
{
    if (block) {
        counts->allocations++;
        counts->bytes += bytes_of(block);
    }
    return block;
}

void *malloc(size_t size)
{
    return count_block(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return count_block(__libc_calloc(count, size));
}

void *realloc(void *old, size_t size)
{
    int64_t before = old ? bytes_of(old) : 0;
    void *block = count_block(__libc_realloc(old, size));

    if (block || !size)
        counts->bytes -= before;
    return block;
}

void free(void *block)
{
    if (block)
        counts->bytes -= bytes_of(block);
    __libc_free(block);
}

/* ---- system calls ---- */

static long counted(long result)
{
    counts->calls++;
    return result;
}

ssize_t read(int fd, void *buf, size_t size)
{
    return counted(syscall(SYS_read, fd, buf, size));
}

ssize_t write(int fd, const void *buf, size_t size)
{
    return counted(syscall(SYS_write, fd, buf, size));
}

ssize_t readv(int fd, const struct iovec *parts, int count)
{
    return counted(syscall(SYS_readv, fd, parts, count));
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    return counted(syscall(SYS_writev, fd, parts, count));
}

ssize_t recv(int fd, void *buf, size_t size, int flags)
{
    return counted(syscall(SYS_recvfrom, fd, buf, size, flags, NULL, NULL));
}

ssize_t send(int fd, const void *buf, size_t size, int flags)
{
    return counted(syscall(SYS_sendto, fd, buf, size, flags, NULL, 0));
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
    return counted(syscall(SYS_recvmsg, fd, msg, flags));
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
    return counted(syscall(SYS_sendmsg, fd, msg, flags));
}

ssize_t splice(int in, off64_t *in_at, int out, off64_t *out_at, size_t size,
               unsigned flags)
{
    return counted(syscall(SYS_splice, in, in_at, out, out_at, size, flags));
}

int epoll_wait(int epfd, struct epoll_event *events, int cap, int ms)
{
    return (int)counted(
        syscall(SYS_epoll_pwait, epfd, events, cap, ms, NULL, 0));
}

int epoll_pwait(int epfd, struct epoll_event *events, int cap, int ms,
                const sigset_t *mask)
{
    return (int)counted(
        syscall(SYS_epoll_pwait, epfd, events, cap, ms, mask, _NSIG / 8));
}

int epoll_ctl(int epfd, int what, int fd, struct epoll_event *event)
{
    return (int)counted(syscall(SYS_epoll_ctl, epfd, what, fd, event));
}

int accept4(int fd, struct sockaddr *restrict addr, socklen_t *restrict len,
            int flags)
{
    return (int)counted(syscall(SYS_accept4, fd, addr, len, flags));
}

int close(int fd)
{
    return (int)counted(syscall(SYS_close, fd));
}

int shutdown(int fd, int how)
{
    return (int)counted(syscall(SYS_shutdown, fd, how));
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
    return (int)counted(syscall(SYS_setsockopt, fd, level, name, value, len));
}

int getsockopt(int fd, int level, int name, void *restrict value,
               socklen_t *restrict len)
{
    return (int)counted(syscall(SYS_getsockopt, fd, level, name, value, len));
}

int getsockname(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)
{
    return (int)counted(syscall(SYS_getsockname, fd, addr, len));
}

int getpeername(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)
{
    return (int)counted(syscall(SYS_getpeername, fd, addr, len));
}

/* What follows the number of these is a word, or not there and not looked at.
 */

int fcntl(int fd, int what, ...)
{
    va_list rest;

    va_start(rest, what);
    long word = va_arg(rest, long);
    va_end(rest);
    return (int)counted(syscall(SYS_fcntl, fd, what, word));
}

int fcntl64(int fd, int what, ...)
{
    va_list rest;

    va_start(rest, what);
    long word = va_arg(rest, long);
    va_end(rest);
    return (int)counted(syscall(SYS_fcntl, fd, what, word));
}

int ioctl(int fd, unsigned long what, ...)
{
    va_list rest;

    va_start(rest, what);
    long word = va_arg(rest, long);
    va_end(rest);
    return (int)counted(syscall(SYS_ioctl, fd, what, word));
}
