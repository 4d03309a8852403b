/* SPDX-License-Identifier: MIT */
/**
 * @file chain_impl.h
 * What the files of a chain know of its elements.  Internal.
 */
#ifndef VR_IO_CHAIN_IMPL_H
#define VR_IO_CHAIN_IMPL_H

#include <vreactor/base/container_of.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/filter_impl.h>

/** A link of @p chain is over, or went with an element: if that was the last
 *  one inbound the wire is told, and if it was the last of all the loop closes
 *  the chain by itself. */
void vr_chain_note_over(struct vr_chain *chain);

static inline struct vr_element *element_of(struct vr_list *link)
{
    return vr_container_of(link, struct vr_element, link);
}

static inline void set_chain(struct vr_element *element, struct vr_chain *chain)
{
    element->chain = chain;
    if (element->wire_side.out)
        element->wire_side.out->chain = chain;
    if (element->program_side.out)
        element->program_side.out->chain = chain;
}

/* It is in no chain any more. */
static inline void clear_chain(struct vr_element *element)
{
    set_chain(element, NULL);
    vr_filter_reset(element);
}

static inline bool faces_fit(const struct vr_face *before,
                             const struct vr_face *after)
{
    return before->in && before->out && after->in && after->out;
}

/** The address of the peer, if it has memory of its own, or NULL. */
static inline struct vr_address *
vr_chain_long_peer(const struct vr_chain *chain)
{
    return chain->peer_len > VR_CHAIN_PEER_SIZE ? chain->peer.longer : NULL;
}

/** Who is at the other end is unknown again. */
void vr_chain_forget_peer(struct vr_chain *chain);

/** vr_element_idle() of an element of @p chain. */
void vr_chain_idle(struct vr_chain *chain);

/** Would vr_chain_insert() do it?  @return as that */
int vr_chain_check_insert(const struct vr_element *element,
                          const struct vr_element *filter);

/** vr_chain_remove(), also of a filter that says that it is busy: its own hooks
 *  have not run yet. */
int vr_chain_take_out(struct vr_element *filter);

/** Join @p filter, all of whose links are open, anew: as if it were taken out
 *  and put back before the first hook runs. */
void vr_chain_renew(struct vr_element *filter);

#endif
