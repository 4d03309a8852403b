/* SPDX-License-Identifier: MIT */
/**
 * @file test_embed_interest.c
 * Tests of reactor/embed.h: while the host waits, the kernel knows all that
 * was wanted.
 */
#include <vreactor/reactor/embed.h>

#include <errno.h>
#include <poll.h>

#include "tests/reactor/watches.h"

/** In the descriptor's place, to be watched: the script opens none. */
enum { FD = 7, OTHER_FD = 8 };

static void set_up_embedded(void)
{
    set_up_script();
    check_int(vr_reactor_embed(reactor, NULL, NULL), 0);
}

/* ---- what callbacks want, by the end of the turn ---- */

static void act_swap(struct probe *probe, unsigned event)
{
    (void)event;
    vr_watch_want(&probe->watch, VR_WRITE);
    vr_watch_want(&probe->other->watch, VR_READ);
}

/* promise reactor-19 */
TEST(embed_interest, of_a_callback_is_in_the_kernel_when_the_turn_returns)
{
    struct probe probe = {.act = act_swap}, other = {.reads = 0};

    set_up_embedded();
    open_settled(&probe, FD, VR_READ);
    open_settled(&other, OTHER_FD, 0);
    probe.other = &other;
    script_ready(&script, FD, VR_READ);
    turn();
    check_int(script.call_count, 2);
    check_call(0, VR_TEST_SCRIPT_WATCH, OTHER_FD, 0, VR_READ);
    check_call(1, VR_TEST_SCRIPT_WATCH, FD, VR_READ, VR_WRITE);
    check_int(vr_reactor_timeout(reactor), -1);
    vr_watch_close_all(reactor);
    tear_down_script();
}

/* Unless it is embedded it may change its mind until the next wait. */
TEST(embed_interest, of_a_callback_is_not_while_nothing_is_embedded)
{
    struct probe probe = {.act = act_swap}, other = {.reads = 0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    open_settled(&other, OTHER_FD, 0);
    probe.other = &other;
    script_ready(&script, FD, VR_READ);
    turn();
    vr_watch_want(&probe.watch, 0);
    check_int(script.call_count, 0);
    turn();
    check_int(script.call_count, 2);
    vr_watch_close_all(reactor);
    tear_down_script();
}

static void act_swap_back(struct probe *probe, unsigned event)
{
    vr_watch_want(&probe->watch, 0);
    vr_watch_want(&probe->watch, event);
}

TEST(embed_interest, costs_nothing_in_a_turn_that_changes_it_back)
{
    struct probe probe = {.act = act_swap_back};

    set_up_embedded();
    open_settled(&probe, FD, VR_READ);
    script_ready(&script, FD, VR_READ);
    turn();
    check_int(probe.reads, 1);
    check_int(script.call_count, 0);
    vr_watch_close_all(reactor);
    tear_down_script();
}

static void act_want_of_other(struct probe *probe, unsigned event)
{
    if (!event)
        vr_watch_want(&probe->other->watch, VR_READ);
    else
        vr_watch_want(&probe->watch, VR_WRITE);
}

/* The last flush of a turn may be refused too: who hears so may want more. */
TEST(embed_interest, of_one_who_hears_of_a_refusal_makes_the_next_turn_due)
{
    struct probe probe = {.act = act_want_of_other}, other = {.reads = 0};

    set_up_embedded();
    open_settled(&probe, FD, VR_READ);
    open_settled(&other, OTHER_FD, 0);
    probe.other = &other;
    script_ready(&script, FD, VR_READ);
    refuse(FD, -ENOMEM);
    turn();
    check_int(probe.fails, 1);
    check_int(vr_reactor_timeout(reactor), 0);
    turn();
    check_call(2, VR_TEST_SCRIPT_WATCH, OTHER_FD, 0, VR_READ);
    check_int(vr_reactor_timeout(reactor), -1);
    vr_watch_close_all(reactor);
    tear_down_script();
}

/* ---- what the host's own callbacks want, between turns ---- */

/* promise reactor-19 */
TEST(embed_interest, reaches_the_kernel_at_once_between_turns)
{
    struct probe probe = {.reads = 0};

    set_up_embedded();
    open_as(&probe, FD, VR_READ);
    check_int(script.call_count, 1);
    check_call(0, VR_TEST_SCRIPT_WATCH, FD, 0, VR_READ);
    vr_watch_want(&probe.watch, 0);
    check_int(script.call_count, 2);
    check_call(1, VR_TEST_SCRIPT_WATCH, FD, VR_READ, 0);
    vr_watch_want(&probe.watch, VR_READ);
    check_int(script.call_count, 3);
    check_call(2, VR_TEST_SCRIPT_WATCH, FD, 0, VR_READ);
    vr_watch_want(&probe.watch, VR_READ);
    check_int(script.call_count, 3);
    vr_watch_close(&probe.watch);
    check_int(script.call_count, 4);
    check_call(3, VR_TEST_SCRIPT_DROP, FD, 0, 0);
    check_int(vr_reactor_timeout(reactor), -1);
    tear_down_script();
}

TEST(embed_interest, of_nothing_yet_is_taken_out_of_the_kernel_at_once)
{
    struct probe probe = {.reads = 0};

    set_up_embedded();
    check_int(vr_watch_open(&probe.watch, reactor, FD, 0, ops_of(VR_READ)), 0);
    check_int(script.call_count, 2);
    check_call(1, VR_TEST_SCRIPT_WATCH, FD, VR_READ, 0);
    check_int(vr_reactor_timeout(reactor), -1);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

TEST(embed_interest, of_a_reader_stays_when_the_writer_is_closed)
{
    struct probe reader = {.reads = 0}, writer = {.reads = 0};

    set_up_embedded();
    open_as(&reader, FD, VR_READ);
    open_as(&writer, FD, VR_WRITE);
    script.call_count = 0;
    vr_watch_close(&writer.watch);
    check_int(script.call_count, 1);
    check_call(0, VR_TEST_SCRIPT_WATCH, FD, VR_READ | VR_WRITE, VR_READ);
    vr_watch_close(&reader.watch);
    check_call(1, VR_TEST_SCRIPT_DROP, FD, 0, 0);
    tear_down_script();
}

/* A selector that gathers changes for its next wait is told to let them go. */
TEST(embed_interest, is_shown_by_the_selector_before_the_host_waits)
{
    struct probe probe = {.act = act_swap_back};

    set_up_embedded();
    int shows = script.shows;
    check(shows > 0);
    open_as(&probe, FD, VR_READ);
    check_int(script.shows, ++shows);
    vr_watch_want(&probe.watch, 0);
    check_int(script.shows, ++shows);
    turn();
    check_int(script.shows, ++shows);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

/* ---- what the kernel refuses between turns ---- */

TEST(embed_interest, that_is_refused_between_turns_fails_in_the_next)
{
    struct probe probe = {.reads = 0};

    set_up_embedded();
    open_settled(&probe, FD, 0);
    refuse(FD, -ENOMEM);
    vr_watch_want(&probe.watch, VR_READ);
    check_int(probe.fails, 0);
    check_int(vr_reactor_timeout(reactor), 0);
    refuse(FD, -ENOMEM);
    turn();
    check_int(probe.fails, 1);
    check_int(probe.err, -ENOMEM);
    check_int(vr_reactor_timeout(reactor), -1);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

TEST(embed_interest, that_is_refused_once_only_is_none_the_worse)
{
    struct probe probe = {.reads = 0};

    set_up_embedded();
    open_settled(&probe, FD, 0);
    refuse(FD, -ENOMEM);
    vr_watch_want(&probe.watch, VR_READ);
    turn();
    check_int(probe.fails, 0);
    check_call(1, VR_TEST_SCRIPT_WATCH, FD, 0, VR_READ);
    check_int(vr_reactor_timeout(reactor), -1);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

TEST(embed_interest, that_was_refused_and_is_gone_again_fails_nobody)
{
    struct probe probe = {.reads = 0}, closed = {.reads = 0};

    set_up_embedded();
    open_settled(&probe, FD, 0);
    open_settled(&closed, OTHER_FD, 0);
    refuse(FD, -ENOMEM);
    vr_watch_want(&probe.watch, VR_READ);
    vr_watch_want(&probe.watch, 0);
    refuse(OTHER_FD, -ENOMEM);
    vr_watch_want(&closed.watch, VR_READ);
    vr_watch_close(&closed.watch);
    turn();
    check_int(probe.fails + closed.fails, 0);
    check_int(vr_reactor_timeout(reactor), -1);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

TEST(embed_interest, that_an_open_between_turns_is_refused_is_its_result)
{
    struct probe probe = {.reads = 0};

    set_up_embedded();
    refuse(FD, -EPERM);
    check_int(
        vr_watch_open(&probe.watch, reactor, FD, VR_READ, ops_of(VR_READ)),
        -EPERM);
    check_int(vr_reactor_timeout(reactor), -1);
    tear_down_script();
}

/* ---- the same in a real kernel ---- */

static bool shows(void)
{
    struct pollfd host = {.fd = vr_reactor_fd(reactor), .events = POLLIN};

    return poll(&host, 1, 0) == 1;
}

TEST(embed_interest, can_be_seen_on_the_descriptor)
{
    struct probe probe = {.act = act_swap}, other = {.reads = 0};
    int ends[2], others[2];

    set_up();
    make_pair(ends);
    make_pair(others);
    open_as(&probe, ends[0], VR_READ | VR_WRITE);
    open_reader(&other, others[0]);
    vr_watch_want(&probe.watch, VR_READ);
    vr_watch_want(&other.watch, 0);
    turn();
    put(others[1], "x");
    if (vr_reactor_fd(reactor) >= 0) {
        check(!shows());
        vr_watch_want(&other.watch, VR_READ);
        check(shows());
        vr_watch_want(&other.watch, 0);
        check(!shows());

        probe.other = &other;
        put(ends[1], "x");
        turn();
        check_int(other.reads, 0);
        vr_watch_want(&probe.watch, 0);
        check(shows()); /* what the callback wanted of the other */
    }
    vr_watch_close_all(reactor);
    tear_down();
    close_both(ends);
    close_both(others);
}
