/* SPDX-License-Identifier: MIT */
/**
 * @file promise_impl.h
 * References that keep the memory of a promise, and its argument, without the
 * right to settle it.  Internal.
 *
 * Threads: any.
 */
#ifndef VR_REACTOR_ASYNC_PROMISE_IMPL_H
#define VR_REACTOR_ASYNC_PROMISE_IMPL_H

struct vr_promise;

/** Keep the memory of @p promise; also inside its canceller, when there may be
 *  no reference left. */
void vr_promise_hold(struct vr_promise *promise);

/** Give that back; the last reference of both kinds frees. */
void vr_promise_release(struct vr_promise *promise);

#endif
