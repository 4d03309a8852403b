/* SPDX-License-Identifier: MIT */
/**
 * @file wait.h
 * For ordinary threads: do something on a reactor, and wait for what comes out.
 *
 *     static struct vr_result begin(void *arg)       on the reactor's thread
 *     {
 *         return vr_wait_for(session_login(arg));
 *     }
 *
 *     struct vr_result login;
 *     err = vr_start_and_wait(reactor, begin, session, 5 * VR_SEC, &login);
 *
 * So whatever has a deferred has a synchronous face too.  The reactor is to run
 * in another thread, or to be embedded in a host's loop there; it must live
 * until the call has returned.
 *
 * The timeout is in nanoseconds of the reactor's clock, and counts from the
 * call.  When it is out the waiting ends at once, even if the reactor is busy,
 * with one exception: a start function that runs at that moment is waited for.
 * The reactor then cancels the deferred, whose steps get the failure
 * -ETIMEDOUT, and frees it: at about the same time, but perhaps only after this
 * call has returned.  So what the steps use must not stand on this stack.  A
 * timeout of 0 only looks: it takes a turn of the reactor, however long that
 * takes to come, and is -ETIMEDOUT unless the deferred has fired by then.  A
 * negative one is for ever.
 *
 * What comes out may be kept for longer than the reactor.
 *
 * Threads: any but the reactor's own.
 */
#ifndef VR_REACTOR_WAIT_H
#define VR_REACTOR_WAIT_H

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_reactor;

/** Starts what is waited for; runs on the reactor's thread, once or not at all,
 *  and not after the waiting has ended.  Returns: if it ends its thread by
 *  pthread_exit(3), the waiting never ends. */
typedef struct vr_result vr_start_fn(void *arg);

/**
 * Have @p start called with @p arg on the reactor's thread, behind what this
 * thread posted before, and wait for its result, or for that of the deferred
 * that it returns.
 * @param timeout  negative: for ever; 0: only look
 * @param ret_result  the value or the failure, yours
 * @return 0; -ETIMEDOUT; -VR_ECANCELLED if the run of the reactor ended first,
 * or it was closed: then the deferred is cancelled and freed in its next turn,
 * or when it is closed.  If nothing was begun: -EINVAL if @p start is NULL;
 * -EDEADLK on the reactor's own thread; -EAGAIN if it is not running;
 * -VR_ECLOSED; -ENOMEM; -ECHILD in a child forked since the reactor was made
 */
VR_MUST_CHECK
int vr_start_and_wait(struct vr_reactor *reactor, vr_start_fn *start, void *arg,
                      vr_time timeout, struct vr_result *ret_result);

/**
 * Wait for @p pending, which belongs to the reactor's thread: this thread has
 * it only to hand it over.  Takes @p pending, and frees it on that thread; if
 * nothing was begun it is still yours.  Otherwise as vr_start_and_wait().
 */
VR_MUST_CHECK
int vr_pending_wait(struct vr_reactor *reactor, struct vr_pending *pending,
                    vr_time timeout, struct vr_result *ret_result);

VR_END_DECLS

#endif
