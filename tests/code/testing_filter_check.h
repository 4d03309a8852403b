/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>

#include <vreactor/base/container_of.h>
#include <vreactor/io/filter.h>

extern const struct vr_filter_ops line_filter;
