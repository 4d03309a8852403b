/* SPDX-License-Identifier: MIT */
/**
 * @file filters.h
 * A list of filters, as loggers and watchers have one.  Internal.
 */
#ifndef VR_LOG_FILTERS_H
#define VR_LOG_FILTERS_H

#include <stdbool.h>

#include <vreactor/base/list.h>

struct vr_log_entry;
struct vr_log_filter;

void vr_log_filters_add(struct vr_list *filters, struct vr_log_filter *filter);

/** Remove all filters. */
void vr_log_filters_clear(struct vr_list *filters);

/** Do all filters keep @p entry? */
bool vr_log_filters_keep(const struct vr_list *filters,
                         const struct vr_log_entry *entry);

#endif
