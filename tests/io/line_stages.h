/* SPDX-License-Identifier: MIT */
/**
 * @file line_stages.h
 * Stages of every temper for the random runs: one that goes into debt, one
 * that makes records and owns no buffer, one that owns two.
 */
#ifndef VR_TESTS_IO_LINE_STAGES_H
#define VR_TESTS_IO_LINE_STAGES_H

#include "tests/io/dice.h"

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/io/link.h>

/* After a close no hook may run, in any stage. */
static bool closed;

static inline size_t whole_of(const struct vr_offer *offer)
{
    return offer->flags & VR_WHOLE ? 1 : offer->len;
}

/* ---- a rate limiter: passes max(tokens, need), records always ---- */

struct rate {
    struct vr_stage stage;
    long tokens, burst, refill;
    bool waiting; /* for tokens */
};

static inline size_t rate_wait(struct rate *rate, size_t took)
{
    rate->waiting = true;
    vr_link_pause(&rate->stage.in);
    return took;
}

static inline size_t rate_consume(struct vr_consumer *in,
                                  const struct vr_offer *offer)
{
    struct rate *rate = vr_container_of(in, struct rate, stage.in);
    struct vr_producer *out = &rate->stage.out;
    struct vr_offer part = *offer;
    size_t took, all = whole_of(offer);

    sure(!closed);
    if (rate->tokens <= 0)
        return rate_wait(rate, 0);
    size_t may = (size_t)rate->tokens;
    if (may < out->need)
        may = out->need; /* else what is larger than the burst never passes */
    if (all > may) {
        part.len = may;
        part.end = NULL;
    }
    took = vr_link_offer(out, &part);
    rate->tokens -= (long)(part.flags & VR_WHOLE ? took * part.len : took);
    if (out->state == VR_LINK_OVER)
        return all;
    if (all > may)
        return rate_wait(rate, took);
    if (took < all && !vr_link_window(out))
        vr_link_pause(in);
    return took;
}

static inline void rate_ready(struct vr_producer *out)
{
    struct rate *rate = vr_container_of(out, struct rate, stage.out);

    sure(!closed);
    vr_pass_ready(out);
    if (rate->waiting)
        vr_link_pause(&rate->stage.in);
}

static inline void rate_tick(struct rate *rate)
{
    rate->tokens += rate->refill;
    if (rate->tokens > rate->burst)
        rate->tokens = rate->burst;
    if (!rate->waiting || rate->tokens <= 0)
        return;
    rate->waiting = false;
    if (vr_link_window(&rate->stage.out))
        vr_link_resume(&rate->stage.in);
}

static const struct vr_consumer_ops rate_in = {
    .knows = VR_AS_OFFERED,
    .attached = vr_pass_attached,
    .consume = rate_consume,
    .ended = vr_pass_ended,
    .aborted = vr_pass_aborted,
};

static const struct vr_producer_ops rate_out = {
    .uses = VR_AS_OFFERED,
    .ready = rate_ready,
    .stopped = vr_pass_stopped,
};

/* ---- a line framer: bytes in, records out, no buffer ---- */

enum { LINE_MAX_LEN = 48 };

static inline void framer_attached(struct vr_consumer *in)
{
    vr_link_need(in, LINE_MAX_LEN + 1);
    vr_link_grant(in, VR_UNLIMITED);
}

static inline size_t framer_consume(struct vr_consumer *in,
                                    const struct vr_offer *offer)
{
    struct vr_producer *out = &vr_container_of(in, struct vr_stage, in)->out;
    const unsigned char *from = offer->data, *end = from + offer->len, *stop;

    sure(!closed);
    while ((stop = memchr(from, '\n', (size_t)(end - from)))) {
        struct vr_offer line = {
            .data = from, .len = (size_t)(stop - from), .flags = VR_WHOLE};
        if (line.len > LINE_MAX_LEN)
            break; /* breaks the link: more is left than was needed */
        if (!vr_link_offer(out, &line)) {
            if (out->state == VR_LINK_OVER)
                return offer->len;
            vr_link_pause(in);
            break;
        }
        from = stop + 1;
    }
    return (size_t)(from - offer->data);
}

static inline void framer_ready(struct vr_producer *out)
{
    sure(!closed);
    if (vr_link_window(out))
        vr_link_resume(&vr_container_of(out, struct vr_stage, out)->in);
}

static const struct vr_consumer_ops framer_in = {
    .attached = framer_attached,
    .consume = framer_consume,
    .ended = vr_pass_ended,
    .aborted = vr_pass_aborted,
};

static const struct vr_producer_ops framer_out = {
    .uses = VR_WHOLE,
    .ready = framer_ready,
    .stopped = vr_pass_stopped,
};

/* ---- a converter: gathers blocks, repeats or drops them, holds both ends of
 * the work in buffers of its own, as TLS does ---- */

enum { BLOCK = 5, REPEATS = 4, BLOCK_OUT = (REPEATS - 1) * (BLOCK - 1) };

struct converter {
    struct vr_stage stage;
    unsigned char block[BLOCK];
    size_t gathered;
    unsigned char result[LINE_MAX_LEN + 1 + BLOCK_OUT + BLOCK];
    size_t len;
    struct vr_end end;
    bool over; /* the end came, and follows what is in result */
};

/* What becomes of a whole block. @return its length */
static inline size_t convert_block(const unsigned char block[BLOCK],
                                   unsigned char *to)
{
    size_t len = 0;

    for (size_t i = block[0] % REPEATS; i > 0; i--) {
        memcpy(to + len, block + 1, BLOCK - 1);
        len += BLOCK - 1;
    }
    return len;
}

/* What becomes of all: the model.  A piece of a block at the end is kept as it
 * is. @return its length */
static inline size_t convert_all(const unsigned char *from, size_t len,
                                 unsigned char *to)
{
    size_t size = 0;

    for (; len >= BLOCK; from += BLOCK, len -= BLOCK)
        size += convert_block(from, to + size);
    memcpy(to + size, from, len);
    return size + len;
}

static inline void converter_offer(struct converter *c)
{
    struct vr_offer offer = {
        .data = c->result, .len = c->len, .end = c->over ? &c->end : NULL};
    size_t took = vr_link_offer(&c->stage.out, &offer);

    c->len -= took;
    memmove(c->result, c->result + took, c->len);
}

/* Results are held, and it is the consumer who does not want them. */
static inline bool converter_blocked(const struct converter *c)
{
    return c->len && !vr_link_window(&c->stage.out);
}

static inline void converter_add(struct converter *c, unsigned char byte)
{
    c->block[c->gathered++] = byte;
    if (c->gathered < BLOCK)
        return;
    c->gathered = 0;
    sure(c->len + BLOCK_OUT <= sizeof(c->result));
    c->len += convert_block(c->block, c->result + c->len);
    converter_offer(c);
}

static inline void converter_attached(struct vr_consumer *in)
{
    vr_link_grant(in, VR_UNLIMITED);
}

static inline size_t converter_consume(struct vr_consumer *in,
                                       const struct vr_offer *offer)
{
    struct converter *c = vr_container_of(in, struct converter, stage.in);
    size_t used = 0;

    sure(!closed);
    if (c->len)
        converter_offer(c); /* a new link upstream forgets that we paused */
    while (used < offer->len && !converter_blocked(c))
        converter_add(c, offer->data[used++]);
    if (c->stage.out.state == VR_LINK_OVER)
        return offer->len;
    if (converter_blocked(c))
        vr_link_pause(in);
    return used;
}

static inline void converter_ended(struct vr_consumer *in,
                                   const struct vr_end *why)
{
    struct converter *c = vr_container_of(in, struct converter, stage.in);

    sure(!closed);
    memcpy(c->result + c->len, c->block, c->gathered);
    c->len += c->gathered;
    c->gathered = 0;
    vr_end_keep(&c->end, why);
    c->over = true;
    converter_offer(c);
}

static inline void converter_ready(struct vr_producer *out)
{
    struct converter *c = vr_container_of(out, struct converter, stage.out);

    sure(!closed);
    if (c->len || c->over)
        vr_pump_later(out);
    else if (vr_link_window(out))
        vr_link_resume(&c->stage.in);
}

static inline void converter_produce(struct vr_producer *out)
{
    struct converter *c = vr_container_of(out, struct converter, stage.out);

    sure(!closed);
    converter_offer(c);
    if (!converter_blocked(c))
        vr_link_resume(&c->stage.in);
}

static const struct vr_consumer_ops converter_in = {
    .attached = converter_attached,
    .consume = converter_consume,
    .ended = converter_ended,
    .aborted = vr_pass_aborted,
};

static const struct vr_producer_ops converter_out = {
    .ready = converter_ready,
    .produce = converter_produce,
    .stopped = vr_pass_stopped,
};

#endif
