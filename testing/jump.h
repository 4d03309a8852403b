/* SPDX-License-Identifier: MIT */
/**
 * @file jump.h
 * What the selectors of this library share.  Internal.
 *
 * Threads: the reactor's.
 */
#ifndef VR_TESTING_JUMP_H
#define VR_TESTING_JUMP_H

#include <vreactor/base/decls.h>
#include <vreactor/testing/env.h>

struct vr_reactor_options;

/** A wait of @p timeout found nothing: let so much time pass, or as much as
 *  the test allows, if it does not hold the clock.  Not positive: nothing. */
void vr_test_jump(struct vr_test_env *test, vr_time timeout);

/**
 * Read the options of a reactor to be made on a struct vr_test_env.
 * @param given  NULL: all defaults
 * @return 0; as vr_options_read(); -EINVAL for an environment
 */
VR_MUST_CHECK
int vr_test_read_options(struct vr_reactor_options *ret_options,
                         const struct vr_reactor_options *given);

#endif
