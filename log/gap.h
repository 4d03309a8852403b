/* SPDX-License-Identifier: MIT */
/**
 * @file gap.h
 * The text of a gap.  Internal.
 */
#ifndef VR_LOG_GAP_H
#define VR_LOG_GAP_H

#include <stddef.h>
#include <stdio.h>

enum { VR_LOG_GAP_SIZE = 64 };

/** "1 line dropped", or "42 lines dropped", in @p text, which is returned. */
static inline const char *vr_log_gap_text(char text[VR_LOG_GAP_SIZE],
                                          size_t missed, const char *one,
                                          const char *many)
{
    (void)snprintf(text, VR_LOG_GAP_SIZE, "%zu %s dropped", missed,
                   missed == 1 ? one : many);
    return text;
}

#endif
