/* SPDX-License-Identifier: MIT */
/**
 * @file stacks_impl.h
 * One stack, for one coroutine after the other.  Internal to pending/.
 */
#ifndef VR_PENDING_STACKS_IMPL_H
#define VR_PENDING_STACKS_IMPL_H

#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>
#include <vreactor/pending/stacks.h>

/** Stands at the upper end of itself: it can be used from low up to here. */
struct vr_stack {
    const struct vr_env *env;
    struct vr_stacks *stacks; /**< NULL: it is in no pool */
    struct vr_list link;      /**< among those cached */
    void *pages;              /**< the guard, then the rest */
    size_t size;              /**< of both */
    void *low;                /**< behind the guard */
    unsigned note;            /**< for checkers */
};

/**
 * A stack that nobody uses, to be given back by vr_stack_put().
 * @param env     as to @p stacks; else kept
 * @param stacks  NULL: one of the default size, in no pool
 * @return 0, -ENOMEM, or what the system says of the size of its pages
 */
VR_MUST_CHECK
int vr_stack_get(const struct vr_env *env, struct vr_stacks *stacks,
                 struct vr_stack **ret_stack);

/** Nobody uses @p stack, nor stands on it. */
void vr_stack_put(struct vr_stack *stack);

#endif
