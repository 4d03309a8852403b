/* SPDX-License-Identifier: MIT */
/**
 * @file plain.c
 * A runner of a page: each test in a process of its own, one after the other.
 *
 *     test_call                  all tests, failures named
 *     test_call --filter call/x  those whose suite/name contains the text, or
 *                                matches it, as a pattern of fnmatch(3)
 *
 * Exit status: 0 when all passed or were skipped, 1 else; 2 for other
 * arguments.
 */
#include "test.h"

#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SKIPPED = 77 }; /* exit status, as in autotools */

static struct test *first, **last = &first;

void test_register(struct test *test)
{
    *last = test;
    last = &test->next;
}

void test_fail(const char *file, int line, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "%s:%d: ", file, line);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

void test_skip(const char *format, ...)
{
    va_list args;

    fputs("skipped: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(SKIPPED);
}

/* Under a checker that emulates the processor the stack does not grow for the
 * frame of a signal whose handler may have a stack of its own: it must have
 * been as deep before. */
static void be_deep(void)
{
    volatile char frames[64 * 1024];

    for (size_t i = 0; i < sizeof(frames); i += 1024)
        frames[i] = 0;
}

/* @return the status of the test's process, 1 for any other end */
static int result_of(const struct test *test)
{
    int status;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0) {
        alarm(TEST_SECONDS * 5); /* checkers are slow */
        be_deep();
        test_run(test->file, test->line, test->body);
        exit(0); /* not _exit(): leak checkers report at exit */
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return 1;
    if (WIFSIGNALED(status))
        fprintf(stderr, "%s/%s: signal %d\n", test->suite, test->name,
                WTERMSIG(status));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static bool is_wanted(const char *name, const char *filter)
{
    return strstr(name, filter) || fnmatch(filter, name, 0) == 0;
}

int main(int argc, char **argv)
{
    bool is_filtered = argc == 3 && !strcmp(argv[1], "--filter");
    const char *filter = is_filtered ? argv[2] : "";
    int passed = 0, failed = 0, skipped = 0;
    char name[512];

    if (argc > 1 && !is_filtered) {
        fprintf(stderr, "usage: %s [--filter PATTERN]\n", argv[0]);
        return 2;
    }
    for (struct test *test = first; test; test = test->next) {
        (void)snprintf(name, sizeof(name), "%s/%s", test->suite, test->name);
        if (!is_wanted(name, filter))
            continue;
        int result = test->heavy && test_light() ? SKIPPED : result_of(test);
        passed += result == 0;
        skipped += result == SKIPPED;
        if (result && result != SKIPPED) {
            fprintf(stderr, "FAILED %s\n", name);
            failed++;
        }
    }
    printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
    return failed || !(passed + skipped);
}
