/* SPDX-License-Identifier: MIT */
/**
 * @file sys_calls.h
 * Each counted system call, made so that it does no harm: for testing/sys.h.
 */
#ifndef VR_TESTS_TESTING_SYS_CALLS_H
#define VR_TESTS_TESTING_SYS_CALLS_H

#include <fcntl.h>
#include <net/if.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <vreactor/base/thread.h>
#include <vreactor/testing/sys.h>

#include "tests/support/test.h"
#include "tests/testing/process_calls.h"
#include "tests/testing/socket_calls.h"
#include "tests/testing/timer_calls.h"
#include "tests/testing/uring_calls.h"

static const struct timespec at_once;

static inline long do_close(void)
{
    return vr_test_sys()->close(dup(ends[0]));
}

static inline long do_read(void)
{
    char buf[1];
    return vr_test_sys()->read(ends[0], buf, 0);
}

static inline long do_write(void)
{
    return vr_test_sys()->write(ends[0], "", 0);
}

static inline long do_recv(void)
{
    char buf[1];
    return vr_test_sys()->recv(ends[0], buf, 1, MSG_DONTWAIT);
}

static inline long do_sendmsg(void)
{
    struct msghdr nothing = {0};
    return vr_test_sys()->sendmsg(ends[0], &nothing, 0);
}

static inline long do_fstat(void)
{
    struct stat stat;
    return vr_test_sys()->fstat(ends[0], &stat);
}

static inline long do_get_fd_flags(void)
{
    return vr_test_sys()->get_fd_flags(ends[0]);
}

static inline long do_set_fd_flags(void)
{
    return vr_test_sys()->set_fd_flags(ends[0], FD_CLOEXEC);
}

static inline long do_get_fl_flags(void)
{
    return vr_test_sys()->get_fl_flags(ends[0]);
}

static inline long do_set_fl_flags(void)
{
    return vr_test_sys()->set_fl_flags(ends[0], O_NONBLOCK);
}

static inline long do_dup_fd(void)
{
    return closed(vr_test_sys()->dup_fd(ends[0], 3));
}

static inline long do_unlink(void)
{
    return vr_test_sys()->unlink("");
}

static inline long do_poll(void)
{
    return vr_test_sys()->poll(NULL, 0, 0);
}

static inline long do_select(void)
{
    return vr_test_sys()->select(0, NULL, NULL, NULL, &at_once);
}

static inline long do_epoll_create1(void)
{
    return closed(vr_test_sys()->epoll_create1(0));
}

/* Room for one struct epoll_event, which other systems do not know. */
static long long event[4];

static inline long do_epoll_ctl(void)
{
    return vr_test_sys()->epoll_ctl(ends[0], 0, ends[1], (void *)event);
}

static inline long do_epoll_wait(void)
{
    return vr_test_sys()->epoll_wait(ends[0], (void *)event, 1, 0);
}

static inline long do_eventfd(void)
{
    return closed(vr_test_sys()->eventfd(0, 0));
}

static inline long do_kqueue(void)
{
    return closed(vr_test_sys()->kqueue());
}

static inline long do_kevent(void)
{
    return vr_test_sys()->kevent(ends[0], NULL, 0, NULL, 0, &at_once);
}

static inline long do_sysconf(void)
{
    return vr_test_sys()->sysconf(_SC_PAGESIZE);
}

static inline long do_mmap(void)
{
    size_t size = (size_t)vr_sys_default()->sysconf(_SC_PAGESIZE);
    void *made = vr_test_sys()->mmap(NULL, size, PROT_READ,
                                     MAP_PRIVATE | MAP_ANON, -1, 0);

    if (made == MAP_FAILED)
        return -1;
    return vr_sys_default()->munmap(made, size);
}

/* Not on a page: refused. */
static inline long do_munmap(void)
{
    return vr_test_sys()->munmap(&ends[1], 1);
}

static inline long do_mprotect(void)
{
    return vr_test_sys()->mprotect(&ends[1], 1, PROT_READ);
}

static inline long do_madvise(void)
{
    return vr_test_sys()->madvise(&ends[1], 1, MADV_DONTNEED);
}

static inline long do_cond_wait(void)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t cond;

    vr_cond_init(&cond);
    check(!pthread_mutex_lock(&lock));
    long result = vr_test_sys()->cond_wait(&cond, &lock, 0);
    check(!pthread_mutex_unlock(&lock));
    check(!pthread_cond_destroy(&cond));
    return result;
}

static inline void *do_nothing(void *arg)
{
    return arg;
}

static inline long do_thread_create(void)
{
    pthread_t thread;
    int result = vr_test_sys()->thread_create(&thread, do_nothing, NULL);

    if (!result)
        check(!pthread_join(thread, NULL));
    return result;
}

static inline long do_open(void)
{
    return closed(vr_test_sys()->open("/dev/null", O_RDONLY | O_CLOEXEC, 0));
}

static inline long do_getcwd(void)
{
    char folder[4096];

    return vr_test_sys()->getcwd(folder, sizeof(folder));
}

static inline long do_check_tty(void)
{
    return vr_test_sys()->check_tty(ends[0]);
}

static inline long do_lstat(void)
{
    struct stat stat;
    return vr_test_sys()->lstat("/", &stat);
}

static inline long do_nametoindex(void)
{
    return vr_test_sys()->if_nametoindex("lo") ? 0 : -1;
}

static inline long do_indextoname(void)
{
    char name[IF_NAMESIZE];
    return vr_test_sys()->if_indextoname(1, name) ? 0 : -1;
}

static inline long do_splice(void)
{
    return vr_test_sys()->splice(ends[0], -1, 0);
}

static inline long do_set_pipe_size(void)
{
    return vr_test_sys()->set_pipe_size(ends[0], 0);
}

/* One for each member of struct vr_sys and struct vr_uring_sys, in the order of
 * their names. */
static long (*const calls[])(void) = {
    do_close,
    do_read,
    do_write,
    do_recv,
    do_sendmsg,
    do_fstat,
    do_get_fd_flags,
    do_set_fd_flags,
    do_get_fl_flags,
    do_set_fl_flags,
    do_dup_fd,
    do_unlink,
    do_pipe,
    do_socket,
    do_socketpair,
    do_bind,
    do_listen,
    do_accept,
    do_accept4,
    do_connect,
    do_shutdown,
    do_getsockopt,
    do_setsockopt,
    do_unsent,
    do_getsockname,
    do_getpeername,
    do_poll,
    do_select,
    do_epoll_create1,
    do_epoll_ctl,
    do_epoll_wait,
    do_eventfd,
    do_kqueue,
    do_kevent,
    do_uring_open,
    do_uring_close,
    do_uring_submit,
    do_uring_wait,
    do_sysconf,
    do_mmap,
    do_munmap,
    do_mprotect,
    do_madvise,
    do_cond_wait,
    do_thread_create,
    do_open,
    do_getcwd,
    do_check_tty,
    do_lstat,
    do_nametoindex,
    do_indextoname,
    do_sigaction,
    do_fork,
    do_waitpid,
    do_kill,
    do_pidfd_open,
    do_pidfd_send_signal,
    do_timerfd_create,
    do_timerfd_settime,
    do_splice,
    do_set_pipe_size,
};

/* But for the last one, syslog(), which cannot fail. */
enum {
    FIRST = offsetof(struct vr_sys, close),
    MEMBERS = (offsetof(struct vr_sys, syslog) - FIRST) / sizeof(member *)
};
_Static_assert(MEMBERS + URING_MEMBERS == (int)VR_TEST_SYS_CALLS,
               "each member has a name");
_Static_assert(MEMBERS + URING_MEMBERS == sizeof(calls) / sizeof(*calls),
               "and is called");

/* The member of @p table, or of @p uring, that @p call names. */
static inline member *member_of(const struct vr_sys *table,
                                const struct vr_uring_sys *uring, unsigned call)
{
    member *members[MEMBERS];

    if (is_of_uring(call))
        return uring_member_of(uring, call);

    memcpy(members, (const char *)table + FIRST, sizeof(members));
    return members[call < VR_TEST_SYS_URING_OPEN ? call : call - URING_MEMBERS];
}

static inline member *real_member(unsigned call)
{
    return member_of(vr_sys_default(), real_uring(), call);
}

static inline bool is_here(unsigned call)
{
    return real_member(call) != NULL;
}

#endif
