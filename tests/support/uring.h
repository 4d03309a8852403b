/* SPDX-License-Identifier: MIT */
/**
 * @file uring.h
 * The selector over io_uring as tests know it.
 */
#ifndef VR_TESTS_SUPPORT_URING_H
#define VR_TESTS_SUPPORT_URING_H

#include <stddef.h>

#include <vreactor/reactor/selectors/uring.h>

/** vr_uring_sys_default(); NULL where there is no liburing. */
static inline const struct vr_uring_sys *real_uring(void)
{
#ifdef HAVE_LIBURING
    return vr_uring_sys_default();
#else
    return NULL;
#endif
}

/** vr_selector_uring(), but in an environment with other system calls than
 *  those of vr_sys_default() its own are those that testing/sys.h lets fail,
 *  unless it is opened with an argument. */
const struct vr_selector_ops *tested_uring(void);

#endif
