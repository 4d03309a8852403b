/* SPDX-License-Identifier: MIT */
/* A filter that makes records of lines: bytes come from the wire, and the
 * program gets each line by itself, without the newline.  doc/filters.md builds
 * it step by step. */
#ifndef EXAMPLES_LINE_FILTER_H
#define EXAMPLES_LINE_FILTER_H

#include <vreactor/vreactor.h>

enum { LINE_MOST = 1024 }; /* the longest line, with its newline */

/* For vr_filter_init().  A longer line ends the link with LIMIT, what follows
 * the last newline with TRUNCATED. */
extern const struct vr_filter_ops line_filter;

#endif
