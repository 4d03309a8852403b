/* SPDX-License-Identifier: MIT */
/**
 * @file env_home.h
 * An environment that is counted, as that of a reactor is, so that what was
 * made with it may outlive whose it was.  Internal.
 *
 * It is known by its address: a copy of it is an environment as any other.
 *
 * Threads: any.
 */
#ifndef VR_BASE_ENV_HOME_H
#define VR_BASE_ENV_HOME_H

#include <stddef.h>

#include <vreactor/base/env.h>

struct vr_reactor;

struct vr_env_home {
    struct vr_env env;
    struct vr_reactor *reactor; /**< atomic; whose it is; NULL: that is gone */
    struct vr_env_home *outer;  /**< what @p env was, or was copied from */
    unsigned refs;              /**< atomic */
    void (*free)(struct vr_env_home *home); /**< nobody has use for it */
};

/** Make @p home one like @p env, with one reference; keeps what @p env was
 *  copied from. */
void vr_env_home_init(struct vr_env_home *home, const struct vr_env *env,
                      void (*free)(struct vr_env_home *home));

/** The home that @p env is in, or NULL. */
static inline struct vr_env_home *vr_env_home_of(const struct vr_env *env)
{
    return env->home && &env->home->env == env ? env->home : NULL;
}

/** Take a reference; NULL is nothing. */
void vr_env_home_ref(struct vr_env_home *home);

/** Give one back; NULL is nothing. */
void vr_env_home_unref(struct vr_env_home *home);

/** A counted copy of @p env, which is no NULL, in memory of it; or @p env
 *  itself, where that stays without. @return as vr_env_keep(), or NULL when
 *  there is no memory */
const struct vr_env *vr_env_copy(const struct vr_env *env);

/** Whose it is @p env, while that is there. @return NULL: it is of none */
struct vr_reactor *vr_env_reactor(const struct vr_env *env);

#endif
