/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_traps.c
 * Callbacks that close, open and free whatever was found ready with them.
 */
#include "watches.h"

#include <stdlib.h>

#include "tests/support/random.h"

enum { BOTH = VR_READ | VR_WRITE };

/* ---- what a callback closes is not called any more ---- */

static void act_close_other(struct probe *probe, unsigned event)
{
    (void)event;
    vr_watch_close(&probe->other->watch);
}

static void act_want_nothing_of_other(struct probe *probe, unsigned event)
{
    (void)event;
    vr_watch_want(&probe->other->watch, 0);
}

static void check_one_is_called(void (*act)(struct probe *, unsigned))
{
    struct probe probes[2] = {[0] = {.act = act}, [1] = {.act = act}};
    int pipes[2][2];

    set_up();
    open_two_ready(probes, pipes);
    turn();
    check_int(counting_found, 2);
    check_int(probes[0].reads + probes[1].reads, 1);

    close_two(pipes);
    tear_down();
}

/* promise reactor-14 */
TEST(watch_traps, one_closed_by_another_of_the_batch_is_not_called)
{
    check_one_is_called(act_close_other);
}

/* promise reactor-12 */
TEST(watch_traps, one_that_another_of_the_batch_quieted_is_not_called)
{
    check_one_is_called(act_want_nothing_of_other);
}

/* promise reactor-14 */
TEST(watch_traps, a_writer_closed_by_the_reader_of_its_descriptor_is_not_called)
{
    struct probe reader = {.act = act_close_other}, writer = {0};
    int ends[2];

    set_up();
    make_pair(ends);
    put(ends[1], "x");
    reader.other = &writer;
    open_as(&reader, ends[0], VR_READ);
    open_as(&writer, ends[0], VR_WRITE);
    turn();
    check_int(reader.reads, 1);
    check_int(writer.writes, 0);

    vr_watch_close_all(reactor);
    close_both(ends);
    tear_down();
}

enum { RING = 100 };
static struct probe ring[RING];
static uint64_t random_state;

static void act_close_any(struct probe *probe, unsigned event)
{
    check_int(vr_watch_fd(&probe->watch), probe->fd);
    (void)event;

    struct probe *any = &ring[test_random_below(&random_state, RING)];
    if (vr_watch_fd(&any->watch) < 0)
        return;
    vr_watch_close(&any->watch);
    close(any->fd);
}

/* promise reactor-14 */
TEST(watch_traps, a_ring_of_sockets_that_close_each_other)
{
    int left = RING, peers[RING], ends[2];

    set_up();
    random_state = 7;
    for (int i = 0; i < RING; i++) {
        make_pair(ends);
        peers[i] = ends[1];
        put(ends[1], "x");
        ring[i].act = act_close_any;
        open_as(&ring[i], ends[0], i % 2 ? VR_READ : BOTH);
    }
    while (left > 0) {
        turn();
        check(counting_found > 0);
        left = (int)vr_watch_list(reactor, BOTH, NULL, 0);
    }
    for (int i = 0; i < RING; i++)
        close(peers[i]);
    turn();
    check_int(counting_found, 0);
    tear_down();
}

/* promise reactor-14 */
TEST(watch_traps, one_that_closes_itself_is_called_once_for_all_its_events)
{
    struct probe probe = {.act = act_close};
    int ends[2];

    set_up();
    make_pair(ends);
    put(ends[1], "x");
    close(ends[1]); /* IN and HUP, and RDHUP */
    open_as(&probe, ends[0], BOTH);
    turn();
    check(counting_found > 0);
    check_int(probe.reads, 1);
    check_int(probe.writes, 0);
    turn();
    check_int(probe.reads, 1);

    close(ends[0]);
    tear_down();
}

static void act_free(struct probe *probe, unsigned event)
{
    (void)event;
    vr_watch_close(&probe->watch);
    free(probe);
}

static void act_free_both(struct probe *probe, unsigned event)
{
    act_free(probe->other, event);
    act_free(probe, event);
}

/* promise reactor-15 */
TEST(watch_traps, memory_is_free_at_once_after_closing)
{
    int ends[2];

    set_up();
    make_pair(ends);
    put(ends[0], "x");
    put(ends[1], "x");
    struct probe *probes[2] = {calloc(1, sizeof(**probes)),
                               calloc(1, sizeof(**probes))};
    for (int i = 0; i < 2; i++) {
        probes[i]->other = probes[!i];
        probes[i]->act = act_free_both;
        open_as(probes[i], ends[i], BOTH);
    }
    turn();
    check_int(counting_found >= 2, 1);
    check_int(vr_watch_list(reactor, BOTH, NULL, 0), 0);
    turn();
    check_int(counting_found, 0);

    close_both(ends);
    tear_down();
}
