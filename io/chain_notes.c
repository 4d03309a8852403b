/* SPDX-License-Identifier: MIT */
/**
 * @file chain_notes.c
 * What a chain notes: who is at the other end, and what ends it first.
 */
#include <vreactor/io/chain.h>

#include <vreactor/io/name/address.h>

const struct vr_address *vr_chain_peer(const struct vr_chain *chain)
{
    static const struct vr_address unknown = {.len = 0};

    return chain->peer ? chain->peer : &unknown;
}

void vr_chain_set_peer(struct vr_chain *chain, const struct vr_address *peer)
{
    chain->peer = peer;
}

void vr_chain_blame(struct vr_chain *chain, const struct vr_end *why)
{
    bool is_fault = why->kind != VR_END_LOCAL && !vr_end_is_clean(why);

    if (is_fault && !chain->is_closed && chain->why.kind == VR_END_NONE)
        vr_end_keep(&chain->why, why);
}
