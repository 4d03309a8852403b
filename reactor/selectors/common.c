/* SPDX-License-Identifier: MIT */
/**
 * @file common.c
 * What selectors share.
 */
#include <vreactor/reactor/selectors/selector_impl.h>

static const vr_time LONGEST_WAIT = 24 * 3600 * VR_SEC;

void *vr_selector_alloc(const struct vr_env *env,
                        const struct vr_selector_ops *ops, size_t size)
{
    struct vr_selector *sel = vr_alloc(env, size);
    if (!sel)
        return NULL;

    sel->ops = ops;
    sel->env = vr_env_or_default(env);
    return sel;
}

bool vr_selector_kqueue_polls(void)
{
#ifdef HAVE_LIBKQUEUE
    return false;
#else
    return true;
#endif
}

const struct timespec *vr_selector_timespec(vr_time timeout,
                                            struct timespec *ret_spec)
{
    if (timeout < 0)
        return NULL;

    *ret_spec =
        vr_time_to_timespec(timeout < LONGEST_WAIT ? timeout : LONGEST_WAIT);
    return ret_spec;
}
