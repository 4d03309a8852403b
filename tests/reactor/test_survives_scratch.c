/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_scratch.c
 * Tests of reactor/scratch.h when memory fails: the next taker finds it again.
 */
#include <vreactor/reactor/scratch.h>

#include <errno.h>

#include "tests/support/survive.h"

static int take_three(void)
{
    void *taken[3];
    size_t size;
    int count = 0;

    while (count < 3 &&
           (taken[count] = vr_scratch_take(survive_reactor, &size)))
        count++;
    int err = count == 3 ? 0 : -ENOMEM;
    while (count > 0)
        vr_scratch_give(survive_reactor, taken[--count]);
    return err;
}

static void they_are_to_be_had(int err)
{
    (void)err;
    check_int(take_three(), 0);
}

TEST(survives_scratch, taking_it)
{
    check(survive(NULL, take_three, they_are_to_be_had) > 0);
}
