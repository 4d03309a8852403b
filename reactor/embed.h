/* SPDX-License-Identifier: MIT */
/**
 * @file embed.h
 * A reactor inside another event loop, the host's, on the same thread.
 *
 *     int fd = vr_reactor_fd(reactor);
 *
 *     do
 *         wait_in_the_hosts_way(fd, vr_reactor_timeout(reactor));
 *     while (!vr_reactor_turn(reactor, 0));
 *
 * The contract: the host makes a turn when the descriptor is readable, and when
 * the timeout has passed; a turn too many does no harm.  The reactor keeps the
 * descriptor and the timeout up to date, at the end of each turn and whenever
 * something changes between turns: so callbacks of the host may watch, schedule
 * and close, just as callbacks of the reactor do.  Work that exceeds the bounds
 * of a turn (see vr_reactor_options) makes the next turn due at once.
 *
 * Turns never nest: inside a turn, and inside need_turn, vr_reactor_turn() is
 * -EBUSY.  A host that runs its loop again inside a callback of the reactor
 * does not wait for the descriptor there, as that may stay readable until the
 * turn has ended.
 *
 * A host that has a timer of its own, instead of a timeout for each wait, is
 * told when to set it: see vr_reactor_embed().
 *
 * Other threads may use vr_call_and_wait() between turns too, until a turn
 * returns other than 0.
 *
 * Threads: the reactor's, which is the thread of the host's loop.  Posts and
 * stops from any thread make the descriptor readable.
 */
#ifndef VR_REACTOR_EMBED_H
#define VR_REACTOR_EMBED_H

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct vr_reactor;

/**
 * The descriptor that becomes readable when a turn is due before the timeout.
 * It belongs to the reactor and stays the same until that is freed, or goes on
 * in a child (after_fork.h); the host only waits for it, and never reads it.
 * From this call on the reactor counts as embedded.
 * @return the descriptor; -ENOTSUP if the selector has none (poll, select, the
 * kqueue of libkqueue); -VR_ECLOSED; -ECHILD in a child forked since the
 * reactor was made
 */
VR_MUST_CHECK
int vr_reactor_fd(struct vr_reactor *reactor);

/**
 * How long the host may wait for the descriptor, in nanoseconds from now.  The
 * host rounds up, never down: see vr_time_to_ms().  A turn may find that
 * nothing is due yet; then there is a new timeout.
 * @return 0: do not wait; -1: wait for ever, also inside a turn and on a closed
 * reactor
 */
vr_time vr_reactor_timeout(struct vr_reactor *reactor);

/**
 * From this call on @p reactor counts as embedded, and calls @p need_turn with
 * the time at which the next turn is due: at the end of each turn, run and
 * vr_reactor_join(); between turns when that time changes, also inside this
 * call; and when the reactor is closed.  Before the first call no turn is due.
 * @param need_turn  called with a time of the reactor's clock.  A time that has
 * passed, such as 0, means at once; VR_TIME_MAX means only when the descriptor
 * becomes readable.  It sets the host's timer and makes no turn.  If it changes
 * something of the reactor so that a turn is due earlier, it is called once
 * more, with 0.  NULL: nobody is told any more
 * @param host  first argument of @p need_turn; kept
 * @return 0; -VR_ECLOSED; -ECHILD as for vr_reactor_fd()
 */
VR_MUST_CHECK
int vr_reactor_embed(struct vr_reactor *reactor,
                     void (*need_turn)(void *host, vr_time due), void *host);

VR_END_DECLS

#endif
