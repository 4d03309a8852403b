/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_flush.c
 * What of a watch reaches the selector, and when.
 */
#include "watches.h"

#include <errno.h>

/* Numbers of nothing: the script asks nobody about them. */
enum { FD = 40, BOTH = VR_READ | VR_WRITE };

TEST(watch_flush, opening_reaches_the_selector_at_once)
{
    struct probe probe = {0};

    set_up_script();
    open_as(&probe, FD, VR_READ);
    check_int(script.call_count, 1);
    check_call(0, VR_TEST_SCRIPT_WATCH, FD, 0, VR_READ);
    turn();
    check_int(script.call_count, 1);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

TEST(watch_flush, opening_says_what_the_selector_says)
{
    struct probe probe = {0};

    set_up_script();
    refuse(FD, -ENOSPC);
    check_int(
        vr_watch_open(&probe.watch, reactor, FD, VR_READ, ops_of(VR_READ)),
        -ENOSPC);
    turn();
    check_int(probe.fails, 0);
    open_as(&probe, FD, VR_READ);
    script_ready(&script, FD, VR_READ);
    turn();
    check_int(probe.reads, 1);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

TEST(watch_flush, opening_for_nothing_asks_the_selector_all_the_same)
{
    struct probe probe = {0};

    set_up_script();
    check_int(vr_watch_open(&probe.watch, reactor, FD, 0, ops_of(VR_READ)), 0);
    check_call(0, VR_TEST_SCRIPT_WATCH, FD, 0, VR_READ);
    turn();
    check_int(script.call_count, 2);
    check_call(1, VR_TEST_SCRIPT_WATCH, FD, VR_READ, 0);
    vr_watch_close(&probe.watch);
    check_int(script.call_count, 2);
    tear_down_script();
}

TEST(watch_flush, closing_reaches_the_selector_at_once)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    vr_watch_close(&probe.watch);
    check_int(script.call_count, 1);
    check_call(0, VR_TEST_SCRIPT_DROP, FD, 0, 0);
    turn();
    check_int(script.call_count, 1);
    tear_down_script();
}

/* promise reactor-13 */
TEST(watch_flush, what_is_changed_back_costs_nothing)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    vr_watch_want(&probe.watch, 0);
    vr_watch_want(&probe.watch, BOTH);
    vr_watch_want(&probe.watch, VR_READ);
    turn();
    check_int(script.call_count, 0);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

/* promise reactor-13 */
TEST(watch_flush, many_changes_cost_one)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    for (int i = 0; i < 10; i++)
        vr_watch_want(&probe.watch, i % 2 ? BOTH : VR_WRITE);
    check_int(script.call_count, 0);
    turn();
    check_int(script.call_count, 1);
    check_call(0, VR_TEST_SCRIPT_WATCH, FD, VR_READ, BOTH);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

TEST(watch_flush, a_reader_and_a_writer_are_one_to_the_selector)
{
    struct probe reader = {0}, writer = {0};

    set_up_script();
    open_as(&reader, FD, VR_READ);
    open_as(&writer, FD, VR_WRITE);
    check_call(1, VR_TEST_SCRIPT_WATCH, FD, VR_READ, BOTH);
    vr_watch_close(&reader.watch);
    check_int(script.call_count, 2); /* the writer keeps it open */
    turn();
    check_int(script.call_count, 3);
    check_call(2, VR_TEST_SCRIPT_WATCH, FD, BOTH, VR_WRITE);
    vr_watch_close(&writer.watch);
    check_call(3, VR_TEST_SCRIPT_DROP, FD, 0, 0);
    tear_down_script();
}

TEST(watch_flush, opened_and_closed_again_leaves_nothing)
{
    struct probe probe = {0};

    set_up_script();
    open_as(&probe, FD, VR_READ);
    vr_watch_want(&probe.watch, 0);
    vr_watch_close(&probe.watch);
    turn();
    check_int(script.call_count, 2);
    check_call(1, VR_TEST_SCRIPT_DROP, FD, 0, 0);
    tear_down_script();
}
