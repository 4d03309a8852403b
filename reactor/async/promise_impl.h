/* SPDX-License-Identifier: MIT */
/**
 * @file promise_impl.h
 * References that keep the memory of a promise, and its argument, without the
 * right to settle it; and what is returned where there is none.  Internal.
 *
 * Threads: any.
 */
#ifndef VR_REACTOR_ASYNC_PROMISE_IMPL_H
#define VR_REACTOR_ASYNC_PROMISE_IMPL_H

#include <vreactor/pending/pending.h>

struct vr_promise;
struct vr_reactor;

/** Keep the memory of @p promise; also inside its canceller, when there may be
 *  no reference left. */
void vr_promise_hold(struct vr_promise *promise);

/** Give that back; the last reference of both kinds frees. */
void vr_promise_release(struct vr_promise *promise);

/** Its source is a thread of this process: in a child of fork(2) that goes on
 *  with the reactor it fails with -ECHILD.  On the reactor's thread. */
void vr_promise_bind(struct vr_promise *promise);

/** What a function that takes @p value returns in place of the error @p err:
 *  frees @p value. */
struct vr_pending *vr_promise_refuse(struct vr_reactor *reactor, int err,
                                     const char *stage, struct vr_value value);

#endif
