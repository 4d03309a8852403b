/* SPDX-License-Identifier: MIT */
/**
 * @file chain.c
 * Joining elements, and ending them together.
 */
#include <vreactor/io/chain.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/base/reserved.h>
#include <vreactor/io/link_impl.h>

static struct vr_element *element_of(struct vr_list *link)
{
    return vr_container_of(link, struct vr_element, link);
}

static void init_element(struct vr_element *element,
                         const struct vr_element_ops *ops)
{
    *element = (struct vr_element){.ops = ops};
    vr_list_init(&element->link);
}

void vr_element_init_wire(struct vr_element *element,
                          const struct vr_element_ops *ops,
                          struct vr_consumer *in, struct vr_producer *out)
{
    init_element(element, ops);
    element->program_side = (struct vr_face){.in = in, .out = out};
}

void vr_element_init_program(struct vr_element *element,
                             const struct vr_element_ops *ops,
                             struct vr_consumer *in, struct vr_producer *out)
{
    init_element(element, ops);
    element->wire_side = (struct vr_face){.in = in, .out = out};
}

static bool is_busy(const struct vr_chain *chain)
{
    for (struct vr_list *link = chain->elements.next; link != &chain->elements;
         link = link->next) {
        struct vr_element *element = element_of(link);
        if (element->ops->is_busy && element->ops->is_busy(element))
            return true;
    }
    return false;
}

static void set_chain(struct vr_element *element, struct vr_chain *chain)
{
    element->chain = chain;
    if (element->wire_side.out)
        element->wire_side.out->chain = chain;
    if (element->program_side.out)
        element->program_side.out->chain = chain;
}

static void has_closed(struct vr_soon *closing)
{
    struct vr_chain *chain = vr_container_of(closing, struct vr_chain, closing);
    struct vr_end why;
    struct vr_list *link;

    if (is_busy(chain)) {
        vr_soon_hold(closing, chain->reactor);
        return;
    }
    while ((link = vr_list_pop(&chain->elements))) {
        struct vr_element *element = element_of(link);
        set_chain(element, NULL);
        if (element->ops->fini)
            element->ops->fini(element);
    }
    vr_end_keep(&why, &chain->why); /* `closed` may free the chain */
    vr_end_drop(&chain->why);
    if (chain->closed)
        chain->closed(chain, &why);
    vr_end_drop(&why);
}

void vr_element_idle(struct vr_element *element)
{
    struct vr_chain *chain = element->chain;

    if (chain && chain->is_closed)
        vr_soon_release(&chain->closing, chain->reactor);
}

void vr_chain_init(struct vr_chain *chain, struct vr_reactor *reactor,
                   vr_chain_closed_fn *closed)
{
    *chain = (struct vr_chain){.reactor = reactor, .closed = closed};
    vr_soon_init(&chain->closing, has_closed);
    vr_list_init(&chain->elements);
}

/* ---- joining ---- */

static bool faces_fit(const struct vr_face *before, const struct vr_face *after)
{
    return before->in && before->out && after->in && after->out;
}

static void part(struct vr_face *face)
{
    if (face->out)
        vr_link_detach(face->out);
    if (face->in && face->in->from)
        vr_link_detach(face->in->from);
}

/* Outbound first: a program that is greeted can write at once. */
static int join(struct vr_element *before, struct vr_element *after)
{
    if (!faces_fit(&before->program_side, &after->wire_side))
        return -EINVAL;

    int err = vr_link_attach(after->wire_side.out, before->program_side.in);
    if (err)
        return err;
    if (before->chain->is_closed)
        return 0; /* closed by a hook, which undid the link */

    err = vr_link_attach(before->program_side.out, after->wire_side.in);
    if (err)
        vr_link_detach(after->wire_side.out);
    return err;
}

static void let_go(struct vr_element *element)
{
    part(&element->wire_side);
    vr_list_remove(&element->link);
    set_chain(element, NULL);
}

static int add_one(struct vr_chain *chain, struct vr_element *element)
{
    if (element->chain)
        return -EBUSY;
    if (chain->is_closed)
        return -VR_ECLOSED;
    if (!vr_is_known(element->ops))
        return -EINVAL;

    struct vr_list *before = chain->elements.prev;
    int err = 0;

    /* It is in before it is joined: a hook may close the chain. */
    set_chain(element, chain);
    vr_list_append(&chain->elements, &element->link);
    if (before != &chain->elements)
        err = join(element_of(before), element);
    if (err)
        let_go(element);
    return err;
}

int vr_chain_add(struct vr_chain *chain, struct vr_element *const *elements)
{
    int err = 0;
    size_t count = 0;

    for (; elements[count] && !err; count++)
        err = add_one(chain, elements[count]);
    if (chain->is_closed && !err)
        return -VR_ECLOSED; /* closed by a hook of the last element */
    if (!err || chain->is_closed)
        return err; /* elements of a closed chain end with it */

    count--; /* the one that failed is not in */
    while (count-- > 0)
        let_go(elements[count]);
    return err;
}

static struct vr_stage *inbound_stage(const struct vr_element *filter)
{
    return vr_container_of(filter->wire_side.in, struct vr_stage, in);
}

static struct vr_stage *outbound_stage(const struct vr_element *filter)
{
    return vr_container_of(filter->program_side.in, struct vr_stage, in);
}

/* A stage on its way in or out, and what is on either side of it. */
struct change {
    struct vr_stage *stage;
    struct vr_producer *from;
    struct vr_consumer *to;
};

/* ---- filters come ---- */

/* A direction that is over needs no stage any more. */
static bool needs_stage(const struct change *change)
{
    return change->from->state != VR_LINK_OVER;
}

static int check_insert(const struct change *change)
{
    return needs_stage(change)
               ? vr_link_check_insert(change->from, change->stage)
               : 0;
}

static void insert_stage(struct change *change)
{
    if (needs_stage(change)) {
        change->to = change->from->to;
        vr_link_join_stage(change->from, change->stage);
    }
}

/* A link that a hook has joined meanwhile was announced then. */
static void announce_stage(const struct change *change)
{
    if (change->to)
        vr_link_announce_stage(change->from, change->stage, change->to);
}

/* After the first change nothing fails; hooks run after the last. */
static int insert_between(struct vr_element *before, struct vr_element *filter,
                          struct vr_element *after)
{
    struct vr_chain *chain = before->chain;
    struct change inbound = {.stage = inbound_stage(filter),
                             .from = before->program_side.out};
    struct change outbound = {.stage = outbound_stage(filter),
                              .from = after->wire_side.out};

    int err = check_insert(&inbound);
    if (!err)
        err = check_insert(&outbound);
    if (err)
        return err;

    set_chain(filter, chain);
    vr_list_insert(&after->link, &filter->link);
    insert_stage(&inbound);
    insert_stage(&outbound);
    announce_stage(&inbound);
    announce_stage(&outbound);
    return chain->is_closed ? -VR_ECLOSED : 0; /* a hook may have removed it */
}

int vr_chain_insert(struct vr_element *element, struct vr_element *filter)
{
    const struct vr_chain *chain = element->chain;

    if (filter->chain)
        return -EBUSY;
    if (!chain || chain->is_closed)
        return -VR_ECLOSED;
    if (element->link.next == &chain->elements)
        return -ENOTCONN;
    if (!faces_fit(&filter->wire_side, &filter->program_side) ||
        !vr_is_known(filter->ops))
        return -EINVAL;

    return insert_between(element, filter, element_of(element->link.next));
}

/* ---- filters go ---- */

static bool is_fed(const struct vr_stage *stage)
{
    return stage->in.from && stage->in.from->state == VR_LINK_OPEN;
}

/* Not if it was told an end that it has not sent on, or sends to nothing. */
static bool is_removable(const struct vr_stage *stage)
{
    return stage->out.state == VR_LINK_OVER ||
           is_fed(stage) == (stage->out.state == VR_LINK_OPEN);
}

/* A producer that feeds a stage which has ended would wait for ever. */
static void stop_feeding(struct vr_stage *stage)
{
    static const struct vr_end over = {.kind = VR_END_LOCAL,
                                       .code = -VR_ECLOSED};

    if (stage->out.state == VR_LINK_OVER)
        vr_link_stop(&stage->in, &over);
}

static struct change remove_stage(struct vr_stage *stage)
{
    struct change change = {.stage = stage};

    if (stage->out.state == VR_LINK_OPEN) {
        change.to = stage->out.to;
        change.from = vr_link_bypass_stage(stage);
        return change;
    }
    if (stage->in.from)
        vr_link_detach(stage->in.from);
    vr_link_detach(&stage->out);
    return change;
}

static void announce_removal(const struct change *change)
{
    if (change->to)
        vr_link_announce(change->from, change->to);
}

static bool can_be_removed(const struct vr_element *filter)
{
    return filter->chain && !filter->chain->is_closed &&
           faces_fit(&filter->wire_side, &filter->program_side) &&
           is_removable(inbound_stage(filter)) &&
           is_removable(outbound_stage(filter));
}

static bool can_be_bypassed(const struct vr_stage *stage)
{
    return stage->out.state != VR_LINK_OPEN ||
           vr_link_fits(stage->in.from, stage->out.to);
}

int vr_chain_remove(struct vr_element *filter)
{
    if (!can_be_removed(filter))
        return -ENOTCONN;
    if (!can_be_bypassed(inbound_stage(filter)) ||
        !can_be_bypassed(outbound_stage(filter)))
        return -EINVAL;
    stop_feeding(inbound_stage(filter));
    stop_feeding(outbound_stage(filter));
    if (!can_be_removed(filter))
        return -ENOTCONN; /* closed by a hook: it ends with the chain */

    struct change inbound = remove_stage(inbound_stage(filter));
    struct change outbound = remove_stage(outbound_stage(filter));
    vr_list_remove(&filter->link);
    set_chain(filter, NULL);
    vr_pump_cancel(&inbound.stage->out);
    vr_pump_cancel(&outbound.stage->out);
    announce_removal(&inbound);
    announce_removal(&outbound);
    return 0;
}

/* ---- the end ---- */

static void finish(struct vr_face *face)
{
    part(face);
    if (face->out)
        vr_producer_fini(face->out);
}

void vr_chain_close(struct vr_chain *chain, const struct vr_end *why)
{
    static const struct vr_end at_will = {.kind = VR_END_LOCAL};

    if (chain->is_closed)
        return;

    chain->is_closed = true;
    if (chain->why.kind == VR_END_NONE)
        vr_end_keep(&chain->why, why ? why : &at_will);
    for (struct vr_list *link = chain->elements.prev; link != &chain->elements;
         link = link->prev) {
        struct vr_element *element = element_of(link);
        finish(&element->wire_side);
        finish(&element->program_side);
        if (element->ops->close)
            element->ops->close(element);
    }
    vr_soon_add_closing(&chain->closing, chain->reactor);
}
