/* SPDX-License-Identifier: MIT */
/**
 * @file timed_pending.h
 * Deferreds and time: come to a result soon, or not at all.
 *
 *     answer = session_ask(session, "Who?");
 *     err = vr_pending_timeout(reactor, answer, 5 * VR_SEC);
 *     ...
 *     err = vr_pending_then(answer, on_answer, on_silence, session);
 *
 * or, in a coroutine,
 *
 *     int err = vr_await(vr_within(NULL, 5 * VR_SEC,
 *                                  session_ask(session, "Who?")),
 *                        &name, &why);
 *
 * A timeout cancels what the deferred waits for, with vr_failure_timeout(): a
 * failure of code -ETIMEDOUT that vr_failure_is_cancel() knows for a cancel.
 * Where the deferred waits for others it is the source in the end that is
 * cancelled; in a coroutine, an await.
 *
 * It is a step, which passes on what it is given, so it stands for the steps
 * before it: it is gone once they have run, or the deferred is freed.  What is
 * added behind it takes its own time.  Of several the first to come counts; a
 * longer one changes nothing.
 *
 * When the reactor is closed timeouts are forgotten, and no more are due; the
 * deferred and its steps may outlive it.
 *
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_TIMED_PENDING_H
#define VR_REACTOR_TIMED_PENDING_H

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_reactor;

/**
 * Give @p pending @p span nanoseconds from this moment; 0 or less: until the
 * next turn.  One that has come to a result already is left alone.
 * @param reactor  NULL: that of this coroutine, else the one whose turn this is
 * @return 0; -EPERM if there is none; -ENOMEM: there is no timeout, and the
 * chain is as it was
 */
VR_MUST_CHECK
int vr_pending_timeout(struct vr_reactor *reactor, struct vr_pending *pending,
                       vr_time span);

/** vr_pending_timeout() for the making of expressions. @return @p pending;
 *  where that fails @p pending is cancelled, with the error for its failure;
 *  NULL for NULL */
struct vr_pending *vr_within(struct vr_reactor *reactor, vr_time span,
                             struct vr_pending *pending);

VR_END_DECLS

#endif
