/* SPDX-License-Identifier: MIT */
/**
 * @file queue_impl.h
 * What a logger and its queue share.  Internal.
 *
 * The lock guards the logger's list of watchers, so that it may change on any
 * thread while another thread shows.  It is not held while a watcher runs, and
 * a log call does not take it.
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

/** What the thread that shows will do by itself. */
enum vr_log_reader {
    VR_LOG_ASLEEP,  /**< nothing: it has to be woken */
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
    struct vr_current *reader; /* atomic: of the thread that shows */
    int state;                 /* atomic: enum vr_log_reader */
    bool in_gap;               /* atomic: a gap is being shown */
    int waiting;               /* atomic: threads that wait for `changed` */
    int waiting_for_room;      /* atomic: threads that wait for `room` */
    vr_time patience;          /* atomic: how long those wait */
    size_t held;               /* atomic: bytes of texts on the heap */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_cond_t room;
    int outer_depth; /* of struct vr_current, while this thread shows */
};

/**
 * Copy @p entry into the ring.  @p from is the watcher that logged it while it
 * was shown an entry; NULL: none did.
 * @return false if the entry was dropped.  Threads: any.
 */
bool vr_log_queue_put(struct vr_log_queue *queue,
                      const struct vr_log_entry *entry,
                      struct vr_log_watcher *from);

/** Wake the thread that shows, unless it will look at the ring again by itself:
 *  at once, or soon, which is enough if @p soon. */
void vr_log_queue_wake(struct vr_log_queue *queue, bool soon);

/** The thread that shows will look again soon by itself.  Until then it is
 *  woken only when the ring is half full, or when a thread waits. */
void vr_log_queue_nap(struct vr_log_queue *queue);

/** Is this thread showing @p queue, further down its stack?  false for NULL. */
bool vr_log_queue_is_inside(const struct vr_log_queue *queue);

/** @p queue; NULL in a child of fork(2), where threads that show it, wait for
 *  it or hold its lock do not exist. */
struct vr_log_queue *vr_log_queue_own(struct vr_log_queue *queue);

/** Drop all that the queue holds. */
void vr_log_queue_drop(struct vr_log_queue *queue);

/** Nothing happens for NULL. */
void vr_log_queue_lock(struct vr_log_queue *queue);
void vr_log_queue_unlock(struct vr_log_queue *queue);

/** Wake threads that wait for a change, with the lock held.  Nothing happens
 *  for NULL. */
void vr_log_queue_changed(struct vr_log_queue *queue);

/** Wait for a change, with the lock held, until @p due on the clock; may return
 *  early. */
void vr_log_queue_await(struct vr_log_queue *queue, vr_time due);

#endif
