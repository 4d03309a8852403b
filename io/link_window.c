/* SPDX-License-Identifier: MIT */
/**
 * @file link_window.c
 * The consumer's side of a link: how much it lets come, and when it takes no
 * more.  None of this runs `consume`.
 */
#include <vreactor/io/link_impl.h>

#include <vreactor/base/end.h>
#include <vreactor/io/chain.h>

static const struct vr_end at_will = {.kind = VR_END_LOCAL};

void vr_link_tell_ready(struct vr_producer *out)
{
    if (out->state == VR_LINK_OPEN && out->ops->ready)
        out->ops->ready(out);
}

void vr_link_tell_stopped(struct vr_producer *out, const struct vr_end *why)
{
    if (out->ops->stopped)
        out->ops->stopped(out, why);
}

uint64_t vr_link_window(const struct vr_producer *out)
{
    if (out->state != VR_LINK_OPEN || out->paused || out->held)
        return 0;
    if (out->limit == VR_UNLIMITED)
        return VR_UNLIMITED;

    return out->limit > out->taken ? out->limit - out->taken : 0;
}

void vr_link_reopen(struct vr_producer *out)
{
    if (!out->paused)
        return;

    out->paused = false;
    out->yielding = false;
    vr_link_tell_ready(out);
}

void vr_link_yield(struct vr_producer *out)
{
    if (!vr_link_reactor(out))
        return;

    out->paused = true;
    out->yielding = true;
    vr_pump_later(out);
}

void vr_link_hold(struct vr_producer *out)
{
    out->held = true;
    vr_pump_later(out);
}

bool vr_link_is_held(const struct vr_consumer *in)
{
    return in->from && in->from->held;
}

void vr_link_grant(struct vr_consumer *in, uint64_t window)
{
    struct vr_producer *out = in->from;

    if (!out || out->limit == VR_UNLIMITED)
        return;

    uint64_t limit = window >= VR_UNLIMITED - out->taken ? VR_UNLIMITED
                                                         : out->taken + window;
    if (limit <= out->limit)
        return;
    out->limit = limit;
    vr_link_tell_ready(out);
}

static void declare(struct vr_consumer *in, size_t need, bool all)
{
    struct vr_producer *out = in->from;

    if (!out || (out->need == need && out->need_all == all))
        return;
    out->need = need;
    out->need_all = all;
    vr_link_tell_ready(out);
}

void vr_link_need(struct vr_consumer *in, size_t most)
{
    declare(in, most, false);
}

void vr_link_need_all(struct vr_consumer *in, size_t count)
{
    declare(in, count, true);
}

void vr_link_pause(struct vr_consumer *in)
{
    if (!in->from)
        return;
    in->from->paused = true;
    in->from->yielding = false;
}

void vr_link_resume(struct vr_consumer *in)
{
    if (in->from)
        vr_link_reopen(in->from);
}

void vr_link_pause_briefly(struct vr_consumer *in)
{
    if (in->from)
        vr_link_yield(in->from);
}

void vr_link_stop(struct vr_consumer *in, const struct vr_end *why)
{
    struct vr_producer *out = in->from;

    if (!out || out->state != VR_LINK_OPEN)
        return;
    vr_link_finish(out, why ? why : &at_will);
    vr_link_tell_stopped(out, why ? why : &at_will);
}
