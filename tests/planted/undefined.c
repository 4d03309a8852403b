/* SPDX-License-Identifier: MIT */
/**
 * @file undefined.c
 * A sum that does not fit: a checker of undefined behaviour must say so.
 */
#include <limits.h>

#include "tests/support/test.h"

static volatile int most = INT_MAX;

TEST(planted, undefined)
{
    most = most + 1;
    check(most != 0);
}
