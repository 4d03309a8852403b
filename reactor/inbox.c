/* SPDX-License-Identifier: MIT */
/**
 * @file inbox.c
 * The many-to-one queue of posts.
 */
#include <vreactor/reactor/inbox.h>

#include <assert.h>
#include <stddef.h>

#include <vreactor/base/env.h>
#include <vreactor/base/fd.h>
#include <vreactor/base/fork_mark.h>

enum { WAKE_TRIES = 3 };

_Static_assert(ATOMIC_POINTER_LOCK_FREE == 2 && ATOMIC_BOOL_LOCK_FREE == 2,
               "a signal handler may post and wake");

int vr_inbox_open(struct vr_inbox *inbox, const struct vr_env *env)
{
    inbox->env = env;
    inbox->mark = vr_fork_mark();
    atomic_init(&inbox->newest, NULL);
    atomic_init(&inbox->asleep, false);
    inbox->closed = (struct vr_post){0};
    inbox->first = NULL;
    inbox->last = &inbox->first;
    return vr_fd_wake_open(env, inbox->wake);
}

void vr_inbox_fini(struct vr_inbox *inbox)
{
    vr_fd_wake_close(inbox->env, inbox->wake);
}

bool vr_inbox_push(struct vr_inbox *inbox, struct vr_post *post)
{
    struct vr_post *newest = atomic_load(&inbox->newest);

    do {
        if (newest == &inbox->closed)
            return false;
        assert(newest != post && "a post that has not run is posted again");
        post->next = newest;
    } while (!atomic_compare_exchange_weak(&inbox->newest, &newest, post));

    vr_inbox_wake(inbox);
    return true;
}

/* Posting cannot fail, and a post must not lie there until something else wakes
 * the reactor. */
static void wake(struct vr_inbox *inbox)
{
    for (int tries = 0; tries < WAKE_TRIES; tries++)
        if (vr_fd_wake(inbox->env, inbox->wake[1]) == 0)
            return;

    atomic_store(&inbox->asleep, true); /* the next to come tries again */
}

void vr_inbox_wake(struct vr_inbox *inbox)
{
    /* A forked child shares the wake-up with its parent, and must not wake
     * that. */
    if (atomic_load(&inbox->asleep) && atomic_exchange(&inbox->asleep, false) &&
        vr_fork_mark() == inbox->mark)
        wake(inbox);
}

void vr_inbox_drain_wake(struct vr_inbox *inbox)
{
    vr_fd_wake_read(inbox->env, inbox->wake[0]);
}

/* Append a stack, newest first, to what was gathered, oldest first. */
static void append_reversed(struct vr_inbox *inbox, struct vr_post *newest)
{
    struct vr_post *first = NULL;
    struct vr_post **last = newest ? &newest->next : inbox->last;

    while (newest) {
        struct vr_post *older = newest->next;
        newest->next = first;
        first = newest;
        newest = older;
    }
    *inbox->last = first;
    inbox->last = last;
}

void vr_inbox_close(struct vr_inbox *inbox)
{
    struct vr_post *newest = atomic_exchange(&inbox->newest, &inbox->closed);

    if (newest != &inbox->closed)
        append_reversed(inbox, newest);
}

void vr_inbox_forget(struct vr_inbox *inbox)
{
    atomic_store(&inbox->newest, &inbox->closed);
    inbox->first = NULL;
    inbox->last = &inbox->first;
}

bool vr_inbox_gather(struct vr_inbox *inbox)
{
    struct vr_post *newest = atomic_load(&inbox->newest);

    if (newest && newest != &inbox->closed)
        append_reversed(inbox, atomic_exchange(&inbox->newest, NULL));

    return inbox->first;
}

struct vr_post *vr_inbox_take(struct vr_inbox *inbox)
{
    struct vr_post *post = inbox->first;

    if (post && !(inbox->first = post->next))
        inbox->last = &inbox->first;

    return post;
}

void vr_inbox_purge(struct vr_inbox *inbox)
{
    struct vr_post **place = &inbox->first;

    (void)vr_inbox_gather(inbox);
    while (*place)
        if ((*place)->run)
            place = &(*place)->next;
        else
            *place = (*place)->next;
    inbox->last = place;
}

bool vr_inbox_has_some(const struct vr_inbox *inbox)
{
    return inbox->first || atomic_load(&inbox->newest);
}

bool vr_inbox_doze(struct vr_inbox *inbox)
{
    if (vr_inbox_has_some(inbox))
        return false;

    atomic_store(&inbox->asleep, true);
    if (!vr_inbox_has_some(inbox))
        return true;

    vr_inbox_rise(inbox);
    return false;
}

void vr_inbox_rise(struct vr_inbox *inbox)
{
    /* Read first: a write takes the cache line from the threads that post. */
    if (atomic_load_explicit(&inbox->asleep, memory_order_relaxed))
        atomic_store_explicit(&inbox->asleep, false, memory_order_relaxed);
}
