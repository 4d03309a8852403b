/* SPDX-License-Identifier: MIT */
/**
 * @file leak.c
 * Memory nobody frees: a leak checker must say so.
 */
#include <vreactor/base/env.h>

#include "tests/support/test.h"

static void *volatile lost;

TEST(planted, leak)
{
    for (int i = 0; i < 10; i++) {
        lost = vr_alloc(NULL, 100);
        check(lost != NULL);
    }
    lost = NULL;
}
