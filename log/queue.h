/* SPDX-License-Identifier: MIT */
/**
 * @file queue.h
 * On which thread do watchers run?  A logger with a queue copies each entry
 * into a bounded ring at the log call; the watchers are shown it by whoever
 * calls vr_log_queue_show(): a reactor, a thread for the purpose
 * (log/thread.h), or a loop of the program's own:
 *
 *     static bool wake(void *arg)         in a log call, on any thread
 *     {
 *         return loop_wake(arg);          must not block
 *     }
 *
 *     static bool here(void *arg)         is this the loop's thread?
 *     {
 *         return loop_is_current(arg);
 *     }
 *
 *     static const struct vr_log_queue_ops ops = {.wake = wake, .here = here};
 *
 *     err = vr_log_queue_new(NULL, 0, &ops, loop, &queue);
 *     vr_logger_set_queue(&logger, queue);
 *
 * and the loop, once woken:
 *
 *     while (vr_log_queue_show(queue, 100))
 *         loop_do_something_else(loop);
 *
 * The log call takes no lock, and asks for no memory, unless the text is longer
 * than a part of the ring.  Where there is no room the entry is dropped, and
 * the watchers are told how many were, just there, by an entry of level
 * VR_LOG_WARN: "42 entries dropped".  Or, by choice, the log call waits for
 * room: see vr_logger_set_patience().
 *
 * Long texts take memory besides the ring, together no more than the ring is
 * large; one longer than that is cut, and ends in "...".
 *
 * What a watcher logs about what it is shown goes to the other watchers; where
 * they answer each other so for ever, the ninth answer is dropped.  The ninth
 * about the gap that tells of that is counted, but makes no other gap.
 *
 * A queue serves one logger.  In a child of fork(2) it is of use only if the
 * thread that shows is the one that forked.
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

/** What a queue asks of who shows it. */
struct vr_log_queue_ops {
    /** See to it that vr_log_queue_show() is called soon.  Called again only
     *  when somebody has shown the queue since, which may be before that call;
     *  or if this returned false: it could not, and the next log call is to try
     *  again.  Threads: any; inside the log call. */
    bool (*wake)(void *arg);

    /** May the thread that calls show the queue?  Then vr_log_flush() does so,
     *  and does not wait for another.  NULL: it may not.  Threads: any. */
    bool (*here)(void *arg);

    /** Does another thread show the queue now, whenever it is woken?  Only then
     *  does a log call wait for room.  NULL: no.  Threads: any; inside the log
     *  call. */
    bool (*is_served)(void *arg);
};

/**
 * Make a queue of @p size bytes, rounded up to a power of two; 0: 256 KiB,
 * which are some two thousand entries.
 * @param env  NULL: the default; kept, as @p ops and @p arg
 * @return 0; -EINVAL if @p ops has no `wake`; -ENOMEM
 */
VR_MUST_CHECK
int vr_log_queue_new(const struct vr_env *env, size_t size,
                     const struct vr_log_queue_ops *ops, void *arg,
                     struct vr_log_queue **ret_queue);

/** Drop what is left in @p queue, and free it.  Nobody logs to its logger any
 *  more.  A child of fork(2) may free its copy.  NULL is nothing. */
void vr_log_queue_free(struct vr_log_queue *queue);

/** From now on @p queue, which is kept and which no other logger has, takes
 *  what is logged; NULL: show it in the log call, as after init.
 *  Threads: one, while nobody logs. */
void vr_logger_set_queue(struct vr_logger *logger, struct vr_log_queue *queue);

/**
 * Let a log call that finds the queue of @p logger full wait for room, at most
 * @p longest nanoseconds on the clock of the queue; only then is its entry
 * dropped.  0, as after new: it is dropped at once.  For programs that would
 * rather be slow than have gaps:
 *
 *     vr_logger_set_patience(vr_log_thread_logger(thread), VR_SEC);
 *
 * A log call never waits, whatever is set here, but drops and counts:
 *
 * - in a turn of a reactor, which others wait for;
 * - on a thread that shows this queue or any other, also inside a watcher that
 *   is shown something in a log call;
 * - in a child of fork(2);
 * - while no other thread shows this queue, such as that of a reactor that does
 *   not run, see struct vr_log_queue_ops;
 * - where there is no memory for a long text.
 *
 * Of a proxy: its parent's.  Nothing for a logger without a queue.
 * Threads: any, at any time.
 */
void vr_logger_set_patience(struct vr_logger *logger, vr_time longest);

/**
 * Show the oldest entries, @p most at most, to the logger's watchers.
 * @return true if there are more; false too if another thread shows, or this
 * one does already, further down its stack
 * Threads: any, one at a time.
 */
bool vr_log_queue_show(struct vr_log_queue *queue, int most);

VR_END_DECLS

#endif
