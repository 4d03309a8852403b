/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_turn.c
 * Watches among all else a turn does: each has its share, a stop leaves the
 * rest for later.
 */
#include "watches.h"

#include <vreactor/reactor/call.h>

enum { BOTH = VR_READ | VR_WRITE, MANY = 18 };

static struct probe probes[MANY];
static int pipes[MANY][2];

/* Pipes with a byte in each. */
static void open_pipes(int count, void (*act)(struct probe *, unsigned))
{
    for (int i = 0; i < count; i++) {
        make_pipe(pipes[i]);
        put(pipes[i][1], "x");
        probes[i].act = act;
        open_reader(&probes[i], pipes[i][0]);
    }
}

static void close_pipes(int count)
{
    vr_watch_close_all(reactor);
    for (int i = 0; i < count; i++)
        close_both(pipes[i]);
}

static int reads_in_all(int count)
{
    int sum = 0;

    for (int i = 0; i < count; i++)
        sum += probes[i].reads;
    return sum;
}

/* ---- shares ---- */

/* No pipe is two calls ahead of another. */
static void check_fair(int count)
{
    int least = probes[0].reads, most = least;

    for (int i = 1; i < count; i++) {
        least = probes[i].reads < least ? probes[i].reads : least;
        most = probes[i].reads > most ? probes[i].reads : most;
    }
    check(most - least <= 1);
}

/* promise reactor-18 */
TEST(watch_turn, serves_none_twice_before_the_others)
{
    set_up_as((struct vr_reactor_options){.events_per_turn = 4});
    open_pipes(MANY, NULL);
    for (int i = 1; i <= 40; i++) {
        turn();
        check_int(reads_in_all(MANY), 4 * i);
        check_fair(MANY);
    }
    close_pipes(MANY);
    tear_down();
}

/* promise reactor-18 */
TEST(watch_turn, serves_all_when_the_served_have_had_enough)
{
    set_up_as((struct vr_reactor_options){.events_per_turn = 4});
    open_pipes(MANY, act_take);
    for (int i = 0; i < (MANY + 3) / 4; i++)
        turn();
    for (int i = 0; i < MANY; i++)
        check_int(probes[i].reads, 1);
    turn();
    check_int(counting_found, 0);
    close_pipes(MANY);
    tear_down();
}

/* Never comes to an end. */
static void act_refill(struct probe *probe, unsigned event)
{
    act_take(probe, event);
    put(probe->fd, "x");
}

/* promise reactor-18 */
TEST(watch_turn, serves_slow_ones_beside_a_busy_one)
{
    struct probe busy = {.act = act_refill};
    int ends[2];

    set_up();
    make_pipe(ends);
    open_reader(&busy, ends[0]);
    busy.fd = ends[1];
    put(ends[1], "x");
    open_pipes(MANY, act_take);
    for (int i = 1; i <= 10; i++) {
        turn();
        check_int(busy.reads, i);
        check_int(reads_in_all(MANY), MANY * i);
        for (int j = 0; j < MANY; j++)
            put(pipes[j][1], "x");
    }
    close_pipes(MANY);
    close_both(ends);
    tear_down();
}

static int calls;

static void call_again(struct vr_call *call)
{
    calls++;
    vr_call_after(call, 0);
}

/* promise calls-2 */
TEST(watch_turn, is_not_taken_up_by_a_call_that_is_always_due)
{
    struct vr_call call;

    set_up();
    open_pipes(1, NULL);
    vr_call_init(&call, reactor, call_again);
    vr_call_after(&call, 0);
    for (int i = 1; i <= 10; i++) {
        check_int(vr_reactor_turn(reactor, -1), 0);
        check_int(probes[0].reads, i);
        check_int(calls, i);
    }
    vr_call_cancel(&call);
    close_pipes(1);
    tear_down();
}

TEST(watch_turn, leaves_time_for_calls_when_more_is_ready_than_fits)
{
    struct vr_call call;

    set_up_as((struct vr_reactor_options){.events_per_turn = 1});
    open_pipes(MANY, NULL);
    vr_call_init(&call, reactor, call_again);
    vr_call_after(&call, 0);
    for (int i = 1; i <= MANY; i++) {
        check_int(vr_reactor_turn(reactor, -1), 0);
        check_int(calls, i);
    }
    vr_call_cancel(&call);
    close_pipes(MANY);
    tear_down();
}

/* ---- stops ---- */

static void act_take_and_stop(struct probe *probe, unsigned event)
{
    act_take(probe, event);
    vr_reactor_stop(reactor);
}

/* promise reactor-2 */
TEST(watch_turn, leaves_the_rest_of_a_batch_to_the_next_run_when_stopped)
{
    set_up();
    open_pipes(MANY, act_take_and_stop);
    for (int i = 1; i <= MANY; i++) {
        check_int(vr_reactor_run(reactor), 0);
        check_int(reads_in_all(MANY), i);
        check_fair(MANY);
    }
    turn();
    check_int(counting_found, 0);
    close_pipes(MANY);
    tear_down();
}

/* promise reactor-2 */
TEST(watch_turn, leaves_writing_to_the_next_run_when_stopped_while_reading)
{
    struct probe probe = {.act = act_take_and_stop};
    int ends[2];

    set_up();
    make_pair(ends);
    put(ends[1], "x");
    open_as(&probe, ends[0], BOTH);
    check_int(vr_reactor_run(reactor), 0);
    check_int(probe.reads, 1);
    check_int(probe.writes, 0);
    check_int(vr_reactor_run(reactor), 0);
    check_int(probe.reads, 1);
    check_int(probe.writes, 1);

    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}

/* promise threads-1 */
TEST(watch_turn, is_that_of_any_thread_the_reactor_runs_in)
{
    struct probe probe = {.act = act_take_and_stop};
    int ends[2];

    set_up();
    make_pair(ends);
    open_reader(&probe, ends[0]);
    turn();
    check_int(vr_reactor_start(reactor), 0);
    put(ends[1], "x");
    check_int(vr_reactor_join(reactor), 0);
    check_int(probe.reads, 1);
    turn();
    put(ends[1], "x");
    check_int(vr_reactor_turn(reactor, -1), 1);
    check_int(probe.reads, 2);

    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}
