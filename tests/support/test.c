/* SPDX-License-Identifier: MIT */
/**
 * @file test.c
 * What tests share under either runner.
 */
#include "test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vreactor/reactor/selectors/selector.h>

#include "refused.h"

/* The linker takes the first such function that it finds: that of selectors.c
 * beside this file, while the library's is left out. */
const struct vr_selector_ops *(*const test_selector_nth)(size_t index) =
    vr_selector_nth;

int test_open_fds(void)
{
    struct rlimit limit;
    int open_fds = 0;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return -1;
    int most = limit.rlim_cur < 65536 ? (int)limit.rlim_cur : 65536;
    for (int fd = 0; fd < most; fd++)
        open_fds += fcntl(fd, F_GETFD) >= 0;

    return open_fds;
}

bool test_light(void)
{
    return getenv("VR_TEST_LIGHT") != NULL;
}

/* A child asks, as the test is the first to use the library here. */
static bool child_finds_it_refused(const struct vr_selector_ops *ops)
{
    int status = 0;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0)
        _exit(is_refused(ops));
    return child > 0 && waitpid(child, &status, 0) == child &&
           WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

static void skip_where_refused(void)
{
    const char *name = getenv("VR_SELECTOR");

    if (!name || !*name)
        return;
    const struct vr_selector_ops *ops = vr_selector_find(name);
    if (!ops)
        test_fail(__FILE__, __LINE__, "no selector is called %s", name);
    if (child_finds_it_refused(ops))
        test_skip("the kernel refuses %s here", name);
}

void test_run(const char *file, int line, void (*body)(void))
{
    skip_where_refused();

    int before = test_open_fds();
    body();
    int after = test_open_fds();
    if (after != before)
        test_fail(file, line, "%d descriptors were open before, %d after",
                  before, after);
}

#ifndef VR_TEST_PLAIN

void test_skip(const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    fprintf(stderr, "skipped: %s\n", text);
    cr_skip_test("%s", text);
    abort(); /* as below */
}

void test_fail(const char *file, int line, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    cr_assert_fail("%s:%d: %s", file, line, text);
    abort(); /* cr_assert_fail() does not return, but does not say so */
}

#endif
