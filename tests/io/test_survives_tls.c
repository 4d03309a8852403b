/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_tls.c
 * TLS as a filter when memory fails, ours or that of OpenSSL: both sides hear
 * an end, none is clean that is not, and all memory is given back.
 */
#include "tests/io/tls_pair.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "tests/support/survive.h"

enum { BYTES = 3000, TURNS = 200 };

static void join_sides(void)
{
    throw_from(1);
    pair_init();
    client.peer.total = server.peer.total = BYTES;
    client.peer.window = server.peer.window = BYTES / 2;
    client.wire.room = server.wire.room = 1000;
    pair_join(1);
}

static int move_all(void)
{
    int err = 0;

    for (int i = 0; i < TURNS && err >= 0 && !pair_is_done(); i++)
        err = try_turn();
    return err;
}

static bool is_told_of_memory(void)
{
    return client.peer.code == -ENOMEM || server.peer.code == -ENOMEM;
}

static void check_side(const struct side *side)
{
    const struct peer *peer = &side->peer;

    check(peer_is_told(peer));
    check(peer->ended != VR_END_EOF);
    if (peer->ended == VR_END_TLS_EOF)
        check_int(peer->taken, BYTES);
}

static bool is_all_well(void)
{
    return client.peer.ended == VR_END_TLS_EOF &&
           server.peer.ended == VR_END_TLS_EOF;
}

static void check_both_and_close(void)
{
    turn_until(pair_is_done());
    check_side(&client);
    check_side(&server);
    side_close(&client);
    side_close(&server);
}

/* ---- ours ---- */

static void prepare(void)
{
    reactor = survive_reactor;
    join_sides();
}

static void look(int err)
{
    (void)err;
    turn_until(pair_is_done());
    if (!is_all_well())
        check(is_told_of_memory());
    check_both_and_close();
}

TEST(survives_tls, moving_bytes_both_ways)
{
    contexts_init();
    check(survive(prepare, move_all, look) > 0);
    contexts_fini();
}

/* ---- of OpenSSL ---- */

static struct {
    long count, first, last; /* of allocations; those that fail */
    long blocks;
} memory;

static int told; /* how often that was it */

static bool fails_now(void)
{
    memory.count++;
    return memory.first <= memory.count && memory.count <= memory.last;
}

static void *take(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    void *block = size && !fails_now() ? malloc(size) : NULL;
    memory.blocks += block != NULL;
    return block;
}

static void give(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    memory.blocks -= block != NULL;
    free(block);
}

static void *resize(void *block, size_t size, const char *file, int line)
{
    if (!block)
        return take(size, file, line);
    if (!size) {
        give(block, file, line);
        return NULL;
    }
    return fails_now() ? NULL : realloc(block, size);
}

static int has_taken_over;

/* Only before OpenSSL takes any, as a runner of tests may have it do. */
__attribute__((constructor)) static void take_over(void)
{
    has_taken_over = CRYPTO_set_mem_functions(take, resize, give);
}

static void begin(void)
{
    if (!has_taken_over)
        test_skip("OpenSSL has taken memory already");
    contexts_init();
}

/* What OpenSSL keeps for this thread is given back, too. */
static long blocks(void)
{
    ERR_clear_error();
    OPENSSL_thread_stop();
    return memory.blocks;
}

static void fail_from(long nth, long times)
{
    memory.count = 0;
    memory.first = nth;
    memory.last = nth + times - 1;
}

/* @return was there an allocation to fail? */
static bool move_under(long nth, long times)
{
    check_int(vr_reactor_new(NULL, &reactor), 0);
    join_sides();
    fail_from(nth, times);
    check(move_all() >= 0);
    bool reached = memory.count >= nth;
    fail_from(0, 0);
    check_both_and_close();
    told += is_told_of_memory();
    check_int(vr_reactor_free(reactor), 0);
    return reached;
}

/* Not each is tried: there are thousands. */
static void move_under_each(long times)
{
    long nth = 1, before;

    (void)move_under(LONG_MAX / 2, 1);
    check(is_all_well());
    before = blocks();
    while (move_under(nth, times)) {
        check_int(blocks(), before);
        nth += 1 + nth / 16;
    }
    check(nth > 100 && told > 10);
}

HEAVY_TEST(survives_tls, an_allocation_of_openssl_that_fails)
{
    begin();
    move_under_each(1);
    contexts_fini();
}

HEAVY_TEST(survives_tls, all_allocations_of_openssl_that_fail_from_one_on)
{
    begin();
    move_under_each(LONG_MAX / 2);
    contexts_fini();
}

TEST(survives_tls, making_one)
{
    struct tls_filter tls;
    int err;

    begin();
    check_int(vr_reactor_new(NULL, &reactor), 0);
    check_int(tls_filter_init(&tls, reactor, SSL_new(server_ctx), true), 0);
    tls_filter_fini(&tls);
    long before = blocks();
    for (long nth = 1; nth; nth = err ? nth + 1 : 0) {
        fail_from(nth, 1);
        err = tls_filter_init(&tls, reactor, SSL_new(server_ctx), true);
        fail_from(0, 0);
        if (err)
            check_int(err, -ENOMEM);
        tls_filter_fini(&tls);
        check_int(blocks(), before);
    }
    check_int(vr_reactor_free(reactor), 0);
    contexts_fini();
}
