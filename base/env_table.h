/* SPDX-License-Identifier: MIT */
/**
 * @file env_table.h
 * Members of the tables of an environment: what a table lacks, as it is NULL
 * there or the program was built with a shorter one, is as by default.
 * Internal.
 *
 * Threads: any.
 */
#ifndef VR_BASE_ENV_TABLE_H
#define VR_BASE_ENV_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/env.h>

/** The table with member @p name for the environment @p env, which is not NULL:
 *  itself, or the default one.  @p name is one of the functions. */
#define vr_env_with(env, name)                                                 \
    (vr_table_has(env, offsetof(struct vr_env, name)) ? (env)                  \
                                                      : vr_env_default())

/** The system call @p name of the environment @p env, which is not NULL:
 *  vr_sys(env, close)(fd).  NULL: the system has no such call. */
#define vr_sys(env, name)                                                      \
    (vr_sys_with(env, offsetof(struct vr_sys, name))->name)

/** What vr_sys_default() returns; hidden in the core. */
extern const struct vr_sys vr_sys_table;

/** Whether @p table, which begins with its size, has a pointer other than NULL
 *  at @p offset. */
static inline bool vr_table_has(const void *table, size_t offset)
{
    const char *bytes = table;
    const void *member;
    size_t size;

    memcpy(&size, bytes, sizeof(size));
    if (size < offset + sizeof(member))
        return false;

    memcpy(&member, bytes + offset, sizeof(member));
    return member;
}

/** The system calls of @p env, if these have one at @p offset, else those by
 *  default. */
static inline const struct vr_sys *vr_sys_with(const struct vr_env *env,
                                               size_t offset)
{
    if (vr_table_has(env, offsetof(struct vr_env, sys)) &&
        vr_table_has(env->sys, offset))
        return env->sys;

    return vr_sys_default();
}

/**
 * Copy @p given, a table of any version, which is not NULL, to @p ret_env; no
 * function is NULL there, `sys` is that of @p given.
 * @return 0; -EINVAL and -E2BIG as vr_options_copy(), also for its `sys`
 */
VR_MUST_CHECK
int vr_env_read(const struct vr_env *given, struct vr_env *ret_env);

/** The wall clock of @p env, which is not NULL. */
vr_time vr_env_wall(const struct vr_env *env);

/** The clock of @p env, which is not NULL, that counts suspended time. */
vr_time vr_env_boot(const struct vr_env *env);

#endif
