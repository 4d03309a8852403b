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
    check_int(client.peer.secured, layers);
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
    check_int(server.tls[0].why.stage, VR_STAGE_HANDSHAKE);
    tear_down();
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

/* ---- failures ---- */

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
    check_int(client.tls[0].why.stage, VR_STAGE_HANDSHAKE);
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
