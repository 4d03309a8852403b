/* SPDX-License-Identifier: MIT */
/**
 * @file current.c
 * The one thread-local variable.
 */
#include <vreactor/base/current.h>

static _Thread_local struct vr_current current;

struct vr_current *vr_current(void)
{
    return &current;
}
