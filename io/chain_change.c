/* SPDX-License-Identifier: MIT */
/**
 * @file chain_change.c
 * Elements that come, go, and take the place of others while a chain is open:
 * first all links change, then the first hook runs.
 */
#include <vreactor/io/chain_impl.h>

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/base/reserved.h>
#include <vreactor/io/link_impl.h>

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
    bool needed; /* one that comes: its direction is not over */
};

/* ---- filters come ---- */

static const struct vr_producer *producer_of(const struct vr_element *element,
                                             bool inbound)
{
    return inbound ? element->program_side.out : element->wire_side.out;
}

/* Has a link of this direction ended?  Then elements that came later may be
 * joined to nothing. */
static bool has_ended(const struct vr_chain *chain, bool inbound)
{
    for (struct vr_list *link = chain->elements.next; link != &chain->elements;
         link = link->next) {
        const struct vr_producer *out = producer_of(element_of(link), inbound);
        if (out && out->state == VR_LINK_OVER)
            return true;
    }
    return false;
}

/* A direction that is over needs no stage any more. */
static bool needs_stage(const struct vr_chain *chain,
                        const struct vr_producer *from, bool inbound)
{
    return from->state == VR_LINK_OPEN ||
           (from->state == VR_LINK_NONE && !has_ended(chain, inbound));
}

static int check_insert(const struct change *change)
{
    return change->needed ? vr_link_check_insert(change->from, change->stage)
                          : 0;
}

static void insert_stage(struct change *change)
{
    if (change->needed) {
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

    inbound.needed = needs_stage(chain, inbound.from, true);
    outbound.needed = needs_stage(chain, outbound.from, false);
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
    stage->out.peer = NULL;
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

/* ---- one in the place of another ---- */

static void take_over_in(struct vr_consumer *was, struct vr_consumer *is)
{
    struct vr_producer *from = was ? was->from : NULL;

    if (!from)
        return;
    bool is_open = from->state == VR_LINK_OPEN;
    vr_link_detach(from);
    if (is_open)
        vr_link_join(from, is, false);
}

static void take_over_out(struct vr_producer *was, struct vr_producer *is)
{
    if (!was)
        return;

    struct vr_consumer *to = was->to;
    bool is_open = was->state == VR_LINK_OPEN;
    vr_link_detach(was);
    vr_pump_cancel(was);
    was->peer = NULL;
    if (to && is_open)
        vr_link_join(is, to, was->greeted);
}

static void announce(struct vr_producer *out)
{
    if (out && out->to)
        vr_link_announce(out, out->to);
}

static bool is_free(const struct vr_face *face)
{
    return (!face->in || !face->in->from) && (!face->out || !face->out->to);
}

static bool is_over(const struct vr_face *face)
{
    return face->out && face->out->state == VR_LINK_OVER;
}

static bool is_filter(const struct vr_element *element)
{
    return faces_fit(&element->wire_side, &element->program_side);
}

/* Joined to nothing, what it uses and knows is that of its own links. */
static bool fits_in(const struct vr_element *was, const struct vr_element *is)
{
    const struct vr_producer *in = was->wire_side.in->from;
    const struct vr_consumer *out = was->wire_side.out->to;

    if (is_filter(was))
        return (!in || !was->program_side.out->to ||
                vr_link_fits_between(in, inbound_stage(is),
                                     was->program_side.out->to)) &&
               (!out || !was->program_side.in->from ||
                vr_link_fits_between(was->program_side.in->from,
                                     outbound_stage(is), out));
    return (!in || vr_link_fits(in, is->wire_side.in)) &&
           (!out || vr_link_fits(is->wire_side.out, out));
}

static bool are_known(const struct vr_element *element)
{
    return vr_is_known(element->ops) &&
           vr_is_known(element->wire_side.in->ops) &&
           vr_is_known(element->wire_side.out->ops);
}

static int check_swap(const struct vr_element *was, const struct vr_element *is)
{
    if (is->chain)
        return -EBUSY;
    if (!was->chain || was->chain->is_closed)
        return -VR_ECLOSED;
    if (!faces_fit(&was->wire_side, &is->wire_side) ||
        is_filter(was) != is_filter(is) || !are_known(is))
        return -EINVAL;
    if (!is_free(&is->wire_side) || !is_free(&is->program_side))
        return -EISCONN;
    if (is_over(&is->wire_side) || is_over(&is->program_side))
        return -VR_ECLOSED;
    if (is_filter(was) && !can_be_removed(was))
        return -ENOTCONN;
    return fits_in(was, is) ? 0 : -EINVAL;
}

static void swap(struct vr_element *was, struct vr_element *is)
{
    set_chain(is, was->chain);
    set_chain(was, NULL);
    vr_list_insert(&was->link, &is->link);
    vr_list_remove(&was->link);
    take_over_out(was->wire_side.out, is->wire_side.out);
    take_over_out(was->program_side.out, is->program_side.out);
    take_over_in(was->wire_side.in, is->wire_side.in);
    take_over_in(was->program_side.in, is->program_side.in);
}

int vr_chain_swap(struct vr_element *was, struct vr_element *is)
{
    struct vr_chain *chain = was->chain;

    int err = check_swap(was, is);
    if (!err && is_filter(was)) {
        stop_feeding(inbound_stage(was));
        stop_feeding(outbound_stage(was));
        err = check_swap(was, is); /* a hook may have closed the chain */
    }
    if (err)
        return err;

    swap(was, is);
    announce(is->wire_side.out); /* a program that is greeted can write */
    announce(is->program_side.out);
    if (is->wire_side.in->from)
        announce(is->wire_side.in->from);
    if (is->program_side.in && is->program_side.in->from)
        announce(is->program_side.in->from);
    return chain->is_closed ? -VR_ECLOSED : 0;
}
