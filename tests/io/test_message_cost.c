/* SPDX-License-Identifier: MIT */
/**
 * @file test_message_cost.c
 * What a message costs where all flows, and where the kernel cuts it into
 * crumbs, counted: system calls, allocations, copied bytes.
 */
#include "tests/io/message_cost.h"

/* The echo is on its way when the turn that read has ended. */
static void exchange(void)
{
    send_one();
    check_int(drain(), it.program == READER ? 0 : LEN);
}

static void check_flow(enum program program, bool filtered)
{
    set_up(program, filtered);
    for (int i = 0; i < MESSAGES; i++)
        exchange();
    check_cost(of_message(program), MESSAGES);
    tear_down();
}

TEST(message_cost, of_a_reader_is_one_read)
{
    check_flow(READER, false);
}

TEST(message_cost, of_an_echo_is_one_read_and_one_write)
{
    check_flow(ECHO, false);
}

TEST(message_cost, of_a_stream_is_one_read_one_write_and_one_allocation)
{
    check_flow(STREAM, false);
}

TEST(message_cost, is_the_same_with_a_filter_between)
{
    for (enum program program = READER; program < PROGRAMS; program++)
        check_flow(program, true);
}

/* promise links-40 */
TEST(message_cost, of_ten_writes_in_one_hook_is_one_write)
{
    set_up(ECHO, false);
    it.replies = 10;
    for (int i = 0; i < MESSAGES; i++) {
        send_one();
        check_int(drain(), 10 * LEN);
    }
    check_cost((struct cost){.reads = 1, .writes = 1, .copied = 10 * LEN},
               MESSAGES);
    tear_down();
}

/* promise links-40 */
TEST(message_cost, of_sixteen_requests_in_one_read_is_one_write)
{
    static const char requests[16 * LEN];

    set_up(ECHO, false);
    it.request = LEN;
    for (int i = 0; i < MESSAGES; i++) {
        size_t before = it.received;
        raw_send(peer, requests, sizeof(requests));
        turn_until(reactor, it.received == before + sizeof(requests));
        check_int(drain(), sizeof(requests));
    }
    check_cost((struct cost){.reads = 1, .writes = 1, .copied = 16 * LEN},
               MESSAGES);
    tear_down();
}

/* A post is one allocation and two copies, into it and out of it. */
/* promise links-40 */
TEST(message_cost, of_a_thousand_posts_is_a_write_a_turn)
{
    enum { POSTS = 1000 };

    set_up(ECHO, false);
    for (int i = 0; i < POSTS; i++)
        check_int(vr_writer_post(&it.agent.writer, "hello", LEN), 0);
    size_t got = 0;
    turn_until(reactor, (got += drain()) == POSTS * LEN);
    struct cost now = cost_now();
    check(now.writes <= 4);
    check_int(now.allocations, POSTS);
    check_int(now.copied, 2 * POSTS * LEN);
    tear_down();
}

/* ---- crumbs ---- */

/* Each byte is a message of its own. */
static void check_crumbs(enum program program, bool filtered)
{
    struct cost of_byte = of_message(program);

    of_byte.copied /= LEN;
    set_up(program, filtered);
    vr_test_sys_limit(1);
    for (int i = 0; i < MESSAGES; i++)
        exchange();
    check_cost(of_byte, MESSAGES * LEN);
    tear_down();
}

TEST(message_cost, of_a_byte_that_comes_alone_is_that_of_a_message)
{
    for (enum program program = READER; program < PROGRAMS; program++) {
        check_crumbs(program, false);
        check_crumbs(program, true);
    }
}

/* The kernel takes the first byte: what it leaves is copied once more, into a
 * chunk of the socket's queue, and goes in the next turn. */
TEST(message_cost, of_a_write_that_goes_in_crumbs_is_one_more_copy)
{
    set_up(ECHO, false);
    it.replies = LEN;
    vr_test_sys_limit(1);
    for (int i = 0; i < MESSAGES; i++) {
        size_t echoed = 0;
        raw_send(peer, "h", 1);
        turn_until(reactor, (echoed += drain()) == LEN);
    }
    check_cost((struct cost){.reads = 1,
                             .writes = LEN,
                             .allocations = 1,
                             .copied = LEN + LEN - 1},
               MESSAGES);
    tear_down();
}
