/* SPDX-License-Identifier: MIT */
/**
 * @file pending_impl.h
 * The parts of a deferred.  Internal to pending/.
 */
#ifndef VR_PENDING_PENDING_IMPL_H
#define VR_PENDING_PENDING_IMPL_H

#include <stdbool.h>

#include <vreactor/base/list.h>
#include <vreactor/pending/pending.h>
#include <vreactor/pending/steps.h>

/** What the source is expected to do. */
enum vr_pending_state {
    VR_PENDING_NEW,        /**< to fire */
    VR_PENDING_CANCELLING, /**< to return from its canceller, or fire */
    VR_PENDING_CANCELLED,  /**< nothing, but it may fire late, once */
    VR_PENDING_FIRED,      /**< nothing */
};

/** What a coroutine's deferred has in place of a source: it waits for one
 *  deferred after the other, and then has a result. */
struct vr_body {
    /**
     * Go on with the result of the deferred that was returned last; the first
     * time with none.  Called while in_body of the deferred is set; at its end
     * the body removes itself from the deferred.
     * @return the next deferred to wait for; at the end, any result
     */
    struct vr_result (*go_on)(struct vr_body *body, struct vr_result given);

    const char *name; /**< for people; NULL: none */

    /** Of code -VR_ECANCELLED: it was cancelled with this, from outside and for
     *  good; NULL: it was not. */
    struct vr_failure *cancelled;
    unsigned refused; /**< awaits that failed for that */
    unsigned shields; /**< begun, and not ended */
};

struct vr_pending {
    const struct vr_env *env; /**< kept */
    const char *file;         /**< where it was made; "?": not said */
    int line;
    enum vr_pending_state state;
    vr_cancel_fn *cancel;
    void *arg; /**< of cancel */

    /** What the next step gets, once fired; result.pending: waits for it. */
    struct vr_result result;
    struct vr_pending *parent; /**< the one that waits for this, and owns it */
    struct vr_body *body;      /**< runs before the steps; NULL: none */
    struct vr_steps steps;
    unsigned pauses;
    unsigned calls; /**< its handlers and canceller that run now */
    bool in_body;   /**< one of these calls is that of its body */
    bool closing;   /**< the owner frees it */
    bool forgotten; /**< it has no owner: it frees itself */
    bool dead;      /**< to be freed when its calls return */
    bool in_making; /**< vr_spawn(), whose function runs, has it still */
    bool is_late;   /**< it is in the list of another */
    bool shielded;  /**< a cancelled coroutine may wait for it */

    /** Deferreds that were cancelled and had no canceller, whose result this
     *  one has: they stay until their sources fire late.  In such a one, its
     *  link. */
    struct vr_list late;
};

/** Does a cancel of the coroutine not reach @p awaited? */
static inline bool vr_body_shields(const struct vr_body *body,
                                   const struct vr_pending *awaited)
{
    return body->shields || awaited->shielded;
}

/** Carry on @p pending, then those that wait for it, as far as that goes. */
void vr_pending_run(struct vr_pending *pending);

/** Back from a call out of @p pending.  @return false if it is gone */
bool vr_pending_back(struct vr_pending *pending);

/** Tell the source of @p pending, which has not fired; if that does not fire
 *  now, @p failure is the result.  Takes @p failure.  The canceller may free @p
 *  pending.  @return false if it did */
bool vr_pending_call_off(struct vr_pending *pending,
                         struct vr_failure *failure);

/** Free @p pending, now or when the last call out of it returns. */
void vr_pending_dispose(struct vr_pending *pending);

/** Tell the environment of @p pending that nobody handled @p failure.  NULL: a
 *  deferred for which there was no memory. */
void vr_pending_report(const struct vr_pending *pending,
                       const struct vr_failure *failure);

/** Tell it of a coroutine, that of @p pending, which was cancelled and has
 *  awaited so many times since. */
void vr_pending_warn(const struct vr_pending *pending, unsigned times);

/**
 * Take the result out of @p pending and free it, if it has come to a result.
 * @return false if it has not, or has handlers to run: nothing was done
 */
bool vr_pending_take(struct vr_pending *pending, struct vr_result *ret_result);

#endif
