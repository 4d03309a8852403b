/* SPDX-License-Identifier: MIT */
/**
 * @file promise.h
 * A deferred that any thread may fire.
 *
 * The promise is what its source holds; the deferred of pending/pending.h
 * stays with its owner, on the reactor's thread.
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
 *     err = vr_promise_new(reactor, NULL, vr_value_of(query, free_query),
 *                          &promise, &address);
 *     ...
 *     err = pthread_create(&thread, NULL, look_up, promise);
 *
 * A promise is settled once, and the deferred then fires in a turn of the
 * reactor; what one thread settles fires in that order.  Settling allocates
 * nothing, cannot fail, and never waits: a promise that comes too late says so.
 *
 * It may outlive its reactor.  When that is closed first, the deferred fails
 * with -VR_ECLOSED, and who settles later is told.  The deferred itself is to
 * be freed before its reactor.
 *
 * Ownership: counted, see vr_promise_ref().  Threads: any, but for
 * vr_promise_new().
 */
#ifndef VR_REACTOR_PROMISE_H
#define VR_REACTOR_PROMISE_H

#include <stdbool.h>

#include <vreactor/base/decls.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_promise;
struct vr_reactor;

/**
 * Tells the source that nobody waits any more: the deferred was cancelled or
 * freed, or the reactor closed.  On the reactor's thread; once, if at all, and
 * not if it was settled before.  Other threads may settle at this moment; that
 * is in vain.
 */
typedef void vr_promise_cancelled_fn(void *arg);

/**
 * Make a promise, with one reference, and its deferred; both are yours.
 *
 *     vr_promise_new(reactor, cancelled, arg, &promise, &pending)
 *
 * @param cancelled  told arg.ptr; NULL: nobody is to be told
 * @param arg  taken, on failure it is still yours; freed with the promise,
 * when neither its source nor the reactor uses it any more, on the thread of
 * whichever was last
 * @return 0; -ENOMEM; -VR_ECLOSED; -ECHILD in a child forked since the reactor
 * was made
 * Threads: the reactor's.
 */
#define vr_promise_new(reactor, cancelled, arg, ret_promise, ret_pending)      \
    vr_promise_new_at(__FILE__, __LINE__, reactor, cancelled, arg,             \
                      ret_promise, ret_pending)

/** vr_promise_new() at another place; keeps @p file. */
VR_MUST_CHECK
int vr_promise_new_at(const char *file, int line, struct vr_reactor *reactor,
                      vr_promise_cancelled_fn *cancelled, struct vr_value arg,
                      struct vr_promise **ret_promise,
                      struct vr_pending **ret_pending);

/** Take another reference to @p promise. @return @p promise */
struct vr_promise *vr_promise_ref(struct vr_promise *promise);

/** Give back a reference; NULL is nothing.  With the last one nobody can settle
 *  any more: a deferred still waiting fails with -VR_ECANCELLED. */
void vr_promise_unref(struct vr_promise *promise);

/** The pointer of the argument that @p promise was made with. */
void *vr_promise_arg(const struct vr_promise *promise);

/**
 * Have the deferred fire with @p result, a value or a failure but nothing to
 * wait for.  Takes @p result whatever is returned: it is freed inside this
 * call if that is not 0; on the reactor's thread if the deferred is cancelled,
 * freed or closed before its turn comes.
 * @return 0; -VR_ECANCELLED if the deferred was cancelled or freed before;
 * -VR_ECLOSED if the reactor was closed before, or this is a child forked since
 * it was made; -VR_EFIRED if this was called before, whatever it said
 */
int vr_promise_settle(struct vr_promise *promise, struct vr_result result);

/** vr_promise_settle() with a value. */
int vr_promise_fire(struct vr_promise *promise, struct vr_value value);

/** vr_promise_settle() with a failure; NULL as for vr_fail(). */
int vr_promise_fail(struct vr_promise *promise, struct vr_failure *failure);

/** Would a result be of use?  Once it would not, it never will: what makes it
 *  may stop. */
bool vr_promise_is_wanted(const struct vr_promise *promise);

VR_END_DECLS

#endif
