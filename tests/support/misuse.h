/* SPDX-License-Identifier: MIT */
/**
 * @file misuse.h
 * What a debug build says of misuse, tried in a child, which it ends.
 *
 *     check_named(post_twice, "posted again");
 */
#ifndef VR_TESTS_SUPPORT_MISUSE_H
#define VR_TESTS_SUPPORT_MISUSE_H

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/test.h"

/** Does the library assert, as configured by --enable-debug? */
static inline bool library_asserts(void)
{
    return !strstr(VR_BUILD, "-DNDEBUG");
}

/* What it writes to @p out is the assertion. */
static inline void misuse_in_child(int (*act)(void), int out)
{
    static const struct rlimit none = {0, 0};

    alarm(TEST_SECONDS);
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGABRT, SIG_DFL);
    dup2(out, STDERR_FILENO);
    close(out);
    _exit(act());
}

/** Run @p act in a child: where the library asserts, that ends by an assertion
 *  with @p words in it; else @p act returns 0. */
static inline void check_named(int (*act)(void), const char *words)
{
    char text[2000] = "", *end = text;
    int ends[2], status;
    ssize_t len;

    check_int(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0)
        misuse_in_child(act, ends[1]);
    close(ends[1]);
    while ((len = read(ends[0], end, sizeof(text) - 1 - (size_t)(end - text))) >
           0)
        end += len;
    close(ends[0]);
    check_int(waitpid(pid, &status, 0), pid);
    if (!library_asserts()) {
        check(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        return;
    }
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT ||
        !strstr(text, words))
        test_fail(__FILE__, __LINE__, "not named by \"%s\": status %d, \"%s\"",
                  words, status, text);
}

#endif
