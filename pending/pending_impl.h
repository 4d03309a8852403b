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

/**
 * What a deferred has instead of a source: something that waits for one
 * deferred after the other and then comes to a result.  A coroutine.
 */
struct vr_body {
    /**
     * Go on with what became of the deferred returned last, at first with
     * nothing.  Called while the deferred's in_body is set; takes itself out of
     * it when this is the end.
     * @return the next to wait for; at the end, any result
     */
    struct vr_result (*go_on)(struct vr_body *body, struct vr_result given);

    const char *name; /**< for people; NULL: none */

    /** It was cancelled while it ran: so is to be what it waits for next. */
    struct vr_failure *told;
};

struct vr_pending {
    const struct vr_env *env; /**< kept */
    const char *file;         /**< where it was made */
    int line;
    enum vr_pending_state state;
    vr_cancel_fn *cancel;
    void *arg; /**< of cancel */

    /** What the next step gets, once fired; result.pending: waits for it. */
    struct vr_result result;
    struct vr_pending *parent; /**< who waits for this one, and owns it */
    struct vr_body *body;      /**< runs before the steps; NULL: none */
    struct vr_steps steps;
    unsigned pauses;
    unsigned calls; /**< its handlers and canceller that run now */
    bool in_body;   /**< one of these calls is that of its body */
    bool closing;   /**< the owner frees it */
    bool dead;      /**< to be freed when the last of its calls returns */
    bool is_late;   /**< it is in the list of another */

    /** Those whose result went up to this one after they were cancelled: they
     *  stay until their sources fire late, which could not be told.  There, a
     *  link. */
    struct vr_list late;
};

/** Tell the environment of @p pending that nobody handled @p failure. */
void vr_pending_report(const struct vr_pending *pending,
                       const struct vr_failure *failure);

/**
 * Take the result out of @p pending and free it, if it has come to a result.
 * @return false if it has not, or has handlers to run: nothing was done
 */
bool vr_pending_take(struct vr_pending *pending, struct vr_result *ret_result);

#endif
