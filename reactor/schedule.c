/* SPDX-License-Identifier: MIT */
/**
 * @file schedule.c
 * Tasks: calls with memory and an id of their own.
 *
 * A task is the reactor's from vr_schedule() on: it travels to the reactor's
 * thread as a post, waits there as a call, and is freed there.  Only the
 * table, under its lock, is shared: who takes a task out of its slot decides
 * its fate, the loop by running it or somebody by cancelling it.
 */
#include <vreactor/reactor/schedule.h>

#include <errno.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>

enum { SLOT_BITS = 24, MOST_SLOTS = 1 << SLOT_BITS, FIRST_SLOTS = 64 };

static const uint32_t no_slot = UINT32_MAX;

struct vr_scheduled {
    struct vr_task task;
    struct vr_reactor *reactor;
    struct vr_call call;
    struct vr_post post;
    vr_time due;
    uint64_t id;
    unsigned cancels; /* of its group, when it was scheduled */
    bool armed;       /* under the lock: the call is scheduled */
    bool cancelled;   /* under the lock: by id; the argument is not ours */
    bool discarded;   /* under the lock: discard() is on its way */
};

/* ---- the table, under its lock ---- */

void vr_schedule_init(struct vr_schedule_table *table)
{
    *table = (struct vr_schedule_table){.oldest_free = no_slot,
                                        .newest_free = no_slot};
    (void)pthread_mutex_init(&table->lock, NULL); /* cannot fail: defaults */
}

void vr_schedule_renew(struct vr_schedule_table *table)
{
    (void)pthread_mutex_init(&table->lock, NULL);
}

/* In a child of fork() there may be tasks left, and a thread of the parent may
 * have held the lock: then the table is in the middle of a change. */
void vr_schedule_fini(struct vr_reactor *reactor)
{
    struct vr_schedule_table *table = &reactor->tasks;

    if (pthread_mutex_trylock(&table->lock))
        return;
    for (uint32_t slot = 0; slot < table->size; slot++)
        vr_dealloc(&reactor->env, table->slots[slot].task);
    vr_dealloc(&reactor->env, table->slots);
    pthread_mutex_unlock(&table->lock);
    pthread_mutex_destroy(&table->lock);
}

static void free_slot(struct vr_schedule_table *table, uint32_t slot)
{
    table->slots[slot].task = NULL;
    table->slots[slot].generation++;
    table->slots[slot].next_free = no_slot;
    if (table->newest_free == no_slot)
        table->oldest_free = slot;
    else
        table->slots[table->newest_free].next_free = slot;
    table->newest_free = slot;
}

static int add_slots(struct vr_reactor *reactor)
{
    struct vr_schedule_table *table = &reactor->tasks;
    uint32_t size = table->size ? table->size * 2 : FIRST_SLOTS;

    if (table->size == MOST_SLOTS)
        return -ENOSPC;
    struct vr_task_slot *slots =
        vr_resize(&reactor->env, table->slots, size * sizeof(*slots));
    if (!slots)
        return -ENOMEM;

    memset(slots + table->size, 0, (size - table->size) * sizeof(*slots));
    table->slots = slots;
    for (uint32_t slot = table->size; slot < size; slot++)
        free_slot(table, slot); /* to generation 1: no id is 0 */
    table->size = size;
    return 0;
}

static int enter(struct vr_reactor *reactor, struct vr_scheduled *scheduled)
{
    struct vr_schedule_table *table = &reactor->tasks;
    int err = 0;

    pthread_mutex_lock(&table->lock);
    if (table->oldest_free == no_slot)
        err = add_slots(reactor);
    if (!err) {
        uint32_t slot = table->oldest_free;
        table->oldest_free = table->slots[slot].next_free;
        if (table->oldest_free == no_slot)
            table->newest_free = no_slot;
        table->slots[slot].task = scheduled;
        scheduled->id = table->slots[slot].generation << SLOT_BITS | slot;
    }
    pthread_mutex_unlock(&table->lock);
    return err;
}

/* Take the task of @p id out of the table, if it is in: its fate is then the
 * caller's to decide.  The lock is held. */
static struct vr_scheduled *leave(struct vr_schedule_table *table, uint64_t id)
{
    uint32_t slot = (uint32_t)(id & (MOST_SLOTS - 1));

    if (slot >= table->size || !table->slots[slot].task ||
        table->slots[slot].generation != id >> SLOT_BITS)
        return NULL;

    struct vr_scheduled *scheduled = table->slots[slot].task;
    free_slot(table, slot);
    return scheduled;
}

/* ---- on the reactor's thread ---- */

/* Decide the task's fate here. @return false if it was cancelled by id */
static bool claim(struct vr_scheduled *scheduled)
{
    struct vr_schedule_table *table = &scheduled->reactor->tasks;

    pthread_mutex_lock(&table->lock);
    bool ours = leave(table, scheduled->id) != NULL;
    pthread_mutex_unlock(&table->lock);
    return ours;
}

static void end(struct vr_scheduled *scheduled, void (*last)(void *arg))
{
    void *arg = scheduled->task.arg;

    vr_dealloc(&scheduled->reactor->env, scheduled);
    if (last)
        last(arg);
}

static struct vr_scheduled *task_of(struct vr_call *call)
{
    return vr_container_of(call, struct vr_scheduled, call);
}

static unsigned count_cancels(const struct vr_call_group *group)
{
    return group ? __atomic_load_n(&group->cancels, __ATOMIC_SEQ_CST) : 0;
}

/* Was its group cancelled since it was scheduled? */
static bool is_outdated(const struct vr_scheduled *scheduled)
{
    return scheduled->cancels != count_cancels(scheduled->task.group);
}

/* Cancelled before it was scheduled, or turned away by a closed reactor. */
static void turn_away(struct vr_post *post)
{
    struct vr_scheduled *scheduled =
        vr_container_of(post, struct vr_scheduled, post);

    end(scheduled, claim(scheduled) ? scheduled->task.cancelled : NULL);
}

/* Off the schedule for good: `cancelled` of the task runs later, from the
 * loop. */
static void drop(struct vr_scheduled *scheduled)
{
    pthread_mutex_lock(&scheduled->reactor->tasks.lock);
    bool discarded = scheduled->discarded;
    scheduled->armed = false;
    pthread_mutex_unlock(&scheduled->reactor->tasks.lock);
    if (discarded)
        return;

    scheduled->post =
        (struct vr_post){.run = turn_away, .cancelled = turn_away};
    vr_reactor_post(scheduled->reactor, &scheduled->post);
}

/* A post that cancels its group may come later than this. */
static void fire(struct vr_call *call)
{
    struct vr_scheduled *scheduled = task_of(call);

    if (!call->ran)
        drop(scheduled);
    else if (claim(scheduled))
        end(scheduled, is_outdated(scheduled) ? scheduled->task.cancelled
                                              : scheduled->task.run);
    /* else a post that frees it is on its way */
}

static void arm(struct vr_scheduled *scheduled)
{
    vr_call_at(&scheduled->call, scheduled->due);
    if (scheduled->task.group)
        vr_call_group_add(scheduled->task.group, &scheduled->call);
}

static void arrive(struct vr_post *post)
{
    struct vr_scheduled *scheduled =
        vr_container_of(post, struct vr_scheduled, post);
    struct vr_schedule_table *table = &scheduled->reactor->tasks;

    pthread_mutex_lock(&table->lock);
    scheduled->armed = !scheduled->cancelled;
    pthread_mutex_unlock(&table->lock);
    if (scheduled->armed)
        arm(scheduled);
    else
        end(scheduled, NULL);
}

/* Cancelled by id while armed: take it off the schedule. */
static void discard(struct vr_post *post)
{
    struct vr_scheduled *scheduled =
        vr_container_of(post, struct vr_scheduled, post);

    vr_call_cancel(&scheduled->call);
    end(scheduled, NULL);
}

/* ---- any thread ---- */

int vr_schedule_at(struct vr_reactor *reactor, vr_time due,
                   const struct vr_task *task, uint64_t *ret_id)
{
    if (!task->run)
        return -EINVAL;
    struct vr_scheduled *scheduled =
        vr_alloc(&reactor->env, sizeof(*scheduled));
    if (!scheduled)
        return -ENOMEM;

    scheduled->task = *task;
    scheduled->reactor = reactor;
    scheduled->due = due;
    scheduled->cancels = count_cancels(task->group);
    scheduled->post = (struct vr_post){.run = arrive, .cancelled = turn_away};
    vr_call_init(&scheduled->call, reactor, fire);
    scheduled->call.hears_drop = true;
    int err = enter(reactor, scheduled);
    if (err) {
        vr_dealloc(&reactor->env, scheduled);
        return err;
    }
    if (ret_id)
        *ret_id = scheduled->id;
    vr_reactor_execute(reactor, &scheduled->post);
    return 0;
}

int vr_schedule(struct vr_reactor *reactor, vr_time delay,
                const struct vr_task *task, uint64_t *ret_id)
{
    vr_time due = vr_time_add(vr_now(&reactor->env), delay);
    return vr_schedule_at(reactor, due, task, ret_id);
}

/* Under the lock: once it was sent, the task may be gone.  A reactor that is
 * being closed refuses, and comes to the task itself. */
static void send_discard(struct vr_scheduled *scheduled)
{
    scheduled->post = (struct vr_post){.run = discard, .cancelled = discard};
    scheduled->discarded = true;
    if (!vr_inbox_push(scheduled->reactor->inbox, &scheduled->post))
        scheduled->discarded = false;
}

int vr_run_later(struct vr_reactor *reactor, void (*fn)(void *arg), void *arg)
{
    struct vr_task task = {.run = fn, .cancelled = fn, .arg = arg};

    return vr_schedule(reactor, 0, &task, NULL);
}

bool vr_schedule_cancel(struct vr_reactor *reactor, uint64_t id)
{
    struct vr_schedule_table *table = &reactor->tasks;
    bool in_turn = vr_reactor_current() == reactor && reactor->in_turn;
    bool armed = false;

    pthread_mutex_lock(&table->lock);
    struct vr_scheduled *scheduled = leave(table, id);
    if (scheduled) {
        scheduled->cancelled = true;
        armed = scheduled->armed;
        if (armed && !in_turn)
            send_discard(scheduled);
    }
    pthread_mutex_unlock(&table->lock);
    if (armed && in_turn)
        discard(&scheduled->post);
    return scheduled != NULL;
}

/* Every call, and each task scheduled before the last cancel was asked for. */
static void sweep(struct vr_call_group *group)
{
    struct vr_list *link, *next;

    for (link = group->calls.next; link != &group->calls; link = next) {
        struct vr_call *call = vr_container_of(link, struct vr_call, grouped);
        next = link->next;
        if (call->fn == fire && !is_outdated(task_of(call)))
            continue;
        vr_call_cancel(call);
        vr_call_drop(call);
    }
}

/* If other threads have asked since this was sent, post it again, after the
 * tasks that they scheduled before. */
static void cancel_group(struct vr_post *post)
{
    struct vr_call_group *group =
        vr_container_of(post, struct vr_call_group, cancel);
    unsigned asked = 1;

    sweep(group);
    if (__atomic_compare_exchange_n(&group->asked, &asked, 0, false,
                                    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        return; /* the group may be gone */
    __atomic_store_n(&group->asked, 1, __ATOMIC_SEQ_CST);
    vr_reactor_post(vr_reactor_current(), post);
}

static void drop_group_cancel(struct vr_post *post)
{
    struct vr_call_group *group =
        vr_container_of(post, struct vr_call_group, cancel);

    __atomic_store_n(&group->asked, 0, __ATOMIC_SEQ_CST);
}

/* No mere notice, which could be sent once for all: it must come after what its
 * thread has posted. */
void vr_schedule_cancel_group(struct vr_reactor *reactor,
                              struct vr_call_group *group)
{
    __atomic_add_fetch(&group->cancels, 1, __ATOMIC_SEQ_CST);
    if (__atomic_fetch_add(&group->asked, 1, __ATOMIC_SEQ_CST))
        return; /* the post is on its way, and comes again */

    group->cancel =
        (struct vr_post){.run = cancel_group, .cancelled = drop_group_cancel};
    vr_reactor_post(reactor, &group->cancel);
}
