/* SPDX-License-Identifier: MIT */
/**
 * @file pending_impl.h
 * What a deferred is made of.  Internal to pending/.
 */
#ifndef VR_PENDING_PENDING_IMPL_H
#define VR_PENDING_PENDING_IMPL_H

#include <stdbool.h>

#include <vreactor/base/list.h>
#include <vreactor/pending/pending.h>
#include <vreactor/pending/steps.h>

/** What is awaited of the source. */
enum vr_pending_state {
    VR_PENDING_NEW,        /**< that it fires */
    VR_PENDING_CANCELLING, /**< that its canceller returns, or fires */
    VR_PENDING_CANCELLED,  /**< nothing, but it may fire late, once */
    VR_PENDING_FIRED,      /**< nothing */
};

struct vr_pending {
    const struct vr_env *env;
    const char *file; /**< where it was made */
    int line;
    enum vr_pending_state state;
    vr_cancel_fn *cancel;
    void *arg; /**< of cancel */

    /** What the next step gets, once fired; result.pending: waits for it. */
    struct vr_result result;
    struct vr_pending *parent; /**< who waits for this one, and owns it */
    struct vr_steps steps;
    unsigned pauses;
    unsigned calls; /**< its handlers and canceller that run now */
    bool closing;   /**< the owner frees it */
    bool dead;      /**< to be freed when the last of its calls returns */

    /** Those whose result went up to this one after they were cancelled: they
     *  stay, for their sources may fire late.  There, a link. */
    struct vr_list late;
};

#endif
