/* SPDX-License-Identifier: MIT */
/**
 * @file tls_pair.h
 * Two chains back to back: a wire, one TLS filter or one in another, and a
 * program that sends and takes a pattern.
 */
#ifndef VR_TESTS_IO_TLS_PAIR_H
#define VR_TESTS_IO_TLS_PAIR_H

#include "tests/io/memory_wire.h"
#include "tests/io/tls_filter.h"

#include <vreactor/io/wire/socket.h>
#include <vreactor/reactor/reactor.h>

enum { PATTERN = 251, SHOWN = 65536, LAYERS = 2, STUCK = 4000000 };

/** A program: it takes and sends at once. */
struct peer {
    struct vr_element element;
    struct vr_consumer in;
    struct vr_producer out;
    size_t window; /* most it grants at once; 0: no limit */
    size_t group;  /* it takes multiples of that */
    size_t moody;  /* it pauses at one offer in so many; 0: never */
    size_t piece;  /* most it offers at once */
    size_t total;  /* to be sent */
    bool echoes;   /* it sends what it has taken, and ends as it is ended */
    bool holds_end;
    size_t ends_at;  /* it ends when it has echoed so much */
    size_t limit;    /* it takes no more than that, and pauses */
    size_t close_at; /* it closes its chain when it has so much */

    size_t sent, taken;
    int greeted, secured, stopped;
    enum vr_end_kind ended, aborted;
};

struct side {
    struct vr_chain chain;
    struct wire wire;
    struct vr_socket socket;       /* or this */
    struct tls_filter tls[LAYERS]; /* from the wire on */
    struct peer peer;
    bool closed;
};

static struct vr_reactor *reactor;
static struct side client, server;
static SSL_CTX *server_ctx, *client_ctx;
static unsigned char pattern[SHOWN + PATTERN];

/* ---- a program that takes ---- */

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
    size_t len = peer_choose(peer, offer->len);
    sure(!memcmp(offer->data, pattern + peer->taken % PATTERN, len));
    peer->taken += len;
    if (peer->taken >= peer->close_at) {
        vr_chain_close(peer->element.chain, NULL);
        return len;
    }
    if (len)
        vr_pump_later(&peer->out);
    if (one_in(2) || !in->from->paused)
        peer_grant(peer);
    return len;
}

static inline void peer_ended(struct vr_consumer *in, const struct vr_end *why)
{
    struct peer *peer = vr_container_of(in, struct peer, in);

    sure(!peer->ended && !peer->aborted);
    peer->ended = why->kind;
    vr_pump_later(&peer->out);
}

static inline void peer_aborted(struct vr_consumer *in,
                                const struct vr_end *why)
{
    struct peer *peer = vr_container_of(in, struct peer, in);

    sure(!peer->ended && !peer->aborted);
    peer->aborted = why->kind;
    vr_pump_later(&peer->out);
}

static inline int peer_control(struct vr_consumer *in,
                               const struct vr_control *msg)
{
    struct peer *peer = vr_container_of(in, struct peer, in);

    if (vr_control_is(msg, vr_control_connected()))
        peer->greeted++;
    else if (vr_control_is(msg, vr_control_secured()))
        peer->secured++;
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

static inline void peer_produce(struct vr_producer *out)
{
    static const struct vr_end eof = {.kind = VR_END_EOF};
    struct peer *peer = vr_container_of(out, struct peer, out);
    size_t all = peer->echoes ? peer->taken : peer->total;
    size_t len = all - peer->sent;
    bool is_last = peer->echoes
                       ? peer_is_told(peer) || peer->taken == peer->ends_at
                       : !peer->holds_end;

    if (len > peer->piece)
        len = 1 + below(peer->piece);
    struct vr_offer offer = {.data = pattern + peer->sent % PATTERN,
                             .len = len,
                             .end = is_last && peer->sent + len == all ? &eof
                                                                       : NULL};
    if (len || offer.end)
        peer->sent += vr_link_offer(out, &offer);
    if (vr_link_window(out) && peer->sent < all)
        vr_pump_later(out);
    else if (vr_link_window(out) && is_last && out->state == VR_LINK_OPEN)
        vr_pump_later(out);
}

static inline void peer_stopped(struct vr_producer *out,
                                const struct vr_end *why)
{
    (void)why;
    vr_container_of(out, struct peer, out)->stopped++;
}

static const struct vr_producer_ops peer_out = {
    .ready = vr_pump_later,
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

/* From the loop. */
static inline void peer_tick(struct peer *peer)
{
    if (!peer->in.from || one_in(2) || peer->taken == peer->limit)
        return;
    vr_link_resume(&peer->in);
    peer_grant(peer);
}

/* ---- both ---- */

static inline void side_closed(struct vr_chain *chain, const struct vr_end *why)
{
    (void)why;
    vr_container_of(chain, struct side, chain)->closed = true;
}

static inline void side_init(struct side *side, struct side *other)
{
    bool is_server = side == &server;

    memset(side, 0, sizeof(*side));
    vr_chain_init(&side->chain, reactor, side_closed);
    wire_init(&side->wire, reactor, &other->wire);
    peer_init(&side->peer);
    for (int i = 0; i < LAYERS; i++)
        check_int(tls_filter_init(&side->tls[i], reactor,
                                  SSL_new(is_server ? server_ctx : client_ctx),
                                  is_server),
                  0);
}

static inline void side_join_to(struct side *side, struct vr_element *wire,
                                int layers)
{
    struct vr_element *elements[LAYERS + 3] = {wire};
    int count = 1;

    for (int i = 0; i < layers; i++)
        elements[count++] = &side->tls[i].base.element;
    elements[count] = &side->peer.element;
    check_int(vr_chain_add(&side->chain, elements), 0);
}

static inline void side_join(struct side *side, int layers)
{
    static struct vr_address nobody;

    side_join_to(side, &side->wire.element, layers);
    vr_greet(&side->wire.out, &nobody);
}

/* The socket is to be connected then. */
static inline void side_join_socket(struct side *side, int layers)
{
    check_int(vr_socket_init(&side->socket, reactor, NULL), 0);
    side_join_to(side, &side->socket.element, layers);
}

static inline void pair_init(void)
{
    side_init(&client, &server);
    side_init(&server, &client);
}

static inline void pair_join(int layers)
{
    side_join(&client, layers);
    side_join(&server, layers);
}

/* A filter in no chain is its owner's to empty. */
static inline void side_close(struct side *side)
{
    vr_chain_close(&side->chain, NULL);
    while (!side->closed)
        check_int(vr_reactor_turn(reactor, 0), 0);
    for (int i = 0; i < LAYERS; i++)
        tls_filter_fini(&side->tls[i]);
}

static inline void contexts_init(void)
{
    for (size_t i = 0; i < sizeof(pattern); i++)
        pattern[i] = (unsigned char)(i % PATTERN);
    server_ctx = tls_server_ctx();
    client_ctx = tls_client_ctx(server_ctx);
}

static inline void contexts_fini(void)
{
    SSL_CTX_free(client_ctx);
    SSL_CTX_free(server_ctx);
}

/* Both have heard all that they will. */
static inline bool pair_is_done(void)
{
    return peer_is_told(&client.peer) && peer_is_told(&server.peer);
}

static inline void turn(void)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
    wire_read(&client.wire);
    wire_read(&server.wire);
    peer_tick(&client.peer);
    peer_tick(&server.peer);
}

/* ---- a test ---- */

static inline void set_up(void)
{
    throw_from(1);
    check_int(vr_reactor_new(NULL, &reactor), 0);
    contexts_init();
    pair_init();
}

static inline void tear_down(void)
{
    side_close(&client);
    side_close(&server);
    check_int(vr_reactor_free(reactor), 0);
    contexts_fini();
}

#define turn_until(condition)                                                  \
    do {                                                                       \
        for (int turns = 0; !(condition); turns++) {                           \
            check(turns < STUCK);                                              \
            turn();                                                            \
        }                                                                      \
    } while (0)

/* Joined, and 1000 bytes echoed. */
static inline void open_pair(void)
{
    set_up();
    client.peer.total = 1000;
    client.peer.holds_end = true;
    server.peer.echoes = true;
    pair_join(1);
    turn_until(client.peer.taken == 1000);
}

#endif
