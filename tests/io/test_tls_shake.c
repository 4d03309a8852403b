/* SPDX-License-Identifier: MIT */
/**
 * @file test_tls_shake.c
 * TLS as a filter until its handshake is done: flights of any length, and what
 * the program is told.
 */
#include "tests/io/tls_pair.h"

/* ---- long flights ---- */

enum { FLIGHT = 60000 };

/* By copies of the certificate, which prove nothing. */
static void lengthen(SSL_CTX *ctx)
{
    X509 *cert = SSL_CTX_get0_certificate(server_ctx);

    for (int len = 0; len < FLIGHT; len += i2d_X509(cert, NULL)) {
        check_int(X509_up_ref(cert), 1);
        check_int(SSL_CTX_add_extra_chain_cert(ctx, cert), 1);
    }
}

/* The client has the certificate of the server, and has to prove it, too. */
static void prove_both_ways(SSL *from, SSL *to)
{
    X509 *cert = SSL_CTX_get0_certificate(server_ctx);
    X509_STORE *trusted = SSL_CTX_get_cert_store(server_ctx);

    check_int(SSL_use_certificate(from, cert), 1);
    check_int(SSL_use_PrivateKey(from, SSL_CTX_get0_privatekey(server_ctx)), 1);
    check_int(X509_STORE_add_cert(trusted, cert), 1);
    SSL_set_verify(to, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
}

static void shake_long(int version, size_t room, int layers)
{
    enum { BYTES = 1000 };

    set_up();
    lengthen(server_ctx);
    lengthen(client_ctx);
    for (int i = 0; i < layers; i++) {
        prove_both_ways(client.tls[i].ssl, server.tls[i].ssl);
        check(SSL_set_max_proto_version(client.tls[i].ssl, version));
    }
    client.wire.room = server.wire.room = room;
    client.peer.total = BYTES;
    server.peer.echoes = true;
    pair_join(layers);
    turn_until(pair_is_done());
    check_int(client.peer.taken, BYTES);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    check_int(client.peer.ended, VR_END_TLS_EOF);
    tear_down();
}

TEST(tls_shake, lets_long_flights_pass_both_ways)
{
    shake_long(TLS1_3_VERSION, WIRE_ROOM, 1);
    shake_long(TLS1_2_VERSION, WIRE_ROOM, 1);
    shake_long(TLS1_3_VERSION, WIRE_ROOM, LAYERS);
}

TEST(tls_shake, lets_long_flights_pass_both_ways_over_narrow_wires)
{
    shake_long(TLS1_3_VERSION, 100, 1);
    shake_long(TLS1_2_VERSION, 100, 1);
}

/* The client is open, and most of its flight is still to go. */
TEST(tls_shake, answers_a_peer_that_asks_for_keys_behind_a_long_flight)
{
    set_up();
    lengthen(client_ctx);
    prove_both_ways(client.tls[0].ssl, server.tls[0].ssl);
    client.peer.total = server.peer.total = 1000;
    server.wire.room = 100;
    pair_join(1);
    turn_until(client.tls[0].state == TLS_OPEN);
    check(client.tls[0].sink.len > FLIGHT / 2);
    tls_filter_rekey(&client.tls[0]);
    turn_until(pair_is_done());
    check_int(server.peer.taken, 1000);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    check_int(client.peer.ended, VR_END_TLS_EOF);
    tear_down();
}

/* ---- what the program is told ---- */

/* promise links-44 */
TEST(tls_shake, a_program_behind_two_hears_of_its_own_behind_the_greeting)
{
    set_up();
    pair_join(LAYERS);
    turn_until(client.tls[0].state == TLS_OPEN);
    check_int(client.peer.greeted + client.peer.secured, 0);
    turn_until(pair_is_done());
    check_int(client.peer.greeted, 1);
    check_int(client.peer.secured, 1);
    tear_down();
}

/* Those of two layers that come to a chain which is open. */
TEST(tls_shake, a_program_hears_of_each_layer_that_comes)
{
    open_pair();
    check_int(client.peer.secured, 1);
    for (int i = 1; i >= 0; i--) {
        struct side *side = i ? &client : &server;
        check_int(vr_chain_insert(&side->tls[0].base.element,
                                  &side->tls[1].base.element),
                  0);
    }
    turn_until(client.tls[1].state == TLS_OPEN);
    check_int(client.peer.greeted, 1);
    check_int(client.peer.secured, 2);
    tear_down();
}

/* A program checks in each hook that no stop came before.
 * promise reactor-2 */
TEST(tls_shake, tells_nothing_behind_a_stop)
{
    set_up();
    client.peer.halts_told = server.peer.halts_told = true;
    client.peer.halting = server.peer.halting = 1;
    client.peer.total = 1000;
    server.peer.echoes = true;
    pair_join(LAYERS);
    turn_until(pair_is_done());
    check_int(client.peer.secured, 1);
    check_int(client.peer.taken, 1000);
    check_int(client.peer.ended, VR_END_TLS_EOF);
    tear_down();
}

/* The first byte comes with the end of the handshake.
 * promise links-44 */
TEST(tls_shake, a_program_that_stops_when_it_is_greeted_hears_secured_first)
{
    set_up();
    server.peer.halts_told = true;
    client.peer.total = 1000;
    client.peer.holds_end = true;
    server.peer.holds_end = true;
    pair_join(1);
    turn_until(server.peer.greeted);
    check_int(server.peer.secured, 0);
    turn_until(server.peer.secured);
    check_int(server.peer.taken, 0);
    turn_until(server.peer.taken == 1000);
    tear_down();
}
