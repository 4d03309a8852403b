/* SPDX-License-Identifier: MIT */
/**
 * @file clock_impl.h
 * Shared by the selectors of testing/.  Internal.
 *
 * Threads: the reactor's.
 */
#ifndef VR_TESTING_CLOCK_IMPL_H
#define VR_TESTING_CLOCK_IMPL_H

#include <vreactor/base/decls.h>
#include <vreactor/testing/env.h>

struct vr_reactor_options;

/** A wait of @p timeout found nothing: advance the clock by that, or by the
 *  most that the test allows, unless it holds the clock.  With a timeout of 0
 *  or less nothing happens. */
void vr_test_auto_advance(struct vr_test_env *test, vr_time timeout);

/**
 * Read the options of a reactor to be made on a struct vr_test_env.
 * @param given  NULL: all defaults
 * @return 0; as vr_options_read(); -EINVAL for an environment
 */
VR_MUST_CHECK
int vr_test_read_options(struct vr_reactor_options *ret_options,
                         const struct vr_reactor_options *given);

#endif
