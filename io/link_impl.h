/* SPDX-License-Identifier: MIT */
/**
 * @file link_impl.h
 * Putting a stage in and taking one out, in two steps: change the links, then
 * run the hooks.  So when the first hook runs all links are joined, and an end
 * that it sends reaches the consumers beyond.  Internal.
 */
#ifndef VR_IO_LINK_IMPL_H
#define VR_IO_LINK_IMPL_H

#include <vreactor/io/link.h>

/** Join @p out and @p in, neither of which is joined, with a window of 0.
 *  @p greeted: @p in has heard of its peer.  No hook runs. */
void vr_link_join(struct vr_producer *out, struct vr_consumer *in,
                  bool greeted);

/** Tell @p in and @p out that they were joined, if they still are and the link
 *  is open: a hook may have run since. */
void vr_link_announce(struct vr_producer *out, struct vr_consumer *in);

/** Greet the consumer of @p out as vr_greet() did its predecessor, unless it
 * was greeted already. */
void vr_link_greet_again(struct vr_producer *out);

/** The link of @p out is over.  Its chain notes @p why. */
void vr_link_finish(struct vr_producer *out, const struct vr_end *why);

/** Take vr_pump_later() back. */
void vr_pump_cancel(struct vr_producer *out);

/** The flags of offers that @p out may use, and that @p in knows. */
unsigned vr_link_uses(const struct vr_producer *out);
unsigned vr_link_knows(const struct vr_consumer *in);

/** May an offer of @p out have these @p flags?  Those of one that passes flags
 *  on are those of who offered them, who may be gone. */
bool vr_link_may_use(const struct vr_producer *out, unsigned flags);

/** Does @p in know all flags that @p out uses? */
bool vr_link_fits(const struct vr_producer *out, const struct vr_consumer *in);

/** The same of @p stage, were it between them. */
bool vr_link_fits_between(const struct vr_producer *from,
                          const struct vr_stage *stage,
                          const struct vr_consumer *to);

/** Can @p stage be put downstream of @p out?  @return as vr_link_insert() */
int vr_link_check_insert(const struct vr_producer *out,
                         const struct vr_stage *stage);

/** Put it there; checked before. */
void vr_link_join_stage(struct vr_producer *out, struct vr_stage *stage);

/** Tell both neighbours of a stage that was put in. */
void vr_link_announce_stage(struct vr_producer *out, struct vr_stage *stage,
                            struct vr_consumer *to);

/** Take @p stage out, which is between two open links.
 *  @return the producer that fed it; for vr_link_announce() */
struct vr_producer *vr_link_bypass_stage(struct vr_stage *stage);

#endif
