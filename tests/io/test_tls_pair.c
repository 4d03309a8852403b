/* SPDX-License-Identifier: MIT */
/**
 * @file test_tls_pair.c
 * TLS as a filter, over wires in memory: all bytes and how they end.
 */
#include "tests/io/tls_pair.h"

enum { MEBIBYTE = 1 << 20 };

static void echo(size_t total, int layers)
{
    client.peer.total = total;
    server.peer.echoes = true;
    pair_join(layers);
    turn_until(pair_is_done());

    check_int(server.peer.taken, total);
    check_int(client.peer.taken, total);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    check_int(client.peer.ended, VR_END_TLS_EOF);
    check_int(client.peer.greeted, 1);
    check_int(client.peer.secured, 1);
    tear_down();
}

TEST(tls_pair, echoes_a_mebibyte)
{
    set_up();
    echo(MEBIBYTE, 1);
}

TEST(tls_pair, echoes_a_mebibyte_within_another)
{
    set_up();
    echo(MEBIBYTE, 2);
}

HEAVY_TEST(tls_pair, echoes_through_windows_of_a_byte)
{
    set_up();
    client.peer.window = server.peer.window = 1;
    echo(MEBIBYTE / 32, 1);
}

HEAVY_TEST(tls_pair, echoes_over_wires_of_a_byte)
{
    set_up();
    client.wire.piece = server.wire.piece = 1;
    client.wire.room = server.wire.room = 1;
    echo(MEBIBYTE / 32, 1);
}

HEAVY_TEST(tls_pair, echoes_over_wires_of_a_byte_within_another)
{
    set_up();
    client.wire.piece = server.wire.piece = 1;
    client.wire.room = server.wire.room = 1;
    client.peer.window = server.peer.window = 1;
    echo(MEBIBYTE / 256, 2);
}

HEAVY_TEST(tls_pair, echoes_over_wires_that_answer_at_once)
{
    set_up();
    client.wire.at_once = server.wire.at_once = true;
    client.peer.window = server.peer.window = 3000;
    echo(MEBIBYTE / 4, 2);
}

/* Nothing but what comes over the wires. */
static void turn_alone(void)
{
    vr_pump_later(&client.wire.out);
    vr_pump_later(&server.wire.out);
    check(vr_reactor_turn(reactor, 0) >= 0);
}

/* One record, which the program takes in pieces, and nothing after it.
 * promise reactor-2 */
TEST(tls_pair, goes_on_after_each_stop_of_the_reactor)
{
    set_up();
    server.peer.total = 16000;
    server.peer.holds_end = client.peer.holds_end = true;
    client.peer.halting = 1;
    client.peer.window = 3000;
    pair_join(1);
    for (int turns = 0; client.peer.taken < 16000; turns++) {
        check(turns < 10000);
        turn_alone();
    }
    tear_down();
}

static void send_more(size_t len)
{
    client.peer.total += len;
    peer_produce(&client.peer.out);
}

/* The program has offered all it had, and does not wait; nor does the wire any
 * more. */
TEST(tls_pair, encrypts_no_more_before_the_wire_was_offered_what_waits)
{
    open_pair();
    server.wire.waits = true;
    send_more(16000);
    while (!client.tls[0].sink.len)
        send_more(16384);
    server.wire.waits = false;
    wire_read(&server.wire);
    client.peer.holds_end = false;
    send_more(16384);
    turn_until(pair_is_done());
    check_int(server.peer.taken, client.peer.total);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    tear_down();
}

/* ---- a handshake behind the first ---- */

static void let_negotiate(struct side *side)
{
    SSL *ssl = side->tls[0].ssl;

    check(SSL_set_max_proto_version(ssl, TLS1_2_VERSION));
    (void)SSL_clear_options(ssl, SSL_OP_NO_RENEGOTIATION);
}

/* The client has been asked for it, and waits for an answer. */
static void begin_another(void)
{
    set_up();
    let_negotiate(&client);
    let_negotiate(&server);
    client.peer.total = 1000;
    client.peer.holds_end = true;
    server.peer.echoes = true;
    pair_join(1);
    turn_until(client.peer.taken == 1000);

    check_int(SSL_renegotiate(server.tls[0].ssl), 1);
    check_int(SSL_do_handshake(server.tls[0].ssl), 1);
    vr_pump_later(&server.tls[0].base.inbound.out);
    server.wire.waits = true;
    turn_until(SSL_in_init(client.tls[0].ssl));
}

static void end_with(size_t total)
{
    client.peer.total = total;
    client.peer.holds_end = false;
    peer_produce(&client.peer.out);
    for (int i = 0; i < 3; i++)
        check_int(vr_reactor_turn(reactor, 0), 0);
    check(!vr_soon_is_waiting(&client.tls[0].base.inbound.out.pump));
    server.wire.waits = false;
    turn_until(pair_is_done());
    check_int(server.peer.taken, total);
    check_int(client.peer.taken, total);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    check_int(client.peer.ended, VR_END_TLS_EOF);
    tear_down();
}

TEST(tls_pair, what_is_written_in_a_handshake_waits_for_its_end)
{
    begin_another();
    end_with(2000);
}

TEST(tls_pair, an_end_in_a_handshake_waits_for_its_end)
{
    begin_another();
    end_with(1000);
}

/* ---- ends ---- */

TEST(tls_pair, a_wire_that_ends_without_close_notify_truncates)
{
    open_pair();
    wire_end(&server.wire, VR_END_EOF);
    turn_until(peer_is_told(&server.peer));
    check_int(server.peer.ended, VR_END_TRUNCATED);
    tear_down();
}

TEST(tls_pair, a_wire_that_is_reset_is_reset)
{
    open_pair();
    wire_end(&server.wire, VR_END_RESET);
    turn_until(peer_is_told(&server.peer));
    check_int(server.peer.ended, VR_END_RESET);
    tear_down();
}

TEST(tls_pair, a_wire_that_ends_within_the_handshake_fails_it)
{
    set_up();
    side_join(&server, 1);
    wire_end(&server.wire, VR_END_EOF);
    turn_until(peer_is_told(&server.peer));
    check_int(server.peer.ended, VR_END_TRUNCATED);
    check_int(server.peer.greeted, 0);
    check_int(server.peer.stage, VR_STAGE_HANDSHAKE);
    tear_down();
}

/* Anybody on the way can send one that is not encrypted.  The client is yet to
 * hear of the server. */
static void hear_end_in_the_clear(struct side *side)
{
    static const unsigned char close_notify[] = {
        SSL3_RT_ALERT,   SSL3_VERSION_MAJOR, 3, 0, 2,
        SSL3_AL_WARNING, SSL_AD_CLOSE_NOTIFY};

    set_up();
    client.wire.waits = true;
    check(SSL_set_max_proto_version(client.tls[0].ssl, TLS1_2_VERSION));
    pair_join(1);
    turn_until(client.wire.flying);
    client.wire.flying = 0;
    client.wire.waits = false;
    wire_put(&side->wire, close_notify, sizeof(close_notify));
    turn_until(peer_is_told(&side->peer));
    check_int(side->peer.ended, VR_END_TRUNCATED);
    check_int(side->peer.stage, VR_STAGE_HANDSHAKE);
    check_int(side->peer.greeted, 0);
    tear_down();
}

TEST(tls_pair, a_close_notify_within_the_handshake_ends_no_client)
{
    hear_end_in_the_clear(&client);
}

TEST(tls_pair, a_close_notify_within_the_handshake_ends_no_server)
{
    hear_end_in_the_clear(&server);
}

TEST(tls_pair, an_abort_sends_no_close_notify)
{
    open_pair();
    vr_link_abort(&client.peer.out, NULL);
    turn_until(peer_is_told(&server.peer));
    check_int(server.peer.ended, VR_END_TRUNCATED);
    tear_down();
}

TEST(tls_pair, an_unclean_end_sends_no_close_notify)
{
    static const struct vr_end reset = {.kind = VR_END_RESET};

    open_pair();
    (void)vr_link_offer(&client.peer.out, &(struct vr_offer){.end = &reset});
    turn_until(peer_is_told(&server.peer));
    check_int(server.peer.ended, VR_END_RESET);
    tear_down();
}

TEST(tls_pair, one_that_ended_takes_on)
{
    set_up();
    client.peer.total = 10;
    server.peer.total = 100000;
    server.peer.holds_end = true;
    pair_join(1);
    turn_until(server.peer.ended && client.peer.taken == 100000);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    check(!peer_is_told(&client.peer));
    tear_down();
}

/* What the client sends waits in front of a wire that is full. */
static void fill_wire(void)
{
    open_pair();
    server.wire.waits = true;
    client.peer.total = 2 * WIRE_ROOM;
    client.peer.holds_end = false;
    vr_pump_later(&client.peer.out);
    turn_until(client.tls[0].sink.len);
}

/* The server sends a close_notify, and ends no wire. */
TEST(tls_pair, the_wire_is_read_until_close_notify_has_gone)
{
    fill_wire();
    server.peer.echoes = false;
    server.peer.total = server.peer.sent;
    server.peer.holds_end = true;
    check_int(SSL_shutdown(server.tls[0].ssl), 0);
    vr_pump_later(&server.tls[0].base.inbound.out);
    turn_until(client.peer.ended);
    check_int(client.peer.ended, VR_END_TLS_EOF);
    check_int(client.wire.out.state, VR_LINK_OPEN);

    wire_put(&client.wire, "more", 4);
    turn_until(!client.wire.flying && !client.wire.kept_len);
    server.wire.waits = false;
    turn_until(server.peer.ended);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    check_int(server.peer.taken, 2 * WIRE_ROOM);
    turn_until(client.wire.out.state == VR_LINK_OVER);
    tear_down();
}

/* ---- failures ---- */

TEST(tls_pair, the_wire_is_read_until_the_alert_has_gone)
{
    fill_wire();
    wire_put(&client.wire, "no record of TLS", 16);
    turn_until(client.peer.ended);
    check_int(client.peer.ended, VR_END_ERROR);
    check_int(client.wire.out.state, VR_LINK_OPEN);

    server.wire.waits = false;
    turn_until(server.peer.ended);
    check_int(server.peer.ended, VR_END_ERROR);
    turn_until(client.wire.out.state == VR_LINK_OVER);
    tear_down();
}

TEST(tls_pair, a_wire_that_does_not_take_the_alert_is_given_up)
{
    fill_wire();
    wire_put(&client.wire, "no record of TLS", 16);
    turn_until(client.peer.ended);
    vr_call_after(&client.tls[0].deadline, 0);
    turn_until(client.wire.out.state == VR_LINK_OVER);
    check_int(client.tls[0].base.outbound.out.state, VR_LINK_OVER);
    tear_down();
}

TEST(tls_pair, bytes_that_are_no_tls_fail_the_handshake)
{
    set_up();
    side_join(&server, 1);
    side_join(&client, 0);
    client.peer.total = 100;
    client.peer.holds_end = server.peer.holds_end = true;
    turn_until(peer_is_told(&server.peer) && client.wire.over);
    check_int(server.peer.ended, VR_END_ERROR);
    check_int(server.peer.stopped, 1);
    check_int(server.peer.greeted, 0);
    tear_down();
}

TEST(tls_pair, a_peer_that_is_not_trusted_hears_an_alert)
{
    SSL_CTX *strange;

    set_up();
    strange = tls_server_ctx();
    check(SSL_set_SSL_CTX(server.tls[0].ssl, strange) != NULL);
    pair_join(1);
    turn_until(peer_is_told(&client.peer) && peer_is_told(&server.peer));
    check_int(client.peer.ended, VR_END_ERROR);
    check_int(client.peer.stage, VR_STAGE_HANDSHAKE);
    check_int(server.peer.ended, VR_END_ERROR);
    tear_down();
    SSL_CTX_free(strange);
}

TEST(tls_pair, a_record_that_was_changed_fails_behind_good_bytes)
{
    open_pair();
    client.peer.total = 2000;
    peer_produce(&client.peer.out);
    check(server.wire.flying > 1000);
    server.wire.flight[server.wire.flying - 1] ^= 1;
    turn_until(peer_is_told(&server.peer) && peer_is_told(&client.peer));
    check_int(server.peer.ended, VR_END_ERROR);
    check_int(server.peer.taken, 1000);
    check_int(client.peer.ended, VR_END_ERROR);
    tear_down();
}
