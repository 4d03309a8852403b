/* SPDX-License-Identifier: MIT */
/**
 * @file wire_read.c
 * From the kernel to the program: read into scratch of the reactor, offer
 * from there, and keep only the bytes that the consumer leaves.
 */
#include <vreactor/io/wire/wire_impl.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/scratch.h>

static struct vr_wire *wire_of(struct vr_producer *out)
{
    return vr_container_of(out, struct vr_wire, inbound);
}

uint64_t vr_wire_room(const struct vr_wire *wire)
{
    uint64_t window = vr_link_window(&wire->inbound);
    size_t left = wire->left.len;

    if (vr_wire_is_lingering(wire))
        return wire->linger->left;
    if (wire->state != VR_WIRE_OPEN || vr_wire_is_at_end(wire) ||
        window <= left || (left && !wire->hungry))
        return 0;
    return window - left;
}

/* @return how many are done with: taken, or dropped as the link is over */
static size_t offer(struct vr_wire *wire, const unsigned char *data, size_t len)
{
    wire->offering = true; /* also while a greeting is heard */
    vr_wire_greet(wire);
    if (vr_reactor_is_stopping(wire->reactor)) {
        wire->offering = false;
        wire->hungry = false;
        vr_pump_later(&wire->inbound); /* it offers what is left */
        return 0;
    }
    wire->hungry = true;
    struct vr_offer bytes = {.data = data, .len = len};
    struct vr_end end;
    if (vr_wire_is_at_end(wire)) {
        end = vr_wire_read_end(wire);
        bytes.end = &end;
    }
    size_t took = vr_link_offer(&wire->inbound, &bytes);
    wire->offering = false;
    if (!vr_link_window(&wire->inbound))
        wire->hungry = false;
    return wire->inbound.state == VR_LINK_OVER ? len : took;
}

static void no_memory(struct vr_wire *wire)
{
    struct vr_end end = vr_wire_end(wire, -ENOMEM, VR_STAGE_READ);

    vr_link_abort(&wire->inbound, &end);
    vr_pump_later(&wire->inbound); /* perhaps all is over now */
}

/* Not bytes that the consumer left as too few. */
static bool has_to_offer(const struct vr_wire *wire)
{
    if (!wire->left.len)
        return vr_wire_is_at_end(wire);

    return vr_link_window(&wire->inbound) > 0 &&
           (!wire->hungry || vr_wire_is_at_end(wire));
}

void vr_wire_offer_left(struct vr_wire *wire)
{
    size_t len;

    if (wire->state != VR_WIRE_OPEN || !has_to_offer(wire))
        return;
    const unsigned char *data = vr_buffer_front(&wire->left, &len);
    (void)vr_buffer_remove(&wire->left, offer(wire, data, len));
}

static void feed(struct vr_wire *wire, const unsigned char *data, size_t len)
{
    bool borrowed = !wire->left.len;
    size_t took = borrowed ? offer(wire, data, len) : 0;

    if (vr_buffer_extend(&wire->left, data + took, len - took)) {
        no_memory(wire);
    } else if (!borrowed) {
        wire->hungry = false; /* they are more now */
        vr_wire_offer_left(wire);
    }
}

static void reach_end(struct vr_wire *wire, int err, enum vr_end_stage stage)
{
    if (vr_wire_is_lingering(wire)) {
        wire->linger->left = 0;
        return;
    }
    wire->end_stage = stage;
    wire->end_code = err;
    const struct vr_end end = vr_wire_read_end(wire);
    vr_chain_blame(wire->element.chain, &end);
    vr_pump_later(&wire->inbound); /* it offers the end behind what is left */
}

bool vr_wire_is_unheard(const struct vr_wire *wire)
{
    return wire->write_ending && wire->write_error &&
           !vr_wire_is_loss(wire->write_error);
}

static bool is_nothing_yet(ssize_t len)
{
    return len == -EAGAIN || len == -EWOULDBLOCK;
}

/* There is no more to read now.  @p nothing: there was nothing at all */
static void reach_bottom(struct vr_wire *wire, bool nothing)
{
    if (nothing)
        vr_wire_drop_notices(wire);
    if (vr_wire_is_unheard(wire))
        reach_end(wire, wire->write_error, VR_STAGE_WRITE);
}

static void take(struct vr_wire *wire, const unsigned char *data, size_t len)
{
    if (vr_wire_is_lingering(wire))
        wire->linger->left -= len;
    else
        feed(wire, data, len);
}

static size_t smaller(uint64_t a, size_t b)
{
    return a < b ? (size_t)a : b;
}

/* Once, past @p scratch or by way of it. */
static ssize_t read_once(struct vr_wire *wire, unsigned char *scratch,
                         size_t room)
{
    ssize_t len = vr_wire_move(wire, room);

    if (len)
        return len;
    len = wire->ops->read(wire, scratch, room);
    if (len > 0) {
        vr_wire_note_read(wire, (size_t)len, room);
        take(wire, scratch, (size_t)len);
    }
    return len;
}

/* As much as a turn may. */
static void read_on(struct vr_wire *wire, unsigned char *scratch, size_t size)
{
    const size_t whole = vr_reactor_bytes_per_turn(wire->reactor);
    size_t budget = whole;

    while (!vr_reactor_is_stopping(wire->reactor)) {
        size_t room = smaller(vr_wire_room(wire), smaller(size, budget));
        if (!room)
            return;
        ssize_t len = read_once(wire, scratch, room);

        if (len == -EINTR)
            continue;
        if (is_nothing_yet(len)) {
            reach_bottom(wire, budget == whole);
            return;
        }
        if (len <= 0) {
            reach_end(wire, (int)len, VR_STAGE_READ);
            return;
        }
        if ((size_t)len < room)
            return; /* that was all, most likely: no call to hear so */
        budget -= (size_t)len;
    }
}

void vr_wire_read(struct vr_wire *wire)
{
    bool lingers = vr_wire_is_lingering(wire);
    size_t size;

    if (!vr_wire_room(wire))
        return;
    unsigned char *scratch = vr_scratch_take(wire->reactor, &size);
    if (scratch) {
        read_on(wire, scratch, size);
        vr_scratch_give(wire->reactor, scratch);
    } else {
        no_memory(wire);
    }
    if (lingers && (!scratch || !wire->linger->left))
        vr_wire_end_lingering(wire);
}

void vr_wire_find_end(struct vr_wire *wire)
{
    if (wire->state != VR_WIRE_OPEN || !vr_wire_is_loss(wire->write_error) ||
        vr_wire_is_at_end(wire) || wire->left.len ||
        vr_link_window(&wire->inbound) || !wire->ops->peek)
        return;

    ssize_t len = wire->ops->peek(wire);
    if (len <= 0 && !is_nothing_yet(len) && len != -EINTR)
        reach_end(wire, (int)len, VR_STAGE_READ);
}

/* The window or the need has changed: the consumer may take what was left. */
static void on_ready(struct vr_producer *out)
{
    struct vr_wire *wire = wire_of(out);

    if (wire->offering)
        return;

    wire->hungry = false;
    vr_pump_later(out);
}

/* One that was attached inside its predecessor's `consume` gets the bytes left
 * from the loop. */
static void on_joined(struct vr_producer *out)
{
    wire_of(out)->hungry = false;
    vr_pump_later(out);
}

static void on_produce(struct vr_producer *out)
{
    vr_wire_settle(wire_of(out));
}

static void on_stopped(struct vr_producer *out, const struct vr_end *why)
{
    wire_of(out)->stopped_early = !vr_end_is_clean(why);
    vr_pump_later(out);
}

const struct vr_producer_ops vr_wire_out = {
    .ready = on_ready,
    .joined = on_joined,
    .produce = on_produce,
    .stopped = on_stopped,
};
