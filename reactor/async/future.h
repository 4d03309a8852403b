/* SPDX-License-Identifier: MIT */
/**
 * @file future.h
 * A future: the consumer's end of what runs on a reactor, for a thread that has
 * no reactor and must not wait, such as one that draws, or has a loop of its
 * own.
 *
 *     static struct vr_result log_in(struct vr_value session) // at the reactor
 *     {
 *         return vr_wait_for(session_login(session.ptr));
 *     }
 *
 *     struct vr_future *login = vr_future_start(reactor, log_in, user);
 *
 *     while (!vr_future_is_done(login)) // once a frame
 *         if (draw_frame() == WANTS_TO_LEAVE)
 *             (void)vr_future_cancel(login);
 *
 *     struct vr_result result = vr_future_take(login);
 *
 * No function here waits, and none needs the reactor to run: it may run on
 * another thread, be embedded in a loop, be between two runs, or be closed.
 * What was started waits for its next run.
 *
 * NULL in the place of a future means that there was no memory for it: it is
 * done, with the failure -ENOMEM.
 *
 * Ownership: a future is its starter's, who takes or frees it, once.  It may
 * outlive the reactor, and so may its result, a value whose function to free it
 * is then called by the thread that has it.
 *
 * Threads: any.  Several may use one future, save that vr_future_take() and
 * vr_future_free() are the last to.  The reactor's own thread does not loop
 * until a future is done: the turn that would end the loop never comes.
 *
 * In a child of fork() a future that is not done stays so until it is
 * cancelled, taken or freed.
 */
#ifndef VR_REACTOR_ASYNC_FUTURE_H
#define VR_REACTOR_ASYNC_FUTURE_H

#include <stdbool.h>

#include <vreactor/base/decls.h>
#include <vreactor/pending/pending.h>
#include <vreactor/reactor/async/ask.h>

VR_BEGIN_DECLS

struct vr_future;
struct vr_reactor;

/**
 * Have @p fn called with @p question on the thread of @p reactor, in a turn,
 * after the posts that this thread sent there before.  The result is what @p fn
 * returns, or that of the deferred which it returns.
 *
 *     future = vr_future_start(reactor, fn, question);
 *
 * @param reactor  must live until this returns.  If the reactor is closed
 * before the result is there, the result is the failure -VR_ECLOSED
 * @param question  taken, whatever is returned.  If @p fn is never called it is
 * freed: on the reactor's thread, by who closes the reactor, or inside this
 * call
 * @return the future, which is yours; NULL when there is no memory.  It is done
 * with -EINVAL if @p fn is NULL, -ECHILD in a child forked since @p reactor was
 * made
 */
struct vr_future *vr_future_start(struct vr_reactor *reactor, vr_ask_fn *fn,
                                  struct vr_value question);

/** Is the result there?  Once it is true it stays true. */
bool vr_future_is_done(const struct vr_future *future);

/**
 * Cancel @p future: it is done at once, with the failure -VR_ECANCELLED.  A
 * function that has not begun is not called, save where the reactor's thread is
 * just about to call it; one that has begun goes on.  So what a function uses
 * must outlive the cancel, as what its question owns does.  A deferred that it
 * returned is cancelled in a turn of the reactor, and freed when it has come to
 * a result, or when the reactor is closed.  Allocates nothing.
 * @return true: it was cancelled; false: its result was there before, or it is
 * NULL
 */
bool vr_future_cancel(struct vr_future *future);

/** Take the result of @p future, and free the future.  One that is not done is
 *  cancelled, and its result is the failure -VR_ECANCELLED. */
struct vr_result vr_future_take(struct vr_future *future);

/** Free @p future and its result.  One that is not done is cancelled.  NULL is
 *  fine. */
void vr_future_free(struct vr_future *future);

VR_END_DECLS

#endif
