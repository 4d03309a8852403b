/* SPDX-License-Identifier: MIT */
/**
 * @file clock_call.h
 * A timer for a date: a function that the reactor calls when the wall clock
 * says so, also where that clock is set meanwhile.
 *
 *     struct report {
 *         struct vr_clock_call midnight;
 *         int written;
 *     };
 *
 *     static void on_midnight(struct vr_clock_call *call)
 *     {
 *         struct report *report =
 *             vr_container_of(call, struct report, midnight);
 *
 *         report->written++;
 *         vr_clock_call_at(call, vr_clock_call_due(call) + 86400 * VR_SEC);
 *     }
 *
 *     vr_clock_call_init(&report->midnight, reactor, VR_CLOCK_WALL,
 *                        on_midnight);
 *     vr_clock_call_at(&report->midnight, midnight);
 *
 * For a span, such as a timeout, take reactor/call.h, whose clock nobody sets.
 *
 * VR_CLOCK_WALL counts nanoseconds since 1970-01-01 UTC.  Where the clock is
 * set forward over the time of a call, the call runs in the next turn; where it
 * is set back, the call waits as much longer.  VR_CLOCK_BOOT is a monotonic
 * clock that goes on while the machine is suspended, so a call on it may be due
 * as the machine wakes up.
 *
 * On Linux the reactor hears of each step of the clock, and of a resume, by one
 * descriptor for all of its clock calls (timerfd_create(2)), opened with the
 * first one and closed with the reactor.  Elsewhere, and where that descriptor
 * is refused, the reactor compares the clocks once a second while a clock call
 * is scheduled: it hears of a step a second late at most.
 *
 * Ownership: the program embeds the struct, and keeps it in place while it is
 * scheduled.  Scheduling cannot fail.
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_CLOCK_CALL_H
#define VR_REACTOR_CLOCK_CALL_H

#include <stdbool.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>
#include <vreactor/base/time.h>
#include <vreactor/reactor/call.h>

VR_BEGIN_DECLS

struct vr_clock_call;
struct vr_reactor;

/** Which clock a call follows. */
enum vr_clock {
    VR_CLOCK_WALL, /**< `wall` of the environment, which may be set */
    VR_CLOCK_BOOT, /**< `boot` of it, which counts suspended time */
};

/** The function.  The call is off the schedule when it runs: it may be
 *  scheduled again, or freed. */
typedef void vr_clock_call_fn(struct vr_clock_call *call);

/** Members are private to reactor/. */
struct vr_clock_call {
    struct vr_call call;
    struct vr_list link; /* among those of the reactor, while scheduled */
    vr_clock_call_fn *fn;
    vr_time due; /* on its clock */
    enum vr_clock clock;
    void *reserved[2]; /* NULL */
};

/** Make @p call ready to be scheduled on @p clock.  Keeps @p reactor. */
void vr_clock_call_init(struct vr_clock_call *call, struct vr_reactor *reactor,
                        enum vr_clock clock, vr_clock_call_fn *fn);

/** Run @p call once, as soon as its clock says @p due or later, and not before.
 *  A call that is scheduled already is moved.  A time in the past means the
 *  next turn; VR_TIME_MAX never comes. */
void vr_clock_call_at(struct vr_clock_call *call, vr_time due);

/** Take @p call off the schedule; it may be freed at once.
 *  @return false if it was not scheduled: nothing happens */
bool vr_clock_call_cancel(struct vr_clock_call *call);

/** Is @p call going to run? */
bool vr_clock_call_is_scheduled(const struct vr_clock_call *call);

/** When @p call is to run, on its clock; if it is not scheduled, when it last
 *  was to run. */
vr_time vr_clock_call_due(const struct vr_clock_call *call);

/** What @p clock of @p reactor says.  Threads: any. */
vr_time vr_clock_now(const struct vr_reactor *reactor, enum vr_clock clock);

VR_END_DECLS

#endif
