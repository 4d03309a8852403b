/* SPDX-License-Identifier: MIT */
/**
 * @file crowd.h
 * The members of a combination, and their results.  Internal.
 *
 * A crowd has a seat for each member.  Whenever a member has fired, a judge
 * function is asked whether the combination has its result by now.
 */
#ifndef VR_PENDING_CROWD_H
#define VR_PENDING_CROWD_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/pending/combine.h>

struct vr_crowd;

/** A place for a member. */
struct vr_seat {
    struct vr_crowd *crowd;
    struct vr_pending *member; /**< NULL: not there yet, or gone */
};

/** Does the combination have its result? @return true, and the result */
typedef bool vr_judge_fn(struct vr_crowd *crowd, struct vr_result *ret_result);

struct vr_crowd {
    struct vr_allocator memory;
    struct vr_pending *pending; /**< the combination; NULL: it is gone */
    struct vr_results *results; /**< so far; of the others: cancelled */
    vr_judge_fn *judge;
    bool busy; /**< the function that seats or frees members is running: it
                    asks the judge itself, and then finishes the crowd */
    bool over; /**< there is a result: those that still come are freed */

    size_t count;
    size_t values, failures;                  /**< how many there are so far */
    size_t first, first_value, first_failure; /**< their indices */

    size_t wanted;   /**< for vr_pending_some() */
    size_t parallel; /**< for vr_pending_sequence(), as what follows */
    size_t begun;
    vr_begin_fn *begin;
    void *arg;

    struct vr_seat seats[];
};

/** Make an empty crowd of @p count seats, and its combination, made at that
 *  place.  @return 0, -ENOMEM */
VR_MUST_CHECK
int vr_crowd_new(const char *file, int line, const struct vr_env *env,
                 size_t count, vr_judge_fn *judge, struct vr_crowd **ret_crowd);

/** Seat @p member, which is taken; NULL: one that failed with -ENOMEM. */
void vr_crowd_seat(struct vr_crowd *crowd, size_t index,
                   struct vr_pending *member);

/** Take out the result at @p index. */
struct vr_result vr_crowd_take(struct vr_crowd *crowd, size_t index);

/** Take out all results, as a value. */
struct vr_result vr_crowd_take_all(struct vr_crowd *crowd);

/** Free the members, then give the combination its @p result, unless it was
 *  freed meanwhile.  The crowd is freed. */
void vr_crowd_finish(struct vr_crowd *crowd, struct vr_result result);

/** Free the members and the crowd, whose combination was freed. */
void vr_crowd_leave(struct vr_crowd *crowd);

/** Are all values there, or a failure? */
bool vr_judge_every(struct vr_crowd *crowd, struct vr_result *ret_result);

#endif
