/* SPDX-License-Identifier: MIT */
/**
 * @file test_tls_random.c
 * Two TLS filters back to back, or two pairs of them in each other, over wires
 * and between programs of random moods: no run gets stuck, no byte is lost, and
 * no end is clean that is not.
 *
 * VR_SEED=n runs one seed only; VR_TLS_RUNS=n so many.
 */
#include "tests/io/tls_pair.h"

#include <stdlib.h>

#include <vreactor/base/env.h>

enum { RUNS = 200, PATIENCE = 200000 };

enum fate {
    ABORT,
    STOP,
    STOP_BY_LIMIT,
    CUT,
    RESET,
    CLOSE,
    CLOSE_INSIDE,

    /* All bytes arrive, and the ends are clean. */
    HOLD_END,     /* it ends from outside, behind what has gone */
    HALT_REACTOR, /* which runs again */
    FATES = 16,   /* the others: it goes on to its end */
};

static struct {
    int layers;
    size_t fate, when, rekeys;
    struct side *side, *other; /* whose fate it is */
    bool stopped, aborted;     /* the side took no more, sent no more */
} run;

/* ---- moods ---- */

static size_t size_of_mood(void)
{
    static const size_t most[] = {1, 4, 100, 4000, 30000};

    return 1 + below(most[below(5)]);
}

static void choose_side(struct side *side)
{
    struct peer *peer = &side->peer;

    side->wire.piece = size_of_mood();
    side->wire.room = size_of_mood();
    peer->window = one_in(3) ? 0 : size_of_mood();
    peer->group = one_in(2) ? 1 : 1 + below(300);
    peer->moody = one_in(3) ? 0 : 2 + below(7);
    peer->piece = size_of_mood();
}

static bool is_slow(const struct side *side)
{
    const struct peer *peer = &side->peer;

    return side->wire.piece < 50 || side->wire.room < 50 || peer->piece < 50 ||
           (peer->window && peer->window + peer->group < 50);
}

/* As many as the other takes: whole groups. */
static void choose_total(struct side *side, const struct side *other)
{
    size_t group = other->peer.group;
    size_t most = is_slow(&client) || is_slow(&server) ? 300 : 20000;

    side->peer.total = below(most) / group * group;
}

static void run_begin(uint64_t number)
{
    memset(&run, 0, sizeof(run));
    throw_from(number);
    pair_init();
    run.layers = one_in(3) ? 2 : 1;
    run.fate = below(FATES);
    run.when = below(one_in(2) ? 60 : 2000);
    run.rekeys = one_in(2) ? 0 : below(30);
    run.side = one_in(2) ? &client : &server;
    run.other = run.side == &client ? &server : &client;
    choose_side(&client);
    choose_side(&server);
    choose_total(&client, &server);
    choose_total(&server, &client);
    if (run.fate == CLOSE_INSIDE)
        run.side->peer.close_at = 1 + below(2000);
    run.side->peer.holds_end = run.fate == HOLD_END;
    if (run.fate == HALT_REACTOR)
        client.peer.halting = server.peer.halting = 1 + below(4);
    if (one_in(3))
        for (int i = 0; i < LAYERS; i++)
            check(SSL_set_max_proto_version(client.tls[i].ssl, TLS1_2_VERSION));
    pair_join(run.layers);
}

/* ---- fates ---- */

static void stop_reading(const struct vr_end *why)
{
    run.stopped = !peer_is_told(&run.side->peer);
    vr_link_stop(&run.side->peer.in, why);
}

static void meet_fate(void)
{
    static const struct vr_end limit = {.kind = VR_END_LIMIT};
    struct peer *peer = &run.side->peer;

    if (run.fate == ABORT) {
        run.aborted = peer->out.state != VR_LINK_OVER;
        vr_link_abort(&peer->out, NULL);
    } else if (run.fate == STOP || run.fate == STOP_BY_LIMIT) {
        stop_reading(run.fate == STOP ? NULL : &limit);
    } else if (run.fate == CUT || run.fate == RESET) {
        wire_end(&run.side->wire, run.fate == CUT ? VR_END_EOF : VR_END_RESET);
    } else if (run.fate == CLOSE) {
        vr_chain_close(&run.side->chain, NULL);
    } else if (run.fate == HOLD_END) {
        peer->holds_end = false;
        vr_pump_later(&peer->out);
    }
}

static void give_new_keys(void)
{
    struct side *side = one_in(2) ? &client : &server;

    if (!run.rekeys || !one_in(5))
        return;
    run.rekeys--;
    tls_filter_rekey(&side->tls[below((size_t)run.layers)]);
}

/* The wire of a chain that is closed is reset. */
static void reset_closed(struct side *side, struct side *other)
{
    if (side->closed && !other->closed)
        wire_end(&other->wire, VR_END_RESET);
}

static bool is_done(const struct side *side)
{
    return side->closed || peer_is_told(&side->peer) ||
           (run.stopped && run.side == side);
}

static void run_to_end(void)
{
    size_t turns = 0;

    while (!is_done(&client) || !is_done(&server)) {
        sure(turns < PATIENCE);
        if (turns++ == run.when)
            meet_fate();
        give_new_keys();
        turn();
        reset_closed(&client, &server);
        reset_closed(&server, &client);
    }
}

/* ---- what must have come of it ---- */

static bool is_disturbed(void)
{
    return run.fate <= CLOSE_INSIDE;
}

static void check_side(const struct side *side, const struct side *other)
{
    const struct peer *peer = &side->peer;

    sure(peer->taken <= other->peer.total && peer->greeted <= 1);
    sure(peer->ended != VR_END_EOF && peer->aborted != VR_END_EOF);
    if (peer->ended == VR_END_TLS_EOF)
        sure(peer->taken == other->peer.total);
    if (!is_disturbed())
        sure(peer->ended == VR_END_TLS_EOF);
    if (run.aborted && side == run.other)
        sure(peer->ended != VR_END_TLS_EOF);
}

static void try_seed(uint64_t number)
{
    run_begin(number);
    run_to_end();
    check_side(&client, &server);
    check_side(&server, &client);
    side_close(&client);
    side_close(&server);
}

static vr_time count_up(void *ctx)
{
    static vr_time now;

    (void)ctx;
    return ++now;
}

static uint64_t number_in(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text ? strtoull(text, NULL, 10) : otherwise;
}

/* promises links-5, links-8 */
HEAVY_TEST(tls_random, every_run_comes_to_its_end_with_all_bytes)
{
    struct vr_env env = VR_ENV_INIT;
    struct vr_reactor_options options = {.size = sizeof(options), .env = &env};
    uint64_t from = number_in("VR_SEED", 1);
    uint64_t count = number_in("VR_TLS_RUNS", getenv("VR_SEED") ? 1 : RUNS);

    env.now = count_up;
    check_int(vr_reactor_new(&options, &reactor), 0);
    contexts_init();
    for (uint64_t i = 0; i < count; i++)
        try_seed(from + i);
    check_int(vr_reactor_free(reactor), 0);
    contexts_fini();
}
