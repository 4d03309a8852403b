/* SPDX-License-Identifier: MIT */
/**
 * @file wire.h
 * The end of a chain at the wire, where the input says what the peer sends, how
 * it ends, and how much it takes.
 */
#ifndef VR_FUZZ_WIRE_H
#define VR_FUZZ_WIRE_H

#include "fuzz/fuzz.h"

#include <vreactor/base/end.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/writer.h>

enum { WIRE_MOST = 1 << 16 };

static struct wire {
    struct vr_element element;
    struct vr_writer writer; /* what the peer sends */
    struct vr_consumer in;
    uint64_t window; /* granted at first */
    size_t most;     /* of an offer that is taken */

    /* Looks at what is offered, of which @took bytes are taken. */
    void (*look)(const struct vr_offer *offer, size_t took);

    bool has_ended, was_reset, has_stopped;
    size_t sent_len; /* of wire_sent */
} wire;

static uint8_t wire_sent[WIRE_MOST];

static const struct vr_end wire_reset_end = {.kind = VR_END_RESET};

static inline void wire_attached(struct vr_consumer *in)
{
    vr_link_grant(in, wire.window);
}

static inline size_t wire_consume(struct vr_consumer *in,
                                  const struct vr_offer *offer)
{
    size_t took = offer->len < wire.most ? offer->len : wire.most;

    wire.look(offer, took);
    if (took < offer->len)
        vr_link_pause(in);
    return took;
}

static inline void wire_close(struct vr_element *element)
{
    (void)element;
    vr_producer_fini(&wire.writer.out);
}

static inline void wire_fini(struct vr_element *element)
{
    (void)element;
    vr_writer_fini(&wire.writer);
}

static inline void wire_init(struct vr_reactor *reactor)
{
    static const struct vr_consumer_ops in = {.attached = wire_attached,
                                              .consume = wire_consume};
    static const struct vr_element_ops ops = {
        .name = "wire", .close = wire_close, .fini = wire_fini};

    vr_writer_init(&wire.writer, reactor, NULL);
    vr_consumer_init(&wire.in, &in);
    vr_element_init_wire(&wire.element, &ops, &wire.in, &wire.writer.out);
}

/* ---- what the peer does ---- */

/* The bytes go as they are, while there is room to remember them. */
static inline void wire_send(const void *bytes, size_t len)
{
    if (wire.has_ended || len > WIRE_MOST - wire.sent_len || !len ||
        vr_writer_write(&wire.writer, bytes, len))
        return;
    memcpy(wire_sent + wire.sent_len, bytes, len);
    wire.sent_len += len;
}

static inline void wire_end(void)
{
    wire.has_ended = true;
    vr_writer_end(&wire.writer);
}

static inline void wire_reset(void)
{
    wire.has_ended = wire.was_reset = true;
    vr_writer_abort(&wire.writer, &wire_reset_end);
}

static inline void wire_stop(void)
{
    wire.has_stopped = true;
    vr_link_stop(&wire.in, &wire_reset_end);
}

#endif
