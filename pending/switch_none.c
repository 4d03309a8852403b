/* SPDX-License-Identifier: MIT */
/**
 * @file switch_none.c
 * No switching of stacks: there is no way here, or it was not wanted.
 */
#include <vreactor/pending/switch.h>

#include <errno.h>

int vr_switch_prepare(void *low, void *high, void (*entry)(void *arg),
                      void *arg, void **ret_place)
{
    (void)low;
    (void)high;
    (void)entry;
    (void)arg;
    (void)ret_place;
    return -ENOTSUP;
}

void vr_switch_to(void **ret_left, void *place)
{
    (void)ret_left;
    (void)place;
}
