/* SPDX-License-Identifier: MIT */
/**
 * @file flush.c
 * Waiting until all was shown.
 */
#include <vreactor/log/log.h>

#include <errno.h>

#include <vreactor/base/env.h>
#include <vreactor/base/thread.h>
#include <vreactor/log/queue_impl.h>

enum { LOOK_AGAIN = VR_MSEC };

static bool is_in_gap(const struct vr_log_queue *queue)
{
    return __atomic_load_n(&queue->in_gap, __ATOMIC_SEQ_CST);
}

static bool is_shown(struct vr_log_queue *queue, uint64_t place)
{
    return vr_log_ring_is_past(&queue->ring, place) && !is_in_gap(queue);
}

/* Up to @place only: others may log on for ever. */
static bool show_until(struct vr_log_queue *queue, uint64_t place)
{
    while (!is_shown(queue, place) && vr_log_queue_show(queue, 1))
        ;
    return is_shown(queue, place);
}

/* This thread is the one that shows: once a log call that is under way has
 * completed its record, no other thread shows it.  So this looks again soon. */
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

static int flush(struct vr_log_queue *queue, vr_time due)
{
    uint64_t place = vr_log_ring_place(&queue->ring);

    if (vr_log_queue_is_inside(queue))
        return -EDEADLK;
    if (queue->ops->is_here && queue->ops->is_here(queue->arg))
        return flush_here(queue, place, due);
    if (is_shown(queue, place))
        return 0;
    if (!vr_log_queue_own(queue))
        return -ECHILD;

    vr_log_queue_wake(queue, false);
    return flush_there(queue, place, due);
}

int vr_log_flush(struct vr_logger *logger, vr_time timeout)
{
    while (logger->parent)
        logger = logger->parent;

    if (!logger->queue)
        return 0;
    return flush(logger->queue, vr_due_in(logger->env, timeout));
}
