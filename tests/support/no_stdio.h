/* SPDX-License-Identifier: MIT */
/**
 * @file no_stdio.h
 * A child of the test's process that was started without input, output and
 * errors, as some daemons are: which numbers do the library's descriptors get?
 */
#ifndef VR_TESTS_SUPPORT_NO_STDIO_H
#define VR_TESTS_SUPPORT_NO_STDIO_H

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "tests/support/child.h"

static inline void close_stdio(void)
{
    for (int fd = 0; fd < 3; fd++)
        (void)close(fd);
}

static inline bool is_stdio_free(void)
{
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            return false;
    return true;
}

#endif
