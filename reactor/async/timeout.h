/* SPDX-License-Identifier: MIT */
/**
 * @file timeout.h
 * Timeouts of deferreds.
 *
 *     answer = session_ask(session, "Who?");
 *     err = vr_pending_timeout(answer, reactor, 5 * VR_SEC);
 *     ...
 *     err = vr_pending_then(answer, on_answer, on_silence, session);
 *
 * or, in a coroutine,
 *
 *     int err = vr_await(vr_within(session_ask(session, "Who?"), NULL,
 *                                  5 * VR_SEC),
 *                        &name, &why);
 *
 * A timeout that passes cancels the deferred with vr_failure_timeout(): a
 * failure of code -ETIMEDOUT for which vr_failure_is_cancel() is true.  If the
 * deferred waits for another one, this cancels the source at the end of that
 * line.  For a coroutine it is a cancel from outside, which its function sees
 * as -VR_ECANCELLED; if that is what comes of it, who asked for the timeout
 * gets -ETIMEDOUT, with that for a cause.
 *
 * A timeout covers the steps added before it: it ends once they have run, or
 * when the deferred is freed.  Steps added after it may take longer.  Of
 * several timeouts the first that passes counts.
 *
 * When the reactor is closed its timeouts are forgotten: they do not cancel any
 * more.  The deferred and its steps may outlive the reactor.
 *
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_ASYNC_TIMEOUT_H
#define VR_REACTOR_ASYNC_TIMEOUT_H

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_reactor;

/**
 * Cancel @p pending @p span nanoseconds from now, unless it has a result by
 * then; 0 or less: in the next turn.
 * @param reactor  NULL: that of this coroutine, else the one whose turn this is
 * @return 0; -EPERM if there is no reactor; -ENOMEM: @p pending has no timeout,
 * and is as it was, or is NULL
 */
VR_MUST_CHECK
int vr_pending_timeout(struct vr_pending *pending, struct vr_reactor *reactor,
                       vr_time span);

/** vr_pending_timeout() for use in expressions. @return @p pending, which is
 *  cancelled with the error if that fails; NULL for NULL */
struct vr_pending *vr_within(struct vr_pending *pending,
                             struct vr_reactor *reactor, vr_time span);

VR_END_DECLS

#endif
