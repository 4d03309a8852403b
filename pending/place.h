/* SPDX-License-Identifier: MIT */
/**
 * @file place.h
 * How a function that makes a deferred hands it out, for the macro over that
 * function to name its place: see vr_pending_made().  Internal.
 */
#ifndef VR_PENDING_PLACE_H
#define VR_PENDING_PLACE_H

struct vr_pending;

/** The caller of the maker has @p pending already, and may free it inside what
 *  the maker calls: its memory stays until vr_pending_hand_out(). */
void vr_pending_keep_memory(struct vr_pending *pending);

/** The last act of a maker, which hands out @p pending.  @return 0 */
int vr_pending_hand_out(struct vr_pending *pending);

#endif
