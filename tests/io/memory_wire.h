/* SPDX-License-Identifier: MIT */
/**
 * @file memory_wire.h
 * A pair of wires in memory: what one takes the other offers, in pieces and
 * with room on the way as the test says, by the dice.
 */
#ifndef VR_TESTS_IO_MEMORY_WIRE_H
#define VR_TESTS_IO_MEMORY_WIRE_H

#include "tests/io/dice.h"

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/control.h>
#include <vreactor/io/link.h>
#include <vreactor/io/name/address.h>

enum { WIRE_ROOM = 32768, WIRE_KEPT = 65536 };

struct wire {
    struct vr_element element;
    struct vr_consumer in;
    struct vr_producer out;
    struct wire *peer;
    size_t piece; /* most it reads at once */
    size_t room;  /* most that is on its way to it */
    bool at_once; /* it reads inside its peer's `consume` */
    bool waits;   /* nothing arrives for now */

    unsigned char flight[WIRE_ROOM]; /* on its way to it */
    size_t flying;
    bool over;                     /* nothing follows that */
    struct vr_end end;             /* why */
    unsigned char kept[WIRE_KEPT]; /* what its consumer left */
    size_t kept_len;
    bool hungry; /* that was too little, not unwanted */
};

static inline void wire_grant(struct wire *wire)
{
    const struct wire *peer = wire->peer;

    if (peer->flying < peer->room)
        vr_link_grant(&wire->in, peer->room - peer->flying);
}

static inline void wire_read(struct wire *wire);

/* ---- from the chain ---- */

static inline void wire_attached(struct vr_consumer *in)
{
    wire_grant(vr_container_of(in, struct wire, in));
}

static inline size_t wire_consume(struct vr_consumer *in,
                                  const struct vr_offer *offer)
{
    struct wire *peer = vr_container_of(in, struct wire, in)->peer;

    sure(offer->len <= WIRE_ROOM - peer->flying);
    if (peer->over)
        return offer->len; /* the test has cut it */
    if (offer->len)
        memcpy(peer->flight + peer->flying, offer->data, offer->len);
    peer->flying += offer->len;
    if (peer->at_once && !peer->out.offering)
        wire_read(peer);
    else
        vr_pump_later(&peer->out);
    return offer->len;
}

/* Put bytes on their way to it that its peer has not sent. */
static inline void wire_put(struct wire *wire, const void *data, size_t len)
{
    sure(len <= WIRE_ROOM - wire->flying);
    memcpy(wire->flight + wire->flying, data, len);
    wire->flying += len;
    vr_pump_later(&wire->out);
}

static inline void wire_end(struct wire *wire, enum vr_end_kind kind)
{
    if (wire->over)
        return; /* the test has cut it */
    wire->over = true;
    wire->end.kind = kind;
    vr_pump_later(&wire->out);
}

static inline void wire_ended(struct vr_consumer *in, const struct vr_end *why)
{
    wire_end(vr_container_of(in, struct wire, in)->peer,
             vr_end_is_clean(why) ? VR_END_EOF : VR_END_RESET);
}

/* As TCP does: the peer cannot tell that bytes are missing. */
static inline void wire_aborted(struct vr_consumer *in,
                                const struct vr_end *why)
{
    (void)why;
    wire_end(vr_container_of(in, struct wire, in)->peer, VR_END_EOF);
}

static const struct vr_consumer_ops wire_in = {
    .attached = wire_attached,
    .consume = wire_consume,
    .ended = wire_ended,
    .aborted = wire_aborted,
};

/* ---- into the chain ---- */

static inline void wire_offer(struct wire *wire)
{
    bool last = wire->over && !wire->flying;
    size_t took = vr_link_offer(
        &wire->out, &(struct vr_offer){.data = wire->kept,
                                       .len = wire->kept_len,
                                       .end = last ? &wire->end : NULL});

    if (wire->out.state == VR_LINK_OVER)
        took = wire->kept_len;
    wire->kept_len -= took;
    memmove(wire->kept, wire->kept + took, wire->kept_len);
    wire->hungry = vr_link_window(&wire->out) > 0;
}

static inline size_t wire_to_read(const struct wire *wire)
{
    uint64_t room = vr_link_window(&wire->out);

    if (room <= wire->kept_len || (wire->kept_len && !wire->hungry) ||
        wire->waits)
        return 0;
    room -= wire->kept_len;
    if (room > WIRE_KEPT - wire->kept_len)
        room = WIRE_KEPT - wire->kept_len;
    if (room > wire->flying)
        room = wire->flying;
    return room > wire->piece ? 1 + below(wire->piece) : (size_t)room;
}

static inline void wire_drop(struct wire *wire, size_t len)
{
    wire->flying -= len;
    memmove(wire->flight, wire->flight + len, wire->flying);
    wire_grant(wire->peer);
}

/* Something may have come.  One that was stopped drains. */
static inline void wire_read(struct wire *wire)
{
    if (wire->out.state == VR_LINK_OVER) {
        wire_drop(wire, wire->flying);
        return;
    }
    size_t len = wire_to_read(wire);
    if (!len && !(wire->over && !wire->flying))
        return;
    memcpy(wire->kept + wire->kept_len, wire->flight, len);
    wire->kept_len += len;
    wire_drop(wire, len);
    wire_offer(wire);
}

static inline void wire_produce(struct vr_producer *out)
{
    struct wire *wire = vr_container_of(out, struct wire, out);

    if (wire->kept_len && !wire->hungry && vr_link_window(out))
        wire_offer(wire);
    wire_read(wire);
}

static inline void wire_ready(struct vr_producer *out)
{
    struct wire *wire = vr_container_of(out, struct wire, out);

    if (out->offering)
        return;
    wire->hungry = false;
    vr_pump_later(out);
}

static inline void wire_stopped(struct vr_producer *out,
                                const struct vr_end *why)
{
    (void)why;
    vr_pump_later(out);
}

static const struct vr_producer_ops wire_out = {
    .ready = wire_ready,
    .produce = wire_produce,
    .stopped = wire_stopped,
};

static inline void wire_init(struct wire *wire, struct vr_reactor *reactor,
                             struct wire *peer)
{
    static const struct vr_element_ops ops = {.name = "wire"};

    wire->peer = peer;
    wire->piece = wire->room = WIRE_ROOM;
    vr_consumer_init(&wire->in, &wire_in);
    vr_producer_init(&wire->out, reactor, &wire_out);
    vr_element_init_wire(&wire->element, &ops, &wire->in, &wire->out);
}

#endif
