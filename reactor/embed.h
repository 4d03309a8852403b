/* SPDX-License-Identifier: MIT */
/**
 * @file embed.h
 * A reactor inside the loop that a program has already: no second thread.
 *
 *     int fd = vr_reactor_fd(reactor);
 *
 *     for (;;) {
 *         wait_in_the_hosts_way(fd, vr_reactor_timeout(reactor));
 *         err = vr_reactor_turn(reactor, 0);
 *     }
 *
 * The contract.  The host makes a turn when the descriptor is readable and
 * when the time is out; a turn too many does no harm.  The reactor sees, when
 * a turn ends and whenever something is changed between turns, that the
 * descriptor and the time are true: so callbacks of the host's own may watch,
 * schedule and close as callbacks of the reactor do.  A turn is bounded, see
 * vr_reactor_options.  Turns never nest: in a turn, or in need_turn, the host
 * is told -EBUSY.
 *
 * A host that keeps a timer rather than ask before each wait is told when that
 * moves: see vr_reactor_embed().
 *
 * Threads: the reactor's, which is the host loop's.  Posts and stops of any
 * thread make the descriptor readable.
 */
#ifndef VR_REACTOR_EMBED_H
#define VR_REACTOR_EMBED_H

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct vr_reactor;

/**
 * The descriptor that is readable when the next turn has something to do
 * before its time.  It stays the reactor's, the same until that is freed;
 * never read it.  From this call on the reactor counts as embedded.
 * @return it; -ENOTSUP if the selector has none (poll, select);
 * -VR_ECLOSED
 */
VR_MUST_CHECK
int vr_reactor_fd(struct vr_reactor *reactor);

/**
 * How long the host may wait for the descriptor, from now on, in nanoseconds.
 * A lower bound: the turn may find that it came too early, and then there is
 * another time.  Round up, never down.
 * @return 0: do not wait; -1: for ever
 */
vr_time vr_reactor_timeout(struct vr_reactor *reactor);

/**
 * From this call on @p reactor counts as embedded, and tells its host when the
 * next turn is due: at the end of each turn, between turns when it moves, also
 * inside this call, and a last time when it is closed.
 * @param need_turn  told the time, of the reactor's clock; 0: at once;
 * VR_TIME_MAX: not before the descriptor is readable.  It notes the time and
 * makes no turn.  NULL: to tell nobody any more
 * @param host  handed to @p need_turn; kept
 * @return 0; -VR_ECLOSED
 */
VR_MUST_CHECK
int vr_reactor_embed(struct vr_reactor *reactor,
                     void (*need_turn)(void *host, vr_time due), void *host);

VR_END_DECLS

#endif
