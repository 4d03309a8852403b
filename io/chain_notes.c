/* SPDX-License-Identifier: MIT */
/**
 * @file chain_notes.c
 * What a chain notes: who is at the other end, what ends it first, and that all
 * of its links are over; how it is told; and which chains there are.
 */
#include <vreactor/io/chain_impl.h>

#include <errno.h>
#include <string.h>

#include <vreactor/base/env.h>
#include <vreactor/base/text.h>
#include <vreactor/io/name/address.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/state.h>

/* ---- who is at the other end ---- */

struct vr_address vr_chain_peer(const struct vr_chain *chain)
{
    const struct vr_address *longer = vr_chain_long_peer(chain);
    struct vr_address peer = {.len = chain->peer_len};

    if (longer)
        return *longer;
    memcpy(&peer.addr, chain->peer.bytes, chain->peer_len);
    return peer;
}

void vr_chain_forget_peer(struct vr_chain *chain)
{
    vr_dealloc(vr_reactor_env(chain->reactor), vr_chain_long_peer(chain));
    chain->peer_len = 0;
}

int vr_chain_set_peer(struct vr_chain *chain, const struct vr_address *peer)
{
    struct vr_address *longer = NULL;

    if (peer && peer->len > VR_CHAIN_PEER_SIZE) {
        longer = vr_alloc(vr_reactor_env(chain->reactor), sizeof(*longer));
        if (!longer)
            return -ENOMEM;
        *longer = *peer;
    }
    vr_chain_forget_peer(chain);
    chain->peer_len = peer ? peer->len : 0;
    if (longer)
        chain->peer.longer = longer;
    else if (peer)
        memcpy(chain->peer.bytes, &peer->addr, peer->len);
    return 0;
}

/* ---- what ends it ---- */

void vr_chain_blame(struct vr_chain *chain, const struct vr_end *why)
{
    bool is_fault = why->kind != VR_END_LOCAL && !vr_end_is_clean(why);

    if (is_fault && !chain->is_closed && chain->why.kind == VR_END_NONE)
        vr_end_keep(&chain->why, why);
}

bool vr_element_is_open(const struct vr_element *element)
{
    return element->chain && !element->chain->is_closed;
}

static bool is_over(const struct vr_face *face)
{
    return !face->out || face->out->state == VR_LINK_OVER;
}

static bool inbound_is_over(const struct vr_element *element)
{
    return is_over(&element->program_side);
}

static bool both_are_over(const struct vr_element *element)
{
    return is_over(&element->program_side) && is_over(&element->wire_side);
}

static bool all(const struct vr_chain *chain,
                bool (*are_over)(const struct vr_element *element))
{
    for (struct vr_list *link = chain->elements.next; link != &chain->elements;
         link = link->next)
        if (!are_over(element_of(link)))
            return false;
    return !vr_list_is_empty(&chain->elements);
}

bool vr_chain_is_over(const struct vr_chain *chain)
{
    return chain->is_closed || all(chain, both_are_over);
}

bool vr_chain_inbound_is_over(const struct vr_chain *chain)
{
    return chain->is_closed || all(chain, inbound_is_over);
}

void vr_chain_note_over(struct vr_chain *chain)
{
    if (chain->is_closed || !all(chain, inbound_is_over))
        return;

    struct vr_element *wire = element_of(chain->elements.next);
    if (wire->ops->inbound_over)
        wire->ops->inbound_over(wire);
    if (vr_chain_is_over(chain))
        vr_soon_add_closing(&chain->closing, chain->reactor);
}

static bool is_open(const struct vr_producer *out)
{
    return out && out->state == VR_LINK_OPEN;
}

/* What there is between @p element and the one before it. */
static const char *links_before(const struct vr_element *before,
                                const struct vr_element *element)
{
    bool inbound = is_open(before->program_side.out);
    bool outbound = is_open(element->wire_side.out);

    if (inbound)
        return outbound ? " <> " : " > ";
    return outbound ? " < " : " | ";
}

char *vr_chain_describe(const struct vr_chain *chain, char *text, size_t size)
{
    struct vr_text to = vr_text_in(text, size);
    const struct vr_address address = vr_chain_peer(chain);
    char peer[VR_ADDRESS_TEXT_SIZE];
    const struct vr_element *before = NULL;

    if (address.len)
        vr_text_add(&to,
                    "%s: ", vr_address_format(&address, peer, sizeof(peer)));
    for (struct vr_list *link = chain->elements.next; link != &chain->elements;
         link = link->next) {
        const struct vr_element *element = element_of(link);
        const char *name = element->ops->name;
        vr_text_add(&to, "%s", before ? links_before(before, element) : "");
        vr_text_add_words(&to, name ? name : "?");
        before = element;
    }
    return text;
}

struct vr_chain *vr_chain_next(struct vr_reactor *reactor,
                               const struct vr_chain *after)
{
    struct vr_list *all = vr_reactor_chains(reactor);
    struct vr_list *next = after ? after->link.next : all->next;

    return next == all ? NULL : vr_container_of(next, struct vr_chain, link);
}
