/* SPDX-License-Identifier: MIT */
/**
 * @file env_home.c
 * Counted environments.
 */
#include <vreactor/base/env_home.h>

void vr_env_home_init(struct vr_env_home *home, const struct vr_env *env,
                      void (*free)(struct vr_env_home *home))
{
    *home = (struct vr_env_home){
        .env = *env, .outer = env->home, .refs = 1, .free = free};
    home->env.home = home;
    vr_env_home_ref(home->outer);
}

/* Builtins, as the header is not to need <stdatomic.h>. */
void vr_env_home_ref(struct vr_env_home *home)
{
    if (home)
        (void)__atomic_add_fetch(&home->refs, 1, __ATOMIC_RELAXED);
}

void vr_env_home_unref(struct vr_env_home *home)
{
    while (home && !__atomic_sub_fetch(&home->refs, 1, __ATOMIC_ACQ_REL)) {
        struct vr_env_home *outer = home->outer;
        home->free(home);
        home = outer;
    }
}

static void free_copy(struct vr_env_home *home)
{
    vr_allocator_free(vr_allocator_of(&home->env), home);
}

const struct vr_env *vr_env_copy(const struct vr_env *env)
{
    if (env == vr_env_default() || vr_env_home_of(env))
        return vr_env_keep(env);

    struct vr_env whole;
    if (vr_env_read(env, &whole) < 0)
        return NULL;
    struct vr_env_home *home = vr_alloc(env, sizeof(*home));
    if (!home)
        return NULL;

    vr_env_home_init(home, &whole, free_copy);
    return &home->env;
}

struct vr_reactor *vr_env_reactor(const struct vr_env *env)
{
    const struct vr_env_home *home = vr_env_home_of(env);

    return home ? __atomic_load_n(&home->reactor, __ATOMIC_ACQUIRE) : NULL;
}
