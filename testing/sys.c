/* SPDX-License-Identifier: MIT */
/**
 * @file sys.c
 * Which system calls fail.  The calls themselves are in sys_calls.c.
 */
#include <vreactor/testing/sys.h>

#include <assert.h>
#include <errno.h>
#include <sys/stat.h>

#include <vreactor/testing/counter.h>
#include <vreactor/testing/sys_impl.h>

enum { COUNTERS = VR_TEST_SYS_ANY + 1 };

static const struct {
    const char *name;
    int likely; /**< errno */
} calls[COUNTERS] = {
    /* Linux and the BSDs have closed it by then: not to be closed again. */
    [VR_TEST_SYS_CLOSE] = {"close", EINTR},
    [VR_TEST_SYS_READ] = {"read", EIO},
    [VR_TEST_SYS_WRITE] = {"write", EIO},
    [VR_TEST_SYS_RECV] = {"recv", ECONNRESET},
    [VR_TEST_SYS_SENDMSG] = {"sendmsg", ENOBUFS},
    [VR_TEST_SYS_FSTAT] = {"fstat", EBADF},
    [VR_TEST_SYS_GET_FD_FLAGS] = {"get_fd_flags", EBADF},
    [VR_TEST_SYS_SET_FD_FLAGS] = {"set_fd_flags", EBADF},
    [VR_TEST_SYS_GET_FL_FLAGS] = {"get_fl_flags", EBADF},
    [VR_TEST_SYS_SET_FL_FLAGS] = {"set_fl_flags", EPERM},
    [VR_TEST_SYS_DUP_FD] = {"dup_fd", EMFILE},
    [VR_TEST_SYS_UNLINK] = {"unlink", EACCES},
    [VR_TEST_SYS_PIPE] = {"pipe", EMFILE},
    [VR_TEST_SYS_SOCKET] = {"socket", EMFILE},
    [VR_TEST_SYS_SOCKETPAIR] = {"socketpair", EMFILE},
    [VR_TEST_SYS_BIND] = {"bind", EADDRINUSE},
    [VR_TEST_SYS_LISTEN] = {"listen", EADDRINUSE},
    [VR_TEST_SYS_ACCEPT] = {"accept", EMFILE},
    [VR_TEST_SYS_ACCEPT4] = {"accept4", EMFILE},
    [VR_TEST_SYS_CONNECT] = {"connect", ENETUNREACH},
    [VR_TEST_SYS_SHUTDOWN] = {"shutdown", ENOTCONN},
    [VR_TEST_SYS_GETSOCKOPT] = {"getsockopt", ENOBUFS},
    [VR_TEST_SYS_UNSENT] = {"unsent", EINVAL},
    [VR_TEST_SYS_SETSOCKOPT] = {"setsockopt", ENOBUFS},
    [VR_TEST_SYS_GETSOCKNAME] = {"getsockname", ENOBUFS},
    [VR_TEST_SYS_GETPEERNAME] = {"getpeername", ENOTCONN},
    [VR_TEST_SYS_POLL] = {"poll", ENOMEM},
    [VR_TEST_SYS_SELECT] = {"select", ENOMEM},
    [VR_TEST_SYS_EPOLL_CREATE1] = {"epoll_create1", EMFILE},
    [VR_TEST_SYS_EPOLL_CTL] = {"epoll_ctl", ENOSPC},
    [VR_TEST_SYS_EPOLL_WAIT] = {"epoll_wait", EINTR},
    [VR_TEST_SYS_EVENTFD] = {"eventfd", EMFILE},
    [VR_TEST_SYS_KQUEUE] = {"kqueue", EMFILE},
    [VR_TEST_SYS_KEVENT] = {"kevent", ENOMEM},
    [VR_TEST_SYS_URING_OPEN] = {"uring_open", EMFILE},
    [VR_TEST_SYS_URING_CLOSE] = {"uring_close", EINTR},
    [VR_TEST_SYS_URING_SUBMIT] = {"uring_submit", EBUSY},
    [VR_TEST_SYS_URING_WAIT] = {"uring_wait", EINTR},
    [VR_TEST_SYS_SYSCONF] = {"sysconf", EINVAL},
    [VR_TEST_SYS_MMAP] = {"mmap", ENOMEM},
    [VR_TEST_SYS_MUNMAP] = {"munmap", ENOMEM},
    [VR_TEST_SYS_MPROTECT] = {"mprotect", ENOMEM},
    [VR_TEST_SYS_MADVISE] = {"madvise", EINVAL},
    [VR_TEST_SYS_COND_WAIT] = {"cond_wait", ETIMEDOUT},
    [VR_TEST_SYS_THREAD_CREATE] = {"thread_create", EAGAIN},
    [VR_TEST_SYS_OPEN] = {"open", EMFILE},
    [VR_TEST_SYS_GETCWD] = {"getcwd", ENOENT},
    [VR_TEST_SYS_CHECK_TTY] = {"check_tty", ENOTTY},
    [VR_TEST_SYS_LSTAT] = {"lstat", EACCES},
    [VR_TEST_SYS_IF_NAMETOINDEX] = {"if_nametoindex", ENODEV},
    [VR_TEST_SYS_IF_INDEXTONAME] = {"if_indextoname", ENXIO},
    [VR_TEST_SYS_SIGACTION] = {"sigaction", EINVAL},
    [VR_TEST_SYS_FORK] = {"fork", EAGAIN},
    [VR_TEST_SYS_WAITPID] = {"waitpid", ECHILD},
    [VR_TEST_SYS_KILL] = {"kill", EPERM},
    [VR_TEST_SYS_PIDFD_OPEN] = {"pidfd_open", EMFILE},
    [VR_TEST_SYS_PIDFD_SEND_SIGNAL] = {"pidfd_send_signal", EPERM},
    [VR_TEST_SYS_TIMERFD_CREATE] = {"timerfd_create", EMFILE},
    [VR_TEST_SYS_TIMERFD_SETTIME] = {"timerfd_settime", EINVAL},
    [VR_TEST_SYS_SPLICE] = {"splice", EINVAL},
    [VR_TEST_SYS_SET_PIPE_SIZE] = {"set_pipe_size", EPERM},
    [VR_TEST_SYS_ANY_ACCEPT] = {"accept", 0},
    [VR_TEST_SYS_ANY_WAIT] = {"wait", 0},
    [VR_TEST_SYS_ANY] = {"any", 0},
};

/* All of the state, and atomic. */
static struct {
    struct vr_test_counter counters[COUNTERS];
    int64_t errs[COUNTERS];
    int64_t failures, failed;
    int64_t woken;
    int64_t most;
} sys = {.failed = VR_TEST_SYS_ANY};

void vr_test_sys_reset(void)
{
    for (int i = 0; i < COUNTERS; i++) {
        vr_test_count_fail(&sys.counters[i], 0, 0);
        vr_test_set(&sys.counters[i].count, 0);
    }
    vr_test_set(&sys.failures, 0);
    vr_test_set(&sys.failed, VR_TEST_SYS_ANY);
    vr_test_set(&sys.woken, 0);
    vr_test_set(&sys.most, 0);
}

void vr_test_sys_fail(enum vr_test_sys_call call, int nth, int times, int err)
{
    assert((unsigned)call < COUNTERS);

    vr_test_set(&sys.errs[call], err);
    vr_test_count_fail(&sys.counters[call], nth, times);
}

void vr_test_sys_limit(size_t most)
{
    vr_test_set(&sys.most, (int64_t)most);
}

int64_t vr_test_sys_count(enum vr_test_sys_call call)
{
    assert((unsigned)call < COUNTERS);

    return vr_test_get(&sys.counters[call].count);
}

int64_t vr_test_sys_failures(void)
{
    return vr_test_get(&sys.failures);
}

enum vr_test_sys_call vr_test_sys_failed(void)
{
    return (enum vr_test_sys_call)vr_test_get(&sys.failed);
}

int64_t vr_test_sys_woken(void)
{
    return vr_test_get(&sys.woken);
}

const char *vr_test_sys_name(enum vr_test_sys_call call)
{
    assert((unsigned)call < COUNTERS);

    return calls[call].name;
}

int vr_test_sys_likely(enum vr_test_sys_call call)
{
    assert((unsigned)call < COUNTERS);

    return calls[call].likely;
}

/* ---- for sys_calls.c ---- */

/* Count @p what, which is @p call or a kind of it. */
static bool count(enum vr_test_sys_call what, enum vr_test_sys_call call)
{
    if (!vr_test_count(&sys.counters[what]))
        return false;

    int err = (int)vr_test_get(&sys.errs[what]);
    errno = err ? err : calls[call].likely;
    return true;
}

bool vr_test_sys_fails(enum vr_test_sys_call call, enum vr_test_sys_call kind)
{
    /* All are counted; a failure set for the call itself goes first. */
    bool fails = count(VR_TEST_SYS_ANY, call);
    if (kind != VR_TEST_SYS_ANY)
        fails = count(kind, call) || fails;
    fails = count(call, call) || fails;
    if (!fails)
        return false;

    vr_test_add(&sys.failures, 1);
    vr_test_set(&sys.failed, call);
    return true;
}

/* An eventfd and its like are of no type. */
static bool has_type(int fd)
{
    struct stat stat;

    return vr_sys_default()->fstat(fd, &stat) < 0 || (stat.st_mode & S_IFMT);
}

size_t vr_test_sys_cut(int fd, size_t size)
{
    size_t most = (size_t)vr_test_get(&sys.most);

    return most && size > most && has_type(fd) ? most : size;
}

int vr_test_sys_wake(int found)
{
    vr_test_add(&sys.woken, found > 0);
    return found;
}
