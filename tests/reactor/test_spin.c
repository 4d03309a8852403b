/* SPDX-License-Identifier: MIT */
/**
 * @file test_spin.c
 * Tests of a reactor that looks for work a little longer before it sleeps.
 */
#include <vreactor/reactor/reactor.h>

#include <errno.h>

#include <vreactor/reactor/post.h>
#include <vreactor/reactor/watch.h>

#include "tests/reactor/calls.h"

static const vr_time SPIN = 50 * VR_USEC;
static const vr_time A_LOOK = VR_USEC; /* what a look takes */

static struct vr_post post;
static int posted, events;

static void on_post(struct vr_post *which)
{
    (void)which;
    posted++;
}

static void on_event(struct vr_watch *watch)
{
    vr_watch_want(watch, 0);
    events++;
}

/* What happens at a look, the first of which has the number 1. */
static int look, post_at, event_at, stop_at;

static void on_look(struct vr_test_script *which)
{
    look++;
    if (which->timeout == 0)
        vr_test_advance(&test, A_LOOK);
    if (look == post_at)
        vr_reactor_post(reactor, &post);
    if (look == event_at)
        check_int(vr_test_script_ready(which, 0, VR_READ), 0);
    if (look == stop_at)
        vr_reactor_stop(reactor);
}

static void set_up_spin(vr_time spin)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;

    options.spin = spin;
    reactor = script_reactor(&script, &test, &options);
    script.on_wait = on_look;
    post = (struct vr_post){.run = on_post};
    look = post_at = event_at = stop_at = posted = events = 0;
}

/* Make turns of at most a second each, the first of which has a post to run. */
static void make_busy_turn(void)
{
    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_turn(reactor, VR_SEC), 0);
}

static void check_spins(uint64_t want, uint64_t want_caught)
{
    uint64_t spins, caught;

    vr_reactor_spins(reactor, &spins, &caught);
    check_int(spins, want);
    check_int(caught, want_caught);
}

TEST(spin, does_not_happen_unless_asked_for)
{
    set_up_spin(0);
    make_busy_turn();
    make_busy_turn();
    check_int(look, 2);
    check_int(script.hasty_waits, 0);
    check_spins(0, 0);
    tear_down();
}

/* promise reactor-42 */
TEST(spin, lasts_no_longer_than_asked_and_is_part_of_the_wait)
{
    vr_time begin;

    set_up_spin(SPIN);
    begin = now();
    make_busy_turn();
    check_int(look, SPIN / A_LOOK + 1);
    check_int(script.timeout, VR_SEC - SPIN);
    check_int(now() - begin, VR_SEC);
    check_spins(1, 0);
    tear_down();
}

/* promise reactor-42 */
TEST(spin, happens_only_where_there_was_something_to_do)
{
    set_up_spin(SPIN);
    make_busy_turn();
    check_int(vr_reactor_turn(reactor, VR_SEC), 0);
    check_int(vr_reactor_turn(reactor, VR_SEC), 0);
    check_int(look, SPIN / A_LOOK + 1 + 2);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_spins(1, 0);
    tear_down();
}

TEST(spin, happens_not_in_a_turn_that_does_not_wait)
{
    set_up_spin(SPIN);
    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(look, 1);
    check_spins(0, 0);
    tear_down();
}

TEST(spin, ends_with_a_post_that_runs_in_the_next_turn_without_a_wait)
{
    set_up_spin(SPIN);
    post_at = 7;
    make_busy_turn();
    check_int(look, 7 + 1);
    check_int(script.timeout, 0);
    check_int(posted, 1);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(posted, 2);
    check_spins(1, 1);
    tear_down();
}

TEST(spin, ends_with_an_event_that_is_delivered_at_once)
{
    static const struct vr_watch_ops ops = {.readable = on_event};
    struct vr_watch watch;

    set_up_spin(SPIN);
    check_int(vr_watch_open(&watch, reactor, 0, VR_READ, &ops), 0);
    event_at = 7;
    make_busy_turn();
    check_int(look, 7);
    check_int(events, 1);
    check_spins(1, 1);
    check_int(vr_reactor_turn(reactor, VR_SEC), 0); /* an event was work */
    check_spins(2, 1);
    vr_watch_close(&watch);
    tear_down();
}

TEST(spin, ends_with_a_stop)
{
    set_up_spin(SPIN);
    stop_at = 7;
    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_turn(reactor, -1), 1);
    check_int(script.timeout, 0);
    check_spins(1, 1);
    tear_down();
}

TEST(spin, ends_where_a_call_is_due)
{
    struct probe probe;

    set_up_spin(SPIN);
    probe_init(&probe, 0);
    vr_time due = now() + 10 * VR_USEC;
    vr_call_at(&probe.call, due);
    make_busy_turn();
    check_int(probe.ran_at, due + A_LOOK); /* a last look, at no cost of time */
    check(look <= 12);
    tear_down();
}

TEST(spin, ends_where_the_clock_stands_still)
{
    set_up_spin(SPIN);
    script.on_wait = NULL;
    make_busy_turn();
    check(script.waits > 1000 && script.waits < 10000);
    tear_down();
}

TEST(spin, is_refused_where_it_is_negative_or_longer_than_a_millisecond)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
    struct vr_reactor *made;

    options.spin = -1;
    check_int(vr_reactor_new(&options, &made), -EINVAL);
    options.spin = VR_MSEC + 1;
    check_int(vr_reactor_new(&options, &made), -EINVAL);
    options.spin = VR_MSEC;
    check_int(vr_reactor_new(&options, &made), 0);
    check_int(vr_reactor_free(made), 0);
}

/* ---- threads ---- */

enum { ROUNDS = 2000 };

static struct vr_reactor *reactors[2];
static struct vr_post ball;
static int rounds;

/* Two reactors post one post to and fro: a wake-up that is lost ends it. */
static void play(struct vr_post *which)
{
    int to = ++rounds % 2;

    if (rounds < ROUNDS) {
        vr_reactor_post(reactors[to], which);
        return;
    }
    vr_reactor_stop(reactors[0]);
    vr_reactor_stop(reactors[1]);
}

static void play_with(vr_time first_spin, vr_time second_spin)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;

    rounds = 0;
    ball = (struct vr_post){.run = play};
    options.spin = first_spin;
    check_int(vr_reactor_new(&options, &reactors[0]), 0);
    options.spin = second_spin;
    check_int(vr_reactor_new(&options, &reactors[1]), 0);
    vr_reactor_post(reactors[0], &ball);
    for (int i = 0; i < 2; i++)
        check_int(vr_reactor_start(reactors[i]), 0);
    for (int i = 0; i < 2; i++) /* one stops the other */
        check_int(vr_reactor_join(reactors[i]), 0);
    for (int i = 0; i < 2; i++)
        check_int(vr_reactor_free(reactors[i]), 0);
    check_int(rounds, ROUNDS);
}

TEST(spin, loses_no_wake_up_between_two_threads)
{
    play_with(20 * VR_USEC, 20 * VR_USEC);
    play_with(20 * VR_USEC, 0);
    play_with(VR_USEC, 3 * VR_USEC);
}
