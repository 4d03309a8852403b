/* SPDX-License-Identifier: MIT */
/**
 * @file collect.h
 * One wait that hands out what is ready and runs nothing, for programs whose
 * event loop has a shape of its own.
 *
 * Such a loop decides itself what runs, and when, and may run inside one of its
 * own callbacks.  Its descriptors are watches without callbacks, and what is on
 * the reactor otherwise runs in turns that the loop makes where it likes:
 *
 *     static int make_a_round(struct loop *loop)
 *     {
 *         struct vr_collected ready[64];
 *         bool is_due;
 *
 *         int count = vr_reactor_collect(loop->reactor, loop_timeout(loop), 0,
 *                                        ready, 64, &is_due);
 *         for (int i = 0; i < count; i++)
 *             loop_serve(loop, ready[i].watch, ready[i].events);
 *         if (count >= 0 && is_due)
 *             return vr_reactor_turn(loop->reactor, 0);
 *         return count < 0 ? count : 0;
 *     }
 *
 *     err = vr_watch_open(&file->watch, reactor, fd, VR_READ, NULL);
 *
 * What serves one of them may close another that was handed out with it: the
 * loop then leaves that one out.
 *
 * A watch for collecting is the reader and the writer of its descriptor, and
 * keeps vr_reactor_run_until_idle() running as any does.  Turns do not hear of
 * it, though their waits end when it is ready: a program that runs the reactor
 * collects, with a timeout of 0, in a hook after each wait
 * (reactor/wait_hook.h).  examples/foreign_loop.c does so.
 *
 * Threads: the reactor's, also in its callbacks.
 */
#ifndef VR_REACTOR_COLLECT_H
#define VR_REACTOR_COLLECT_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct vr_reactor;
struct vr_watch;

/** What vr_reactor_collect() leaves out. */
enum vr_collect_flags {
    VR_COLLECT_NO_EVENTS = 1 << 0, /**< descriptors end no wait, and none is
                                    *   handed out */
    VR_COLLECT_NO_TIMES = 1
                          << 1, /**< calls end no wait, and make no turn due */
};

/** A watch that is ready, for what is wanted of it. */
struct vr_collected {
    struct vr_watch *watch;
    unsigned events; /**< bits of enum vr_event */
};

/**
 * Wait until a watch for collecting is ready, a turn is due, vr_reactor_wake()
 * is called or the time is over.  No callback runs.  Watches are
 * level-triggered: each is handed out again while it is ready, and those for
 * which there is no room are not passed over for ever.
 *
 * In a callback no turn can be made, so that what is due stays due: there
 * @p ret_due may be NULL, and then it ends no wait.  A stop always does.
 * @param timeout  nanoseconds, rounded up; 0: only look; negative: for ever
 * @param flags    bits of enum vr_collect_flags; 0: leave nothing out
 * @param ret_ready  filled with what is ready; may be NULL with
 * VR_COLLECT_NO_EVENTS
 * @param cap  how many there is room for, 1 or more; at most 256 are used, and
 * no more than events_per_turn
 * @param ret_due  is a turn due, for posts, calls, pumps, closings, a stop, or
 * watches with callbacks that are ready?  A turn too many does no harm.  NULL:
 * the caller makes none
 * @return how many are ready, at most @p cap; 0 also if a signal came.
 * -EINVAL for unknown flags or no room; -ENOTSUP for a guest of another loop
 * with a timeout that is not 0; -VR_ECLOSED; -ECHILD in a child forked since
 * the reactor was made; -EAGAIN, -ENOMEM or -ENOBUFS for a shortage that will
 * pass; or another error of the selector, also, where @p ret_due is NULL, to
 * watch a descriptor
 */
VR_MUST_CHECK
int vr_reactor_collect(struct vr_reactor *reactor, vr_time timeout,
                       unsigned flags, struct vr_collected *ret_ready,
                       size_t cap, bool *ret_due);

VR_END_DECLS

#endif
