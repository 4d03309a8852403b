/* SPDX-License-Identifier: MIT */
/**
 * @file filter_impl.h
 * What the files of a filter, and the chain, know of its state.  Internal.
 */
#ifndef VR_IO_FILTER_IMPL_H
#define VR_IO_FILTER_IMPL_H

#include <vreactor/io/filter.h>

/** Give @p filter its own hooks, and no state. */
void vr_filter_equip(struct vr_filter *filter);

/** The filter of @p element; NULL: it is no struct vr_filter. */
struct vr_filter *vr_filter_of(struct vr_element *element);

/** Is @p in that of a filter, and does that pass bytes on without looking at
 *  them? */
bool vr_filter_passes_bytes(const struct vr_consumer *in);

/** @p element, in no chain any more, neither enters nor leaves, if it is a
 *  filter. */
void vr_filter_reset(struct vr_element *element);

/** Another program writes into @p chain: what its predecessor had queued does
 *  not pass any more. */
void vr_filter_recount(const struct vr_chain *chain);

/** From the loop: what was queued outbound may have passed @p filter, or be
 *  over.  The filter may be gone afterwards. */
void vr_filter_come_in(struct vr_filter *filter);

#endif
