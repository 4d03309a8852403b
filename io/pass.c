/* SPDX-License-Identifier: MIT */
/**
 * @file pass.c
 * The hooks of a stage that changes nothing: it holds no bytes, and passes on
 * all that goes downstream and upstream.
 */
#include <vreactor/io/link_impl.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/base/err.h>
#include <vreactor/io/control.h>
#include <vreactor/io/filter.h>

static struct vr_stage *stage_of_in(struct vr_consumer *in)
{
    return vr_container_of(in, struct vr_stage, in);
}

static struct vr_stage *stage_of_out(struct vr_producer *out)
{
    return vr_container_of(out, struct vr_stage, out);
}

void vr_stage_init(struct vr_stage *stage, struct vr_reactor *reactor,
                   const struct vr_consumer_ops *in,
                   const struct vr_producer_ops *out)
{
    stage->own = NULL;
    vr_consumer_init(&stage->in, in ? in : vr_pass_in());
    vr_producer_init(&stage->out, reactor, out ? out : vr_pass_out());
}

/* What was granted downstream of the stage and not used up, pause or not. */
static uint64_t granted(const struct vr_producer *out)
{
    if (out->limit == VR_UNLIMITED)
        return VR_UNLIMITED;

    return out->limit > out->taken ? out->limit - out->taken : 0;
}

static const struct vr_end over_downstream = {
    .kind = VR_END_LOCAL,
    .stage = VR_STAGE_READ,
    .code = -VR_ECLOSED,
};

/* Tell a producer that is joined last what was granted, or stopped, before. */
void vr_pass_attached(struct vr_consumer *in)
{
    struct vr_stage *stage = stage_of_in(in);

    if (stage->out.state == VR_LINK_OPEN)
        vr_pass_ready(&stage->out);
    else if (stage->out.state == VR_LINK_OVER)
        vr_link_stop(in, &over_downstream);
}

size_t vr_pass_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct vr_stage *stage = stage_of_in(in);
    size_t all = offer->flags & VR_WHOLE ? 1 : offer->len;
    size_t took = vr_link_offer(&stage->out, offer);

    if (stage->out.state == VR_LINK_OVER)
        return all; /* it ended inside: no consumer will take the rest */
    if (took < all && !vr_link_window(&stage->out))
        vr_link_pause(in);
    return took;
}

void vr_pass_ended(struct vr_consumer *in, const struct vr_end *why)
{
    struct vr_producer *out = &stage_of_in(in)->out;

    /* vr_link_attach() tells a consumer that comes later. */
    if (out->to)
        (void)vr_link_offer(out, &(struct vr_offer){.end = why});
    else
        vr_link_abort(out, why);
}

void vr_pass_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    vr_link_abort(&stage_of_in(in)->out, why);
}

int vr_pass_control_downstream(struct vr_consumer *in,
                               const struct vr_control *msg)
{
    struct vr_producer *out = &stage_of_in(in)->out;

    /* Once, and to whoever is attached later. */
    if (vr_control_is(msg, vr_control_connected()))
        vr_greet(out);
    else if (vr_control_is(msg, vr_control_secured()))
        vr_link_pass_secured(out);
    else
        return vr_control_downstream(out, msg);
    return 0;
}

/* The most that may be left is own - 1 bytes behind downstream - 1. */
static size_t add_needs(size_t own, size_t downstream)
{
    size_t sum = own + downstream - 1;

    if (own <= 1 || downstream <= 1)
        return own > downstream ? own : downstream;
    return sum > own ? sum : SIZE_MAX;
}

static void pass_need(struct vr_stage *stage)
{
    const struct vr_producer *out = &stage->out;
    size_t own = stage->own ? stage->own->need : 0;

    if (out->need_all && own <= 1)
        vr_link_need_all(&stage->in, out->need);
    else
        vr_link_need(&stage->in, add_needs(own, out->need));
}

void vr_pass_ready(struct vr_producer *out)
{
    struct vr_stage *stage = stage_of_out(out);

    pass_need(stage);
    vr_link_grant(&stage->in, granted(out));
    if (vr_link_window(out))
        vr_link_resume(&stage->in);
}

void vr_pass_joined(struct vr_producer *out)
{
    struct vr_producer *from = stage_of_out(out)->in.from;

    if (from && from->ops->joined)
        from->ops->joined(from);
}

void vr_pass_stopped(struct vr_producer *out, const struct vr_end *why)
{
    vr_link_stop(&stage_of_out(out)->in, why);
}

int vr_pass_control_upstream(struct vr_producer *out,
                             const struct vr_control *msg)
{
    struct vr_stage *stage = stage_of_out(out);

    if (stage->own && stage->own->flags & VR_FILTER_RESIZES &&
        vr_control_is(msg, vr_control_queued()))
        return -VR_ENOCONTROL; /* bytes upstream are not those that come */
    return vr_control_upstream(&stage->in, msg);
}

const struct vr_consumer_ops *vr_pass_in(void)
{
    static const struct vr_consumer_ops ops = {
        .knows = VR_AS_OFFERED,
        .attached = vr_pass_attached,
        .consume = vr_pass_consume,
        .ended = vr_pass_ended,
        .aborted = vr_pass_aborted,
        .control = vr_pass_control_downstream,
    };
    return &ops;
}

const struct vr_producer_ops *vr_pass_out(void)
{
    static const struct vr_producer_ops ops = {
        .uses = VR_AS_OFFERED,
        .ready = vr_pass_ready,
        .joined = vr_pass_joined,
        .stopped = vr_pass_stopped,
        .control = vr_pass_control_upstream,
    };
    return &ops;
}
