/* SPDX-License-Identifier: MIT */
/**
 * @file peer.h
 * A program that sends and takes a pattern, at once, in pieces and with windows
 * as the test says, by the dice.
 */
#ifndef VR_TESTS_IO_PEER_H
#define VR_TESTS_IO_PEER_H

#include "tests/io/dice.h"

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/control.h>
#include <vreactor/io/link.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/scratch.h>

enum { PATTERN = 251, SHOWN = 65536 };

struct peer {
    struct vr_element element;
    struct vr_consumer in;
    struct vr_producer out;
    size_t window;   /* most it grants at once; 0: no limit */
    size_t group;    /* it takes multiples of that */
    size_t moody;    /* it pauses at one offer in so many; 0: never */
    size_t piece;    /* most it offers at once */
    size_t total;    /* to be sent */
    bool echoes;     /* it sends what it has taken, and ends as it is ended */
    bool holds_end;  /* until that is false, and its pump runs */
    size_t halting;  /* it stops the reactor at one offer in so many */
    size_t ends_at;  /* it ends when it has echoed so much */
    size_t limit;    /* it takes no more than that, and pauses */
    size_t close_at; /* it closes its chain when it has so much */
    bool measures;   /* how much scratch is in use when it takes */
    bool halts_told; /* it stops the reactor where it is told something */

    size_t sent, taken;
    int depth; /* as measured, at most */
    int greeted, secured, stopped;
    enum vr_end_kind ended, aborted;
    enum vr_end_stage stage; /* of that */
    int code;
};

static struct vr_reactor *reactor;
static unsigned char pattern[SHOWN + PATTERN];

static inline void pattern_init(void)
{
    for (size_t i = 0; i < sizeof(pattern); i++)
        pattern[i] = (unsigned char)(i % PATTERN);
}

/* ---- a program that takes ---- */

enum { DEEPEST = 8 };

/* @return how many scratch buffers of the reactor are in use */
static inline int scratch_depth(void)
{
    void *taken[DEEPEST + 1];
    int count = 0;
    size_t size;

    while ((taken[count] = vr_scratch_take(reactor, &size)))
        count++;
    for (int i = count; i > 0; i--)
        vr_scratch_give(reactor, taken[i - 1]);
    return DEEPEST - count;
}

static inline void peer_grant(struct peer *peer)
{
    vr_link_grant(&peer->in, peer->window ? peer->group + below(peer->window)
                                          : VR_UNLIMITED);
}

static inline void peer_attached(struct vr_consumer *in)
{
    struct peer *peer = vr_container_of(in, struct peer, in);

    vr_link_need(in, peer->group);
    peer_grant(peer);
}

static inline size_t peer_choose(struct peer *peer, size_t len)
{
    if (peer->moody && !below(peer->moody)) {
        vr_link_pause(&peer->in);
        len = below(len + 1);
    }
    if (len > peer->limit - peer->taken) {
        vr_link_pause(&peer->in);
        len = peer->limit - peer->taken;
    }
    return len - len % peer->group;
}

static inline size_t peer_consume(struct vr_consumer *in,
                                  const struct vr_offer *offer)
{
    struct peer *peer = vr_container_of(in, struct peer, in);

    sure(!peer->ended && !peer->aborted && peer->greeted == 1);
    sure(!vr_reactor_is_stopping(reactor));
    size_t len = peer_choose(peer, offer->len);
    sure(!memcmp(offer->data, pattern + peer->taken % PATTERN, len));
    peer->taken += len;
    if (peer->measures && scratch_depth() > peer->depth)
        peer->depth = scratch_depth();
    if (peer->taken >= peer->close_at) {
        vr_chain_close(peer->element.chain, NULL);
        return len;
    }
    if (peer->halting && !below(peer->halting))
        vr_reactor_stop(reactor);
    if (len && peer->echoes)
        vr_pump_later(&peer->out);
    if (one_in(2) || !in->from->paused)
        peer_grant(peer);
    return len;
}

static inline void peer_ended(struct vr_consumer *in, const struct vr_end *why)
{
    struct peer *peer = vr_container_of(in, struct peer, in);

    sure(!peer->ended && !peer->aborted);
    sure(!vr_reactor_is_stopping(reactor));
    peer->ended = why->kind;
    peer->stage = why->stage;
    peer->code = why->code;
    vr_pump_later(&peer->out);
}

static inline void peer_aborted(struct vr_consumer *in,
                                const struct vr_end *why)
{
    struct peer *peer = vr_container_of(in, struct peer, in);

    sure(!peer->ended && !peer->aborted);
    peer->aborted = why->kind;
    peer->stage = why->stage;
    peer->code = why->code;
    vr_pump_later(&peer->out);
}

static inline int peer_control(struct vr_consumer *in,
                               const struct vr_control *msg)
{
    struct peer *peer = vr_container_of(in, struct peer, in);

    sure(!vr_reactor_is_stopping(reactor));
    if (vr_control_is(msg, vr_control_connected()))
        peer->greeted++;
    else if (vr_control_is(msg, vr_control_secured()))
        peer->secured++;
    sure(!peer->secured || peer->greeted == 1);
    if (peer->halts_told)
        vr_reactor_stop(reactor);
    return 0;
}

static const struct vr_consumer_ops peer_in = {
    .attached = peer_attached,
    .consume = peer_consume,
    .ended = peer_ended,
    .aborted = peer_aborted,
    .control = peer_control,
};

/* ---- and sends ---- */

static inline bool peer_is_told(const struct peer *peer)
{
    return peer->ended || peer->aborted;
}

static inline size_t peer_all(const struct peer *peer)
{
    return peer->echoes ? peer->taken : peer->total;
}

static inline bool peer_may_end(const struct peer *peer)
{
    return peer->echoes ? peer_is_told(peer) || peer->taken == peer->ends_at
                        : !peer->holds_end;
}

/* One that has nothing to offer asks for no pump. */
static inline void peer_ready(struct vr_producer *out)
{
    struct peer *peer = vr_container_of(out, struct peer, out);

    if (vr_link_window(out) &&
        (peer->sent < peer_all(peer) || peer_may_end(peer)))
        vr_pump_later(out);
}

static inline void peer_produce(struct vr_producer *out)
{
    static const struct vr_end eof = {.kind = VR_END_EOF};
    struct peer *peer = vr_container_of(out, struct peer, out);
    size_t all = peer_all(peer), len = all - peer->sent;
    bool is_last = peer_may_end(peer);

    if (len > peer->piece)
        len = 1 + below(peer->piece);
    struct vr_offer offer = {.data = pattern + peer->sent % PATTERN,
                             .len = len,
                             .end = is_last && peer->sent + len == all ? &eof
                                                                       : NULL};
    if (len || offer.end)
        peer->sent += vr_link_offer(out, &offer);
    if (!offer.end || out->state == VR_LINK_OPEN)
        peer_ready(out);
}

static inline void peer_stopped(struct vr_producer *out,
                                const struct vr_end *why)
{
    (void)why;
    vr_container_of(out, struct peer, out)->stopped++;
}

static const struct vr_producer_ops peer_out = {
    .ready = peer_ready,
    .produce = peer_produce,
    .stopped = peer_stopped,
};

static inline void peer_init(struct peer *peer)
{
    static const struct vr_element_ops ops = {.name = "peer"};

    *peer = (struct peer){.group = 1,
                          .piece = SHOWN,
                          .ends_at = SIZE_MAX,
                          .limit = SIZE_MAX,
                          .close_at = SIZE_MAX};
    vr_consumer_init(&peer->in, &peer_in);
    vr_producer_init(&peer->out, reactor, &peer_out);
    vr_element_init_program(&peer->element, &ops, &peer->in, &peer->out);
}

/* From the loop: it may have something to send that nothing asked for. */
static inline void peer_tick(struct peer *peer)
{
    if (one_in(4))
        peer_produce(&peer->out);
    if (!peer->in.from || one_in(2) || peer->taken == peer->limit)
        return;
    vr_link_resume(&peer->in);
    peer_grant(peer);
}

#endif
