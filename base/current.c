/* SPDX-License-Identifier: MIT */
/**
 * @file current.c
 * The one thread-local variable.
 */
#include <vreactor/base/current.h>

#include <stddef.h>

static _Thread_local struct {
    struct vr_current current;
    uint64_t copied;
} mine;

struct vr_current *vr_current(void)
{
    return &mine.current;
}

uint64_t *vr_current_copied(void)
{
    return &mine.copied;
}

static const struct vr_env *env_of(const void *owner)
{
    const struct vr_current_head *head = owner;

    return head ? head->env : NULL;
}

const struct vr_env *vr_current_env(void)
{
    const struct vr_env *env = env_of(mine.current.coroutine);

    if (!env)
        env = env_of(mine.current.reactor);
    return env ? env : mine.current.env;
}
