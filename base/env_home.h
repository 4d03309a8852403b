/* SPDX-License-Identifier: MIT */
/**
 * @file env_home.h
 * An environment with a reference count, as a reactor has, so that objects made
 * with it may outlive the reactor.  Internal.
 *
 * It is recognised by its address: a copy of the struct is not counted.
 *
 * Threads: any.
 */
#ifndef VR_BASE_ENV_HOME_H
#define VR_BASE_ENV_HOME_H

#include <stddef.h>

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>

struct vr_kept;
struct vr_reactor;

/** Have @p fn called with @p arg in the next turn of @p reactor, or when that
 * is closed.  @return 0, -ENOMEM, -ENOSPC: it is not called */
typedef int vr_run_later_fn(struct vr_reactor *reactor, void (*fn)(void *arg),
                            void *arg);

struct vr_env_home {
    struct vr_env env;
    struct vr_reactor *reactor; /**< atomic; its reactor; NULL: freed */
    vr_run_later_fn *run_later; /**< of that reactor; NULL: there was none */
    struct vr_kept *kept;       /**< of pending/kept.c; its turns' own */
    struct vr_env_home *outer;  /**< the home that env was copied from */
    unsigned refs;              /**< atomic */
    void (*free)(struct vr_env_home *home); /**< frees it, at the last unref */
};

/** Make @p home a copy of @p env, which is complete as vr_env_read() makes it,
 *  with one reference; takes a reference to the home of @p env. */
void vr_env_home_init(struct vr_env_home *home, const struct vr_env *env,
                      void (*free)(struct vr_env_home *home));

/** The home that @p env is in, or NULL. */
static inline struct vr_env_home *vr_env_home_of(const struct vr_env *env)
{
    if (!vr_table_has(env, offsetof(struct vr_env, home)))
        return NULL;

    return &env->home->env == env ? env->home : NULL;
}

/** Take a reference; NULL is fine. */
void vr_env_home_ref(struct vr_env_home *home);

/** Give one back; NULL is fine. */
void vr_env_home_unref(struct vr_env_home *home);

/** A counted copy of @p env, which is not NULL, in memory of @p env; or @p env
 *  itself, if no copy is needed. @return as vr_env_keep(), or NULL when there
 *  is no memory, or the table is refused by vr_env_read() */
const struct vr_env *vr_env_copy(const struct vr_env *env);

/** The reactor that @p env belongs to; NULL: to none, or it was freed. */
struct vr_reactor *vr_env_reactor(const struct vr_env *env);

#endif
