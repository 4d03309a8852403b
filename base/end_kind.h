/* SPDX-License-Identifier: MIT */
/**
 * @file end_kind.h
 * From errors of the system to ends.  Internal.
 */
#ifndef VR_BASE_END_KIND_H
#define VR_BASE_END_KIND_H

#include <vreactor/base/end.h>

/** The kind of the end of a connection that @p err, 0 or negative, means. */
enum vr_end_kind vr_end_kind_of(int err);

#endif
