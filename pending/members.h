/* SPDX-License-Identifier: MIT */
/**
 * @file members.h
 * The members of a combination, and their results.  Internal.
 *
 * Whenever a member has fired, the combination's is_done() is asked whether it
 * has its result by now.
 */
#ifndef VR_PENDING_MEMBERS_H
#define VR_PENDING_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/pending/combine.h>

struct vr_combination;

struct vr_member {
    struct vr_combination *combination;
    struct vr_pending *pending; /**< NULL: not there yet, or gone */
};

/** Does the combination have its result? @return true, and the result */
typedef bool vr_is_done_fn(struct vr_combination *self,
                           struct vr_result *ret_result);

struct vr_combination {
    struct vr_allocator memory;
    struct vr_pending *pending; /**< its deferred; NULL: that is gone */
    struct vr_results *results; /**< so far; of the others: cancelled */
    vr_is_done_fn *is_done;
    bool busy; /**< members are being added or freed: what does that asks
                    is_done itself, and then gives the result */
    bool over; /**< there is a result: those that still come are freed */

    size_t count;
    size_t values, failures;                  /**< how many there are so far */
    size_t first, first_value, first_failure; /**< their indices */

    size_t wanted;   /**< for vr_pending_some() */
    size_t parallel; /**< so many at a time */
    size_t begun;
    vr_begin_fn *begin; /**< makes members; NULL: they are there already */
    void *arg;

    struct vr_member members[];
};

/** Make a combination with room for @p count members, and its deferred.
 *  @return NULL when there is no memory */
struct vr_combination *vr_combination_new(const struct vr_env *env,
                                          size_t count, vr_is_done_fn *is_done);

/** Add members until there is a result, as many at a time as `parallel` says;
 *  then give it to the deferred and free the combination.  A member that is
 *  NULL counts as one that failed with -ENOMEM. */
void vr_combination_go_on(struct vr_combination *self);

/** Take out the result at @p index. */
struct vr_result vr_combination_take(struct vr_combination *self, size_t index);

/** Take out all results, as a value. */
struct vr_result vr_combination_take_all(struct vr_combination *self);

#endif
