/* SPDX-License-Identifier: MIT */
/**
 * @file ask.h
 * A request from one reactor to another: a function runs on the other one, and
 * its result comes back as a deferred.
 *
 *     static struct vr_result look_up(struct vr_value name) // at the cache
 *     {
 *         struct vr_pending *found = cache_find(name.ptr);
 *
 *         vr_value_free(name);
 *         return vr_wait_for(found);
 *     }
 *
 *     entry = vr_ask(here, cache_reactor, look_up, name);
 *     err = vr_pending_then(entry, on_entry, on_no_entry, session);
 *
 * Cancelling or freeing the deferred cancels the request: a function
 * that has not begun is not called, save where its thread is just about to call
 * it, and a deferred that it returned is cancelled on its own reactor, and
 * freed there when it has come to a result.
 *
 * A thread without a reactor asks by vr_future_start() of
 * reactor/async/future.h, or by vr_start_and_wait() of reactor/async/wait.h.
 *
 * Threads: that of the reactor that asks.
 */
#ifndef VR_REACTOR_ASYNC_ASK_H
#define VR_REACTOR_ASYNC_ASK_H

#include <vreactor/base/decls.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_reactor;

/** Called on the thread of the reactor that is asked.  Takes @p question, and
 *  returns a result, or a deferred of that reactor to wait for. */
typedef struct vr_result vr_ask_fn(struct vr_value question);

/**
 * Have @p fn called with @p question on the thread of @p to, after the posts
 * that this thread sent there before.
 *
 *     pending = vr_ask(from, to, fn, question);
 *
 * @param to  must live until this returns.  If it is closed before @p fn has
 * answered, the deferred fails with -VR_ECLOSED
 * @param question  taken, whatever is returned; freed if @p fn is never called
 * @return the answer, which fires in a turn of @p from, the caller's; NULL when
 * there is no memory.  It has failed with -EINVAL if @p fn is NULL, -VR_ECLOSED
 * if @p from is closed, -ECHILD in a child forked since @p from was made
 */
struct vr_pending *vr_ask(struct vr_reactor *from, struct vr_reactor *to,
                          vr_ask_fn *fn, struct vr_value question);
#define vr_ask(...) VR_PLACED((vr_ask)(__VA_ARGS__))

VR_END_DECLS

#endif
