/* SPDX-License-Identifier: MIT */
/**
 * @file queue_impl.h
 * What a logger and its queue know of each other.  Internal.
 *
 * The lock guards the logger's list of watchers, so that it may change on any
 * thread while another one shows.  It is not held while a watcher runs, and a
 * log call does not take it.
 */
#ifndef VR_LOG_QUEUE_IMPL_H
#define VR_LOG_QUEUE_IMPL_H

#include <pthread.h>
#include <stdint.h>

#include <vreactor/log/entry.h>
#include <vreactor/log/queue.h>
#include <vreactor/log/ring.h>

struct vr_current;
struct vr_log_watcher;

/** What who shows will do by itself. */
enum vr_log_shower {
    VR_LOG_ASLEEP,  /**< nothing, before it is woken */
    VR_LOG_NAPPING, /**< look again soon */
    VR_LOG_TOLD,    /**< look again at once */
};

struct vr_log_queue {
    const struct vr_env *env;
    const struct vr_log_queue_ops *ops;
    void *arg;
    uint64_t mark; /* of the process that made it */
    struct vr_logger *logger;
    struct vr_log_ring ring;
    struct vr_current *shower; /* atomic: of the thread that shows */
    int state;                 /* atomic: enum vr_log_shower */
    bool in_gap;               /* atomic: a gap is being shown */
    int waiting;               /* atomic: threads that wait for changed */
    int waiting_for_room;      /* atomic: and those for room */
    vr_time patience;          /* atomic: of the latter */
    size_t held;               /* atomic: bytes of texts on the heap */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_cond_t room;
    int depth; /* of the entry being shown: the shower's own */
};

/** Copy @p entry, which was logged by @p from, a watcher at work, or NULL.
 *  @return false if it was dropped.  Threads: any. */
bool vr_log_queue_put(struct vr_log_queue *queue,
                      const struct vr_log_entry *entry,
                      struct vr_log_watcher *from);

/** Wake who shows, unless it looks again by itself, or only @p soon. */
void vr_log_queue_wake(struct vr_log_queue *queue, bool soon);

/** Who shows will look again soon, though nobody wakes it: until then it is
 *  only woken where the ring fills up, or somebody waits. */
void vr_log_queue_nap(struct vr_log_queue *queue);

/** Does this thread show it, further down its stack?  false for NULL. */
bool vr_log_queue_is_inside(const struct vr_log_queue *queue);

/** @p queue, or NULL in a child of fork(2): who showed, who waits for changes,
 *  and who has the lock may have stayed behind. */
struct vr_log_queue *vr_log_queue_own(struct vr_log_queue *queue);

/** Nothing for NULL. */
void vr_log_queue_lock(struct vr_log_queue *queue);
void vr_log_queue_unlock(struct vr_log_queue *queue);

/** Something changed that others may wait for, with the lock held.  Nothing
 *  for NULL. */
void vr_log_queue_changed(struct vr_log_queue *queue);

/** Wait for a change, with the lock held, until @p due on the clock; may
 *  return for nothing. */
void vr_log_queue_await(struct vr_log_queue *queue, vr_time due);

/** Wait until what was put is shown. @return as vr_log_flush() */
int vr_log_queue_flush(struct vr_log_queue *queue, vr_time due);

#endif
