/* SPDX-License-Identifier: MIT */
/**
 * @file test_switch_none.c
 * A library built without coroutines says so.
 */
#include <vreactor/pending/switch.h>

#include <errno.h>

#include "tests/support/test.h"

static void never(void *arg)
{
    (void)arg;
    check(false);
}

TEST(switch_none, prepares_no_stack)
{
    char stack[4096];
    void *place;

    check_int(
        vr_switch_prepare(stack, stack + sizeof(stack), never, NULL, &place),
        -ENOTSUP);
}
