/* SPDX-License-Identifier: MIT */
/**
 * @file counting.c
 * Between a reactor and its selector.
 */
#include "tests/support/counting.h"

#include "tests/support/tested.h"

int counting_waits;
int counting_found;
int counting_woken;

static const struct vr_selector_ops *tested;
static struct vr_selector_ops counting; /* as the tested one, but for two */

static int open_counting(const struct vr_env *env, void *arg,
                         struct vr_selector **ret_sel)
{
    int err = tested->open(env, arg, ret_sel);
    if (!err)
        (*ret_sel)->ops = &counting;
    return err;
}

static int wait_counting(struct vr_selector *sel, struct vr_ready *ready,
                         int cap, vr_time timeout)
{
    int found = tested->wait(sel, ready, cap, timeout);

    if (cap) {
        counting_waits++;
        counting_found = found;
        counting_woken += found > 0;
    }
    return found;
}

const struct vr_selector_ops *counting_selector(void)
{
    tested = tested_kind();
    counting = *tested;
    counting.open = open_counting;
    counting.wait = wait_counting;
    return &counting;
}
