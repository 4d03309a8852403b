/* SPDX-License-Identifier: MIT */
/**
 * @file call.h
 * A timer: a function that the reactor calls in its next turn, or at a given
 * time, once or repeatedly.
 *
 *     struct session {
 *         struct vr_call idle;
 *         int fd;
 *     };
 *
 *     static void on_idle(struct vr_call *call)
 *     {
 *         session_close(vr_container_of(call, struct session, idle));
 *     }
 *
 *     vr_call_init(&session->idle, reactor, on_idle);
 *     vr_call_after(&session->idle, 30 * VR_SEC);
 *
 * Calls run in order of their time; equal times run first come, first served.
 * A call scheduled while calls run waits for the next turn, after I/O.
 *
 * Ownership: the program embeds the struct, and keeps it in place while it is
 * scheduled.  Scheduling allocates nothing, so it cannot fail, and costs the
 * same with a thousand calls scheduled as with a million.
 * Threads: the reactor's.  Other threads use reactor/post.h or
 * reactor/schedule.h.
 */
#ifndef VR_REACTOR_CALL_H
#define VR_REACTOR_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>
#include <vreactor/base/time.h>
#include <vreactor/reactor/post.h>

VR_BEGIN_DECLS

struct vr_call;
struct vr_reactor;

/** The function.  A call is off the schedule when it runs: it may be scheduled
 *  again, or freed.  A repeated call is already scheduled for its next time:
 *  cancel it before freeing it. */
typedef void vr_call_fn(struct vr_call *call);

/** Members are private to reactor/. */
struct vr_call {
    /* What scheduling and cancelling touch, side by side: with many calls they
     * cost cache misses and little else. */
    struct vr_list timed; /* where it waits; see place */
    vr_time due;
    uint64_t seq; /* order among equal times */
    struct vr_reactor *reactor;
    uint8_t place; /* enum vr_place of wheel.h: 0 is unscheduled */
    bool repeats;
    bool ran;
    bool in_group;
    bool background;
    bool hears_drop; /* fn runs, as of one that has not run, when its group or
                      * its reactor drops it */

    vr_call_fn *fn;
    vr_time period;         /* between runs, where it repeats */
    struct vr_list grouped; /* in a vr_call_group, if in_group */
};

/** Make @p call ready to be scheduled.  Keeps @p reactor. */
void vr_call_init(struct vr_call *call, struct vr_reactor *reactor,
                  vr_call_fn *fn);

/** Run @p call once at @p due on the reactor's clock, not before.  A call that
 *  is scheduled already is moved.  A time in the past means the next turn.
 *  Reads no clock: vr_turn_time() + span is cheap, but up to one turn old. */
void vr_call_at(struct vr_call *call, vr_time due);

/** Run @p call once, in @p delay nanoseconds from now; 0 or less means the next
 *  turn. */
void vr_call_after(struct vr_call *call, vr_time delay);

/**
 * Run @p call every @p period nanoseconds, 1 or more, for the first time one
 * period from now.  A repeated call does not drift, and times that it missed
 * are skipped, not made up for.  For another policy, and slack, see repeat.h.
 */
void vr_call_repeat(struct vr_call *call, vr_time period);

/** Run a repeated call one period from now, and every period after that; also
 *  after it was cancelled. @return false if @p call was not last scheduled by
 *  vr_call_repeat(): nothing happens */
bool vr_call_again(struct vr_call *call);

/** Run a scheduled @p call @p span nanoseconds later than it was to run
 *  (negative: earlier). @return false if it was not scheduled: nothing
 *  happens */
bool vr_call_delay(struct vr_call *call, vr_time span);

/** Run a scheduled @p call @p delay nanoseconds from now instead of when it was
 *  to run. @return false if it was not scheduled: nothing happens */
bool vr_call_reset(struct vr_call *call, vr_time delay);

/** vr_call_reset(), but only if that is earlier than @p call was to run.
 *  @return true if it was moved */
bool vr_call_reset_if_earlier(struct vr_call *call, vr_time delay);

/** Take @p call off the schedule.  A call that was cancelled does not run, and
 *  may be freed at once.
 *  @return false if it was not scheduled: nothing happens */
bool vr_call_cancel(struct vr_call *call);

/** Have @p call, scheduled or not, be background, which does not keep
 *  vr_reactor_run_until_idle() running (reactor/idle.h), or not, as it was
 *  initialised. */
void vr_call_set_background(struct vr_call *call, bool is_background);

/** Is @p call going to run? */
bool vr_call_is_scheduled(const struct vr_call *call);

/** Has @p call run since it was last scheduled, and not been cancelled? */
bool vr_call_has_run(const struct vr_call *call);

/** When @p call is to run; if it is not scheduled, when it last was to run. */
vr_time vr_call_due(const struct vr_call *call);

/**
 * Calls that can be cancelled together.  A call is in one group at most, from
 * vr_call_group_add() until it was cancelled or, unless it is repeated, has
 * run.  Embedded by its owner; a group must be empty when it is freed.
 */
struct vr_call_group {
    struct vr_list calls;

    /* For vr_schedule_cancel_group(). */
    struct vr_post cancel;
    unsigned cancels; /* atomic: how many there were */
    unsigned asked;   /* atomic: since its post was sent; 0: it was not */
};

void vr_call_group_init(struct vr_call_group *group);

/** Put a scheduled @p call into @p group, and out of the group it was in.
 *  @return false if it was not scheduled: nothing happens */
bool vr_call_group_add(struct vr_call_group *group, struct vr_call *call);

/** Cancel every call of @p group. @return how many were cancelled */
size_t vr_call_group_cancel(struct vr_call_group *group);

VR_END_DECLS

#endif
