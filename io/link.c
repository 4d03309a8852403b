/* SPDX-License-Identifier: MIT */
/**
 * @file link.c
 * The engine of links: no buffer, no allocation, no recursion of its own.  What
 * the consumer says of its window is in link_window.c.
 *
 * Any hook may close the chain, and so detach the link it is called on.  Memory
 * stays until the chain's `closed`, which the loop runs later.  So after each
 * hook one test is enough: is this still the same link?
 */
#include <vreactor/io/link_impl.h>

#include <assert.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/reactor.h>

static const struct vr_end limit_passed = {
    .kind = VR_END_LIMIT,
    .stage = VR_STAGE_READ,
    .code = -VR_ELIMIT,
};

static const struct vr_end at_will = {.kind = VR_END_LOCAL};

static void tell_ended(struct vr_consumer *in, const struct vr_end *why)
{
    if (in->ops->ended)
        in->ops->ended(in, why);
    else if (in->unheard)
        in->unheard(in, why, false);
}

static void tell_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    if (in->ops->aborted)
        in->ops->aborted(in, why);
    else if (in->unheard)
        in->unheard(in, why, true);
}

/* ---- both sides ---- */

static void run_pump(struct vr_soon *pump)
{
    struct vr_producer *out = vr_container_of(pump, struct vr_producer, pump);

    const struct vr_consumer *to = out->to;

    if (out->held) {
        out->held = false;
        vr_link_greet_again(out);
        vr_link_tell_ready(out);
    }
    if (out->yielding)
        vr_link_reopen(out);
    if (out->ops->produce && !out->finished && out->to == to)
        out->ops->produce(out); /* no hook has taken it out */
}

void vr_producer_init(struct vr_producer *out, struct vr_reactor *reactor,
                      const struct vr_producer_ops *ops)
{
    *out = (struct vr_producer){.ops = ops, .reactor = reactor};
    vr_soon_init(&out->pump, run_pump);
}

void vr_consumer_init(struct vr_consumer *in, const struct vr_consumer_ops *ops)
{
    *in = (struct vr_consumer){.ops = ops};
}

void vr_link_join(struct vr_producer *out, struct vr_consumer *in, bool greeted)
{
    out->to = in;
    in->from = out;
    out->taken = 0;
    out->limit = 0;
    out->need = 0;
    out->need_all = false;
    out->paused = false;
    out->yielding = false;
    out->greeted = greeted;
    out->secured = false;
    out->state = VR_LINK_OPEN;
}

void vr_link_take_over(struct vr_producer *out, struct vr_producer *was)
{
    struct vr_consumer *to = was->to;
    bool paused = was->paused && !was->yielding;
    bool secured = was->secured;

    vr_link_detach(was);
    vr_link_join(out, to, was->greeted);
    out->paused = paused;
    out->secured = secured;
}

static void tell_joined(struct vr_producer *out, const struct vr_consumer *in)
{
    bool knows = out->greeted;

    vr_link_greet_again(out);
    if (!knows && out->to == in && out->state == VR_LINK_OPEN &&
        out->ops->joined)
        out->ops->joined(out);
}

void vr_link_announce(struct vr_producer *out, struct vr_consumer *in)
{
    if (out->to != in || out->state != VR_LINK_OPEN)
        return;

    if (in->ops->attached)
        in->ops->attached(in);
    else
        out->limit = VR_UNLIMITED;
    if (out->to == in)
        vr_link_tell_ready(out);
    if (out->to == in)
        tell_joined(out, in);
}

void vr_link_detach(struct vr_producer *out)
{
    if (!out->to)
        return;

    out->to->from = NULL;
    out->to = NULL;
    out->offering = false;
    if (out->state == VR_LINK_OPEN)
        out->state = VR_LINK_NONE;
}

void vr_pump_cancel(struct vr_producer *out)
{
    out->held = false;
    vr_soon_cancel(&out->pump);
}

void vr_producer_fini(struct vr_producer *out)
{
    vr_link_detach(out);
    out->finished = true;
    vr_pump_cancel(out);
}

/* ---- the producer's side ---- */

/* The consumer left bytes that it must take, or the peer sent too many. */
static void break_link(struct vr_producer *out)
{
    struct vr_consumer *to = out->to;

    vr_link_finish(out, &limit_passed);
    tell_aborted(to, &limit_passed);
    if (out->to == to)
        vr_link_tell_stopped(out, &limit_passed);
}

static void end_link(struct vr_producer *out, const struct vr_end *end)
{
    struct vr_consumer *to = out->to;

    vr_link_finish(out, end);
    tell_ended(to, end);
}

/* Let the consumer take, and count it.  While it runs all counts as taken, so
 * that what it grants is for what follows.  @return false if the link is not
 * open any more: somebody detached, stopped or closed inside */
static bool let_consume(struct vr_producer *out, const struct vr_offer *part,
                        size_t *ret_took)
{
    bool whole = part->flags & VR_WHOLE;

    out->taken += part->len;
    out->offering = true;
    size_t took = out->to->ops->consume(out->to, part);
    assert(took <= (whole ? 1 : part->len));
    *ret_took = took;
    if (!out->offering)
        return false; /* a new link counts from 0 */

    out->offering = false;
    out->taken -= part->len - (whole ? took * part->len : took);
    return out->state == VR_LINK_OPEN;
}

/* After a stop the consumer sees the rest in the next run. */
static bool is_cut_short(struct vr_producer *out)
{
    const struct vr_reactor *reactor = vr_link_reactor(out);

    if (!reactor || !vr_reactor_is_stopping(reactor))
        return false;

    if (out->state == VR_LINK_OPEN && !out->paused)
        vr_link_yield(out); /* a consumer that has paused resumes by itself */
    return true;
}

static size_t offer_record(struct vr_producer *out,
                           const struct vr_offer *record)
{
    const struct vr_consumer *to;
    size_t took = 0;

    assert(!record->end);
    do { /* again if the consumer attached another in its place */
        to = out->to;
        if (!vr_link_window(out))
            return 0;
        if (let_consume(out, record, &took) && !took && vr_link_window(out))
            break_link(out); /* it would never be taken */
    } while (!took && out->to != to && !is_cut_short(out));
    return took;
}

/* The last bytes came with the end: all is over, even if some are left. */
static size_t offer_end(struct vr_producer *out, const struct vr_offer *part,
                        size_t took)
{
    const struct vr_end cut_off = {.kind = VR_END_TRUNCATED,
                                   .stage = part->end->stage,
                                   .code = -VR_ETRUNCATED,
                                   .after = part->end->after,
                                   .cause = part->end->cause};

    if (took < part->len && vr_end_is_clean(part->end))
        end_link(out, &cut_off);
    else
        end_link(out, part->end);
    return part->len;
}

/* How many of @p len bytes the window lets through. */
static size_t let_through(const struct vr_producer *out, size_t len)
{
    uint64_t window = vr_link_window(out);

    return len < window ? len : (size_t)window;
}

/* The consumer declared by vr_link_need_all() that it waits for more. */
static bool are_too_few(const struct vr_producer *out,
                        const struct vr_offer *part)
{
    return out->need_all && part->len < out->need && !part->end &&
           part->len < vr_link_window(out);
}

static size_t offer_part(struct vr_producer *out, const struct vr_offer *bytes)
{
    struct vr_offer part = *bytes;
    size_t took = 0;

    part.len = let_through(out, bytes->len);
    if (part.len < bytes->len)
        part.end = NULL;
    if (are_too_few(out, &part))
        return 0;
    if (part.len && !let_consume(out, &part, &took))
        return took;
    if (took < part.len && (out->paused || out->held))
        return took;
    if (part.end)
        return offer_end(out, &part, took);

    size_t left = part.len - took;
    if (left && (left >= out->need || left >= vr_link_window(out)))
        break_link(out);
    return took;
}

/* Again while more bytes can be shown than the consumer saw and left: its
 * window opened, or another took its place. */
static size_t offer_bytes(struct vr_producer *out, const struct vr_offer *bytes)
{
    struct vr_offer rest = *bytes;
    size_t seen;

    do {
        const struct vr_consumer *to = out->to;
        size_t shown = let_through(out, rest.len);
        size_t n = offer_part(out, &rest);
        if (n)
            rest.data += n;
        rest.len -= n;
        seen = out->to == to ? shown - n : 0;
    } while (let_through(out, rest.len) > seen && !is_cut_short(out));
    return bytes->len - rest.len;
}

size_t vr_link_offer(struct vr_producer *out, const struct vr_offer *offer)
{
    assert(!out->offering && "offered inside consume() of this link");
    if (out->state != VR_LINK_OPEN || out->offering)
        return 0;
    assert(vr_link_may_use(out, offer->flags) && "a flag that it does not use");
    return offer->flags & VR_WHOLE ? offer_record(out, offer)
                                   : offer_bytes(out, offer);
}

void vr_link_abort(struct vr_producer *out, const struct vr_end *why)
{
    if (out->state == VR_LINK_OVER)
        return;

    vr_link_finish(out, why ? why : &at_will);
    if (out->to)
        tell_aborted(out->to, why ? why : &at_will);
}

void vr_pump_later(struct vr_producer *out)
{
    if (!out->finished)
        vr_soon_add_pump(&out->pump, vr_link_reactor(out));
}
