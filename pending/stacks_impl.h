/* SPDX-License-Identifier: MIT */
/**
 * @file stacks_impl.h
 * One stack, used by one coroutine after the other.  Internal to pending/.
 */
#ifndef VR_PENDING_STACKS_IMPL_H
#define VR_PENDING_STACKS_IMPL_H

#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>
#include <vreactor/pending/stacks.h>

/** Stands at the upper end of the stack, which is used from `low` up to here.
 */
struct vr_stack {
    const struct vr_env *env;
    struct vr_stacks *stacks; /**< NULL: it is in no pool */
    struct vr_list link;      /**< in the list of cached stacks */
    void *pages;              /**< the guard, then the rest */
    size_t size;              /**< of both */
    void *low;                /**< behind the guard */
    unsigned note;            /**< for checkers */
};

/**
 * Get an unused stack, to be given back by vr_stack_put().
 * @param env  kept, if @p stacks is NULL
 * @param stacks  the pool; NULL: a stack of the default size, in no pool
 * @return 0, -ENOMEM, or what the system says of the size of its pages
 */
VR_MUST_CHECK
int vr_stack_get(const struct vr_env *env, struct vr_stacks *stacks,
                 struct vr_stack **ret_stack);

/** Give @p stack back.  No coroutine uses it, and no thread runs on it. */
void vr_stack_put(struct vr_stack *stack);

#endif
