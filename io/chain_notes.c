/* SPDX-License-Identifier: MIT */
/**
 * @file chain_notes.c
 * What a chain notes: who is at the other end, and what ends it first; and how
 * it is told; and which chains there are.
 */
#include <vreactor/io/chain_impl.h>

#include <vreactor/base/text.h>
#include <vreactor/io/name/address.h>
#include <vreactor/reactor/state.h>

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
    char peer[VR_ADDRESS_TEXT_SIZE];
    const struct vr_element *before = NULL;

    if (chain->peer)
        vr_text_add(&to,
                    "%s: ", vr_address_format(chain->peer, peer, sizeof(peer)));
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
