/* SPDX-License-Identifier: MIT */
/**
 * @file switch.h
 * Switching from one stack to another.  Internal.
 *
 *     static void *outside, *inside;
 *
 *     static void visit(void *arg)
 *     {
 *         for (;;)
 *             vr_switch_to(&inside, outside);
 *     }
 *
 *     err = vr_switch_prepare(low, high, visit, NULL, &inside);
 *     vr_switch_to(&outside, inside);
 *
 * To its caller a switch is a call that returns when another switch comes back.
 * It preserves the registers that any call preserves; and rounding and
 * exceptions of floating point, which each stack has for itself.  The signal
 * mask, errno and all else that is the thread's is left alone.
 *
 * configure chooses one of switch_x86_64.S, switch_aarch64.S,
 * switch_ucontext.c and switch_none.c.
 *
 * Threads: any, each stack on one at a time.
 */
#ifndef VR_PENDING_SWITCH_H
#define VR_PENDING_SWITCH_H

#include <vreactor/base/decls.h>

/**
 * Make a place in the stack from @p low up to @p high, of which some bytes are
 * used: the first switch there calls @p entry, with the floating point as it
 * is here.  @p entry must not return.
 * @return 0; -ENOTSUP where the library was built without
 */
VR_MUST_CHECK
int vr_switch_prepare(void *low, void *high, void (*entry)(void *arg),
                      void *arg, void **ret_place);

/** Go on at @p place.  The place of the caller is stored in @p ret_left before
 *  that.  Each place is good for one switch. */
void vr_switch_to(void **ret_left, void *place);

#endif
