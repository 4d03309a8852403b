/* SPDX-License-Identifier: MIT */
/**
 * @file door.c
 * The door of a reactor.
 */
#include <vreactor/reactor/door.h>

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env_home.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/base/thread.h>
#include <vreactor/reactor/reactor_impl.h>

struct vr_door {
    struct vr_env_home home; /* holds the door's count */
    uint64_t mark;           /* of the process whose reactor it is */

    /* The environment that the reactor was made with. */
    void (*report)(void *report_ctx, int level, const char *text);
    void *report_ctx;

    pthread_mutex_t lock;
    struct vr_reactor *reactor; /* NULL: shut */
    struct vr_logger *logger;   /* NULL: not yet, or not any more */
    unsigned reporting;         /* threads, to the logger */
    pthread_cond_t reported;
};

/* A forked child must not lock: a thread of the parent may have held the
 * lock. */
static bool is_ours(const struct vr_door *door)
{
    return vr_fork_mark() == door->mark;
}

/* ---- reports ---- */

static struct vr_logger *begin_report(struct vr_door *door)
{
    if (!is_ours(door))
        return door->logger;

    pthread_mutex_lock(&door->lock);
    struct vr_logger *logger = door->logger;
    door->reporting += logger != NULL;
    pthread_mutex_unlock(&door->lock);
    return logger;
}

static void end_report(struct vr_door *door)
{
    if (!is_ours(door))
        return;

    pthread_mutex_lock(&door->lock);
    if (!--door->reporting)
        pthread_cond_broadcast(&door->reported);
    pthread_mutex_unlock(&door->lock);
}

/* `report` of the environment: failures that nobody handled. */
static void report(void *report_ctx, int level, const char *text)
{
    struct vr_door *door = report_ctx;
    struct vr_logger *logger = begin_report(door);

    if (!logger) {
        door->report(door->report_ctx, level, text);
        return;
    }
    vr_log(logger, level, "%s", text);
    end_report(door);
}

void vr_door_log_to(struct vr_door *door, struct vr_logger *logger)
{
    pthread_mutex_lock(&door->lock);
    door->logger = logger;
    pthread_mutex_unlock(&door->lock);
}

void vr_door_leave(struct vr_door *door)
{
    __atomic_store_n(&door->home.reactor, NULL, __ATOMIC_RELEASE);
    if (!is_ours(door)) {
        door->logger = NULL;
        return;
    }

    pthread_mutex_lock(&door->lock);
    door->logger = NULL;
    while (door->reporting)
        vr_cond_wait(&door->home.env, &door->reported, &door->lock,
                     VR_TIME_MAX);
    pthread_mutex_unlock(&door->lock);
}

/* ---- the door ---- */

static void free_door(struct vr_env_home *home)
{
    struct vr_door *door = vr_container_of(home, struct vr_door, home);
    struct vr_allocator memory = vr_allocator_of(&home->env);

    if (is_ours(door)) {
        pthread_cond_destroy(&door->reported);
        pthread_mutex_destroy(&door->lock);
    }
    vr_allocator_free(memory, door);
}

struct vr_door *vr_door_new(struct vr_reactor *reactor)
{
    struct vr_env *env = &reactor->env;
    struct vr_door *door = vr_alloc(env, sizeof(*door));
    if (!door)
        return NULL;

    vr_env_home_init(&door->home, env, free_door);
    door->home.env.report = report;
    door->home.env.report_ctx = door;
    door->home.reactor = reactor;
    door->report = env->report;
    door->report_ctx = env->report_ctx;
    door->mark = reactor->mark;
    (void)pthread_mutex_init(&door->lock, NULL);
    vr_cond_init(&door->reported);
    door->reactor = reactor;
    reactor->head.env = &door->home.env;
    return door;
}

struct vr_door *vr_door_ref(struct vr_door *door)
{
    vr_env_home_ref(&door->home);
    return door;
}

void vr_door_unref(struct vr_door *door)
{
    if (door)
        vr_env_home_unref(&door->home);
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
    return &door->home.env;
}
