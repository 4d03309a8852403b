/* SPDX-License-Identifier: MIT */
/**
 * @file schedule.h
 * Have something done later, from any thread, and keep a number to cancel it.
 *
 *     uint64_t id;
 *     struct vr_task task = {.run = remind, .arg = user};
 *     err = vr_schedule(reactor, 30 * VR_SEC, &task, &id);
 *     ...
 *     if (vr_schedule_cancel(reactor, id))
 *         free(user);
 *
 * The allocating sibling of reactor/call.h, which is cheaper where there is a
 * struct to embed the call in.
 *
 * Threads: any, for every function here; the reactor must live until it has
 * returned.
 */
#ifndef VR_REACTOR_SCHEDULE_H
#define VR_REACTOR_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct vr_call_group;
struct vr_reactor;

/** What is to be done.  Copied. */
struct vr_task {
    /** Do it, on the reactor's thread.  Returns, and does not end that by
     *  pthread_exit(3): see reactor.h. */
    void (*run)(void *arg);

    /** It will not be done: its group was cancelled or the reactor closed.  On
     *  the reactor's thread, or inside vr_schedule() on a closed reactor.
     *  Not after vr_schedule_cancel(): then @p arg is the canceller's.
     *  NULL: no matter. */
    void (*cancelled)(void *arg);

    void *arg;

    /** To cancel many at once; touched on the reactor's thread only, where it
     *  lives until its tasks are gone.  NULL: none. */
    struct vr_call_group *group;
};

/**
 * Run @p task in @p delay nanoseconds from this moment, not before; 0 or less
 * means the next turn.  Tasks of one thread for the same time keep their order.
 * @param ret_id  for vr_schedule_cancel(): never 0, never used twice; may be
 * NULL
 * @return 0; -EINVAL for a @p task without `run`; -ENOMEM; -ENOSPC with 2^24
 * tasks scheduled: @p task is as if never given
 */
VR_MUST_CHECK
int vr_schedule(struct vr_reactor *reactor, vr_time delay,
                const struct vr_task *task, uint64_t *ret_id);

/** vr_schedule() at @p due on the reactor's clock. */
VR_MUST_CHECK
int vr_schedule_at(struct vr_reactor *reactor, vr_time due,
                   const struct vr_task *task, uint64_t *ret_id);

/**
 * Cancel the task scheduled as @p id.
 * @return true: it will not run and its argument is yours again; false: it
 * has run, runs now, or was cancelled.  Any old id is harmless for ever.
 */
bool vr_schedule_cancel(struct vr_reactor *reactor, uint64_t id);

/**
 * Cancel the tasks of @p group that were scheduled before this call, and the
 * calls in it: those found when the loop comes to this, behind all that this
 * thread has posted before.  Inside a turn, vr_call_group_cancel() does it at
 * once, with all that have arrived.  Needs no memory and cannot fail.  The
 * group lives until the loop has come to it; a closed reactor is through with
 * it when this returns.
 */
void vr_schedule_cancel_group(struct vr_reactor *reactor,
                              struct vr_call_group *group);

VR_END_DECLS

#endif
