/* SPDX-License-Identifier: MIT */
/**
 * @file queue.h
 * Queues: on which thread do watchers run?  A logger with a queue copies each
 * entry into a ring of fixed size inside the log call.  Its watchers run on the
 * thread that calls vr_log_queue_show(): a reactor's, the thread of
 * log/thread.h, or that of an event loop of the program's own:
 *
 *     static bool wake(void *arg) // in a log call, on any thread
 *     {
 *         return loop_wake(arg); // must not block
 *     }
 *
 *     static bool here(void *arg) // is this the loop's thread?
 *     {
 *         return loop_is_current(arg);
 *     }
 *
 *     static const struct vr_log_queue_ops ops = {.wake = wake,
 *                                                 .is_here = here};
 *
 *     err = vr_log_queue_new(NULL, 0, &ops, loop, &queue);
 *     vr_logger_set_queue(&logger, queue);
 *
 * and the loop, once woken:
 *
 *     while (vr_log_queue_show(queue, 100))
 *         loop_do_something_else(loop);
 *
 * A log call takes no lock; and no memory but for a text of more than 511
 * bytes, while it is formatted, or an entry of more than a quarter of the ring.
 * When the ring is full the entry is dropped, and in its place the watchers are
 * shown an entry of level VR_LOG_WARN, a gap, that says how many are missing:
 * "42 entries dropped".  Or the log call waits for room, if it is told to: see
 * vr_logger_set_patience().
 *
 * Long entries take memory besides the ring, together no more than the ring is
 * large.  A text that is longer than the ring is cut, and ends in "...".
 *
 * Entries that a watcher logs while it is shown one go to the other watchers.
 * Where watchers answer each other's entries without end, the ninth answer in a
 * row is dropped, and a gap says so.  Watchers may answer the gap as well: the
 * ninth of those answers in a row is dropped and counted, but makes no further
 * gap.  An entry that the thread that shows one queue passes on to another
 * counts as an answer, so one that goes round several queues ends as well.
 *
 * A queue serves one logger.  In a child of fork(2) a queue is of use only if
 * the thread that shows it is the one that forked: see also
 * vr_log_queue_after_fork().
 */
#ifndef VR_LOG_QUEUE_H
#define VR_LOG_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct vr_env;
struct vr_log_queue;
struct vr_logger;

/** What a queue asks of the loop whose thread shows it. */
struct vr_log_queue_ops {
    /** Have vr_log_queue_show() called soon.  When this has returned true it is
     *  called again only after the queue has been shown, whichever call showed
     *  it. false: the loop could not be woken, and the next log call tries
     *  again.  Threads: any; inside the log call, so it must not block. */
    bool (*wake)(void *arg);

    /** May the calling thread show the queue?  Then vr_log_flush() shows the
     *  entries itself instead of waiting for another thread.  NULL: no.
     *  Threads: any. */
    bool (*is_here)(void *arg);

    /** Is there another thread that shows the queue whenever it is woken?  Only
     *  then may a log call wait for room.  NULL: no.  Threads: any; inside the
     *  log call. */
    bool (*is_served)(void *arg);

    void *reserved[4]; /**< NULL */
};

/**
 * Make a queue of @p size bytes, rounded up to a power of two from 4 KiB to 1
 * GiB; 0: 256 KiB, which are some two thousand entries.  Keeps @p env, @p ops
 * and @p arg.
 * @param env  NULL: that of the reactor whose turn this is, else the default
 * @return 0; -EINVAL if @p ops has no `wake`, or sets what is reserved; -ENOMEM
 */
VR_MUST_CHECK
int vr_log_queue_new(const struct vr_env *env, size_t size,
                     const struct vr_log_queue_ops *ops, void *arg,
                     struct vr_log_queue **ret_queue);

/** Drop the entries left in @p queue and free it.  No thread may log to its
 *  logger any more.  A child of fork(2) may free its copy.  NULL is fine. */
void vr_log_queue_free(struct vr_log_queue *queue);

/**
 * From now on @p queue takes what is logged to @p logger, which is no proxy and
 * is attached to no other logger yet.  The queue is kept, and serves this
 * logger only.  NULL: entries are shown in the log call, as after init.
 * Threads: one, while nobody logs.
 */
void vr_logger_set_queue(struct vr_logger *logger, struct vr_log_queue *queue);

/**
 * Let a log call that finds the queue of @p logger full wait for room, at most
 * @p longest nanoseconds on the clock of the queue, before its entry is
 * dropped.  0, as after new: the entry is dropped at once.  For programs that
 * would rather be slow than have gaps:
 *
 *     vr_logger_set_patience(vr_log_thread_logger(thread), VR_SEC);
 *
 * Whatever is set here, a log call never waits, but drops and counts:
 *
 * - in a turn of a reactor, as others wait for that;
 * - on a thread that shows this queue or any other, also inside a watcher that
 *   is shown something in a log call;
 * - in a child of fork(2);
 * - while no other thread shows this queue, such as that of a reactor that does
 *   not run, see struct vr_log_queue_ops;
 * - where there is no memory for a long text.
 *
 * On a proxy this sets its parent's.  Nothing happens without a queue.
 * Threads: any, at any time.
 */
void vr_logger_set_patience(struct vr_logger *logger, vr_time longest);

/**
 * Show the oldest entries, at most @p most, to the logger's watchers.
 * @return true: there are more, call this again; false: there are no more, or
 * the queue is being shown, by another thread or by this one further down its
 * stack
 * Threads: any, one at a time.
 */
bool vr_log_queue_show(struct vr_log_queue *queue, int most);

/**
 * In a child of fork(2): make the copy of @p queue the child's own, so that
 * this thread shows what is logged here, and others may wait for that.  What
 * was not shown when it was forked is dropped: the parent shows it.  In a
 * process that made @p queue nothing happens.  vr_reactor_after_fork() does it
 * for the log of a reactor. Threads: the child's only one, and not inside a
 * watcher.
 */
void vr_log_queue_after_fork(struct vr_log_queue *queue);

VR_END_DECLS

#endif
