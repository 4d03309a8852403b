/* SPDX-License-Identifier: MIT */
/**
 * @file call.h
 * A function the reactor calls later: next, or at a given time.
 *
 *     struct session { struct vr_call idle; ... };
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
 * One scheduled while calls run waits for the next turn, after I/O.
 *
 * Ownership: the caller's, who embeds the struct and keeps it in place while
 * it is scheduled.  Scheduling allocates nothing, so it cannot fail, and costs
 * the same with a thousand calls scheduled as with a million.
 * Threads: the reactor's.  From others: reactor/post.h, reactor/schedule.h.
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

/** Runs with @p call off the schedule: it may be scheduled again, or freed.
 *  A repeated call is scheduled already when it runs: cancel before freeing. */
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
    bool hears_close; /* runs, as one that has not, when its reactor closes */

    vr_call_fn *fn;
    vr_time period;         /* between runs, where it repeats */
    struct vr_list grouped; /* in a vr_call_group, if in_group */
};

/** Make @p call ready to schedule.  Keeps @p reactor. */
void vr_call_init(struct vr_call *call, struct vr_reactor *reactor,
                  vr_call_fn *fn);

/** Run @p call once at @p due on the reactor's clock, not before.  Moves a
 *  call that is scheduled already; a time in the past means the next turn.
 *  Reads no clock: vr_turn_time() + span is cheap and up to a turn old. */
void vr_call_at(struct vr_call *call, vr_time due);

/** vr_call_at() in @p delay nanoseconds from this moment; 0 or less means the
 *  next turn. */
void vr_call_after(struct vr_call *call, vr_time delay);

/**
 * Run @p call every @p period nanoseconds, 1 or more, first one period from
 * now.  It does not drift; a time that was missed is left out, not made up
 * for.
 */
void vr_call_repeat(struct vr_call *call, vr_time period);

/** Start the period of a call given to vr_call_repeat() afresh from now, also
 *  after it was cancelled. @return false if it has none: it was never given
 *  one, or last scheduled by vr_call_at() or vr_call_after() */
bool vr_call_again(struct vr_call *call);

/** Put @p call, if it is scheduled, off by @p span (negative: bring it
 *  forward). @return false if it was not scheduled: nothing happens */
bool vr_call_delay(struct vr_call *call, vr_time span);

/** Schedule @p call, if it is scheduled, anew: in @p delay nanoseconds from
 *  this moment. @return false if it was not scheduled: nothing happens */
bool vr_call_reset(struct vr_call *call, vr_time delay);

/** vr_call_reset(), but only to an earlier time than it has.
 *  @return true if it was moved */
bool vr_call_reset_if_earlier(struct vr_call *call, vr_time delay);

/** Take @p call off the schedule; its memory is yours again at once.
 *  @return true if it will not run, false if it was not scheduled */
bool vr_call_cancel(struct vr_call *call);

/** Is @p call going to run? */
bool vr_call_scheduled(const struct vr_call *call);

/** Has @p call run since it was last scheduled, and not been cancelled? */
bool vr_call_ran(const struct vr_call *call);

/** When @p call is to run; where it is not scheduled, when it last was to. */
vr_time vr_call_due(const struct vr_call *call);

/**
 * Calls that can be cancelled together.  A call is in at most one group, from
 * vr_call_group_add() until it has run (for good, if repeated) or was
 * cancelled.  Embedded by its owner, and empty before it is freed.
 */
struct vr_call_group {
    struct vr_list calls;

    /* Of vr_schedule_cancel_group(). */
    struct vr_post cancel;
    unsigned cancels; /* atomic: how many there were */
    unsigned asked;   /* atomic: since its post was sent; 0: it was not */
};

void vr_call_group_init(struct vr_call_group *group);

/** Put @p call, which is scheduled, into @p group, out of any other.
 *  @return false if it was not scheduled: nothing happens */
bool vr_call_group_add(struct vr_call_group *group, struct vr_call *call);

/** Cancel every call of @p group. @return how many were cancelled */
size_t vr_call_group_cancel(struct vr_call_group *group);

VR_END_DECLS

#endif
