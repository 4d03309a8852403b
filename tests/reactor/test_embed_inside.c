/* SPDX-License-Identifier: MIT */
/**
 * @file test_embed_inside.c
 * Tests of vr_reactor_embed(): what a host may do while it is told something.
 */
#include <vreactor/reactor/embed.h>

#include <errno.h>
#include <pthread.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/watch.h>

#include "tests/reactor/hosts.h"

static struct probe mine; /* of the host's own */

static void set_up_acting(void (*act)(struct host *host))
{
    set_up_told();
    probe_init(&mine, 0);
    host.act = act;
}

static void nothing(void *arg)
{
    (void)arg;
    check(false);
}

static void try_all(struct host *told)
{
    (void)told;
    check_int(vr_reactor_turn(reactor, 0), -EBUSY);
    check_int(vr_reactor_run(reactor), -EBUSY);
    check_int(vr_reactor_start(reactor), -EBUSY);
    check_int(vr_reactor_close(reactor), -EBUSY);
    check_int(vr_reactor_free(reactor), -EBUSY);
    check_int(vr_call_and_wait(reactor, nothing, NULL), -EDEADLK);
}

/* promise reactor-20 */
TEST(embed_inside, no_turn_no_run_no_close_and_no_free)
{
    struct probe probe;

    set_up_acting(try_all);
    probe_init(&probe, 1);
    vr_call_at(&probe.call, now());
    check_int(host.words, 1); /* between turns */
    check_int(probe.runs, 0);
    turn_at_once();
    check_int(host.words, 2); /* at the end of one */
    check_int(probe.runs, 1);
    host.act = NULL;
    turn_at_once();
    tear_down();
}

static void try_all_in_turn(struct probe *probe)
{
    int words = host.words;

    try_all(&host);
    vr_call_at(&probe->call, now()); /* told when the turn ends */
    check_int(host.words, words);
}

/* promise reactor-20 */
TEST(embed_inside, a_turn_there_is_none_of_that_either)
{
    set_up_told();
    probe_init(&mine, 0);
    mine.act = try_all_in_turn;
    vr_call_at(&mine.call, now());
    turn_at_once();
    check_int(mine.runs, 1);
    check_told(2, now());
    tear_down();
}

static void try_close(struct host *told)
{
    (void)told;
    check_int(vr_reactor_close(reactor), -EBUSY);
    check_int(vr_reactor_free(reactor), -EBUSY);
    check_int(vr_reactor_turn(reactor, 0), -VR_ECLOSED);
    check_int(vr_reactor_embed(reactor, need_turn, told), -VR_ECLOSED);
}

TEST(embed_inside, the_last_word_closing_and_freeing_are_under_way)
{
    struct probe probe;

    set_up_told();
    probe_init(&probe, 1);
    vr_call_at(&probe.call, now());
    host.act = try_close;
    check_int(vr_reactor_close(reactor), 0);
    check_told(2, VR_TIME_MAX);
    tear_down();
}

static void schedule_now(struct host *told)
{
    (void)told;
    vr_call_at(&mine.call, now());
}

/* What is scheduled in there is told behind it: at once. */
TEST(embed_inside, a_call_may_be_scheduled_which_makes_a_turn_due_at_once)
{
    struct probe probe;

    set_up_acting(schedule_now);
    probe_init(&probe, 1);
    vr_call_after(&probe.call, VR_SEC);
    check_told(2, 0);
    turn_at_once();
    check_int(mine.runs, 1);
    check_told(4, 0);
    host.act = NULL;
    turn_at_once();
    check_int(mine.runs, 2);
    check_int(host.words, 5);
    check(host.due > now());
    tear_down();
}

static void schedule_earlier_and_earlier(struct host *told)
{
    vr_call_at(&mine.call, now() - told->words);
}

TEST(embed_inside, no_chain_of_calls_goes_on_for_ever)
{
    struct probe probe;

    set_up_acting(schedule_earlier_and_earlier);
    probe_init(&probe, 1);
    vr_call_at(&probe.call, now());
    check_told(2, 0);
    tear_down();
}

static void cancel_it(struct host *told)
{
    (void)told;
    vr_call_cancel(&mine.call);
}

/* The host comes in vain then, once, and hears when to come again. */
TEST(embed_inside, the_call_may_be_cancelled_of_which_it_is_told)
{
    set_up_acting(cancel_it);
    vr_call_after(&mine.call, VR_SEC);
    check_int(host.words, 1);
    check_int(vr_reactor_timeout(reactor), -1);
    turn_at_once();
    check_told(2, VR_TIME_MAX);
    tear_down();
}

static struct vr_watch watch;

static void readable(struct vr_watch *ready)
{
    (void)ready;
    ran_count++;
}

static void want_to_read(struct host *told)
{
    (void)told;
    vr_watch_want(&watch, VR_READ);
}

TEST(embed_inside, what_is_wanted_of_a_watch_reaches_the_kernel_at_once)
{
    static const struct vr_watch_ops ops = {.readable = readable};

    set_up_acting(NULL);
    check_int(vr_watch_open(&watch, reactor, 7, 0, &ops), 0);
    host.act = want_to_read;
    script.call_count = 0;
    int shows = script.shows;
    turn_at_once();
    check_int(script.call_count, 1);
    check_int(script.calls[0].now, VR_READ);
    check_int(script.shows, shows + 2); /* for the turn, and for this */
    vr_watch_close(&watch);
    tear_down();
}

static void hear_no_more(struct host *told)
{
    (void)told;
    check_int(vr_reactor_embed(reactor, NULL, NULL), 0);
    vr_call_at(&mine.call, now() - VR_SEC);
}

TEST(embed_inside, it_may_ask_to_hear_no_more)
{
    set_up_acting(hear_no_more);
    turn_at_once();
    turn_at_once();
    check_told(1, VR_TIME_MAX);
    check_int(mine.runs, 1);
    tear_down();
}

static vr_time other_due;
static int other_words;

static void tell_other(void *arg, vr_time due)
{
    check(arg == &mine);
    other_due = due;
    other_words++;
}

static void let_other_hear(struct host *told)
{
    (void)told;
    check_int(vr_reactor_embed(reactor, tell_other, &mine), 0);
}

TEST(embed_inside, another_may_be_put_in_its_place_and_hears_at_once)
{
    set_up_acting(let_other_hear);
    vr_call_after(&mine.call, VR_SEC);
    check_int(host.words, 1);
    check_int(other_words, 1);
    check_int(other_due, 0);
    turn_at_once();
    check_int(host.words, 1);
    check_int(other_words, 2);
    check(other_due > now());
    tear_down();
}

/* Whoever closes a watch in there finds it whole, or closed. */
static void close_watch(struct host *told)
{
    (void)told;
    vr_watch_close(&watch);
}

TEST(embed_inside, the_watch_may_be_closed_whose_closing_it_is_told_of)
{
    static const struct vr_watch_ops ops = {.readable = readable};
    static const struct vr_watch_ops write_ops = {.writable = readable};
    struct vr_watch writer;

    set_up_acting(NULL);
    check_int(vr_watch_open(&writer, reactor, 7, VR_WRITE, &write_ops), 0);
    check_int(vr_watch_open(&watch, reactor, 7, VR_READ, &ops), 0);
    host.act = close_watch;
    script.refused_fd = 7;
    script.refusal = -ENOMEM;
    vr_watch_close(&watch); /* the change is refused: a turn is due */
    check_told(1, 0);
    check_int(vr_watch_list(reactor, VR_READ | VR_WRITE, NULL, 0), 1);
    turn_at_once();
    vr_watch_close(&writer);
    tear_down();
}
