/* SPDX-License-Identifier: MIT */
/**
 * @file lost_fd.c
 * A descriptor nobody closes: every test must notice that.
 */
#include <unistd.h>

#include "tests/support/test.h"

TEST(planted, lost_fd)
{
    check(dup(0) >= 0);
}
