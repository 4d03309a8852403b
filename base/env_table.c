/* SPDX-License-Identifier: MIT */
/**
 * @file env_table.c
 * Reading the tables of an environment.
 */
#include <vreactor/base/env_table.h>

#include <vreactor/base/options.h>

/* What @env lacks is as by default, of which no function looks at its ctx. */
static void complete(struct vr_env *env)
{
    const struct vr_env *ours = vr_env_default();

    if (!env->resize)
        env->resize = ours->resize;
    if (!env->now)
        env->now = ours->now;
    if (!env->wall)
        env->wall = ours->wall;
    if (!env->boot)
        env->boot = ours->boot;
    if (!env->report)
        env->report = ours->report;
    if (!env->sys)
        env->sys = ours->sys;
    env->size = sizeof(*env);
}

int vr_env_read(const struct vr_env *given, struct vr_env *ret_env)
{
    struct vr_env env = {0};
    struct vr_sys sys = {0};

    int err = vr_options_read(&env, vr_env, given);
    if (!err)
        err = vr_options_read(&sys, vr_sys, env.sys);
    if (err)
        return err;

    complete(&env);
    *ret_env = env;
    return 0;
}

vr_time vr_env_wall(const struct vr_env *env)
{
    env = vr_env_with(env, wall);
    return env->wall(env->ctx);
}

vr_time vr_env_boot(const struct vr_env *env)
{
    env = vr_env_with(env, boot);
    return env->boot(env->ctx);
}
