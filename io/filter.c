/* SPDX-License-Identifier: MIT */
/**
 * @file filter.c
 * The hooks of a filter: its own, or those that pass on.
 */
#include <vreactor/io/filter_impl.h>

#include <assert.h>
#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/reserved.h>

static const struct vr_consumer_ops *own_in(struct vr_consumer *in)
{
    return &vr_container_of(in, struct vr_stage, in)->own->in;
}

static const struct vr_producer_ops *own_out(struct vr_producer *out)
{
    return &vr_container_of(out, struct vr_stage, out)->own->out;
}

/* ---- downstream ---- */

/* The producer's `ready`, which follows, finds the need. */
static void on_attached(struct vr_consumer *in)
{
    const struct vr_stage *stage = vr_container_of(in, struct vr_stage, in);

    in->from->need = stage->own->need;
    if (stage->own->in.attached)
        stage->own->in.attached(in);
    else
        vr_pass_attached(in);
}

static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    const struct vr_consumer_ops *own = own_in(in);

    return own->consume ? own->consume(in, offer) : vr_pass_consume(in, offer);
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    const struct vr_consumer_ops *own = own_in(in);

    if (own->ended)
        own->ended(in, why);
    else
        vr_pass_ended(in, why);
}

static void on_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    const struct vr_consumer_ops *own = own_in(in);

    if (own->aborted)
        own->aborted(in, why);
    else
        vr_pass_aborted(in, why);
}

static int on_message(struct vr_consumer *in, const struct vr_control *msg)
{
    const struct vr_consumer_ops *own = own_in(in);

    return own->control ? own->control(in, msg)
                        : vr_pass_control_downstream(in, msg);
}

/* ---- upstream ---- */

static void on_ready(struct vr_producer *out)
{
    const struct vr_producer_ops *own = own_out(out);

    if (own->ready)
        own->ready(out);
    else
        vr_pass_ready(out);
}

static void on_joined(struct vr_producer *out)
{
    const struct vr_producer_ops *own = own_out(out);

    if (own->joined)
        own->joined(out);
    else
        vr_pass_joined(out);
}

static void leave(struct vr_filter *filter)
{
    filter->state = VR_FILTER_STAYS;
    int err = vr_chain_remove(&filter->element);
    if (err && !vr_element_is_open(&filter->element))
        return; /* a hook has taken it out, or closed the chain */
    if (filter->ops->left)
        filter->ops->left(filter, err);
}

/* The pump also lets the filter come or go, as its last act. */
static void produce(struct vr_filter *filter, struct vr_producer *out)
{
    const struct vr_producer_ops *own = own_out(out);

    if (own->produce)
        own->produce(out);
    if (!vr_element_is_open(&filter->element))
        return;
    if (filter->state == VR_FILTER_LEAVES)
        leave(filter);
    else if (filter->state != VR_FILTER_STAYS)
        vr_filter_come_in(filter);
}

static void on_produce_inbound(struct vr_producer *out)
{
    produce(vr_container_of(out, struct vr_filter, inbound.out), out);
}

static void on_produce_outbound(struct vr_producer *out)
{
    produce(vr_container_of(out, struct vr_filter, outbound.out), out);
}

void vr_filter_leave(struct vr_filter *filter)
{
    assert(filter->inbound.out.reactor && "a filter without a reactor");
    filter->state = VR_FILTER_LEAVES;
    vr_pump_later(&filter->inbound.out);
}

static void on_stopped(struct vr_producer *out, const struct vr_end *why)
{
    const struct vr_producer_ops *own = own_out(out);

    if (own->stopped)
        own->stopped(out, why);
    else
        vr_pass_stopped(out, why);
}

static int on_answer(struct vr_producer *out, const struct vr_control *msg)
{
    const struct vr_producer_ops *own = own_out(out);

    return own->control ? own->control(out, msg)
                        : vr_pass_control_upstream(out, msg);
}

/* ---- making one ---- */

static bool fits_together(const struct vr_filter_direction *own)
{
    bool resizes = own->flags & VR_FILTER_RESIZES;

    if (!vr_is_known(own) || !vr_is_known(&own->in) || !vr_is_known(&own->out))
        return false;
    if (own->flags & ~(unsigned)VR_FILTER_RESIZES)
        return false;
    if (own->in.consume && !own->need)
        return false;
    return !resizes || (own->in.attached && own->in.ended && own->in.control &&
                        own->out.ready);
}

static const struct vr_consumer_ops stage_in = {
    .knows = VR_AS_OFFERED,
    .attached = on_attached,
    .consume = on_consume,
    .ended = on_ended,
    .aborted = on_aborted,
    .control = on_message,
};

#define STAGE_OUT(produces)                                                    \
    {                                                                          \
        .uses = VR_AS_OFFERED, .ready = on_ready, .joined = on_joined,         \
        .produce = (produces), .stopped = on_stopped, .control = on_answer     \
    }

static const struct vr_producer_ops inbound_out = STAGE_OUT(on_produce_inbound);
static const struct vr_producer_ops outbound_out =
    STAGE_OUT(on_produce_outbound);

void vr_filter_equip(struct vr_filter *filter)
{
    filter->state = VR_FILTER_STAYS;
    filter->inbound.own = &filter->ops->inbound;
    filter->outbound.own = &filter->ops->outbound;
}

bool vr_filter_passes_bytes(const struct vr_consumer *in)
{
    if (in->ops != &stage_in)
        return false;

    const struct vr_consumer_ops *own =
        &vr_container_of(in, const struct vr_stage, in)->own->in;
    return !own->consume || own->consume == vr_pass_consume;
}

struct vr_filter *vr_filter_of(struct vr_element *element)
{
    const struct vr_consumer *in = element->wire_side.in;

    return in && in->ops == &stage_in
               ? vr_container_of(element, struct vr_filter, element)
               : NULL;
}

void vr_filter_reset(struct vr_element *element)
{
    struct vr_filter *filter = vr_filter_of(element);

    if (filter)
        vr_filter_equip(filter);
}

int vr_filter_init(struct vr_filter *filter, struct vr_reactor *reactor,
                   const struct vr_filter_ops *ops)
{
    if (!vr_is_known(ops) || !vr_is_known(&ops->element) ||
        !fits_together(&ops->inbound) || !fits_together(&ops->outbound))
        return -EINVAL;

    *filter = (struct vr_filter){
        .element = {
            .ops = &ops->element,
            .wire_side = {&filter->inbound.in, &filter->outbound.out},
            .program_side = {&filter->outbound.in, &filter->inbound.out},
        }};
    vr_list_init(&filter->element.link);
    vr_stage_init(&filter->inbound, reactor, &stage_in, &inbound_out);
    vr_stage_init(&filter->outbound, reactor, &stage_in, &outbound_out);
    filter->ops = ops;
    vr_filter_equip(filter);
    return 0;
}
