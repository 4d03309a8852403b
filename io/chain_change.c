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
};

/* ---- filters come ---- */

/* In a direction that is over a stage is joined to nothing. */
static int check_insert(const struct change *change)
{
    return change->from->state == VR_LINK_OVER
               ? 0
               : vr_link_check_insert(change->from, change->stage);
}

static void insert_stage(struct change *change)
{
    if (change->from->state == VR_LINK_OVER) {
        change->stage->out.state = VR_LINK_OVER;
        return;
    }
    change->to = change->from->to;
    vr_link_join_stage(change->from, change->stage);
}

/* A link that a hook has joined meanwhile was announced then. */
static void announce_stage(const struct change *change)
{
    if (change->to)
        vr_link_announce_stage(change->from, change->stage, change->to);
}

/* What changes in each direction when @filter comes next to @element. */
static void plan_insert(const struct vr_element *element,
                        const struct vr_element *filter, struct change *inbound,
                        struct change *outbound)
{
    const struct vr_element *after = element_of(element->link.next);

    *inbound = (struct change){.stage = inbound_stage(filter),
                               .from = element->program_side.out};
    *outbound = (struct change){.stage = outbound_stage(filter),
                                .from = after->wire_side.out};
}

int vr_chain_check_insert(const struct vr_element *element,
                          const struct vr_element *filter)
{
    const struct vr_chain *chain = element->chain;
    struct change inbound, outbound;

    if (filter->chain)
        return -EBUSY;
    if (!vr_element_is_open(element))
        return -VR_ECLOSED;
    if (element->link.next == &chain->elements)
        return -ENOTCONN;
    if (!faces_fit(&filter->wire_side, &filter->program_side) ||
        !vr_is_known(filter->ops))
        return -EINVAL;

    plan_insert(element, filter, &inbound, &outbound);
    int err = check_insert(&inbound);
    return err ? err : check_insert(&outbound);
}

/* After the first change nothing fails; hooks run after the last. */
int vr_chain_insert(struct vr_element *element, struct vr_element *filter)
{
    struct vr_chain *chain = element->chain;
    struct change inbound, outbound;

    int err = vr_chain_check_insert(element, filter);
    if (err)
        return err;

    plan_insert(element, filter, &inbound, &outbound);
    set_chain(filter, chain);
    vr_list_insert(element->link.next, &filter->link);
    insert_stage(&inbound);
    insert_stage(&outbound);
    announce_stage(&inbound);
    announce_stage(&outbound);
    return chain->is_closed ? -VR_ECLOSED : 0; /* a hook may have removed it */
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
    vr_link_forget_peer(&stage->out);
    return change;
}

void vr_chain_renew(struct vr_element *filter)
{
    struct change inbound = remove_stage(inbound_stage(filter));
    struct change outbound = remove_stage(outbound_stage(filter));

    insert_stage(&inbound);
    insert_stage(&outbound);
    announce_stage(&inbound);
    announce_stage(&outbound);
}

static void announce_removal(const struct change *change)
{
    if (change->to)
        vr_link_announce(change->from, change->to);
}

static bool can_be_removed(const struct vr_element *filter)
{
    return vr_element_is_open(filter) &&
           faces_fit(&filter->wire_side, &filter->program_side) &&
           is_removable(inbound_stage(filter)) &&
           is_removable(outbound_stage(filter));
}

static bool is_busy(struct vr_element *element)
{
    return element->ops->is_busy && element->ops->is_busy(element);
}

static bool can_be_bypassed(const struct vr_stage *stage)
{
    return stage->out.state != VR_LINK_OPEN ||
           vr_link_fits(stage->in.from, stage->out.to);
}

static int check_take_out(struct vr_element *filter)
{
    if (!can_be_removed(filter))
        return -ENOTCONN;
    if (!can_be_bypassed(inbound_stage(filter)) ||
        !can_be_bypassed(outbound_stage(filter)))
        return -EINVAL;
    return 0;
}

static int check_remove(struct vr_element *filter)
{
    int err = check_take_out(filter);
    if (err)
        return err;
    return is_busy(filter) ? -EBUSY : 0;
}

static int take_out(struct vr_element *filter,
                    int (*check)(struct vr_element *filter))
{
    struct vr_chain *chain = filter->chain;

    int err = check(filter);
    if (err)
        return err;
    stop_feeding(inbound_stage(filter));
    stop_feeding(outbound_stage(filter));
    err = check(filter); /* a hook may have closed the chain */
    if (err)
        return err;

    struct change inbound = remove_stage(inbound_stage(filter));
    struct change outbound = remove_stage(outbound_stage(filter));
    vr_list_remove(&filter->link);
    clear_chain(filter);
    vr_pump_cancel(&inbound.stage->out);
    vr_pump_cancel(&outbound.stage->out);
    vr_chain_note_over(chain);
    announce_removal(&inbound);
    announce_removal(&outbound);
    return 0;
}

int vr_chain_remove(struct vr_element *filter)
{
    return take_out(filter, check_remove);
}

int vr_chain_take_out(struct vr_element *filter)
{
    return take_out(filter, check_take_out);
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

    if (was->to && was->state == VR_LINK_OPEN) {
        vr_link_take_over(is, was);
    } else {
        is->state = was->state;
        vr_link_detach(was);
    }
    vr_pump_cancel(was);
    vr_link_forget_peer(was);
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

static int check_swap(struct vr_element *was, const struct vr_element *is)
{
    if (is->chain)
        return -EBUSY;
    if (!vr_element_is_open(was))
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
    if (!fits_in(was, is))
        return -EINVAL;
    return is_busy(was) ? -EBUSY : 0;
}

static void swap(struct vr_element *was, struct vr_element *is)
{
    set_chain(is, was->chain);
    clear_chain(was);
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
    if (!is_filter(is))
        vr_filter_recount(chain);
    vr_chain_note_over(chain);
    announce(is->wire_side.out); /* a program that is greeted can write */
    announce(is->program_side.out);
    if (is->wire_side.in->from)
        announce(is->wire_side.in->from);
    if (is->program_side.in && is->program_side.in->from)
        announce(is->program_side.in->from);
    return chain->is_closed ? -VR_ECLOSED : 0;
}
