/* SPDX-License-Identifier: MIT */
/**
 * @file process_calls.h
 * The counted system calls of signals and processes, each made once: a part of
 * sys_calls.h.
 */
#ifndef VR_TESTS_TESTING_PROCESS_CALLS_H
#define VR_TESTS_TESTING_PROCESS_CALLS_H

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vreactor/testing/sys.h>

#include "tests/support/test.h"

static inline long do_sigaction(void)
{
    struct sigaction now;
    return vr_test_sys()->sigaction(SIGUSR1, NULL, &now);
}

static inline long do_fork(void)
{
    pid_t pid = vr_test_sys()->fork();

    if (pid == 0)
        _exit(0);
    if (pid > 0)
        check_int(waitpid(pid, NULL, 0), pid);
    return pid < 0 ? -1 : 0;
}

static inline long do_waitpid(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    return vr_test_sys()->waitpid(pid, NULL, 0) < 0 ? -1 : 0;
}

static inline long do_kill(void)
{
    return vr_test_sys()->kill(getpid(), 0);
}

static inline long do_pidfd_open(void)
{
    int fd = vr_test_sys()->pidfd_open(getpid(), 0);

    return fd < 0 ? -1 : close(fd);
}

static inline long do_pidfd_send_signal(void)
{
    int fd = vr_sys_default()->pidfd_open(getpid(), 0);
    long result = vr_test_sys()->pidfd_send_signal(fd, 0, NULL, 0);

    if (fd >= 0) /* else the kernel has none */
        check(!close(fd));
    return result;
}

#endif
