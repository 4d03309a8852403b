/* SPDX-License-Identifier: MIT */
/**
 * @file embed.h
 * A reactor inside the loop that a program has already: no second thread.
 *
 *     int fd = vr_reactor_fd(reactor);
 *
 *     do
 *         wait_in_the_hosts_way(fd, vr_reactor_timeout(reactor));
 *     while (!vr_reactor_turn(reactor, 0));
 *
 * The contract.  The host makes a turn when the descriptor is readable and
 * when the time is out; a turn too many does no harm.  When a turn ends, and
 * whenever something is changed between turns, the reactor sees to it that the
 * descriptor and the time are true: so callbacks of the host's own may watch,
 * schedule and close as callbacks of the reactor do.  A turn is bounded, see
 * vr_reactor_options: what is left keeps the descriptor readable or the time
 * out.
 *
 * Turns never nest.  Inside one, as in need_turn, the host is told -EBUSY; a
 * host whose loop runs again inside a callback of the reactor does not wait
 * for the descriptor there, which may stay readable until the turn has ended.
 *
 * A host that keeps a timer rather than ask before each wait is told when that
 * moves: see vr_reactor_embed().
 *
 * Until a turn returns other than 0, others may wait for the next one in
 * vr_call_and_wait().
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
 * @return it; -ENOTSUP if the selector has none (poll, select, a kqueue that is
 * libkqueue's); -VR_ECLOSED; -ECHILD in a child forked since it was made
 */
VR_MUST_CHECK
int vr_reactor_fd(struct vr_reactor *reactor);

/**
 * How long the host may wait for the descriptor, from now on, in nanoseconds.
 * A lower bound: the turn may find that it came too early, and then there is
 * another time.  Round up, never down: see vr_time_to_ms().
 * @return 0: do not wait; -1: for ever, also inside a turn and when closed
 */
vr_time vr_reactor_timeout(struct vr_reactor *reactor);

/**
 * From this call on @p reactor counts as embedded, and tells its host when the
 * next turn is due: at the end of each turn, run or vr_reactor_join(); between
 * turns when it moves, also inside this call; and when the reactor is closed.
 * Before the first word nothing is due.
 * @param need_turn  told the time, of the reactor's clock; one that has
 * passed, such as 0: at once; VR_TIME_MAX: not before the descriptor is
 * readable.  It notes the time and makes no turn.  What it changes of the
 * reactor is in the time it is told behind that, at most once more: 0.  NULL:
 * to tell nobody any more
 * @param host  handed to @p need_turn; kept
 * @return 0; -VR_ECLOSED; -ECHILD as for vr_reactor_fd()
 */
VR_MUST_CHECK
int vr_reactor_embed(struct vr_reactor *reactor,
                     void (*need_turn)(void *host, vr_time due), void *host);

VR_END_DECLS

#endif
