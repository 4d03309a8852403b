/* SPDX-License-Identifier: MIT */
/**
 * @file current.c
 * The one thread-local variable.
 */
#include <vreactor/base/current.h>

#include <stddef.h>

static _Thread_local struct vr_current current;

struct vr_current *vr_current(void)
{
    return &current;
}

static const struct vr_env *env_of(const void *owner)
{
    const struct vr_current_head *head = owner;

    return head ? head->env : NULL;
}

const struct vr_env *vr_current_env(void)
{
    const struct vr_env *env = env_of(current.coroutine);

    if (!env)
        env = env_of(current.reactor);
    return env ? env : current.env;
}
