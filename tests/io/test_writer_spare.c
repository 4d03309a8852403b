/* SPDX-License-Identifier: MIT */
/**
 * @file test_writer_spare.c
 * What writers gather in spare memory of their reactor, and what they keep.
 */
#include <vreactor/base/container_of.h>
#include <vreactor/io/writer.h>
#include <vreactor/testing/env.h>

#include "tests/support/session.h"

enum { WRITERS = 1000, BIG = 16 * 1024, SPARE = 260 * 1024 };

static char big[SPARE];
static struct vr_test_env memory;
static struct vr_reactor *reactor;
static int64_t allocations;

/* A writer, and who takes its bytes. */
static struct pair {
    struct vr_writer writer;
    struct vr_consumer in;
    size_t takes; /* most at a time */
    size_t got;
    int offers;
    unsigned char next; /* byte to come */
} pairs[WRITERS];

static void unlimited(struct vr_consumer *in)
{
    vr_link_grant(in, VR_UNLIMITED);
}

static size_t take(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct pair *pair = vr_container_of(in, struct pair, in);
    size_t len = offer->len < pair->takes ? offer->len : pair->takes;

    pair->offers++;
    for (size_t i = 0; i < len; i++)
        check_int(offer->data[i], pair->next++);
    pair->got += len;
    if (len < offer->len)
        vr_link_pause(in);
    return len;
}

static const struct vr_consumer_ops taking = {.attached = unlimited,
                                              .consume = take};

/* Bytes in ascending order, which continue those written before. */
static int write_more(struct pair *pair, size_t len)
{
    const struct vr_writer *writer = &pair->writer;
    size_t before = pair->got + writer->queue.len;

    return vr_writer_append(&pair->writer, big + before % 256, len);
}

static void begin_to_count(void)
{
    allocations = vr_test_allocations(&memory);
}

static void check_allocations(int64_t count)
{
    check_int(vr_test_allocations(&memory) - allocations, count);
}

static void set_up(void)
{
    for (size_t i = 0; i < sizeof(big); i++)
        big[i] = (char)i;
    vr_test_env_init(&memory, VR_SEC);
    reactor = session_reactor(&memory.env);
    for (int i = 0; i < WRITERS; i++) {
        struct pair *pair = &pairs[i];
        *pair = (struct pair){.takes = SIZE_MAX};
        vr_writer_init(&pair->writer, reactor, NULL);
        vr_consumer_init(&pair->in, &taking);
        check_int(vr_link_attach(&pair->writer.out, &pair->in), 0);
    }
}

/* The spare memory is there once it was needed. */
static void set_up_warm(void)
{
    set_up();
    check_int(write_more(&pairs[0], 256), 0);
    turn_some(reactor, 2);
    pairs[0].got = 0;
    pairs[0].offers = 0;
    begin_to_count();
}

static void tear_down(void)
{
    for (int i = 0; i < WRITERS; i++)
        vr_writer_fini(&pairs[i].writer);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&memory), 0);
}

/* promise links-40 */
TEST(writer_spare, has_what_one_event_wrote_and_offers_it_as_one)
{
    set_up_warm();
    for (int i = 0; i < 15; i++)
        check_int(write_more(&pairs[0], BIG), 0);
    turn_some(reactor, 2);
    check_int(pairs[0].got, 15 * BIG);
    check_int(pairs[0].offers, 1);
    check_allocations(0);
    tear_down();
}

TEST(writer_spare, has_a_piece_for_each_of_two_that_take_turns)
{
    set_up_warm();
    for (int i = 0; i < 9; i++) {
        check_int(write_more(&pairs[0], 100), 0);
        check_int(write_more(&pairs[1], 100), 0);
    }
    turn_some(reactor, 2);
    for (int i = 0; i < 2; i++) {
        check_int(pairs[i].got, 900);
        check_int(pairs[i].offers, 1);
    }
    check_allocations(0);
    tear_down();
}

/* promise links-40 */
TEST(writer_spare, has_room_for_many_and_the_others_allocate)
{
    set_up_warm();
    for (int i = 0; i < 200; i++)
        check_int(write_more(&pairs[i], 100), 0);
    turn_some(reactor, 2);
    check_allocations(0);
    for (int i = 0; i < WRITERS; i++)
        check_int(write_more(&pairs[i], 100), 0);
    turn_some(reactor, 2);
    for (int i = 0; i < WRITERS; i++)
        check_int(pairs[i].got, i < 200 ? 200 : 100);
    check(vr_test_allocations(&memory) - allocations < WRITERS - 200);
    tear_down();
}

/* promise links-40 */
TEST(writer_spare, is_given_back_by_one_that_is_idle)
{
    set_up_warm();
    int64_t blocks = vr_test_blocks(&memory);
    for (int i = 0; i < 2; i++) {
        check_int(write_more(&pairs[0], SPARE - 256), 0);
        turn_some(reactor, 2);
    }
    check_allocations(0); /* there was room for all of it again */
    check_int(vr_test_blocks(&memory), blocks);
    tear_down();
}

/* promise links-40 */
TEST(writer_spare, is_given_back_by_one_whose_consumer_leaves_bytes)
{
    set_up_warm();
    pairs[0].takes = 100;
    check_int(write_more(&pairs[0], 300), 0);
    turn_some(reactor, 2);
    check_allocations(1);
    check_int(write_more(&pairs[0], 300), 0); /* behind those that it keeps */
    check_int(write_more(&pairs[1], SPARE - 256), 0);
    turn_some(reactor, 2);
    check_int(pairs[1].got, SPARE - 256);
    check_allocations(1);

    pairs[0].takes = SIZE_MAX;
    vr_link_resume(&pairs[0].in);
    turn_some(reactor, 2);
    check_int(pairs[0].got, 600);
    tear_down();
}

TEST(writer_spare, keeps_what_finds_no_memory_elsewhere)
{
    set_up_warm();
    pairs[0].takes = 100;
    check_int(write_more(&pairs[0], 300), 0);
    vr_test_fail_allocation(&memory, 1, 1);
    turn_some(reactor, 2);
    check_int(write_more(&pairs[1], 300), 0);
    turn_some(reactor, 2);
    pairs[0].takes = SIZE_MAX;
    vr_link_resume(&pairs[0].in);
    turn_some(reactor, 2);
    check_int(pairs[0].got, 300);
    check_int(pairs[1].got, 300);
    tear_down();
}

TEST(writer_spare, that_is_not_to_be_had_is_done_without)
{
    set_up();
    vr_test_fail_allocation(&memory, 1, 1);
    check_int(write_more(&pairs[0], 300), 0);
    turn_some(reactor, 2);
    check_int(pairs[0].got, 300);
    tear_down();
}

TEST(writer_spare, of_a_reactor_that_was_stopped_is_offered_by_its_next_run)
{
    set_up_warm();
    check_int(write_more(&pairs[0], 300), 0);
    vr_reactor_stop(reactor);
    check_int(write_more(&pairs[0], 300), 0);
    turn_some(reactor, 3);
    check_int(pairs[0].got, 600);
    tear_down();
}
