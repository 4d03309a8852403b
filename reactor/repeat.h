/* SPDX-License-Identifier: MIT */
/**
 * @file repeat.h
 * A periodic timer: a function that the reactor calls at each multiple of an
 * interval, with a choice of what becomes of times it missed, and slack.
 *
 *     struct sampler {
 *         struct vr_repeat tick;
 *         int samples;
 *     };
 *
 *     static void on_tick(struct vr_repeat *tick)
 *     {
 *         struct sampler *self =
 *             vr_container_of(tick, struct sampler, tick);
 *
 *         self->samples++;
 *     }
 *
 *     vr_repeat_init(&sampler->tick, reactor, on_tick);
 *     vr_repeat_set_slack(&sampler->tick, 50 * VR_MSEC);
 *     vr_repeat_start(&sampler->tick, VR_SEC);
 *
 * vr_call_repeat() of reactor/call.h is the plain form, without slack, that
 * skips what it missed.
 *
 * Each interval ends at a time of the reactor's clock, which is fixed when the
 * repeat starts: however late the function runs, its times do not drift.  A
 * time is missed if the next one has come before the function could run for it,
 * because callbacks took long or the machine slept.  Missed times are skipped,
 * or made up for (VR_REPEAT_BURST).
 *
 * Slack lets repeats share wake-ups: each run may come so much later than its
 * time, and is put to where other repeats with slack run too.  However many
 * repeats have a slack of S or more, and longer intervals, they wake the thread
 * at most twice in a span of S.
 *
 * Ownership: the program embeds the struct, and keeps it in place until it is
 * stopped or vr_reactor_close() has returned.  The function may stop it, start
 * it, change it, and free it once it is stopped.  Nothing here allocates or can
 * fail.
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_REPEAT_H
#define VR_REACTOR_REPEAT_H

#include <stdbool.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/reactor/call.h>

VR_BEGIN_DECLS

struct vr_reactor;
struct vr_repeat;

/** The function.  The repeat is scheduled for its next time already. */
typedef void vr_repeat_fn(struct vr_repeat *repeat);

/** What becomes of times that were missed. */
enum vr_repeat_policy {
    VR_REPEAT_SKIP,  /**< the function runs once for all of them */
    VR_REPEAT_BURST, /**< the function runs once for each of them */
};

/** How often a repeat with VR_REPEAT_BURST runs in one turn, at most; what is
 *  left follows in the next turns, with I/O in between. */
enum { VR_REPEAT_BURST_PER_TURN = 16 };

/** Members are private to reactor/. */
struct vr_repeat {
    struct vr_call call;
    vr_repeat_fn *fn;
    vr_time interval;
    vr_time slack;
    vr_time last;    /* what it last ran for, or the interval's begin */
    vr_time due;     /* what it runs for next */
    uint64_t missed; /* see vr_repeat_missed() */
    bool *touched;   /* set if fn starts, stops or changes it; NULL: outside */
    enum vr_repeat_policy policy;
    void *reserved[2]; /* NULL */
};

/** Make @p repeat ready to be started, with no slack, to skip what it misses.
 *  Keeps @p reactor. */
void vr_repeat_init(struct vr_repeat *repeat, struct vr_reactor *reactor,
                    vr_repeat_fn *fn);

/** Choose what becomes of missed times, from the next run on. */
void vr_repeat_set_policy(struct vr_repeat *repeat,
                          enum vr_repeat_policy policy);

/** Let each run come up to @p slack nanoseconds, 0 or more, after its time; but
 *  less than an interval, so that slack alone misses none.  Counts from the
 *  next time that is scheduled on, so it is best set before the start. */
void vr_repeat_set_slack(struct vr_repeat *repeat, vr_time slack);

/** Run @p repeat every @p interval nanoseconds, 1 or more, for the first time
 *  one interval from now.  One that runs already starts anew. */
void vr_repeat_start(struct vr_repeat *repeat, vr_time interval);

/** vr_repeat_start(), but for the first time at @p first on the reactor's
 *  clock; a time in the past counts as missed, like those that follow it. */
void vr_repeat_start_at(struct vr_repeat *repeat, vr_time first,
                        vr_time interval);

/** From the time that @p repeat last ran for, or where its first interval
 *  began, go on with intervals of @p interval nanoseconds, 1 or more.
 *  @return false if it is not running: nothing happens */
bool vr_repeat_change(struct vr_repeat *repeat, vr_time interval);

/** Stop @p repeat: the function is not called any more, also not for what it
 *  missed.  @return false if it was not running: nothing happens */
bool vr_repeat_stop(struct vr_repeat *repeat);

/** Was @p repeat started, and not stopped?  A reactor that is closed stops all.
 */
bool vr_repeat_is_running(const struct vr_repeat *repeat);

/** The time that @p repeat last ran for, or runs for now: its due time, not the
 *  moment when the function was called.  Before the first run it is where the
 *  first interval began. */
vr_time vr_repeat_last(const struct vr_repeat *repeat);

/** The time that @p repeat runs for next, without slack. */
vr_time vr_repeat_due(const struct vr_repeat *repeat);

/** In the function: how many more times had passed when it was called, which
 *  are skipped, or which it is called for yet. */
uint64_t vr_repeat_missed(const struct vr_repeat *repeat);

VR_END_DECLS

#endif
