/* SPDX-License-Identifier: MIT */
/**
 * @file test_sys_wait.c
 * Waits of the default system calls: in nanoseconds, and never early where the
 * system lacks such a call.
 */
#include <vreactor/base/env.h>

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "tests/support/test.h"

#ifdef HAVE_SYS_EPOLL_H
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

/* With parts of a millisecond, and without. */
static const vr_time spans[] = {0, 1, 300 * VR_USEC, VR_MSEC, 1100 * VR_USEC};

enum { SPANS = sizeof(spans) / sizeof(*spans) };

static vr_time now(void)
{
    return vr_env_default()->now(NULL);
}

TEST(sys_wait, poll_waits_for_the_whole_span)
{
    for (int i = 0; i < SPANS; i++) {
        vr_time begin = now();
        check_int(vr_sys_default()->poll(NULL, 0, spans[i]), 0);
        check(now() >= begin + spans[i]);
    }
}

TEST(sys_wait, poll_for_ever_ends_with_an_event)
{
    struct pollfd one = {.events = POLLIN};
    int ends[2];

    check_int(pipe(ends), 0);
    check_int(write(ends[1], "x", 1), 1);
    one.fd = ends[0];
    check_int(vr_sys_default()->poll(&one, 1, -1), 1);
    check_int(one.revents, POLLIN);
    check_int(close(ends[0]), 0);
    check_int(close(ends[1]), 0);
}

#ifdef HAVE_SYS_EPOLL_H
static void wait_in_epoll(void)
{
    struct epoll_event event;
    int epfd = epoll_create1(0);

    check(epfd >= 0);
    for (int i = 0; i < SPANS; i++) {
        vr_time begin = now();
        check_int(vr_sys_default()->epoll_wait(epfd, &event, 1, spans[i]), 0);
        check(now() >= begin + spans[i]);
    }
    check_int(vr_sys_default()->epoll_wait(-1, &event, 1, 1), -1);
    check_int(errno, EBADF);
    check_int(close(epfd), 0);
}

TEST(sys_wait, epoll_waits_for_the_whole_span)
{
    wait_in_epoll();
}

#ifdef __NR_epoll_pwait2
/* For this process, and for good. */
static bool forbid_nanoseconds(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_epoll_pwait2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof(code) / sizeof(*code),
                                 .filter = code};

    return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
           !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* As on a kernel before 5.11. */
TEST(sys_wait, epoll_rounds_up_where_the_kernel_counts_milliseconds)
{
    if (forbid_nanoseconds())
        check(syscall(__NR_epoll_pwait2, -1, NULL, 1, NULL, NULL, 0) == -1 &&
              errno == ENOSYS);
    wait_in_epoll();
}
#endif
#endif
