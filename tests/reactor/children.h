/* SPDX-License-Identifier: MIT */
/**
 * @file children.h
 * Processes and what became of their deferreds, for tests of
 * reactor/async/child.h.
 */
#ifndef VR_TESTS_REACTOR_CHILDREN_H
#define VR_TESTS_REACTOR_CHILDREN_H

#include <vreactor/reactor/async/child.h>

#include <errno.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vreactor/base/env.h>
#include <vreactor/reactor/reactor.h>

#include "tests/support/test.h"

/** Whether the system and this kernel have what tells of a child. */
static inline bool has_pidfd(void)
{
    const struct vr_sys *sys = vr_sys_default();
    int fd = sys->pidfd_open ? sys->pidfd_open(getpid(), 0) : -1;

    return fd >= 0 && !close(fd);
}

/** pidfd_open() of a system that has none. */
static inline int refuse_pidfd(pid_t pid, unsigned flags)
{
    (void)pid, (void)flags;
    errno = ENOSYS;
    return -1;
}

/** A child, and how often and how its deferred was heard. */
struct kid {
    struct vr_child child;
    struct vr_pending *pending;
    int times;
    int code; /* of a failure */
    int exit; /* its code, or minus the signal */
};

static inline struct vr_result note_end(void *arg, struct vr_result result)
{
    struct kid *kid = arg;

    kid->times++;
    kid->code = result.failure ? result.failure->code : 0;
    if (!result.failure) {
        int status = vr_child_status(&kid->child);
        check(result.value.ptr == &kid->child);
        kid->exit = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    vr_result_free(result);
    return vr_ok(vr_value_none());
}

static inline void hear_end(struct kid *kid, struct vr_pending *pending)
{
    kid->pending = pending;
    check(pending);
    check_int(vr_pending_both(pending, note_end, kid), 0);
}

/** The child has ended, and is not waited for yet. */
static inline void await_zombie(pid_t pid)
{
    siginfo_t info;

    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0)
        check_int(errno, EINTR);
}

#endif
