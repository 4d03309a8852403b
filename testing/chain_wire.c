/* SPDX-License-Identifier: MIT */
/**
 * @file chain_wire.c
 * The wire between a filter and its counterpart: it holds no bytes, lets them
 * through in pieces, and may end before its time.
 */
#include <vreactor/testing/chain_check.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>

static struct vr_check_wire *of_stage(struct vr_stage *stage, int dir)
{
    return dir ? vr_container_of(stage, struct vr_check_wire, filter.outbound)
               : vr_container_of(stage, struct vr_check_wire, filter.inbound);
}

static struct vr_stage *stage_of(struct vr_check_wire *wire, int dir)
{
    return dir ? &wire->filter.outbound : &wire->filter.inbound;
}

/* More than was left: the consumer may need that. */
static size_t most_of(struct vr_check_wire *wire, int dir)
{
    size_t piece = wire->run->plan->wire_piece;

    return wire->left[dir] + 1 + vr_check_below(&wire->run->dice, piece);
}

static void wait(struct vr_check_wire *wire, int dir)
{
    wire->waiting[dir] = true;
    vr_link_pause(&stage_of(wire, dir)->in);
}

static size_t pass_some(struct vr_stage *stage, const struct vr_offer *offer,
                        int dir)
{
    struct vr_check_wire *wire = of_stage(stage, dir);
    struct vr_offer part = *offer;
    bool cut = wire->run->plan->wire_piece && !wire->run->calm;

    if (wire->waiting[dir])
        vr_link_pause(&stage->in); /* a new link forgot it */
    if (wire->waiting[dir])
        return 0;
    if (cut && part.len > most_of(wire, dir)) {
        part.len = most_of(wire, dir);
        part.end = NULL;
    }
    if (part.len > offer->len)
        part.len = offer->len;
    size_t took = vr_link_offer(&stage->out, &part);
    wire->passed[dir] += took;
    wire->left[dir] = part.len - took;
    if (stage->out.state == VR_LINK_OVER)
        return offer->len;
    if (part.len < offer->len)
        wait(wire, dir);
    else if (took < part.len && !vr_link_window(&stage->out))
        vr_link_pause(&stage->in);
    return took;
}

static size_t on_inbound(struct vr_consumer *in, const struct vr_offer *offer)
{
    return pass_some(vr_container_of(in, struct vr_stage, in), offer,
                     VR_INBOUND);
}

static size_t on_outbound(struct vr_consumer *in, const struct vr_offer *offer)
{
    return pass_some(vr_container_of(in, struct vr_stage, in), offer,
                     VR_OUTBOUND);
}

static void go_on(struct vr_producer *out, int dir)
{
    struct vr_stage *stage = vr_container_of(out, struct vr_stage, out);

    vr_pass_ready(out);
    if (of_stage(stage, dir)->waiting[dir])
        vr_link_pause(&stage->in);
}

static void on_inbound_ready(struct vr_producer *out)
{
    go_on(out, VR_INBOUND);
}

static void on_outbound_ready(struct vr_producer *out)
{
    go_on(out, VR_OUTBOUND);
}

static const struct vr_filter_ops wire_ops = {
    .element = {.name = "check wire"},
    .inbound = {.in = {.consume = on_inbound, .knows = VR_AS_OFFERED},
                .out = {.uses = VR_AS_OFFERED, .ready = on_inbound_ready},
                .need = VR_NEED_NONE},
    .outbound = {.in = {.consume = on_outbound, .knows = VR_AS_OFFERED},
                 .out = {.uses = VR_AS_OFFERED, .ready = on_outbound_ready},
                 .need = VR_NEED_NONE},
};

void vr_check_wire_init(struct vr_check_wire *wire, struct vr_check_run *run)
{
    *wire = (struct vr_check_wire){.run = run};
    if (vr_filter_init(&wire->filter, run->reactor, &wire_ops))
        vr_check_fail(run, VR_CHECK_MAKE, "the wire between");
}

/* Nobody at either end has said so. */
static void cut(struct vr_check_wire *wire, int dir)
{
    static const struct vr_end eof = {.kind = VR_END_EOF};
    static const struct vr_end gone = {.kind = VR_END_RESET,
                                       .stage = VR_STAGE_WRITE};
    struct vr_stage *stage = stage_of(wire, dir);

    if (stage->out.state != VR_LINK_OPEN || wire->run->plan->dir != dir ||
        wire->passed[dir] < wire->run->plan->at || wire->has_cut)
        return;
    wire->has_cut = true;
    (void)vr_link_offer(&stage->out, &(struct vr_offer){.end = &eof});
    vr_link_stop(&stage->in, &gone);
}

void vr_check_wire_tick(struct vr_check_wire *wire)
{
    bool cuts = wire->run->plan->what == VR_TRY_CUT;

    for (int dir = 0; dir < 2; dir++) {
        struct vr_stage *stage = stage_of(wire, dir);
        if (vr_check_is_closed(wire->run))
            return;
        if (cuts)
            cut(wire, dir);
        if (!wire->waiting[dir] || !stage->in.from)
            continue;
        wire->waiting[dir] = false;
        if (vr_link_window(&stage->out))
            vr_link_resume(&stage->in);
    }
}
