/* SPDX-License-Identifier: MIT */
/**
 * @file options.h
 * Reading an option struct of a caller built against another version.
 * Internal.
 */
#ifndef VR_BASE_OPTIONS_H
#define VR_BASE_OPTIONS_H

#include <stddef.h>

#include <vreactor/base/decls.h>

/**
 * Copy the option struct @p given, which begins with its `size_t size`, over
 * the zeroed struct @p mine of @p size bytes.  NULL is all defaults; members a
 * smaller struct lacks are 0.
 * @return 0; -EINVAL for a size below that of the size itself; -E2BIG for
 * members unknown here that are not 0
 */
VR_MUST_CHECK
int vr_options_read(void *mine, size_t size, const void *given);

#endif
