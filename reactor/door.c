/* SPDX-License-Identifier: MIT */
/**
 * @file door.c
 * The door of a reactor.
 */
#include <vreactor/reactor/door.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/fork_mark.h>
#include <vreactor/reactor/reactor_impl.h>

struct vr_door {
    struct vr_env env;
    uint64_t mark; /* of the process whose reactor it is */
    atomic_uint refs;
    pthread_mutex_t lock;
    struct vr_reactor *reactor; /* NULL: shut */
};

struct vr_door *vr_door_new(struct vr_reactor *reactor)
{
    struct vr_door *door = vr_alloc(&reactor->env, sizeof(*door));
    if (!door)
        return NULL;

    door->env = reactor->env;
    door->mark = reactor->mark;
    atomic_init(&door->refs, 1);
    (void)pthread_mutex_init(&door->lock, NULL);
    door->reactor = reactor;
    return door;
}

/* In a child nobody asks the lock: who held it may have stayed behind. */
static bool is_ours(const struct vr_door *door)
{
    return vr_fork_mark() == door->mark;
}

struct vr_door *vr_door_ref(struct vr_door *door)
{
    (void)atomic_fetch_add_explicit(&door->refs, 1, memory_order_relaxed);
    return door;
}

void vr_door_unref(struct vr_door *door)
{
    if (!door || atomic_fetch_sub(&door->refs, 1) != 1)
        return;

    struct vr_env env = door->env;
    if (is_ours(door))
        pthread_mutex_destroy(&door->lock);
    vr_dealloc(&env, door);
}

bool vr_door_post(struct vr_door *door, struct vr_post *post)
{
    if (!is_ours(door))
        return false;
    pthread_mutex_lock(&door->lock);
    bool posted = door->reactor && vr_inbox_push(&door->reactor->inbox, post);
    pthread_mutex_unlock(&door->lock);
    return posted;
}

void vr_door_shut(struct vr_door *door)
{
    pthread_mutex_lock(&door->lock);
    door->reactor = NULL;
    pthread_mutex_unlock(&door->lock);
}

const struct vr_env *vr_door_env(const struct vr_door *door)
{
    return &door->env;
}
