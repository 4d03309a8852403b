/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_calls.c
 * What a change of interest costs in calls of the system, with each selector.
 */
#include "watches.h"

#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

enum { BOTH = VR_READ | VR_WRITE };

static struct probe probe;
static int ends[2];

static void set_up_counted(void)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, 0);
    set_up_as((struct vr_reactor_options){.env = &test.env});
    make_pair(ends);
    check_int(
        vr_watch_open(&probe.watch, reactor, ends[0], VR_READ, ops_of(BOTH)),
        0);
    turn();
    turn();
}

static void tear_down_counted(void)
{
    vr_watch_close(&probe.watch);
    tear_down();
    close_both(ends);
}

/* What a turn costs, with what was changed before it. */
static int64_t cost_of_turn(void)
{
    int64_t before = vr_test_sys_count(VR_TEST_SYS_ANY);

    turn();
    return vr_test_sys_count(VR_TEST_SYS_ANY) - before;
}

static int64_t cost_of_idle_turn(void)
{
    turn();
    return cost_of_turn();
}

/* promise reactor-13 */
TEST(watch_calls, starting_and_stopping_in_a_turn_costs_none)
{
    set_up_counted();
    int64_t idle = cost_of_idle_turn();
    vr_watch_want(&probe.watch, BOTH);
    vr_watch_want(&probe.watch, VR_READ);
    check_int(cost_of_turn(), idle);
    tear_down_counted();
}

/* promise reactor-13 */
TEST(watch_calls, stopping_and_starting_in_a_turn_costs_none)
{
    set_up_counted();
    int64_t idle = cost_of_idle_turn();
    vr_watch_want(&probe.watch, 0);
    vr_watch_want(&probe.watch, VR_READ);
    check_int(cost_of_turn(), idle);
    tear_down_counted();
}

TEST(watch_calls, many_changes_in_a_turn_cost_no_more_than_one)
{
    set_up_counted();
    int64_t idle = cost_of_idle_turn();
    for (int i = 0; i < 9; i++)
        vr_watch_want(&probe.watch, i % 2 ? VR_READ : 0);
    check(cost_of_turn() <= idle + 1);
    check_int(vr_watch_wanted(&probe.watch), 0);
    tear_down_counted();
}

TEST(watch_calls, a_change_of_both_costs_one_at_most)
{
    set_up_counted();
    int64_t idle = cost_of_idle_turn();
    vr_watch_want(&probe.watch, VR_WRITE);
    check(cost_of_turn() <= idle + 1);
    check_int(probe.writes, 1);
    tear_down_counted();
}

TEST(watch_calls, starting_and_stopping_many_costs_none)
{
    enum { CHANGES = 1000, PAIRS = 100 };
    static struct probe probes[PAIRS];
    int pairs[PAIRS][2];

    set_up_counted();
    for (int i = 0; i < PAIRS; i++) {
        make_pair(pairs[i]);
        open_reader(&probes[i], pairs[i][0]);
    }
    int64_t idle = cost_of_idle_turn();
    for (int i = 0; i < CHANGES; i++)
        vr_watch_want(&probes[i % PAIRS].watch, i / PAIRS % 2 ? VR_READ : 0);
    check_int(cost_of_turn(), idle);
    for (int i = 0; i < PAIRS; i++) {
        vr_watch_close(&probes[i].watch);
        close_both(pairs[i]);
    }
    tear_down_counted();
}
