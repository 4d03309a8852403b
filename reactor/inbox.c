/* SPDX-License-Identifier: MIT */
/**
 * @file inbox.c
 * The many-to-one queue of posts.
 */
#include <vreactor/reactor/inbox.h>

#include <assert.h>
#include <errno.h>
#include <stddef.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/fd.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/pending/kept.h>

enum { WAKE_TRIES = 3 };

_Static_assert(ATOMIC_POINTER_LOCK_FREE == 2 && ATOMIC_BOOL_LOCK_FREE == 2 &&
                   ATOMIC_INT_LOCK_FREE == 2,
               "a signal handler may post and wake");

static bool is_inherited(const struct vr_inbox *inbox)
{
    return vr_fork_mark() != inbox->mark;
}

/* ---- references ---- */

static struct vr_inbox *inbox_of(struct vr_env_home *home)
{
    return vr_container_of(home, struct vr_inbox, home);
}

static void free_inbox(struct vr_env_home *home)
{
    struct vr_inbox *inbox = inbox_of(home);
    struct vr_allocator memory = vr_allocator_of(&home->env);

    vr_reports_fini(&inbox->reports);
    vr_allocator_free(memory, inbox);
}

int vr_inbox_new(const struct vr_env *env, struct vr_reactor *reactor,
                 struct vr_inbox **ret_inbox)
{
    struct vr_inbox *inbox = vr_alloc(env, sizeof(*inbox));
    if (!inbox)
        return -ENOMEM;

    int err = vr_fd_wake_open(env, inbox->wake);
    if (err) {
        vr_dealloc(env, inbox);
        return err;
    }
    vr_env_home_init(&inbox->home, env, free_inbox);
    inbox->home.reactor = reactor;
    vr_reports_open(&inbox->reports, &inbox->home.env);
    inbox->mark = vr_fork_mark();
    atomic_init(&inbox->wake_users, 1);
    atomic_init(&inbox->newest, NULL);
    atomic_init(&inbox->asleep, false);
    inbox->last = &inbox->first;
    *ret_inbox = inbox;
    return 0;
}

struct vr_inbox *vr_inbox_ref(struct vr_inbox *inbox)
{
    vr_env_home_ref(&inbox->home);
    return inbox;
}

void vr_inbox_unref(struct vr_inbox *inbox)
{
    vr_env_home_unref(&inbox->home);
}

/* ---- the wake-up ---- */

/* A sender that comes late must not write to a descriptor that has become
 * another's: the last user closes it. */
static bool begin_wake(struct vr_inbox *inbox)
{
    unsigned users = atomic_load(&inbox->wake_users);

    while (users &&
           !atomic_compare_exchange_weak(&inbox->wake_users, &users, users + 1))
        ;
    return users > 0;
}

static void end_wake(struct vr_inbox *inbox)
{
    if (atomic_fetch_sub(&inbox->wake_users, 1) == 1)
        vr_fd_wake_close(&inbox->home.env, inbox->wake);
}

/* In a forked child nobody wakes, but a thread of the parent may have. */
void vr_inbox_leave(struct vr_inbox *inbox)
{
    if (!inbox)
        return;

    vr_kept_free(&inbox->home);
    __atomic_store_n(&inbox->home.reactor, NULL, __ATOMIC_RELEASE);
    if (is_inherited(inbox))
        vr_fd_wake_close(&inbox->home.env, inbox->wake);
    else
        end_wake(inbox);
    vr_inbox_unref(inbox);
}

/* Posting cannot fail, and a post must not lie there until something else wakes
 * the reactor. */
static void wake(struct vr_inbox *inbox)
{
    for (int tries = 0; tries < WAKE_TRIES; tries++)
        if (vr_fd_wake(&inbox->home.env, inbox->wake[1]) == 0)
            return;

    atomic_store(&inbox->asleep, true); /* the next to come tries again */
}

void vr_inbox_wake(struct vr_inbox *inbox)
{
    if (!atomic_load(&inbox->asleep) || !atomic_exchange(&inbox->asleep, false))
        return;

    /* A forked child shares the wake-up with its parent, and must not wake
     * that. */
    if (!is_inherited(inbox) && begin_wake(inbox)) {
        wake(inbox);
        end_wake(inbox);
    }
}

void vr_inbox_drain_wake(struct vr_inbox *inbox)
{
    vr_fd_wake_read(&inbox->home.env, inbox->wake[0]);
}

/* ---- posts ---- */

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

bool vr_inbox_post(struct vr_inbox *inbox, struct vr_post *post)
{
    return !is_inherited(inbox) && vr_inbox_push(inbox, post);
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

bool vr_inbox_has(struct vr_inbox *inbox, const struct vr_post *post)
{
    (void)vr_inbox_gather(inbox);
    const struct vr_post *found = inbox->first;
    while (found && found != post)
        found = found->next;
    return found != NULL;
}

void vr_inbox_take_back(struct vr_inbox *inbox, struct vr_post *post)
{
    void (*run)(struct vr_post * post) = post->run;

    post->run = NULL;
    vr_inbox_purge(inbox);
    post->run = run;
}

bool vr_inbox_has_some(const struct vr_inbox *inbox)
{
    return inbox->first || atomic_load(&inbox->newest);
}

bool vr_inbox_has_other(struct vr_inbox *inbox, const struct vr_post *post)
{
    return vr_inbox_gather(inbox) &&
           (inbox->first != post || inbox->first->next);
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

void vr_inbox_doze_over(struct vr_inbox *inbox)
{
    atomic_store(&inbox->asleep, true);
}

void vr_inbox_rise(struct vr_inbox *inbox)
{
    /* Read first: a write takes the cache line from the threads that post. */
    if (atomic_load_explicit(&inbox->asleep, memory_order_relaxed))
        atomic_store_explicit(&inbox->asleep, false, memory_order_relaxed);
}

/* A signal may be heard in between: it finds the old wake-up, or the new one.
 */
void vr_inbox_renew(struct vr_inbox *inbox, const int wake[2])
{
    int old[2] = {inbox->wake[0], inbox->wake[1]};

    atomic_store(&inbox->asleep, false);
    inbox->wake[0] = wake[0];
    inbox->wake[1] = wake[1];
    vr_fd_wake_close(&inbox->home.env, old);
    atomic_store(&inbox->wake_users, 1);
    vr_reports_renew(&inbox->reports);
    inbox->mark = vr_fork_mark();
}
