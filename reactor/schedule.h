/* SPDX-License-Identifier: MIT */
/**
 * @file schedule.h
 * A timer that any thread may set: the function runs on the reactor's thread,
 * and an id cancels it.
 *
 *     uint64_t id;
 *     struct vr_task task = {.run = remind, .arg = user};
 *     err = vr_schedule(reactor, 30 * VR_SEC, &task, &id);
 *     ...
 *     if (vr_schedule_cancel(reactor, id))
 *         free(user);
 *
 * Each task is allocated.  On the reactor's own thread the calls of
 * reactor/call.h, which a program embeds in its own structs, are cheaper.
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

/** What to run.  vr_schedule() copies it. */
struct vr_task {
    /** Called on the reactor's thread.  Not NULL.  Must return, see
     *  reactor.h. */
    void (*run)(void *arg);

    /** Called instead of run if the group of the task is cancelled or the
     *  reactor closed: on the reactor's thread, or inside vr_schedule() on a
     *  closed reactor.  After vr_schedule_cancel() it is not called: the
     *  canceller has @p arg then.  NULL: nothing is called. */
    void (*cancelled)(void *arg);

    void *arg;

    /** Tasks that can be cancelled together.  Functions of the group are for
     *  the reactor's thread.  It must live until its tasks have run or were
     *  cancelled.  NULL: none. */
    struct vr_call_group *group;
};

/**
 * Run @p task in @p delay nanoseconds from now, not before; 0 or less means the
 * next turn.  Tasks that one thread schedules for the same time run in the
 * order in which it scheduled them.
 * @param ret_id  for vr_schedule_cancel(): never 0, never used twice; may be
 * NULL
 * @return 0; -EINVAL for a @p task without `run`; -ENOMEM; -ENOSPC if 2^24
 * tasks are scheduled; after an error neither run nor cancelled is called
 */
VR_MUST_CHECK
int vr_schedule(struct vr_reactor *reactor, vr_time delay,
                const struct vr_task *task, uint64_t *ret_id);

/** vr_schedule() at @p due on the reactor's clock. */
VR_MUST_CHECK
int vr_schedule_at(struct vr_reactor *reactor, vr_time due,
                   const struct vr_task *task, uint64_t *ret_id);

/**
 * Cancel the task with this @p id.
 * @return true: the task will not run, and its argument is the caller's again;
 * false: it has run, runs now, or was cancelled before.  An old id is harmless
 * for ever.
 */
bool vr_schedule_cancel(struct vr_reactor *reactor, uint64_t id);

/**
 * Cancel the calls in @p group, and those of its tasks that were scheduled
 * before this call.  It is done in a turn, after the posts that this thread
 * sent before; on the reactor's own thread vr_call_group_cancel() does it at
 * once, for the tasks that have arrived by then.  Allocates nothing, cannot
 * fail.  The group must live until that turn; on a closed reactor, until this
 * returns.  If the group was being cancelled already, that turn may be the one
 * after the turn in which a post sent after this call runs: a post which that
 * one sends runs after it.
 */
void vr_schedule_cancel_group(struct vr_reactor *reactor,
                              struct vr_call_group *group);

VR_END_DECLS

#endif
