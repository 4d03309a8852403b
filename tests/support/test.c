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
#include <unistd.h>

#include <vreactor/reactor/selector.h>

/* The linker takes the first array there is: where selectors.c stands beside
 * this file it is that one, and the library's is left out. */
const struct vr_selector_ops *const *const test_selectors = vr_selectors;

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

void test_run(const char *file, int line, void (*body)(void))
{
    int before = test_open_fds();
    body();
    int after = test_open_fds();
    if (after != before)
        test_fail(file, line, "%d descriptors were open before, %d after",
                  before, after);
}

#ifndef VR_TEST_PLAIN

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
