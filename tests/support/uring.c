/* SPDX-License-Identifier: MIT */
/**
 * @file uring.c
 * The selector over io_uring as tests know it.
 */
#include "tests/support/uring.h"

#include <pthread.h>

#include <vreactor/base/env.h>
#include <vreactor/testing/sys.h>

static struct vr_selector_ops counted;
static struct vr_uring_sys calls;

static int open_counted(const struct vr_env *env, void *arg,
                        struct vr_selector **ret_sel)
{
    if (!arg && env && env->sys != vr_sys_default())
        arg = &calls;
    int err = vr_selector_uring()->open(env, arg, ret_sel);
    if (!err)
        (*ret_sel)->ops = &counted;
    return err;
}

static void prepare(void)
{
    vr_test_sys_wrap_uring(vr_uring_sys_default(), &calls);
    counted = *vr_selector_uring();
    counted.open = open_counted;
}

const struct vr_selector_ops *tested_uring(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    return pthread_once(&once, prepare) ? NULL : &counted;
}
