/* SPDX-License-Identifier: MIT */
/**
 * @file reserved.h
 * The end of a table of hooks, which is kept for hooks to come.  Internal.
 */
#ifndef VR_BASE_RESERVED_H
#define VR_BASE_RESERVED_H

#include <assert.h>
#include <stdbool.h>

/** Whether nothing is set in `reserved` of the table of hooks @p ops: else the
 *  program wants what this version does not know. */
#define vr_is_known(ops) vr_are_null((ops)->reserved)

/** For functions that take @p ops and return nothing. */
#define vr_assert_known(ops) assert(vr_is_known(ops) && "reserved is not 0")

static inline bool vr_are_null(void *const reserved[4])
{
    return !reserved[0] && !reserved[1] && !reserved[2] && !reserved[3];
}

#endif
