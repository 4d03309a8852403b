/* SPDX-License-Identifier: MIT */
/**
 * @file test_tls_socket.c
 * TLS as a filter over sockets: with itself, and within itself.
 */
#include "tests/io/tls_pair.h"

#include <sys/socket.h>

#include "tests/support/raw.h"

enum { MEBIBYTE = 1 << 20 };

static void turn_until_closed(const struct side *side)
{
    while (!side->closed)
        check(vr_reactor_turn(reactor, -1) >= 0);
}

static void let_read(struct side *side)
{
    side->peer.limit = SIZE_MAX;
    vr_link_resume(&side->peer.in);
}

/* ---- with itself ---- */

static void echo(int layers)
{
    set_up();
    client.peer.total = MEBIBYTE;
    client.peer.measures = true;
    server.peer.echoes = true;
    side_join_socket(&client, layers);
    side_join_socket(&server, layers);
    check_int(vr_socket_pair(&client.socket, &server.socket), 0);
    turn_until_closed(&client);
    turn_until_closed(&server);

    check_int(server.peer.taken, MEBIBYTE);
    check_int(client.peer.taken, MEBIBYTE);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    check_int(client.peer.ended, VR_END_TLS_EOF);
    check_int(client.peer.depth, 1 + layers);
    tear_down();
}

TEST(tls_socket, echoes_a_mebibyte)
{
    echo(1);
}

/* The wire has scratch, and each filter; promise reactor-28 */
TEST(tls_socket, echoes_a_mebibyte_within_another)
{
    echo(2);
}

/* The server has sent all, heard the client's end and is gone;
 * promise links-33 */
TEST(tls_socket, what_a_paused_program_has_not_read_outlives_both_ends)
{
    set_up();
    client.peer.total = 10;
    client.peer.limit = 100;
    server.peer.total = 10000;
    side_join_socket(&client, LAYERS);
    side_join_socket(&server, LAYERS);
    check_int(vr_socket_pair(&client.socket, &server.socket), 0);
    turn_until_closed(&server);
    check(!client.closed);
    check_int(client.peer.taken, 100);

    let_read(&client);
    turn_until_closed(&client);
    check_int(client.peer.taken, 10000);
    check_int(client.peer.ended, VR_END_TLS_EOF);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    tear_down();
}

/* ---- a wire that is cut ---- */

/* The client's system ends the wire, of which the program knows nothing. */
static void cut_wire(void)
{
    check_int(shutdown(vr_socket_fd(&client.socket), SHUT_WR), 0);
}

/* By TCP, which may forget what has come where bytes that came are not read. */
static void connect_sides(void)
{
    struct vr_address place;
    int listening = raw_listen(AF_INET, &place);

    check_int(vr_socket_connect(&client.socket, &place), 0);
    check_int(vr_socket_adopt(&server.socket, raw_accept(listening), NULL), 0);
    raw_close_listening(listening);
}

static void send_some(size_t limit, bool ends)
{
    set_up();
    client.peer.total = 1000;
    client.peer.holds_end = true;
    server.peer.limit = limit;
    server.peer.holds_end = !ends;
    side_join_socket(&client, 1);
    side_join_socket(&server, 1);
    connect_sides();
    while (server.peer.taken < limit)
        check(vr_reactor_turn(reactor, -1) >= 0);
}

/* The server has sent all, and its own end. */
static void be_at_end(size_t limit)
{
    send_some(limit, true);
    while (!client.peer.ended)
        check(vr_reactor_turn(reactor, -1) >= 0);
    check_int(client.peer.ended, VR_END_TLS_EOF);
}

static void check_truncated(void)
{
    turn_until_closed(&server);
    check_int(server.peer.taken, 1000);
    check_int(server.peer.ended, VR_END_TRUNCATED);
    tear_down();
}

TEST(tls_socket, a_wire_that_is_cut_truncates)
{
    be_at_end(1000);
    cut_wire();
    check_truncated();
}

/* promise links-33 */
TEST(tls_socket, a_wire_that_is_cut_truncates_what_is_read_later)
{
    be_at_end(100);
    cut_wire();
    while (!server.tls[0].wire_end.kind) {
        check(!server.closed); /* else the end would never be heard */
        check(vr_reactor_turn(reactor, -1) >= 0);
    }
    for (int i = 0; i < 3; i++)
        check_int(vr_reactor_turn(reactor, 0), 0);
    check(!server.closed);
    let_read(&server);
    check_truncated();
}

/* ---- failures ---- */

/* Behind what is no record comes more than the server reads. */
TEST(tls_socket, an_alert_reaches_a_peer_that_sends_on)
{
    send_some(1000, false);
    check(send(vr_socket_fd(&client.socket), pattern, SHOWN, MSG_DONTWAIT) > 0);
    client.peer.total = 4 * MEBIBYTE;
    vr_pump_later(&client.peer.out);
    turn_until_closed(&client);
    turn_until_closed(&server);
    check_int(server.peer.ended, VR_END_ERROR);
    check_int(client.peer.ended, VR_END_ERROR);
    tear_down();
}

/* ---- new keys ---- */

static bool is_full(const struct side *side)
{
    return side->tls[0].sink.len > 0 && side->socket.wire.queue.len > 0;
}

TEST(tls_socket, gets_new_keys_where_both_sides_are_full)
{
    set_up();
    client.peer.total = server.peer.total = 16 * MEBIBYTE;
    client.peer.limit = server.peer.limit = 100;
    side_join_socket(&client, 1);
    side_join_socket(&server, 1);
    check_int(vr_socket_pair(&client.socket, &server.socket), 0);
    while (!is_full(&client) || !is_full(&server))
        check(vr_reactor_turn(reactor, -1) >= 0);
    tls_filter_rekey(&client.tls[0]);
    tls_filter_rekey(&server.tls[0]);
    let_read(&client);
    let_read(&server);
    turn_until_closed(&client);
    turn_until_closed(&server);

    check_int(server.peer.taken, 16 * MEBIBYTE);
    check_int(client.peer.taken, 16 * MEBIBYTE);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    check_int(client.peer.ended, VR_END_TLS_EOF);
    tear_down();
}

/* ---- on a live chain ---- */

static void insert(struct side *side)
{
    check_int(
        vr_chain_insert(&side->socket.element, &side->tls[0].base.element), 0);
    let_read(side);
}

TEST(tls_socket, is_put_in_behind_plain_bytes)
{
    set_up();
    client.peer.total = server.peer.limit = 100;
    client.peer.holds_end = true;
    server.peer.echoes = true;
    side_join_socket(&client, 0);
    side_join_socket(&server, 0);
    check_int(vr_socket_pair(&client.socket, &server.socket), 0);
    while (client.peer.taken < 100)
        check(vr_reactor_turn(reactor, -1) >= 0);
    insert(&client);
    insert(&server);
    client.peer.total = MEBIBYTE;
    client.peer.holds_end = false;
    vr_pump_later(&client.peer.out);
    turn_until_closed(&client);
    turn_until_closed(&server);

    check_int(server.peer.taken, MEBIBYTE);
    check_int(client.peer.taken, MEBIBYTE);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    check_int(client.peer.ended, VR_END_TLS_EOF);
    check_int(server.peer.secured, 1);
    tear_down();
}
