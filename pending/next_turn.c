/* SPDX-License-Identifier: MIT */
/**
 * @file next_turn.c
 * A deferred that a task of the reactor fires.
 */
#include <vreactor/pending/next_turn.h>

#include <vreactor/base/env_home.h>
#include <vreactor/pending/pending.h>

/** Lives until the reactor calls it. */
struct turn {
    const struct vr_env *env;   /**< kept */
    struct vr_pending *pending; /**< NULL: nobody waits any more */
};

static void free_turn(struct turn *turn)
{
    const struct vr_env *env = turn->env;

    vr_dealloc(env, turn);
    vr_env_drop(env);
}

static void on_turn(void *arg)
{
    struct turn *turn = arg;
    struct vr_pending *pending = turn->pending;

    free_turn(turn);
    if (pending)
        (void)vr_pending_fire(pending, vr_value_none());
}

static void cancel(void *arg, struct vr_pending *pending)
{
    struct turn *turn = arg;

    (void)pending;
    turn->pending = NULL;
}

static struct vr_pending *start(const struct vr_env *env,
                                struct vr_env_home *home)
{
    struct turn *turn = vr_alloc(env, sizeof(*turn));
    if (!turn)
        return NULL;

    turn->env = vr_env_keep(env);
    struct vr_pending *pending = vr_pending_place(
        "the next turn", 0, (vr_pending_new)(env, cancel, turn));
    turn->pending = pending;
    if (pending && !home->run_later(home->reactor, on_turn, turn))
        return pending;

    vr_pending_free(pending);
    free_turn(turn);
    return NULL;
}

struct vr_pending *vr_pending_next_turn(const struct vr_env *env)
{
    struct vr_env_home *home = env ? vr_env_home_of(env) : NULL;

    return home && home->run_later && vr_env_reactor(env) ? start(env, home)
                                                          : NULL;
}
