/* SPDX-License-Identifier: MIT */
/**
 * @file child.h
 * A child of the test's process, and what is to hold in it.
 *
 *     static int look_around(void)
 *     {
 *         child_check(vr_reactor_turn(reactor, 0) == -ECHILD);
 *         return 0;
 *     }
 *
 *     check_in_child(look_around);
 */
#ifndef VR_TESTS_SUPPORT_CHILD_H
#define VR_TESTS_SUPPORT_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/test.h"

/** What is not so ends the function, with 1, and says where. */
#define child_check(cond)                                                      \
    do {                                                                       \
        if (!(cond)) {                                                         \
            fprintf(stderr, "%s:%d: not so in the child: %s\n", __FILE__,      \
                    __LINE__, #cond);                                          \
            return 1;                                                          \
        }                                                                      \
    } while (0)

/** Wait for the child @p pid, in which all must have been so. */
static inline void check_child(pid_t pid)
{
    int status;

    check(pid > 0);
    check_int(waitpid(pid, &status, 0), pid);
    check(WIFEXITED(status));
    check_int(WEXITSTATUS(status), 0);
}

/** Run @p act in a child, and wait for it. */
static inline void check_in_child(int (*act)(void))
{
    pid_t pid = fork();

    if (pid == 0) {
        alarm(TEST_SECONDS); /* the runner does not know of it */
        _exit(act());
    }
    check_child(pid);
}

/** Run @p act in a child.
 *  @return did that touch memory which it may not, and was ended for it? */
static inline bool faults_in_child(void (*act)(void *arg), void *arg)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        alarm(TEST_SECONDS);
        (void)signal(SIGSEGV, SIG_DFL); /* checkers have a handler */
        (void)signal(SIGBUS, SIG_DFL);
        act(arg);
        _exit(0);
    }
    check(pid > 0);
    check_int(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status)) {
        check_int(WEXITSTATUS(status), 0);
        return false;
    }
    check(WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGBUS);
    return true;
}

/** What faults_in_child() may do: write to @p at. */
static inline void write_there(void *at)
{
    *(volatile char *)at = 1;
}

#endif
