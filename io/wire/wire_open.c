/* SPDX-License-Identifier: MIT */
/**
 * @file wire_open.c
 * How a wire comes to be open, and what it hears of its descriptor.
 */
#include <vreactor/io/wire/wire_impl.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/io/name/address.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/reactor.h>

/* ---- events ---- */

static struct vr_wire *wire_of(struct vr_watch *watch)
{
    return vr_container_of(watch, struct vr_wire, watch);
}

static void on_readable(struct vr_watch *watch)
{
    vr_wire_read(wire_of(watch));
    vr_wire_update(wire_of(watch));
}

static void finish_opening(struct vr_wire *wire)
{
    int err = wire->ops->opened ? wire->ops->opened(wire) : 0;
    if (err == -EINPROGRESS)
        return;
    if (err) {
        vr_wire_fail(wire, err);
        return;
    }
    wire->state = VR_WIRE_OPEN;
    vr_wire_greet(wire);
    vr_pump_later(&wire->inbound); /* it offers what was put there before */
}

void vr_wire_writable(struct vr_wire *wire)
{
    if (wire->state == VR_WIRE_OPENING)
        finish_opening(wire);
    if (wire->state != VR_WIRE_OPEN || vr_reactor_is_stopping(wire->reactor))
        return;

    size_t unwritten = vr_wire_unwritten(wire);
    vr_wire_flush(wire);
    if (unwritten && vr_wire_unwritten(wire) == unwritten)
        vr_wire_drop_notices(wire);
    vr_wire_update(wire);
}

static void on_writable(struct vr_watch *watch)
{
    vr_wire_writable(wire_of(watch));
}

static void on_failed(struct vr_watch *watch, int err)
{
    struct vr_wire *wire = wire_of(watch);
    const struct vr_address peer = vr_chain_peer(wire->element.chain);
    char text[VR_ADDRESS_TEXT_SIZE];

    if (err == -VR_ECLOSED)
        vr_log_info(vr_reactor_log(wire->reactor),
                    "%s: connection closed with its reactor",
                    vr_address_format(&peer, text, sizeof(text)));
    vr_wire_fail(wire, err);
}

static const struct vr_watch_ops events = {
    .readable = on_readable,
    .writable = on_writable,
    .failed = on_failed,
};

/* ---- opening ---- */

int vr_wire_may_open(const struct vr_wire *wire)
{
    if (wire->state == VR_WIRE_CLOSED)
        return -VR_ECLOSED;
    if (wire->state != VR_WIRE_NEW)
        return -EISCONN;
    if (!wire->element.chain)
        return -EINVAL;

    return 0;
}

int vr_wire_watch(struct vr_wire *wire, int fd, unsigned want)
{
    int err = vr_watch_open(&wire->watch, wire->reactor, fd, want, &events);
    if (!err)
        wire->fd = fd;
    return err;
}

int vr_wire_unwatch(struct vr_wire *wire)
{
    int fd = wire->fd;

    vr_watch_close(&wire->watch);
    wire->fd = -1;
    wire->state = VR_WIRE_NEW;
    return fd;
}

void vr_wire_begin(struct vr_wire *wire, int err)
{
    wire->state = VR_WIRE_OPENING;
    wire->began = vr_now(vr_reactor_env(wire->reactor));
    wire->open_error = err;
    if (!err)
        return;
    vr_watch_want(&wire->watch, 0);
    vr_pump_later(&wire->inbound);
}

void vr_wire_open(struct vr_wire *wire)
{
    wire->state = VR_WIRE_OPEN;
    vr_pump_later(&wire->inbound);
}
