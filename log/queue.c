/* SPDX-License-Identifier: MIT */
/**
 * @file queue.c
 * From the log call to the thread that shows.
 *
 * No wake-up is lost.  A log call completes its record and then looks at
 * `state`; the thread that shows sets `state` to asleep and then looks for
 * records.  All is sequentially consistent, so at least one of them sees the
 * other.  In the same way the thread that shows pops and then looks at
 * `waiting`, while a flush raises `waiting` and then looks whether all has been
 * popped; and so does a log call that waits for room.
 */
#include <vreactor/log/queue_impl.h>

#include <errno.h>
#include <limits.h>

#include <vreactor/base/current.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/base/reserved.h>
#include <vreactor/base/thread.h>
#include <vreactor/log/copy.h>
#include <vreactor/log/logger_impl.h>

enum {
    DEFAULT_SIZE = 256 * 1024,
    MOST_DEPTH = 8, /* of entries that watchers log about, or pass on */
    GAP_DEPTH,      /* of a gap: an answer as deep as this makes one */
    LAST_DEPTH = GAP_DEPTH + MOST_DEPTH, /* a deeper answer makes none */
    LOOK_AGAIN = 10 * VR_MSEC,
};

/* In the ring: this, then attributes, then texts, unless those are on the
 * heap. */
struct record {
    struct vr_log_entry entry;
    struct vr_log_watcher *from;
    int depth;
    void *heap;
    size_t heap_size;
};

static int get(const int *atomic)
{
    return __atomic_load_n(atomic, __ATOMIC_SEQ_CST);
}

static void set(bool *atomic, bool value)
{
    __atomic_store_n(atomic, value, __ATOMIC_SEQ_CST);
}

static void dealloc(struct vr_log_queue *queue)
{
    const struct vr_env *env = queue->env;

    vr_dealloc(env, queue);
    vr_env_drop(env);
}

int vr_log_queue_new(const struct vr_env *env, size_t size,
                     const struct vr_log_queue_ops *ops, void *arg,
                     struct vr_log_queue **ret_queue)
{
    if (!ops->wake || !vr_is_known(ops))
        return -EINVAL;
    env = vr_env_or_current(env);
    struct vr_log_queue *queue = vr_alloc(env, sizeof(*queue));
    if (!queue)
        return -ENOMEM;

    queue->env = vr_env_keep(env);
    queue->ops = ops;
    queue->arg = arg;
    queue->mark = vr_fork_mark();
    int err = vr_log_ring_init(&queue->ring, env, size ? size : DEFAULT_SIZE);
    if (err) {
        dealloc(queue);
        return err;
    }
    (void)pthread_mutex_init(&queue->lock, NULL);
    vr_cond_init(&queue->changed);
    vr_cond_init(&queue->room);
    *ret_queue = queue;
    return 0;
}

struct vr_log_queue *vr_log_queue_own(struct vr_log_queue *queue)
{
    return queue && queue->mark == vr_fork_mark() ? queue : NULL;
}

static void let_go(struct vr_log_queue *queue, void *heap, size_t size)
{
    vr_dealloc(queue->env, heap);
    (void)__atomic_sub_fetch(&queue->held, size, __ATOMIC_SEQ_CST);
}

static void pop(struct vr_log_queue *queue, struct record *record)
{
    void *heap = record->heap;
    size_t size = record->heap_size;

    vr_log_ring_pop(&queue->ring);
    if (heap)
        let_go(queue, heap, size);
}

void vr_log_queue_drop(struct vr_log_queue *queue)
{
    struct record *record;
    uint32_t lost;

    while ((record = vr_log_ring_first(&queue->ring, &lost)))
        pop(queue, record);
}

void vr_log_queue_free(struct vr_log_queue *queue)
{
    if (!queue)
        return;

    vr_log_queue_drop(queue);
    if (vr_log_queue_own(queue)) {
        pthread_cond_destroy(&queue->room);
        pthread_cond_destroy(&queue->changed);
        pthread_mutex_destroy(&queue->lock);
    }
    vr_log_ring_fini(&queue->ring);
    dealloc(queue);
}

/* ---- putting ---- */

/* Take memory for what does not fit into the ring.
 * @return 0; -EAGAIN: there is no room for it now; -ENOMEM */
static int hold(struct vr_log_queue *queue, struct record *record, size_t size)
{
    size_t held = __atomic_add_fetch(&queue->held, size, __ATOMIC_SEQ_CST);
    bool has_room = held <= vr_log_ring_size(&queue->ring);

    record->heap = has_room ? vr_resize(queue->env, NULL, size) : NULL;
    record->heap_size = size;
    if (record->heap)
        return 0;
    let_go(queue, NULL, size);
    return has_room ? -ENOMEM : -EAGAIN;
}

/* @return 0; -EAGAIN: there is no room now; or why there never will be */
static int put(struct vr_log_queue *queue, struct record *record)
{
    size_t most = vr_log_ring_size(&queue->ring);
    size_t size = vr_log_entry_copy(&record->entry, NULL, most);
    bool fits = sizeof(*record) + size <= vr_log_ring_most(&queue->ring);

    record->heap = NULL;
    int err = size > most ? -E2BIG : fits ? 0 : hold(queue, record, size);
    if (err)
        return err;
    struct record *room = vr_log_ring_take(
        &queue->ring, fits ? sizeof(*record) + size : sizeof(*record));
    if (!room) {
        if (record->heap)
            let_go(queue, record->heap, size);
        return -EAGAIN;
    }
    (void)vr_log_entry_copy(&record->entry,
                            fits ? (char *)(room + 1) : record->heap, most);
    *room = *record;
    vr_log_ring_put(&queue->ring, room);
    return 0;
}

void vr_log_queue_wake(struct vr_log_queue *queue, bool soon)
{
    int state = get(&queue->state);

    if (state == VR_LOG_TOLD || (state == VR_LOG_NAPPING && soon))
        return;
    state = __atomic_exchange_n(&queue->state, VR_LOG_TOLD, __ATOMIC_SEQ_CST);
    if (state != VR_LOG_TOLD && !queue->ops->wake(queue->arg))
        __atomic_store_n(&queue->state, VR_LOG_ASLEEP, __ATOMIC_SEQ_CST);
}

/* Not on the thread that is to make the room, nor on one that others wait for,
 * and only while there is a thread that makes room. */
static bool may_wait(struct vr_log_queue *queue)
{
    const struct vr_current *current = vr_current();
    const struct vr_log_queue_ops *ops = queue->ops;

    return !current->reactor && !current->showing && ops->is_served &&
           vr_log_queue_own(queue) &&
           !(ops->is_here && ops->is_here(queue->arg)) &&
           ops->is_served(queue->arg);
}

/* Wakes at times to look again: no signal says that the queue is not served any
 * more. */
static int put_or_await_room(struct vr_log_queue *queue, struct record *record,
                             vr_time due)
{
    vr_time soon = vr_time_add(vr_now(queue->env), LOOK_AGAIN);

    vr_log_queue_lock(queue);
    (void)__atomic_add_fetch(&queue->waiting_for_room, 1, __ATOMIC_SEQ_CST);
    int err = put(queue, record);
    if (err == -EAGAIN) {
        vr_cond_wait(queue->env, &queue->room, &queue->lock,
                     soon < due ? soon : due);
        err = put(queue, record);
    }
    (void)__atomic_sub_fetch(&queue->waiting_for_room, 1, __ATOMIC_SEQ_CST);
    vr_log_queue_unlock(queue);
    return err;
}

static int put_in_time(struct vr_log_queue *queue, struct record *record)
{
    vr_time patience = __atomic_load_n(&queue->patience, __ATOMIC_RELAXED);
    int err = put(queue, record);
    if (err != -EAGAIN || patience <= 0)
        return err;

    vr_time due = vr_due_in(queue->env, patience);
    while (err == -EAGAIN && vr_now(queue->env) < due && may_wait(queue)) {
        vr_log_queue_wake(queue, false);
        err = put_or_await_room(queue, record, due);
    }
    return err;
}

void vr_logger_set_patience(struct vr_logger *logger, vr_time longest)
{
    while (logger->parent)
        logger = logger->parent;

    if (logger->queue)
        __atomic_store_n(&logger->queue->patience, longest, __ATOMIC_RELAXED);
}

bool vr_log_queue_put(struct vr_log_queue *queue,
                      const struct vr_log_entry *entry,
                      struct vr_log_watcher *from)
{
    struct record record = {
        .entry = *entry, .from = from, .depth = vr_current()->log_depth};

    if (record.depth > LAST_DEPTH)
        return false;
    bool done = record.depth != GAP_DEPTH && !put_in_time(queue, &record);
    if (!done)
        vr_log_ring_lose(&queue->ring, entry->missed ? entry->missed : 1);
    vr_log_queue_wake(queue, !vr_log_ring_is_half_full(&queue->ring));
    return done;
}

/* ---- showing ---- */

bool vr_log_queue_is_inside(const struct vr_log_queue *queue)
{
    return queue &&
           __atomic_load_n(&queue->reader, __ATOMIC_RELAXED) == vr_current();
}

static bool begin(struct vr_log_queue *queue)
{
    struct vr_current *current = vr_current(), *nobody = NULL;

    if (!__atomic_compare_exchange_n(&queue->reader, &nobody, current, false,
                                     __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        return false;
    current->showing++;
    queue->outer_depth = current->log_depth;
    return true;
}

static void end(struct vr_log_queue *queue)
{
    struct vr_current *current = vr_current();

    current->showing--;
    current->log_depth = queue->outer_depth;
    __atomic_store_n(&queue->reader, NULL, __ATOMIC_SEQ_CST);
}

/* Under the lock, so that a thread between its look and its wait is not missed.
 * Log calls that wait for room are told once half of the ring is free: to tell
 * of each cell would cost much more. */
static void tell(struct vr_log_queue *queue)
{
    bool has_room = get(&queue->waiting_for_room) &&
                    !vr_log_ring_is_half_full(&queue->ring);

    if (!has_room && !get(&queue->waiting))
        return;
    vr_log_queue_lock(queue);
    vr_log_queue_changed(queue);
    if (has_room)
        (void)pthread_cond_broadcast(&queue->room);
    vr_log_queue_unlock(queue);
}

static void show_gap(struct vr_log_queue *queue, vr_time when, uint32_t lost)
{
    vr_current()->log_depth = GAP_DEPTH + 1;
    vr_logger_show_gap(queue->logger, when, lost);
}

static bool show_first(struct vr_log_queue *queue)
{
    uint32_t lost;
    struct record *record = vr_log_ring_first(&queue->ring, &lost);
    if (!record)
        return false;

    if (lost)
        show_gap(queue, record->entry.when, lost);
    vr_current()->log_depth = record->depth + 1;
    vr_logger_show(queue->logger, &record->entry, record->from);
    pop(queue, record);
    tell(queue);
    return true;
}

/* Entries lost after the last record. */
static void show_last_gap(struct vr_log_queue *queue)
{
    set(&queue->in_gap, true);
    uint32_t lost = vr_log_ring_take_lost(&queue->ring);
    if (lost)
        show_gap(queue, vr_env_wall(queue->env), lost);
    set(&queue->in_gap, false);
    tell(queue);
}

static bool is_told(const struct vr_log_queue *queue)
{
    return get(&queue->state) == VR_LOG_TOLD;
}

/* A thread that is woken meanwhile finds that this one shows, and returns: so
 * this one looks again. */
bool vr_log_queue_show(struct vr_log_queue *queue, int most)
{
    do {
        if (!begin(queue))
            return false;
        __atomic_store_n(&queue->state, VR_LOG_ASLEEP, __ATOMIC_SEQ_CST);
        while (most > 0 && show_first(queue))
            most--;
        if (most > 0)
            show_last_gap(queue);
        end(queue);
    } while (most > 0 && is_told(queue));

    return most <= 0;
}

void vr_log_queue_nap(struct vr_log_queue *queue)
{
    int asleep = VR_LOG_ASLEEP;

    (void)__atomic_compare_exchange_n(&queue->state, &asleep, VR_LOG_NAPPING,
                                      false, __ATOMIC_SEQ_CST,
                                      __ATOMIC_SEQ_CST);
}

/* ---- waiting ---- */

void vr_log_queue_lock(struct vr_log_queue *queue)
{
    if (queue)
        (void)pthread_mutex_lock(&queue->lock);
}

void vr_log_queue_unlock(struct vr_log_queue *queue)
{
    if (queue)
        (void)pthread_mutex_unlock(&queue->lock);
}

void vr_log_queue_changed(struct vr_log_queue *queue)
{
    if (queue && get(&queue->waiting))
        (void)pthread_cond_broadcast(&queue->changed);
}

void vr_log_queue_await(struct vr_log_queue *queue, vr_time due)
{
    vr_cond_wait(queue->env, &queue->changed, &queue->lock, due);
}
