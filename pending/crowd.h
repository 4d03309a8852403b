/* SPDX-License-Identifier: MIT */
/**
 * @file crowd.h
 * Members of a combination, and what became of them.  Internal.
 *
 * Each time a member has fired a judge is asked whether the result stands.
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

/** Does the result stand?  @return true, and what it is */
typedef bool vr_judge_fn(struct vr_crowd *crowd, struct vr_result *ret_result);

struct vr_crowd {
    struct vr_allocator memory;
    struct vr_pending *pending; /**< the combination; NULL: it is gone */
    struct vr_results *results; /**< as they come in; not yet: cancelled */
    vr_judge_fn *judge;
    bool busy; /**< members are seated, or sent home: who does that asks the
                    judge, and looks after the crowd once it is done */
    bool over; /**< the result stands: who comes in now is nobody's */

    size_t count;
    size_t values, failures;                  /**< so many have come in */
    size_t first, first_value, first_failure; /**< their indices */

    size_t wanted;   /**< for vr_pending_some() */
    size_t parallel; /**< for vr_pending_sequence(), as what follows */
    size_t begun;
    vr_begin_fn *begin;
    void *arg;

    struct vr_seat seats[];
};

/** An empty crowd of @p count seats, and its combination, made at that place.
 *  @return 0, -ENOMEM */
VR_MUST_CHECK
int vr_crowd_new(const char *file, int line, const struct vr_env *env,
                 size_t count, vr_judge_fn *judge, struct vr_crowd **ret_crowd);

/** Seat @p member, which is taken; NULL: it has failed. */
void vr_crowd_seat(struct vr_crowd *crowd, size_t index,
                   struct vr_pending *member);

/** Take out the result at @p index. */
struct vr_result vr_crowd_take(struct vr_crowd *crowd, size_t index);

/** Take out all results, as a value. */
struct vr_result vr_crowd_take_all(struct vr_crowd *crowd);

/** Send the crowd home, and give the combination its result, unless it is gone
 *  by then.  The crowd is gone. */
void vr_crowd_finish(struct vr_crowd *crowd, struct vr_result result);

/** Send the crowd home: its combination is gone.  It is gone too. */
void vr_crowd_leave(struct vr_crowd *crowd);

/** Have all values come in, or a failure? */
bool vr_judge_every(struct vr_crowd *crowd, struct vr_result *ret_result);

#endif
