/* SPDX-License-Identifier: MIT */
/**
 * @file test_tls_live.c
 * TLS as a filter on a chain that lives: put in behind plain bytes, and given
 * new keys where nothing moves.
 */
#include "tests/io/tls_pair.h"

/* ---- insertion ---- */

enum { PLAIN = 100, ALL = 5000 };

/* Plain bytes have gone both ways; the server takes no more for now. */
static void speak_plainly(void)
{
    set_up();
    client.peer.total = PLAIN;
    client.peer.holds_end = true;
    server.peer.echoes = true;
    server.peer.limit = PLAIN;
    pair_join(0);
    turn_until(client.peer.taken == PLAIN);
}

static void insert(struct side *side)
{
    check_int(vr_chain_insert(&side->wire.element, &side->tls[0].base.element),
              0);
    side->peer.limit = SIZE_MAX;
}

static void check_rest(void)
{
    client.peer.total = ALL;
    client.peer.holds_end = false;
    vr_pump_later(&client.peer.out);
    turn_until(pair_is_done());
    check_int(server.peer.taken, ALL);
    check_int(client.peer.taken, ALL);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    check_int(client.peer.ended, VR_END_TLS_EOF);
    check_int(client.peer.greeted, 1);
    check_int(client.peer.secured, 1);
    check_int(server.peer.secured, 1);
    tear_down();
}

/* promise links-24 */
TEST(tls_live, is_put_in_behind_plain_bytes)
{
    speak_plainly();
    insert(&server);
    insert(&client);
    check_rest();
}

/* promise links-9 */
TEST(tls_live, reads_what_the_program_has_left)
{
    speak_plainly();
    insert(&client);
    turn_until(server.wire.kept_len);
    insert(&server);
    check_rest();
}

TEST(tls_live, is_put_in_behind_bytes_that_come_in_crumbs)
{
    speak_plainly();
    client.wire.room = server.wire.room = 3;
    insert(&client);
    turn_until(server.wire.kept_len);
    insert(&server);
    check_rest();
}

/* ---- new keys ---- */

TEST(tls_live, gets_new_keys_where_both_sides_are_full)
{
    set_up();
    client.peer.total = server.peer.total = ALL;
    client.wire.room = server.wire.room = 3;
    pair_join(1);
    for (int i = 0; i < 20; i++) {
        turn_until(client.tls[0].sink.len > ALL / 2 &&
                   server.tls[0].sink.len > ALL / 2);
        tls_filter_rekey(&client.tls[0]);
        tls_filter_rekey(&server.tls[0]);
        turn();
    }
    turn_until(pair_is_done());
    check_int(server.peer.taken, ALL);
    check_int(client.peer.taken, ALL);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    check_int(client.peer.ended, VR_END_TLS_EOF);
    tear_down();
}

TEST(tls_live, ends_a_peer_that_asks_for_keys_and_hears_no_answer)
{
    open_pair();
    client.wire.room = 0;
    for (int i = 0; server.tls[0].state == TLS_OPEN; i++) {
        check(i < 10000);
        tls_filter_rekey(&client.tls[0]);
        turn();
    }
    turn_until(peer_is_told(&server.peer));
    check_int(server.peer.ended, VR_END_LIMIT);
    check_int(client.tls[0].state, TLS_OPEN);
    tear_down();
}
