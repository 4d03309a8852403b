/* SPDX-License-Identifier: MIT */
/**
 * @file tls_pair.h
 * Two chains back to back: a wire, one TLS filter or one in another, and a
 * program.
 */
#ifndef VR_TESTS_IO_TLS_PAIR_H
#define VR_TESTS_IO_TLS_PAIR_H

#include "tests/io/memory_wire.h"
#include "tests/io/peer.h"
#include "tests/io/tls_filter.h"

#include <vreactor/io/wire/socket.h>
#include <vreactor/reactor/reactor.h>

enum { LAYERS = 2, STUCK = 4000000 };

struct side {
    struct vr_chain chain;
    struct wire wire;
    struct vr_socket socket;       /* or this */
    struct tls_filter tls[LAYERS]; /* from the wire on */
    struct peer peer;
    bool closed;
};

static struct side client, server;
static SSL_CTX *server_ctx, *client_ctx;

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

    side_join_to(side, &side->wire.element, layers);
    vr_greet(&side->wire.out);
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
        check(vr_reactor_turn(reactor, 0) >= 0);
    for (int i = 0; i < LAYERS; i++)
        tls_filter_fini(&side->tls[i]);
}

static inline void contexts_init(void)
{
    pattern_init();
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

/* What comes from outside, in the loop; a stop puts the rest off. */
static inline void happen(struct vr_soon *event)
{
    (void)event;
    wire_read(&client.wire);
    if (!vr_reactor_is_stopping(reactor))
        wire_read(&server.wire);
    peer_tick(&client.peer);
    peer_tick(&server.peer);
}

/* @return as vr_reactor_turn() */
static inline int try_turn(void)
{
    struct vr_soon event;

    vr_soon_init(&event, happen);
    vr_soon_add_pump(&event, reactor);
    int err = vr_reactor_turn(reactor, 0);
    vr_soon_cancel(&event);
    return err;
}

static inline void turn(void)
{
    check(try_turn() >= 0);
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
