/* SPDX-License-Identifier: MIT */
/**
 * @file raw_clone.h
 * Children that no function registered by pthread_atfork(3) hears of.
 */
#ifndef VR_TESTS_SUPPORT_RAW_CLONE_H
#define VR_TESTS_SUPPORT_RAW_CLONE_H

#include <signal.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#include "tests/support/child.h"

/** Run @p act in a child made by the bare system call, and wait for it.
 *  @return false where there is no such call: nothing was tried */
static inline bool check_in_raw_child(int (*act)(void))
{
#ifdef __linux__
    pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

    if (pid == 0) {
        alarm(TEST_SECONDS);
        _exit(act());
    }
    check_child(pid);
    return true;
#else
    (void)act;
    return false;
#endif
}

#endif
