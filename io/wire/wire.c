/* SPDX-License-Identifier: MIT */
/**
 * @file wire.c
 * The wire as a whole: which events it waits for, and when it closes.
 */
#include <vreactor/io/wire/wire_impl.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end_kind.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/base/fd.h>
#include <vreactor/base/reserved.h>
#include <vreactor/io/control.h>
#include <vreactor/reactor/reactor.h>

static const struct vr_end closed_here = {.kind = VR_END_LOCAL,
                                          .code = -VR_ECLOSED};

static const struct vr_end orderly = {.kind = VR_END_EOF};

static const struct vr_env *env_of(const struct vr_wire *wire)
{
    return vr_reactor_env(wire->reactor);
}

/* ---- ends ---- */

bool vr_wire_is_loss(int err)
{
    return vr_end_kind_of(err) == VR_END_RESET ||
           vr_end_kind_of(err) == VR_END_TIMEOUT;
}

struct vr_end vr_wire_end(const struct vr_wire *wire, int err,
                          enum vr_end_stage stage)
{
    struct vr_end end = {
        .kind = vr_end_kind_of(err), .stage = stage, .code = err};

    if (stage == VR_STAGE_CONNECT)
        end.after = vr_time_sub(vr_now(env_of(wire)), wire->began);
    return end;
}

struct vr_end vr_wire_read_end(const struct vr_wire *wire)
{
    return vr_wire_end(wire, wire->end_code, wire->end_stage);
}

/* With its reactor a connection ends in order, unless bytes are queued for it:
 * an agent that hears of inbound first would break off. */
static void stop_in_order(struct vr_wire *wire, const struct vr_end *why)
{
    uint64_t queued = 0;
    const struct vr_control msg = {.kind = vr_control_queued(),
                                   .data = &queued};

    int more = vr_control_upstream(&wire->outbound, &msg);
    wire->cut_off = wire->cut_off || queued || more > 1;
    vr_link_stop(&wire->outbound, why);
}

void vr_wire_fail(struct vr_wire *wire, int err)
{
    bool opening = wire->state == VR_WIRE_OPENING;
    struct vr_chain *chain = wire->element.chain;
    struct vr_end end =
        vr_wire_end(wire, err, opening ? VR_STAGE_CONNECT : VR_STAGE_NONE);

    if (err == -VR_ECLOSED && wire->state == VR_WIRE_OPEN)
        stop_in_order(wire, &end);
    vr_link_abort(&wire->inbound, &end);
    if (wire->state != VR_WIRE_CLOSED)
        vr_link_stop(&wire->outbound, &end);
    vr_chain_close(chain, &end);
}

/* ---- settling ---- */

/* May @p direction be over while the other goes on? */
static bool may_end_alone(const struct vr_wire *wire,
                          enum vr_half_close direction)
{
    return wire->half_close == VR_HALF_CLOSE_BOTH ||
           wire->half_close == direction;
}

static bool is_lost(const struct vr_wire *wire)
{
    return vr_wire_is_loss(wire->end_code);
}

/* The program's producer does not know the request, so its queued bytes are
 * lost; without a producer, writing just ends. */
static void cut_writing(struct vr_wire *wire, bool is_loss)
{
    if (is_loss) {
        vr_wire_lose_write(wire, &closed_here);
        return;
    }
    wire->write_ending = true;
    if (wire->state == VR_WIRE_OPEN)
        vr_wire_flush(wire);
}

/* The program's producer ends after its queued bytes. */
static void ask_to_end(struct vr_wire *wire)
{
    const struct vr_control msg = {.kind = vr_control_end_writing()};

    if (wire->asked_to_end)
        return;

    wire->asked_to_end = true;
    int answer = vr_control_upstream(&wire->outbound, &msg);
    if (answer < 0 && wire->state != VR_WIRE_CLOSED && !wire->write_over &&
        !wire->write_ending)
        cut_writing(wire, answer != -ENOTCONN);
}

/* Why nothing more is read once writing is over: the first cause, if there is
 * one. */
static const struct vr_end *why_both_end(const struct vr_wire *wire)
{
    const struct vr_end *why = &wire->element.chain->why;

    return wire->broken && why->kind != VR_END_NONE ? why : &closed_here;
}

/* One direction is over: what of the other?  The program may answer all that it
 * hears, what filters hold for it, too. */
static void end_other_half(struct vr_wire *wire)
{
    bool read_over = wire->inbound.state == VR_LINK_OVER;
    const struct vr_end end = vr_wire_read_end(wire);

    if (read_over && is_lost(wire))
        vr_wire_lose_write(wire, &end);
    if (vr_chain_inbound_is_over(wire->element.chain) && !wire->write_over &&
        !wire->write_ending && !may_end_alone(wire, VR_HALF_CLOSE_INPUT))
        ask_to_end(wire);
    if (wire->write_over && !read_over &&
        (wire->broken || !may_end_alone(wire, VR_HALF_CLOSE_OUTPUT))) {
        wire->stopped_early = !vr_wire_is_at_end(wire);
        vr_link_abort(&wire->inbound, why_both_end(wire));
    }
}

/* A write failed after the producer had ended: `stopped` cannot tell the
 * program, and the peer learns of the loss only when the connection closes.  So
 * reading ends now, without waiting for the peer's end. */
static void end_unheard(struct vr_wire *wire)
{
    if (wire->state != VR_WIRE_OPEN || !vr_wire_is_unheard(wire))
        return;

    vr_wire_read(wire);
    if (vr_wire_room(wire))
        vr_pump_later(&wire->inbound);
}

/* The program broke off, or was cut off: the peer is to hear so at once. */
static bool is_cut_here(const struct vr_wire *wire)
{
    return wire->cut_off && !wire->write_error && !is_lost(wire);
}

/* What filters hold for the program goes before. */
static bool is_over(const struct vr_wire *wire)
{
    return wire->write_over && wire->inbound.state == VR_LINK_OVER &&
           (is_cut_here(wire) || vr_chain_is_over(wire->element.chain));
}

/* Is it to be closed now, or is something still to come, or to arrive? */
static bool may_close(struct vr_wire *wire)
{
    return !vr_wire_linger(wire) && is_over(wire) &&
           !(is_cut_here(wire) && vr_wire_await_arrival(wire));
}

static void close_if_over(struct vr_wire *wire)
{
    if (!wire->write_over && vr_chain_is_over(wire->element.chain))
        vr_wire_limit_flush(wire);
    if (may_close(wire))
        vr_chain_close(wire->element.chain,
                       wire->cut_off ? &closed_here : &orderly);
    else
        vr_wire_update(wire);
}

void vr_wire_greet(struct vr_wire *wire)
{
    vr_greet(&wire->inbound);
}

void vr_wire_settle(struct vr_wire *wire)
{
    if (wire->open_error) {
        vr_wire_fail(wire, wire->open_error);
        return;
    }
    if (wire->state == VR_WIRE_OPEN)
        vr_wire_greet(wire);
    if (vr_reactor_is_stopping(wire->reactor)) {
        vr_pump_later(&wire->inbound);
        return;
    }
    if (wire->state == VR_WIRE_OPEN && !vr_wire_unwritten(wire))
        vr_wire_flush(wire); /* the end, if it came before it was open */
    vr_wire_offer_left(wire);
    end_unheard(wire);
    vr_wire_find_end(wire);
    if (wire->state == VR_WIRE_CLOSED)
        return;

    if (wire->inbound.state == VR_LINK_OVER)
        vr_buffer_clear(&wire->left);
    end_other_half(wire);
    if (wire->state != VR_WIRE_CLOSED)
        close_if_over(wire);
}

void vr_wire_update(struct vr_wire *wire)
{
    unsigned want = 0;

    if (vr_wire_room(wire))
        want |= VR_READ;
    if (wire->state == VR_WIRE_OPENING || vr_wire_unwritten(wire))
        want |= VR_WRITE;
    vr_watch_want(&wire->watch, wire->ops->want ? want & VR_READ : want);
    if (wire->ops->want && wire->state != VR_WIRE_CLOSED)
        wire->ops->want(wire, want & VR_WRITE);
}

void vr_wire_drop_notices(struct vr_wire *wire)
{
    if (wire->ops->drop_notices)
        wire->ops->drop_notices(wire);
}

/* ---- as an element ---- */

/* Is the peer not to take what it got for all there was?  In a child it is the
 * parent's connection, which goes on. */
static bool is_cut_short(const struct vr_wire *wire)
{
    return wire->state == VR_WIRE_OPEN &&
           (vr_wire_unwritten(wire) || wire->cut_off ||
            wire->element.chain->has_dropped) &&
           !vr_reactor_is_inherited(wire->reactor);
}

static struct vr_wire *wire_in(struct vr_element *element)
{
    return vr_container_of(element, struct vr_wire, element);
}

void vr_wire_close(struct vr_element *element)
{
    struct vr_wire *wire = wire_in(element);

    if (is_cut_short(wire) && wire->ops->reset)
        wire->ops->reset(wire);
    wire->state = VR_WIRE_CLOSED;
    wire->open_error = 0;
    vr_wire_give_pipe(wire);
    vr_wire_stop_lingering(wire);
    vr_producer_fini(&wire->inbound);
    vr_watch_close(&wire->watch);
    vr_fd_close(env_of(wire), wire->fd);
    wire->fd = -1;
}

/* Also behind what a filter held: perhaps writing is to end now. */
void vr_wire_inbound_over(struct vr_element *element)
{
    vr_pump_later(&wire_in(element)->inbound);
}

/* What is queued goes first.  A producer that was detached when it was over
 * could not tell, and bytes may be missing. */
void vr_wire_over(struct vr_element *element)
{
    struct vr_wire *wire = wire_in(element);

    if (!wire->write_ending)
        vr_wire_lose_write(wire, &closed_here);
    close_if_over(wire);
}

void vr_wire_fini(struct vr_element *element)
{
    vr_buffer_clear(&wire_in(element)->left);
    vr_buffer_clear(&wire_in(element)->queue);
}

static bool ends_by_hooks(const struct vr_element_ops *ops)
{
    return ops->close && ops->over && ops->inbound_over && ops->fini;
}

int vr_wire_init(struct vr_wire *wire, struct vr_reactor *reactor,
                 const struct vr_wire_ops *ops)
{
    if (!vr_is_known(ops) || !ends_by_hooks(&ops->element))
        return -EINVAL;

    *wire = (struct vr_wire){.reactor = reactor,
                             .ops = ops,
                             .fd = -1,
                             .watch.fd = -1,
                             .write_window = 256 * 1024,
                             .bulk = 64 * 1024,
                             .linger_bytes = 1 << 20,
                             .linger_time = 5 * VR_SEC,
                             .flush_time = 60 * VR_SEC};
    vr_consumer_init(&wire->outbound, &vr_wire_in);
    vr_producer_init(&wire->inbound, reactor, &vr_wire_out);
    vr_element_init_wire(&wire->element, &ops->element, &wire->outbound,
                         &wire->inbound);
    vr_buffer_init(&wire->left, env_of(wire));
    vr_buffer_init(&wire->queue, env_of(wire));
    return 0;
}
