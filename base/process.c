/* SPDX-License-Identifier: MIT */
/**
 * @file process.c
 * Looking at child processes that are left for others to wait for.
 *
 * waitid(2) fails for nothing but a process that is no child any more, so it is
 * no entry of `struct vr_sys`.
 */
#include <vreactor/base/process.h>

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>

static int look(pid_t pid, int options)
{
    siginfo_t info;
    int result;

    do
        result = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | options);
    while (result < 0 && errno == EINTR);
    return result;
}

void vr_process_await(pid_t pid)
{
    (void)look(pid, 0);
}

int vr_process_check(const struct vr_env *env, pid_t pid)
{
    if (look(pid, WNOHANG) == 0)
        return 0;

    return vr_sys(env, kill)(pid, 0) < 0 && errno == ESRCH ? -ESRCH : -ECHILD;
}
