/* SPDX-License-Identifier: MIT */
/**
 * @file options.h
 * What a program asks for: by an option struct, perhaps of another version, or
 * by a variable of the process.  Internal.
 */
#ifndef VR_BASE_OPTIONS_H
#define VR_BASE_OPTIONS_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>

/**
 * Read the options @p given, a pointer to a `struct type` or NULL, into the
 * zeroed @p mine, as vr_options_copy() does.  An assertion names the struct if
 * its size was forgotten.
 */
#define vr_options_read(mine, type, given)                                     \
    (assert(vr_options_have_size(given) &&                                     \
            "struct " #type " without a size: begin with its VR_..._INIT"),    \
     vr_options_copy(mine, sizeof(struct type), given))

/** Whether @p given is NULL, or its size is at least that of its first member.
 */
bool vr_options_have_size(const void *given);

/**
 * Copy the option struct @p given, whose first member is its `size_t size`,
 * over the zeroed struct @p mine of @p size bytes.  NULL means all defaults;
 * members that a smaller struct lacks are 0.
 * @return 0; -EINVAL if the struct is smaller than its first member; -E2BIG if
 * a larger one has members other than 0 that this version does not know
 */
VR_MUST_CHECK
int vr_options_copy(void *mine, size_t size, const void *given);

/** getenv(3); but NULL in a program that has more rights than its user. */
const char *vr_secure_getenv(const char *name);

#endif
