/* SPDX-License-Identifier: MIT */
/**
 * @file link_impl.h
 * Putting a stage in and taking one out, in two parts: the change, of which
 * nobody hears, and the words.  So when the first hook runs all links stand
 * already, and what it ends reaches those beyond.  Internal.
 */
#ifndef VR_IO_LINK_IMPL_H
#define VR_IO_LINK_IMPL_H

#include <vreactor/io/link.h>

/** Join the two, who are apart; counting starts at 0.  Neither hears of it. */
void vr_link_join(struct vr_producer *out, struct vr_consumer *in,
                  bool greeted);

/** Tell @p in and @p out that they were joined; if they are still, and the link
 *  is open, for a hook of another may have run since. */
void vr_link_announce(struct vr_producer *out, struct vr_consumer *in);

/** Can @p stage be put behind @p out?  @return as vr_insert() */
int vr_link_check_insert(const struct vr_producer *out,
                         const struct vr_stage *stage);

/** Put it there; checked before. */
void vr_link_insert(struct vr_producer *out, struct vr_stage *stage);

/** Tell the two sides of a stage that was put in. */
void vr_link_announce_stage(struct vr_producer *out, struct vr_stage *stage,
                            struct vr_consumer *to);

/** Take @p stage out, which is between two open links.
 *  @return who was before it; for vr_link_announce() */
struct vr_producer *vr_link_remove(struct vr_stage *stage);

#endif
