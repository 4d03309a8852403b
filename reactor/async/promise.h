/* SPDX-License-Identifier: MIT */
/**
 * @file promise.h
 * A promise: the producer's end of a deferred, which any thread may fire.
 *
 * The producer holds the promise; the deferred of pending/pending.h stays with
 * its owner, on the reactor's thread.
 *
 *     static void *look_up(void *arg)
 *     {
 *         struct vr_promise *promise = arg;
 *         struct query *query = vr_promise_arg(promise);
 *
 *         (void)vr_promise_settle(promise, find_address(query->name));
 *         vr_promise_unref(promise);
 *         return NULL;
 *     }
 *
 *     address = vr_promise_new(reactor, NULL, vr_value_of(query, free_query),
 *                              &promise);
 *     if (promise)
 *         err = pthread_create(&thread, NULL, look_up, promise);
 *
 * A promise is settled once, and then its deferred fires in a turn of the
 * reactor.  Promises that one thread settles fire in the order in which it
 * settled them.  Settling allocates nothing and never waits; if nobody waits
 * for the result any more, it returns why.
 *
 * A promise may outlive its reactor.  If the reactor is closed first, the
 * deferred fails with -VR_ECLOSED, and so does settling from then on.  The
 * deferred is to be freed before its reactor.
 *
 * Ownership: counted, see vr_promise_ref().  Threads: any, except for
 * vr_promise_new() and vr_promise_set_background().
 */
#ifndef VR_REACTOR_ASYNC_PROMISE_H
#define VR_REACTOR_ASYNC_PROMISE_H

#include <stdbool.h>

#include <vreactor/base/decls.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_promise;
struct vr_reactor;

/**
 * Tells the producer that nobody waits for the result any more: the deferred
 * was cancelled or freed, or the reactor closed.  Called on the reactor's
 * thread, once, and not if the promise was settled before.  Another thread may
 * be settling it at this moment, and is told that it was too late.
 */
typedef void vr_promise_cancelled_fn(void *arg);

/**
 * Make a promise, with one reference, and its deferred; both are the caller's.
 *
 *     pending = vr_promise_new(reactor, cancelled, arg, &promise);
 *
 * @param cancelled  called with arg.ptr; NULL: nobody is told
 * @param arg  taken, whatever is returned.  It is freed with the promise, when
 * neither the producer nor the reactor uses that any more, on the thread of the
 * one that used it last; inside this call if there is no promise
 * @param ret_promise  the promise; NULL if the deferred is NULL or has failed
 * @return the deferred; NULL when there is no memory.  It has failed with
 * -VR_ECLOSED if the reactor is closed, with -ECHILD in a child forked since
 * the reactor was made
 * Threads: the reactor's.
 */
struct vr_pending *vr_promise_new(struct vr_reactor *reactor,
                                  vr_promise_cancelled_fn *cancelled,
                                  struct vr_value arg,
                                  struct vr_promise **ret_promise);
#define vr_promise_new(...) VR_PLACED((vr_promise_new)(__VA_ARGS__))

/** Take another reference to @p promise. @return @p promise */
struct vr_promise *vr_promise_ref(struct vr_promise *promise);

/** Give back a reference; NULL is fine.  When the last reference to a promise
 *  that was not settled is given back, its deferred fails with
 *  -VR_ECANCELLED. */
void vr_promise_unref(struct vr_promise *promise);

/** The pointer of the argument that @p promise was made with. */
void *vr_promise_arg(const struct vr_promise *promise);

/**
 * Have the deferred fire with @p result: a value or a failure, but not a
 * deferred to wait for.  Takes @p result whatever is returned: on an error it
 * is freed inside this call.  If the deferred is cancelled or freed, or the
 * reactor closed, before the turn in which it would fire, @p result is freed on
 * the reactor's thread.
 * @return 0; -VR_ECANCELLED if the deferred was cancelled or freed before;
 * -VR_ECLOSED if the reactor was closed before, or this is a child forked since
 * it was made; -VR_EFIRED if the promise was settled before, also in vain
 */
int vr_promise_settle(struct vr_promise *promise, struct vr_result result);

/** vr_promise_settle() with a value. */
int vr_promise_fire(struct vr_promise *promise, struct vr_value value);

/** vr_promise_settle() with a failure; NULL as for vr_fail(). */
int vr_promise_fail(struct vr_promise *promise, struct vr_failure *failure);

/**
 * Have @p promise be background, which does not keep
 * vr_reactor_run_until_idle() running (reactor/idle.h), or not, as it was made.
 * Once its deferred has fired or was cancelled nothing happens.
 * Threads: the reactor's.
 */
void vr_promise_set_background(struct vr_promise *promise, bool is_background);

/** Does anybody still wait for the result?  Once it is false it stays false,
 *  and the producer may stop its work. */
bool vr_promise_is_wanted(const struct vr_promise *promise);

VR_END_DECLS

#endif
