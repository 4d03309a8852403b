/* SPDX-License-Identifier: MIT */
/**
 * @file steps.h
 * The steps of a chain that are still to run, first in, first out.  Internal.
 *
 * The first few stand in the struct itself, so that a deferred is one
 * allocation; the struct therefore stays in place.
 */
#ifndef VR_PENDING_STEPS_H
#define VR_PENDING_STEPS_H

#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/pending/pending.h>

enum { VR_STEPS_OWN = 4 };

/** A callback and a failback, of which one may be NULL; or a handler for both,
 *  and vr_step_both in place of a failback. */
struct vr_step {
    union {
        vr_callback_fn *callback;
        vr_both_fn *both;
    };
    vr_failback_fn *failback;
    void *arg;
};

struct vr_steps {
    struct vr_step *items; /**< own, or allocated */
    unsigned first;
    unsigned count;
    unsigned size; /**< room in items */
    struct vr_step own[VR_STEPS_OWN];
};

/** Marks a step with one handler for both sides; never called. */
struct vr_result vr_step_both(void *arg, struct vr_failure *failure);

/** No steps. */
void vr_steps_init(struct vr_steps *steps);

/** Give back the memory. */
void vr_steps_fini(struct vr_steps *steps, const struct vr_env *env);

/** Put @p step last. @return 0; -ENOMEM: all is as it was */
VR_MUST_CHECK
int vr_steps_push(struct vr_steps *steps, const struct vr_env *env,
                  struct vr_step step);

/** Take out the first step, of which there must be one, and run it on @p given,
 *  which it takes.  Its handler may free @p steps. */
struct vr_result vr_steps_run(struct vr_steps *steps, struct vr_result given);

#endif
