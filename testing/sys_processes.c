/* SPDX-License-Identifier: MIT */
/**
 * @file sys_processes.c
 * The counted system calls of signals and processes.
 */
#include <vreactor/testing/sys_impl.h>

#include <sys/wait.h>

static bool fails(enum vr_test_sys_call call)
{
    return vr_test_sys_fails(call, VR_TEST_SYS_ANY);
}

int vr_test_sys_sigaction(int number, const struct sigaction *action,
                          struct sigaction *ret_before)
{
    return fails(VR_TEST_SYS_SIGACTION)
               ? -1
               : vr_sys_default()->sigaction(number, action, ret_before);
}

pid_t vr_test_sys_fork(void)
{
    return fails(VR_TEST_SYS_FORK) ? -1 : vr_sys_default()->fork();
}

/* One that may wait long has waited where it fails. */
pid_t vr_test_sys_waitpid(pid_t pid, int *ret_status, int options)
{
    if ((options & WNOHANG) && fails(VR_TEST_SYS_WAITPID))
        return -1;
    pid_t result = vr_sys_default()->waitpid(pid, ret_status, options);

    return !(options & WNOHANG) && fails(VR_TEST_SYS_WAITPID) ? -1 : result;
}

int vr_test_sys_kill(pid_t pid, int number)
{
    int result = vr_sys_default()->kill(pid, number);

    return fails(VR_TEST_SYS_KILL) ? -1 : result;
}

int vr_test_sys_pidfd_open(pid_t pid, unsigned flags)
{
    return fails(VR_TEST_SYS_PIDFD_OPEN)
               ? -1
               : vr_sys_default()->pidfd_open(pid, flags);
}

int vr_test_sys_pidfd_send_signal(int fd, int number, void *info,
                                  unsigned flags)
{
    return fails(VR_TEST_SYS_PIDFD_SEND_SIGNAL)
               ? -1
               : vr_sys_default()->pidfd_send_signal(fd, number, info, flags);
}
