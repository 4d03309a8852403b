/* SPDX-License-Identifier: MIT */
/**
 * @file test_message_cost_full.c
 * What messages cost where the program does not read, or the peer does not:
 * system calls, allocations, copied bytes.
 */
#include "tests/io/message_cost.h"

/* ---- a program that has paused ---- */

static void send_all(void)
{
    for (int i = 0; i < MESSAGES; i++) {
        raw_send(peer, "hello", LEN);
        turn_some(reactor, 1);
    }
}

/* A filter hears of a pause with the next bytes.  So they are read, and left to
 * the socket, which keeps them in a chunk. */
static const struct cost of_first_bytes = {
    .reads = 1, .allocations = 1, .copied = LEN};

/* All that has come meanwhile is read at once, and goes at once. */
static struct cost of_the_rest(enum program program)
{
    struct cost cost = of_message(program);

    cost.copied *= MESSAGES;
    if (program == STREAM)
        cost.allocations++; /* to resume is no turn: memory for a deferred */
    return cost;
}

static void check_pause(enum program program, bool filtered)
{
    struct cost after = of_the_rest(program);

    set_up(program, filtered);
    pause_reading();
    begin_to_count();
    send_all();
    check_cost(filtered ? of_first_bytes : (struct cost){0}, 1);
    if (program == STREAM && filtered)
        after.allocations +=
            1 + for_deferreds(2); /* a round for the bytes that were left */
    if (!strcmp(vr_reactor_selector(reactor), "libevent"))
        after.allocations++; /* an event, as it wants to read again */
    begin_to_count();
    size_t before = it.received;
    resume_reading();
    turn_until(reactor, it.received == before + MESSAGES * LEN);
    check_cost(after, 1);
    tear_down();
}

TEST(message_cost_full, is_nothing_while_the_program_has_paused)
{
    for (enum program program = READER; program < PROGRAMS; program++)
        check_pause(program, false);
}

TEST(message_cost_full, is_one_read_above_a_filter_while_the_program_has_paused)
{
    for (enum program program = READER; program < PROGRAMS; program++)
        check_pause(program, true);
}

/* ---- a peer that does not read ---- */

enum { BIG = 1000, BIGS = 200 };

static int logarithm(int64_t number)
{
    int log = 0;

    while (number >>= 1)
        log++;
    return log;
}

static void send_bigs(void)
{
    static const char big[BIG];

    for (int i = 0; i < BIGS; i++) {
        size_t before = it.received;
        raw_send(peer, big, BIG);
        turn_until(reactor, it.received == before + BIG);
    }
}

/* Until it has all. @return how often it found something */
static int drain_all(int64_t len)
{
    int64_t left = len - (int64_t)drain();
    int rounds = 1;

    for (; left; rounds++) {
        check(vr_reactor_turn(reactor, -1) >= 0);
        left -= (int64_t)drain();
    }
    return rounds;
}

/* Bytes that the kernel does not take are copied once more, into the queue of
 * the socket, whose chunks double.  While it has some no call is made, until
 * the peer has read: then there is one. */
static void check_full(enum program program, bool filtered)
{
    const struct cost before = of_message(program); /* where all flows */
    const int64_t all = (int64_t)BIGS * BIG;
    int small = 4096;

    set_up(program, filtered);
    check_int(setsockopt(it.socket.wire.fd, SOL_SOCKET, SO_SNDBUF, &small,
                         sizeof(small)),
              0);
    begin_to_count();
    send_bigs();
    struct cost full = cost_now();
    int rounds = drain_all(all);
    struct cost now = cost_now();

    check_int(full.reads, BIGS);
    check(full.writes < 16); /* those that fit in what is small */
    check(now.writes - full.writes <= rounds);
    check(now.allocations <= before.allocations * BIGS + 2 * logarithm(all));
    check(now.copied <= before.copied / LEN * all + all);
    tear_down();
}

TEST(message_cost_full, is_one_more_copy_while_the_peer_does_not_read)
{
    for (enum program program = ECHO; program < PROGRAMS; program++) {
        check_full(program, false);
        check_full(program, true);
    }
}
