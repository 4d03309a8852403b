/* SPDX-License-Identifier: MIT */
/**
 * @file queue_after_fork.c
 * A queue in a child of fork(2) that goes on with it.
 */
#include <vreactor/log/queue_impl.h>

#include <vreactor/base/fork_mark.h>
#include <vreactor/base/thread.h>

/* Threads that wait for it are not here. */
void vr_log_queue_after_fork(struct vr_log_queue *queue)
{
    if (vr_log_queue_own(queue))
        return;

    vr_log_queue_drop(queue);
    vr_log_ring_clear(&queue->ring);
    queue->state = VR_LOG_ASLEEP;
    queue->in_gap = false;
    queue->waiting = 0;
    queue->waiting_for_room = 0;
    queue->held = 0;
    (void)pthread_mutex_init(&queue->lock, NULL);
    vr_cond_init(&queue->changed);
    vr_cond_init(&queue->room);
    queue->mark = vr_fork_mark();
}
