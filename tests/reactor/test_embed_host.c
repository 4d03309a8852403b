/* SPDX-License-Identifier: MIT */
/**
 * @file test_embed_host.c
 * Tests of vr_reactor_embed(): what a host is told, and when.
 */
#include <vreactor/reactor/embed.h>

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/soon.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/watch.h>

#include "tests/reactor/hosts.h"

TEST(embed_host, hears_nothing_while_nothing_is_due)
{
    set_up_told();
    check_int(host.words, 0);
    tear_down();
    check_int(host.words, 0);
}

TEST(embed_host, hears_what_is_due_already_when_it_asks_to_be_told)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 1);
    vr_call_at(&probe.call, now());
    check_int(vr_reactor_embed(reactor, need_turn, &host), 0);
    check_told(1, now());
    tear_down();
}

TEST(embed_host, hears_the_time_of_the_next_call_at_the_end_of_each_turn)
{
    struct probe probe;

    set_up_told();
    probe_init(&probe, 1);
    turn_at_once();
    check_told(1, VR_TIME_MAX);
    turn_at_once();
    check_told(2, VR_TIME_MAX);
    vr_call_at(&probe.call, now());
    turn_at_once();
    check_int(probe.runs, 1);
    check_told(4, VR_TIME_MAX);
    vr_call_after(&probe.call, 10 * VR_SEC);
    check_int(host.words, 5);
    vr_time due = host.due;
    check(due > now() && due <= now() + 10 * VR_SEC);
    turn_at_once();
    check_told(6, due);
    tear_down();
}

TEST(embed_host, hears_between_turns_when_the_time_moves_and_only_then)
{
    struct probe first, second;
    vr_time start;

    set_up_told();
    start = now(); /* of the past is told to the nanosecond */
    probe_init(&first, 1);
    probe_init(&second, 2);
    vr_call_at(&first.call, start - 50);
    check_told(1, start - 50);
    vr_call_at(&second.call, start - 40);
    check_told(1, start - 50);
    vr_call_at(&second.call, start - 60);
    check_told(2, start - 60);
    check(vr_call_delay(&second.call, 15));
    check_told(3, start - 50);
    check(vr_call_cancel(&second.call));
    check_int(host.words, 3);
    check(vr_call_cancel(&first.call));
    check_told(4, VR_TIME_MAX);
    check(!vr_call_cancel(&first.call));
    check_int(host.words, 4);
    tear_down();
}

TEST(embed_host, hears_of_calls_that_are_reset_or_repeat)
{
    struct probe probe;

    set_up_told();
    probe_init(&probe, 1);
    vr_call_repeat(&probe.call, VR_SEC);
    check_int(host.words, 1);
    check(vr_call_reset_if_earlier(&probe.call, 0));
    check_told(2, now());
    turn_at_once();
    check_int(probe.runs, 1);
    check_int(host.words, 3);
    check(host.due > now() && host.due <= now() + VR_SEC);
    check(vr_call_reset(&probe.call, 0));
    check_told(4, now());
    check(vr_call_cancel(&probe.call));
    check_told(5, VR_TIME_MAX);
    check(vr_call_again(&probe.call));
    check(host.words == 6 && host.due <= now() + VR_SEC);
    tear_down();
}

TEST(embed_host, hears_of_a_group_that_is_cancelled)
{
    struct vr_call_group group;
    struct probe probes[3];

    set_up_told();
    vr_call_group_init(&group);
    for (int i = 0; i < 3; i++) {
        probe_init(&probes[i], i);
        vr_call_at(&probes[i].call, now());
        check(vr_call_group_add(&group, &probes[i].call));
    }
    check_told(1, now());
    check_int(vr_call_group_cancel(&group), 3);
    check_told(2, VR_TIME_MAX);
    tear_down();
}

static void count_closed(struct vr_soon *closing)
{
    (void)closing;
    ran_count++;
}

static void nothing_readable(struct vr_watch *watch)
{
    (void)watch;
}

TEST(embed_host, hears_zero_when_there_is_work_to_do)
{
    static const struct vr_watch_ops ops = {.readable = nothing_readable};
    struct vr_soon closing;
    struct vr_watch watch;

    set_up_told();
    vr_soon_init(&closing, count_closed);
    vr_soon_add_closing(&closing, reactor);
    check_told(1, 0);
    turn_at_once();
    check_told(2, VR_TIME_MAX);
    check_int(vr_watch_open(&watch, reactor, 7, 0, &ops), 0);
    script.refused_fd = 7;
    script.refusal = -ENOMEM;
    vr_watch_want(&watch, VR_READ);
    check_told(3, 0);
    turn_at_once();
    check_told(4, VR_TIME_MAX);
    vr_watch_close(&watch);
    tear_down();
}

static void run_post(struct vr_post *post)
{
    (void)post;
    ran_count++;
}

TEST(embed_host, hears_zero_at_the_end_of_a_turn_that_left_something)
{
    struct vr_post posts[2] = {{.run = run_post}, {.run = run_post}};
    struct probe probes[2];

    set_up_told_as(
        (struct vr_reactor_options){.posts_per_turn = 1, .calls_per_turn = 1});
    vr_reactor_post(reactor, &posts[0]);
    vr_reactor_post(reactor, &posts[1]);
    turn_at_once();
    check_told(1, 0);
    turn_at_once();
    check_told(2, VR_TIME_MAX);
    for (int i = 0; i < 2; i++) {
        probe_init(&probes[i], i);
        vr_call_at(&probes[i].call, now());
    }
    turn_at_once();
    check_told(4, now());
    tear_down();
}

/* ---- for how long ---- */

static void never(void *arg, vr_time due)
{
    (void)arg;
    (void)due;
    check(false);
}

TEST(embed_host, is_told_until_it_wants_to_hear_no_more)
{
    struct probe probe;

    set_up_told();
    probe_init(&probe, 1);
    vr_call_at(&probe.call, now());
    check_int(host.words, 1);
    check_int(vr_reactor_embed(reactor, NULL, NULL), 0);
    vr_call_cancel(&probe.call);
    turn_at_once();
    check_int(host.words, 1);
    vr_call_after(&probe.call, VR_SEC); /* embedded it is still */
    check(vr_reactor_timeout(reactor) > 0);
    tear_down();
}

TEST(embed_host, is_told_in_the_place_of_one_who_was_told_before)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 1);
    check_int(vr_reactor_embed(reactor, never, NULL), 0);
    check_int(vr_reactor_embed(reactor, need_turn, &host), 0);
    vr_call_at(&probe.call, now());
    check_told(1, now());
    check_int(vr_reactor_embed(reactor, need_turn, &host), 0);
    check_told(2, now()); /* a new one, as far as we know */
    tear_down();
}

TEST(embed_host, hears_a_last_word_when_the_reactor_is_closed)
{
    struct probe probe, other;

    set_up_told();
    probe_init(&probe, 1);
    probe_init(&other, 2);
    vr_call_at(&probe.call, now());
    vr_call_at(&other.call, now());
    check_int(vr_reactor_close(reactor), 0);
    check_told(2, VR_TIME_MAX);
    vr_call_at(&probe.call, now() - 1);
    check_int(vr_reactor_turn(reactor, 0), -VR_ECLOSED);
    check_int(host.words, 2);
    tear_down();
    check_int(host.words, 2);
}

static void stop_now(struct probe *probe)
{
    (void)probe;
    vr_reactor_stop(reactor);
}

TEST(embed_host, hears_just_that_of_a_reactor_whose_thread_was_not_joined)
{
    struct probe probe, left;

    set_up_told();
    probe_init(&probe, 1);
    probe_init(&left, 2);
    probe.act = stop_now;
    vr_call_at(&probe.call, now());
    vr_call_at(&left.call, now());
    check_int(vr_reactor_start(reactor), 0);
    int err;
    do
        err = vr_reactor_close(reactor);
    while (err == -EBUSY);
    check_int(err, 0);
    check_told(2, VR_TIME_MAX);
    tear_down();
}

static void stop(struct probe *probe)
{
    vr_call_at(&probe->call, now());
    vr_reactor_stop(reactor);
}

/* While it runs by itself it needs no turn. */
TEST(embed_host, hears_what_is_due_when_a_run_has_ended)
{
    struct probe probe;

    set_up_told();
    probe_init(&probe, 1);
    probe.act = stop;
    vr_call_at(&probe.call, now());
    check_int(host.words, 1);
    check_int(vr_reactor_run(reactor), 0);
    check_int(probe.runs, 1);
    check_told(2, now());
    check_int(vr_reactor_start(reactor), 0);
    check_int(vr_reactor_join(reactor), 0);
    check_int(probe.runs, 2);
    check_told(3, now());
    tear_down();
}
