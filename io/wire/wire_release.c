/* SPDX-License-Identifier: MIT */
/**
 * @file wire_release.c
 * How a descriptor changes hands, with the bytes that were read from it.
 */
#include <vreactor/io/wire/wire_impl.h>

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/io/control.h>
#include <vreactor/reactor/reactor.h>

/* @return 0; -EBUSY if something is still to be sent, or another answer */
static int ask_for_queued(struct vr_wire *wire)
{
    uint64_t queued = vr_wire_unwritten(wire);
    const struct vr_control msg = {.kind = vr_control_queued(),
                                   .data = &queued};

    int err = vr_control_upstream(&wire->outbound, &msg);
    if (err < 0 && err != -ENOTCONN)
        return err;
    return queued || err > 0 ? -EBUSY : 0;
}

static bool is_over(const struct vr_wire *wire)
{
    return wire->write_ending || wire->write_over ||
           wire->inbound.state == VR_LINK_OVER;
}

/* An end may be read again by who takes the descriptor, a failure may not. */
static int may_release(struct vr_wire *wire)
{
    if (wire->state == VR_WIRE_CLOSED)
        return -VR_ECLOSED;
    if (wire->state != VR_WIRE_OPEN)
        return -ENOTCONN;
    if (wire->offering)
        return -EBUSY;
    if (is_over(wire) || wire->end_code)
        return -VR_ECLOSED;
    return ask_for_queued(wire);
}

int vr_wire_release(struct vr_wire *wire, int *ret_fd,
                    struct vr_buffer *ret_left)
{
    int err = may_release(wire);
    if (err)
        return err;

    vr_buffer_init(ret_left, vr_reactor_env(wire->reactor));
    err = vr_buffer_move(ret_left, &wire->left, wire->left.len);
    if (err)
        return err; /* never: it is one chunk, and moved as it is */
    *ret_fd = vr_wire_unwatch(wire);
    wire->state = VR_WIRE_CLOSED;
    vr_chain_close(wire->element.chain, NULL);
    return 0;
}

int vr_wire_unread(struct vr_wire *wire, struct vr_buffer *bytes)
{
    if (wire->state == VR_WIRE_CLOSED || vr_wire_is_at_end(wire) ||
        wire->inbound.state == VR_LINK_OVER)
        return -VR_ECLOSED;
    if (wire->left.len || wire->offering)
        return -EBUSY;

    int err = vr_buffer_gather(bytes, bytes->len);
    if (!err)
        err = vr_buffer_move(&wire->left, bytes, bytes->len);
    if (err)
        return err;
    wire->hungry = false; /* they have not been offered yet */
    if (wire->state == VR_WIRE_OPEN)
        vr_pump_later(&wire->inbound);
    return 0;
}
