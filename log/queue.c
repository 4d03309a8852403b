/* SPDX-License-Identifier: MIT */
/**
 * @file queue.c
 * From the log call to the thread that shows.
 *
 * No wake-up is lost: who puts completes the record and then looks at `state`,
 * who shows sets that to asleep and then looks for records, all sequentially
 * consistent; at least one of them sees the other.  The same holds for who pops
 * and looks at `waiting`, and who raises `waiting` and looks whether all has
 * been popped.
 */
#include <vreactor/log/queue_impl.h>

#include <errno.h>
#include <limits.h>

#include <vreactor/base/current.h>
#include <vreactor/base/env.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/base/thread.h>
#include <vreactor/log/copy.h>
#include <vreactor/log/logger_impl.h>

enum {
    DEFAULT_SIZE = 256 * 1024,
    MOST_DEPTH = 8, /* of entries that watchers log about entries */
    GAP_DEPTH,      /* of a gap: what would be as deep makes one */
    LAST_DEPTH = GAP_DEPTH + MOST_DEPTH, /* what is beyond makes no other one */
    LOOK_AGAIN = VR_MSEC,
};

/* In the ring: this, then attributes, then texts, unless those are on the
 * heap. */
struct record {
    struct vr_log_entry entry;
    struct vr_log_watcher *from;
    int depth;
    void *heap;
};

static bool get(const bool *atomic)
{
    return __atomic_load_n(atomic, __ATOMIC_SEQ_CST);
}

static void set(bool *atomic, bool value)
{
    __atomic_store_n(atomic, value, __ATOMIC_SEQ_CST);
}

int vr_log_queue_new(const struct vr_env *env, size_t size,
                     const struct vr_log_queue_ops *ops, void *arg,
                     struct vr_log_queue **ret_queue)
{
    if (!ops->wake)
        return -EINVAL;
    env = vr_env_or_default(env);
    struct vr_log_queue *queue = vr_alloc(env, sizeof(*queue));
    if (!queue)
        return -ENOMEM;

    queue->env = env;
    queue->ops = ops;
    queue->arg = arg;
    queue->mark = vr_fork_mark();
    int err = vr_log_ring_init(&queue->ring, env, size ? size : DEFAULT_SIZE);
    if (err) {
        vr_dealloc(env, queue);
        return err;
    }
    (void)pthread_mutex_init(&queue->lock, NULL);
    vr_cond_init(&queue->changed);
    *ret_queue = queue;
    return 0;
}

struct vr_log_queue *vr_log_queue_own(struct vr_log_queue *queue)
{
    return queue && queue->mark == vr_fork_mark() ? queue : NULL;
}

static void pop(struct vr_log_queue *queue, struct record *record)
{
    void *heap = record->heap;

    vr_log_ring_pop(&queue->ring);
    vr_dealloc(queue->env, heap);
}

void vr_log_queue_free(struct vr_log_queue *queue)
{
    struct record *record;
    uint32_t lost;

    if (!queue)
        return;

    while ((record = vr_log_ring_first(&queue->ring, &lost)))
        pop(queue, record);
    if (vr_log_queue_own(queue)) {
        pthread_cond_destroy(&queue->changed);
        pthread_mutex_destroy(&queue->lock);
    }
    vr_log_ring_fini(&queue->ring);
    vr_dealloc(queue->env, queue);
}

/* ---- putting ---- */

static bool put(struct vr_log_queue *queue, struct record *record)
{
    size_t size = vr_log_entry_copy(&record->entry, NULL);
    bool fits = sizeof(*record) + size <= vr_log_ring_most(&queue->ring);

    if (!fits && !(record->heap = vr_resize(queue->env, NULL, size)))
        return false;
    struct record *room = vr_log_ring_take(
        &queue->ring, fits ? sizeof(*record) + size : sizeof(*record));
    if (!room) {
        vr_dealloc(queue->env, record->heap);
        return false;
    }
    (void)vr_log_entry_copy(&record->entry,
                            fits ? (char *)(room + 1) : record->heap);
    *room = *record;
    vr_log_ring_put(&queue->ring, room);
    return true;
}

/* Wake who shows, unless it looks again by itself, or only @p soon. */
static void wake(struct vr_log_queue *queue, bool soon)
{
    int state = __atomic_load_n(&queue->state, __ATOMIC_SEQ_CST);

    if (state == VR_LOG_TOLD || (state == VR_LOG_NAPPING && soon))
        return;
    state = __atomic_exchange_n(&queue->state, VR_LOG_TOLD, __ATOMIC_SEQ_CST);
    if (state != VR_LOG_TOLD && !queue->ops->wake(queue->arg))
        __atomic_store_n(&queue->state, VR_LOG_ASLEEP, __ATOMIC_SEQ_CST);
}

bool vr_log_queue_put(struct vr_log_queue *queue,
                      const struct vr_log_entry *entry,
                      struct vr_log_watcher *from)
{
    bool inside = vr_log_queue_is_inside(queue);
    struct record record = {
        .entry = *entry, .from = from, .depth = inside ? queue->depth + 1 : 0};

    if (record.depth > LAST_DEPTH)
        return false;
    bool done = record.depth != GAP_DEPTH && put(queue, &record);
    if (!done)
        vr_log_ring_lose(&queue->ring, entry->missed ? entry->missed : 1);
    wake(queue, !vr_log_ring_is_half_full(&queue->ring));
    return done;
}

/* ---- showing ---- */

bool vr_log_queue_is_inside(const struct vr_log_queue *queue)
{
    return queue &&
           __atomic_load_n(&queue->shower, __ATOMIC_RELAXED) == vr_current();
}

static bool begin(struct vr_log_queue *queue)
{
    struct vr_current *nobody = NULL;

    return __atomic_compare_exchange_n(&queue->shower, &nobody, vr_current(),
                                       false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}

static void end(struct vr_log_queue *queue)
{
    __atomic_store_n(&queue->shower, NULL, __ATOMIC_SEQ_CST);
}

/* Whoever waits under the lock is not told between a look and a wait. */
static void tell(struct vr_log_queue *queue)
{
    if (!__atomic_load_n(&queue->waiting, __ATOMIC_SEQ_CST))
        return;

    vr_log_queue_lock(queue);
    vr_log_queue_changed(queue);
    vr_log_queue_unlock(queue);
}

static void show_gap(struct vr_log_queue *queue, vr_time when, uint32_t lost)
{
    queue->depth = GAP_DEPTH;
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
    queue->depth = record->depth;
    vr_logger_show(queue->logger, &record->entry, record->from);
    pop(queue, record);
    tell(queue);
    return true;
}

/* What was lost behind the last record. */
static void show_last_gap(struct vr_log_queue *queue)
{
    set(&queue->in_gap, true);
    uint32_t lost = vr_log_ring_take_lost(&queue->ring);
    if (lost)
        show_gap(queue, queue->env->wall(queue->env->ctx), lost);
    set(&queue->in_gap, false);
    tell(queue);
}

static bool is_told(const struct vr_log_queue *queue)
{
    return __atomic_load_n(&queue->state, __ATOMIC_SEQ_CST) == VR_LOG_TOLD;
}

/* Whoever is woken while this thread shows, and finds that out, leaves it to
 * this one. */
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
    if (queue && __atomic_load_n(&queue->waiting, __ATOMIC_SEQ_CST))
        (void)pthread_cond_broadcast(&queue->changed);
}

void vr_log_queue_await(struct vr_log_queue *queue, vr_time due)
{
    vr_cond_wait(queue->env, &queue->changed, &queue->lock, due);
}

static bool is_shown(struct vr_log_queue *queue, uint64_t place)
{
    return vr_log_ring_is_past(&queue->ring, place) && !get(&queue->in_gap);
}

/* No more than was there: others may log on for ever. */
static bool show_until(struct vr_log_queue *queue, uint64_t place)
{
    while (!is_shown(queue, place) && vr_log_queue_show(queue, 1))
        ;
    return is_shown(queue, place);
}

/* Where this thread is the one that shows, nobody else does once a log call
 * that was under way is done: so it looks again soon. */
static int flush_here(struct vr_log_queue *queue, uint64_t place, vr_time due)
{
    while (!show_until(queue, place)) {
        if (!vr_log_queue_own(queue))
            return -ECHILD;
        vr_time now = vr_now(queue->env);
        if (now >= due)
            return -ETIMEDOUT;
        vr_time soon = vr_time_add(now, LOOK_AGAIN);
        vr_log_queue_lock(queue);
        vr_log_queue_await(queue, soon < due ? soon : due);
        vr_log_queue_unlock(queue);
    }
    return 0;
}

static int flush_there(struct vr_log_queue *queue, uint64_t place, vr_time due)
{
    vr_log_queue_lock(queue);
    (void)__atomic_add_fetch(&queue->waiting, 1, __ATOMIC_SEQ_CST);
    bool shown = is_shown(queue, place);
    while (!shown && vr_now(queue->env) < due) {
        vr_log_queue_await(queue, due);
        shown = is_shown(queue, place);
    }
    (void)__atomic_sub_fetch(&queue->waiting, 1, __ATOMIC_SEQ_CST);
    vr_log_queue_unlock(queue);
    return shown ? 0 : -ETIMEDOUT;
}

int vr_log_queue_flush(struct vr_log_queue *queue, vr_time due)
{
    uint64_t place = vr_log_ring_place(&queue->ring);

    if (vr_log_queue_is_inside(queue))
        return -EDEADLK;
    if (queue->ops->here && queue->ops->here(queue->arg))
        return flush_here(queue, place, due);
    if (is_shown(queue, place))
        return 0;
    if (!vr_log_queue_own(queue))
        return -ECHILD;

    wake(queue, false);
    return flush_there(queue, place, due);
}
