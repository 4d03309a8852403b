/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_apply.c
 * Telling the kernel at once what is wanted, and hearing its answer.
 */
#include "watches.h"

#include <errno.h>
#include <unistd.h>

#include <vreactor/reactor/embed.h>

/* A number of nothing: the script asks nobody about it. */
enum { FD = 40, BOTH = VR_READ | VR_WRITE };

/* promise watches-3 */
TEST(watch_apply, tells_the_selector_at_once_and_the_next_turn_nothing)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    vr_watch_want(&probe.watch, BOTH);
    check_int(script.call_count, 0);
    check_int(vr_watch_apply(&probe.watch), 0);
    check_int(script.call_count, 1);
    check_call(0, VR_TEST_SCRIPT_WATCH, FD, VR_READ, BOTH);
    turn();
    check_int(script.call_count, 1);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

/* promise watches-4 */
TEST(watch_apply, asks_nobody_where_nothing_has_changed)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    check_int(vr_watch_apply(&probe.watch), 0);
    vr_watch_want(&probe.watch, BOTH);
    vr_watch_want(&probe.watch, VR_READ);
    check_int(vr_watch_apply(&probe.watch), 0);
    check_int(script.call_count, 0);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

TEST(watch_apply, tells_what_both_watches_of_a_descriptor_want)
{
    struct probe reader = {0}, writer = {0};

    set_up_script();
    open_as(&reader, FD, VR_READ);
    open_as(&writer, FD, VR_WRITE);
    vr_watch_want(&writer.watch, 0);
    turn();
    script.call_count = 0;
    vr_watch_want(&writer.watch, VR_WRITE);
    check_int(vr_watch_apply(&reader.watch), 0);
    check_call(0, VR_TEST_SCRIPT_WATCH, FD, VR_READ, BOTH);
    vr_watch_close_all(reactor);
    tear_down_script();
}

/* promise watches-3 */
TEST(watch_apply, returns_what_the_selector_refuses_and_calls_nobody)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    vr_watch_want(&probe.watch, BOTH);
    refuse(FD, -ENOSPC);
    check_int(vr_watch_apply(&probe.watch), -ENOSPC);
    check_int(probe.fails, 0);
    check_int(vr_watch_wanted(&probe.watch), BOTH);

    /* It goes on as before if the change is taken back. */
    vr_watch_want(&probe.watch, VR_READ);
    script_ready(&script, FD, BOTH);
    turn();
    check_int(script.call_count, 1);
    check_int(probe.reads, 1);
    check_int(probe.writes + probe.fails, 0);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

/* promise watches-5 */
TEST(watch_apply, what_it_refused_is_tried_again_before_the_wait)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    vr_watch_want(&probe.watch, BOTH);
    refuse(FD, -ENOMEM);
    check_int(vr_watch_apply(&probe.watch), -ENOMEM);
    turn();
    check_int(probe.fails, 0);
    check_call(1, VR_TEST_SCRIPT_WATCH, FD, VR_READ, BOTH);

    vr_watch_want(&probe.watch, VR_WRITE);
    refuse(FD, -ENOSPC);
    check_int(vr_watch_apply(&probe.watch), -ENOSPC);
    refuse(FD, -ENOSPC);
    turn();
    check_int(probe.fails, 1);
    check_int(probe.err, -ENOSPC);
    check_int(vr_watch_apply(&probe.watch), -EBADF);
    vr_watch_close(&probe.watch);
    check_int(vr_watch_apply(&probe.watch), -EBADF);
    tear_down_script();
}

static int told;

static void act_apply(struct probe *probe, unsigned event)
{
    if (event != VR_READ)
        return;
    vr_watch_want(&probe->watch, VR_WRITE);
    told = vr_watch_apply(&probe->watch);
}

TEST(watch_apply, works_inside_a_callback)
{
    struct probe probe = {.act = act_apply};
    int ends[2];

    set_up();
    told = -1;
    make_pair(ends);
    put(ends[1], "x");
    check_int(
        vr_watch_open(&probe.watch, reactor, ends[0], VR_READ, ops_of(BOTH)),
        0);
    turn();
    check_int(told, 0);
    turn_until(&probe.writes, 1);
    check_int(probe.reads, 1);

    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}

/* promise watches-3 */
TEST(watch_apply, says_of_each_selector_that_a_descriptor_is_gone)
{
    struct probe probe = {0};
    int ends[2];

    set_up();
    make_pipe(ends);
    check_int(vr_watch_open(&probe.watch, reactor, ends[0], 0, ops_of(VR_READ)),
              0);
    turn();
    check_int(close(ends[0]), 0);
    vr_watch_want(&probe.watch, VR_READ);
    check_int(vr_watch_apply(&probe.watch), -EBADF);
    check_int(probe.fails, 0);
    vr_watch_close(&probe.watch);
    check_int(close(ends[1]), 0);
    tear_down();
}

static void need_turn(void *host, vr_time due)
{
    (void)host, (void)due;
}

/* There each change is told at once: what was refused is asked again. */
TEST(watch_apply, asks_again_between_the_turns_of_a_host)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    check_int(vr_reactor_embed(reactor, need_turn, NULL), 0);
    refuse(FD, -ENOMEM);
    vr_watch_want(&probe.watch, BOTH);
    check_int(script.call_count, 1);
    int shows = script.shows;
    check_int(vr_watch_apply(&probe.watch), 0);
    check_int(script.call_count, 2);
    check(script.shows > shows);
    check_int(probe.fails, 0);
    vr_watch_close(&probe.watch);
    tear_down_script();
}
