/* SPDX-License-Identifier: MIT */
/**
 * @file signal_table.c
 * The one thing of signals that belongs to the process: their handlers.
 */
#include <vreactor/reactor/signal_table.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <vreactor/base/env_table.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/base/thread.h>
#include <vreactor/reactor/inbox.h>

enum { MOST_NUMBERS = 129 }; /* no system has a signal above 128 */

struct slot {
    struct vr_signal_ear *_Atomic first;
    atomic_int readers; /* handlers that read the list now */
    bool installed;
    struct sigaction before; /* what was there */
};

static struct {
    _Atomic uint64_t holder; /* of the lock: the mark of its process; 0: none */
    _Atomic uint64_t mark;   /* of the process whose table this is */
    struct slot slots[MOST_NUMBERS];
} table;

/* ---- in a signal handler ---- */

static int sender_of(const siginfo_t *info)
{
    return vr_signal_has_sender(info->si_code) ? info->si_pid : 0;
}

static void tell(struct vr_signal_ear *ear, int sender)
{
    atomic_store(&ear->sender, sender);
    if (atomic_fetch_add(&ear->unheard, 1) == 0)
        (void)vr_inbox_push(ear->inbox, &ear->post);
}

static void tell_all(struct slot *slot, int sender)
{
    struct vr_signal_ear *ear;

    atomic_fetch_add(&slot->readers, 1);
    for (ear = atomic_load(&slot->first); ear; ear = atomic_load(&ear->next))
        tell(ear, sender);
    atomic_fetch_sub(&slot->readers, 1);
}

/* In a forked child nobody hears: the signal comes again, when the handler has
 * returned, to what was there before. */
static void leave_it(const struct slot *slot, int number)
{
    (void)vr_sys_default()->sigaction(number, &slot->before, NULL);
    (void)pthread_kill(pthread_self(), number);
}

static void on_signal(int number, siginfo_t *info, void *context)
{
    int before = errno;
    struct slot *slot = &table.slots[number];

    (void)context;
    if (atomic_load(&table.mark) == vr_fork_mark())
        tell_all(slot, sender_of(info));
    else
        leave_it(slot, number);
    errno = before;
}

/* ---- dispositions ---- */

static bool is_ours(const struct sigaction *action)
{
    return (action->sa_flags & SA_SIGINFO) && action->sa_sigaction == on_signal;
}

/* No other handler runs within ours: one that forks would do so in the middle
 * of a post. */
static int install(const struct vr_env *env, int number, struct slot *slot)
{
    struct sigaction ours = {.sa_sigaction = on_signal,
                             .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};
    struct sigaction before;

    sigfillset(&ours.sa_mask);
    if (vr_sys(env, sigaction)(number, NULL, &before) < 0)
        return -errno;
    if (!is_ours(&before))
        slot->before = before; /* before a child's handler may need it */
    slot->installed = true;    /* before a child may be forked */
    if (vr_sys(env, sigaction)(number, &ours, NULL) == 0)
        return 0;

    int err = -errno;
    slot->installed = is_ours(&before);
    return err;
}

static void restore(const struct vr_env *env, int number, struct slot *slot)
{
    struct sigaction now;

    if (vr_sys(env, sigaction)(number, NULL, &now) < 0)
        return;
    if (is_ours(&now) &&
        vr_sys(env, sigaction)(number, &slot->before, NULL) < 0)
        return;
    slot->installed = false;
}

/* ---- the lock ---- */

/* A child's table is empty, whatever its parent's threads were doing when it
 * was forked. */
static void begin_anew(const struct vr_env *env, uint64_t mark)
{
    for (int number = 0; number < MOST_NUMBERS; number++) {
        struct slot *slot = &table.slots[number];
        atomic_store(&slot->first, NULL);
        atomic_store(&slot->readers, 0);
        if (slot->installed)
            restore(env, number, slot);
    }
    atomic_store(&table.mark, mark);
}

/* A lock that a thread of the parent's held is taken from it, as that thread is
 * not here. */
static void lock_table(const struct vr_env *env)
{
    uint64_t mine = vr_fork_mark();
    uint64_t holder = 0;

    while (!atomic_compare_exchange_strong(&table.holder, &holder, mine))
        if (holder == mine) {
            vr_nap(env, VR_MSEC);
            holder = 0;
        }
    if (atomic_load(&table.mark) != mine)
        begin_anew(env, mine);
}

static void unlock_table(void)
{
    atomic_store(&table.holder, 0);
}

/* ---- ears ---- */

static bool may_be_heard(int number)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL,
                                 SIGTRAP, SIGSYS, SIGABRT};

    for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
        if (number == faults[i])
            return false;
    return number > 0 && number < MOST_NUMBERS;
}

/* @return whether it was in there */
static bool unlink_ear(struct slot *slot, struct vr_signal_ear *ear)
{
    struct vr_signal_ear *_Atomic *place = &slot->first;
    struct vr_signal_ear *found;

    while ((found = atomic_load(place)) && found != ear)
        place = &found->next;
    if (found)
        atomic_store(place, atomic_load(&ear->next));
    return found;
}

static void await_readers(const struct vr_env *env, const struct slot *slot)
{
    while (atomic_load(&slot->readers) > 0)
        vr_nap(env, VR_MSEC);
}

/* The ear is there before the handler is, which finds no list empty. */
int vr_signal_table_add(const struct vr_env *env, int number,
                        struct vr_signal_ear *ear)
{
    int err = 0;

    if (!may_be_heard(number))
        return -EINVAL;

    lock_table(env);
    struct slot *slot = &table.slots[number];
    bool is_first = !atomic_load(&slot->first);
    atomic_store(&ear->next, atomic_load(&slot->first));
    atomic_store(&slot->first, ear);
    if (is_first)
        err = install(env, number, slot);
    if (err) {
        (void)unlink_ear(slot, ear);
        await_readers(env, slot);
    }
    unlock_table();
    return err;
}

void vr_signal_table_remove(const struct vr_env *env, int number,
                            struct vr_signal_ear *ear)
{
    lock_table(env);
    struct slot *slot = &table.slots[number];
    if (unlink_ear(slot, ear)) {
        if (!atomic_load(&slot->first))
            restore(env, number, slot);
        await_readers(env, slot);
    }
    unlock_table();
}
