/* SPDX-License-Identifier: MIT */
/**
 * @file wait.h
 * Blocking calls for ordinary threads: start something on a reactor, and wait
 * for its result.
 *
 *     static struct vr_result begin(void *arg) // on the reactor's thread
 *     {
 *         return vr_wait_for(session_login(arg));
 *     }
 *
 *     struct vr_result login;
 *     err = vr_start_and_wait(reactor, begin, session, 5 * VR_SEC, &login);
 *
 * The reactor must run in another thread, or be embedded in a host's loop
 * there, and must live until the call returns.
 *
 * The timeout is in nanoseconds of the reactor's clock, from the call on.  When
 * it has passed the call returns, even if the reactor is busy, but not before a
 * start function that runs at that moment has returned.  The reactor then
 * cancels the deferred, whose steps get the failure -ETIMEDOUT, those of a
 * coroutine -VR_ECANCELLED with that as cause, and frees it, perhaps after the
 * call has returned: so the steps must not use variables on the stack of the
 * waiting thread.  A timeout of 0 does not wait for the
 * deferred, but for one turn of the reactor, whenever that comes: the call is
 * -ETIMEDOUT unless the deferred has fired by then.  A negative timeout waits
 * for ever.
 *
 * The result may be kept for longer than the reactor.
 *
 * Threads: any but the reactor's own.
 */
#ifndef VR_REACTOR_ASYNC_WAIT_H
#define VR_REACTOR_ASYNC_WAIT_H

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_reactor;

/** Starts what the call waits for.  Runs on the reactor's thread, once at most,
 *  and never after the call has returned.  It must return: if it ends its
 *  thread, by pthread_exit(3), the call waits for ever. */
typedef struct vr_result vr_start_fn(void *arg);

/**
 * Have @p start called with @p arg on the reactor's thread, after the posts
 * that this thread sent before, and wait for its result, or for that of the
 * deferred that it returns.
 * @param timeout  negative: for ever; 0: for one turn
 * @param ret_result  the value or the failure, the caller's
 * @return 0; -ETIMEDOUT; -VR_ECANCELLED if the reactor's run ended first, or it
 * was closed: the deferred is then cancelled and freed in the next turn, or
 * when the reactor is closed.  Errors with which nothing was begun: -EINVAL if
 * @p start is NULL; -EDEADLK on the reactor's own thread; -EAGAIN if it is not
 * running; -VR_ECLOSED; -ENOMEM; -ECHILD in a child forked since the reactor
 * was made
 */
VR_MUST_CHECK
int vr_start_and_wait(struct vr_reactor *reactor, vr_start_fn *start, void *arg,
                      vr_time timeout, struct vr_result *ret_result);

/**
 * Wait for @p pending, a deferred of the reactor's thread, which this thread
 * does not use otherwise.  Takes @p pending, and frees it on the reactor's
 * thread; after an error with which nothing was begun it is still the caller's.
 * NULL is -ENOMEM.  Otherwise as vr_start_and_wait().
 */
VR_MUST_CHECK
int vr_pending_wait(struct vr_pending *pending, struct vr_reactor *reactor,
                    vr_time timeout, struct vr_result *ret_result);

VR_END_DECLS

#endif
