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
 * Copy the option struct @p given, whose first member is its `size_t size`,
 * over the zeroed struct @p mine of @p size bytes.  NULL means all defaults;
 * members that a smaller struct lacks are 0.
 * @return 0; -EINVAL if the struct is smaller than its first member; -E2BIG if
 * a larger one has members other than 0 that this version does not know
 */
VR_MUST_CHECK
int vr_options_read(void *mine, size_t size, const void *given);

#endif
