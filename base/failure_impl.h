/* SPDX-License-Identifier: MIT */
/**
 * @file failure_impl.h
 * Failures as a part of a line.  Internal.
 */
#ifndef VR_BASE_FAILURE_IMPL_H
#define VR_BASE_FAILURE_IMPL_H

#include <vreactor/base/failure.h>
#include <vreactor/base/text.h>

/** Add @p failure as vr_failure_format() has it. */
void vr_failure_add(struct vr_text *line, const struct vr_failure *failure);

/** The same without its stage and code: its words, its place, and its
 *  causes. */
void vr_failure_add_words(struct vr_text *line,
                          const struct vr_failure *failure);

#endif
