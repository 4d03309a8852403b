/* SPDX-License-Identifier: MIT */
/**
 * @file link_impl.h
 * What the files of a link have in common.  A stage is put in and taken out in
 * two steps: change the links, then run the hooks.  So when the first hook runs
 * all links are joined, and an end that it sends reaches the consumers beyond.
 * Internal.
 */
#ifndef VR_IO_LINK_IMPL_H
#define VR_IO_LINK_IMPL_H

#include <vreactor/io/chain.h>
#include <vreactor/io/link.h>

/** Whose loop runs the pump of @p out: one that was given no reactor has that
 * of its chain.  NULL: there is none. */
static inline struct vr_reactor *vr_link_reactor(const struct vr_producer *out)
{
    return !out->reactor && out->chain ? out->chain->reactor : out->reactor;
}

/** Join @p out and @p in, neither of which is joined, with a window of 0.
 *  @p greeted: @p in has heard of its peer.  No hook runs. */
void vr_link_join(struct vr_producer *out, struct vr_consumer *in,
                  bool greeted);

/** Join @p out, which is not joined, to the consumer of @p was, which keeps
 *  what it was told and said: greeted is not greeted again, nor told again that
 *  it is secured, and paused stays so until it resumes, unless briefly.  Its
 *  window and need begin anew. */
void vr_link_take_over(struct vr_producer *out, struct vr_producer *was);

/** Tell @p in and @p out that they were joined, if they still are and the link
 *  is open: a hook may have run since. */
void vr_link_announce(struct vr_producer *out, struct vr_consumer *in);

/** Tell the consumer of @p out what vr_greet() and vr_tell_secured() told its
 * predecessor, unless it has heard it. */
void vr_link_greet_again(struct vr_producer *out);

/** vr_tell_secured() of a stage that was told so.  For the first time it does
 *  not tell a consumer that knows. */
void vr_link_pass_secured(struct vr_producer *out);

/** @p out leaves its chain: the next one has another peer. */
static inline void vr_link_forget_peer(struct vr_producer *out)
{
    out->is_connected = false;
    out->is_secure = false;
}

/** The link of @p out is over.  Its chain notes @p why, and closes if that was
 *  its last one. */
void vr_link_finish(struct vr_producer *out, const struct vr_end *why);

/** Run `ready`, if the link is open, or `stopped`. */
void vr_link_tell_ready(struct vr_producer *out);
void vr_link_tell_stopped(struct vr_producer *out, const struct vr_end *why);

/** Undo a pause, brief or not. */
void vr_link_reopen(struct vr_producer *out);

/** Pause until the pump runs; does nothing if no loop runs it. */
void vr_link_yield(struct vr_producer *out);

/** Let @p out, which is in a chain, offer no more of what its own consumer is
 *  offered now: the window is 0 until the pump runs, also if it is joined anew
 *  before. */
void vr_link_hold(struct vr_producer *out);

/** Does vr_link_hold() keep the producer of @p in? */
bool vr_link_is_held(const struct vr_consumer *in);

/** Take vr_pump_later() back, and vr_link_hold(). */
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
