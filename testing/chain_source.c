/* SPDX-License-Identifier: MIT */
/**
 * @file chain_source.c
 * What an end of a chain sends: bytes that come from afar, in pieces as
 * planned, offered by the contract of io/link.h.
 */
#include <vreactor/testing/chain_end.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/base/err.h>
#include <vreactor/io/control.h>

static const struct vr_end eof = {.kind = VR_END_EOF};
static const struct vr_end reset = {
    .kind = VR_END_RESET, .stage = VR_STAGE_READ, .code = -ECONNRESET};

static struct vr_check_end *of_out(struct vr_producer *out)
{
    return vr_container_of(out, struct vr_check_end, out);
}

static bool one_in(struct vr_check_end *end, size_t limit)
{
    return vr_check_one_in(&end->run->dice, limit);
}

static bool is_records(const struct vr_check_end *end)
{
    return end->run->of->of.flags & VR_CHECK_RECORDS_IN;
}

/* Where the record that begins at @from ends: the same in each run. */
static size_t record_end(const struct vr_check_end *end, size_t from)
{
    uint64_t mix = (end->base + from + 1) * 0x9E3779B97F4A7C15u;
    size_t len = (size_t)(mix >> 40) % 7;

    return from + len < end->len ? from + len : end->len;
}

static void send_records(struct vr_check_end *end)
{
    const struct vr_end *last = end->fate == VR_FATE_RESET ? &reset : &eof;

    while (end->sent < end->len && vr_link_window(&end->out)) {
        size_t to = record_end(end, end->sent);
        if (to == end->sent)
            to++;
        if (to > end->arrived)
            return;
        const struct vr_offer record = {.data = end->data + end->sent,
                                        .len = to - end->sent,
                                        .flags = VR_WHOLE};
        if (!vr_link_offer(&end->out, &record))
            return;
        end->sent = to;
    }
    if (end->sent == end->len && end->out.state == VR_LINK_OPEN &&
        end->fate <= VR_FATE_RESET)
        (void)vr_link_offer(&end->out, &(struct vr_offer){.end = last});
}

static void send_bytes(struct vr_check_end *end)
{
    size_t len = end->arrived - end->sent;
    bool last = end->arrived == end->len && end->fate <= VR_FATE_RESET &&
                !(end->ends_apart && len);
    const struct vr_end *why = end->fate == VR_FATE_RESET ? &reset : &eof;

    if (!last && (!len || end->hungry || !vr_link_window(&end->out)))
        return;
    const struct vr_offer offer = {.data = len ? end->data + end->sent : NULL,
                                   .len = len,
                                   .end = last ? why : NULL};
    end->hungry = true;
    end->sent += vr_link_offer(&end->out, &offer);
    if (!vr_link_window(&end->out))
        end->hungry = false;
    if (end->hungry && end->sent < end->len)
        end->ends_apart = false; /* what is left is to come with the end */
    else if (end->ends_apart && end->sent == end->len)
        vr_pump_later(&end->out);
}

void vr_check_send(struct vr_check_end *end)
{
    if (end->out.state != VR_LINK_OPEN || end->out.offering ||
        end->run->upstream || vr_check_is_closed(end->run))
        return;
    if (is_records(end))
        send_records(end);
    else
        send_bytes(end);
}

static void on_ready(struct vr_producer *out)
{
    if (out->offering)
        return;
    of_out(out)->hungry = false;
    vr_pump_later(out);
}

static void on_produce(struct vr_producer *out)
{
    vr_check_send(of_out(out));
}

static void on_stopped(struct vr_producer *out, const struct vr_end *why)
{
    of_out(out)->stopped = why->kind;
}

static int on_answer(struct vr_producer *out, const struct vr_control *msg)
{
    const struct vr_check_end *end = of_out(out);

    if (vr_control_is(msg, vr_check_question()))
        return VR_CHECK_ANSWER;
    if (!vr_control_is(msg, vr_control_queued()))
        return -VR_ENOCONTROL;
    *(uint64_t *)msg->data += end->arrived - end->sent;
    return out->offering ? -EBUSY : 0;
}

static const struct vr_producer_ops sending = {
    .ready = on_ready,
    .produce = on_produce,
    .stopped = on_stopped,
    .control = on_answer,
};
static const struct vr_producer_ops sending_records = {
    .uses = VR_WHOLE,
    .ready = on_ready,
    .produce = on_produce,
    .stopped = on_stopped,
    .control = on_answer,
};

/* How much may be read: what was left is offered first, and is no more than the
 * consumer needs and one piece. */
static size_t to_read(const struct vr_check_end *end)
{
    size_t kept = end->arrived - end->sent, more = end->len - end->arrived;
    uint64_t window = vr_link_window(&end->out);

    if (window <= kept || (kept && !end->hungry))
        return 0;
    return more < window - kept ? more : (size_t)(window - kept);
}

/* More has come from afar. */
static void let_arrive(struct vr_check_end *end)
{
    size_t more = is_records(end) ? end->len - end->arrived : to_read(end);

    if (!end->run->calm && more > end->mood.piece)
        more = 1 + vr_check_below(&end->run->dice, end->mood.piece);
    if (!end->run->calm && end->mood.lazy > 1 && !one_in(end, end->mood.lazy))
        return;
    end->arrived += more;
    if (more)
        end->hungry = false;
    vr_check_send(end);
}

void vr_check_tick_source(struct vr_check_end *end)
{
    int crumbs = end->run->plan->what == VR_TRY_CRUMBS ? 64 : 1;

    while (crumbs-- && !vr_check_is_closed(end->run))
        let_arrive(end);
    if (end->fate == VR_FATE_ABORT && end->arrived == end->len &&
        (end->run->calm || one_in(end, 3)))
        vr_link_abort(&end->out, &reset);
}

void vr_check_source_init(struct vr_check_end *end)
{
    vr_producer_init(&end->out, end->run->reactor,
                     is_records(end) ? &sending_records : &sending);
}
