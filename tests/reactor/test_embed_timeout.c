/* SPDX-License-Identifier: MIT */
/**
 * @file test_embed_timeout.c
 * Tests of vr_reactor_timeout(): a host that waits so long, and makes a turn
 * when it is told not to wait, is neither late nor busy for nothing.
 */
#include <vreactor/reactor/embed.h>

#include <errno.h>
#include <limits.h>

#include <vreactor/reactor/soon.h>
#include <vreactor/reactor/post.h>

#include "tests/reactor/calls.h"

static void set_up_embedded(struct vr_reactor_options options)
{
    options.size = sizeof(options);
    reactor = script_reactor(&script, &test, &options);
    check_int(vr_reactor_embed(reactor, NULL, NULL), 0);
}

static vr_time timeout(void)
{
    return vr_reactor_timeout(reactor);
}

static void turn_at_once(void)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
}

TEST(embed_timeout, is_for_ever_where_nothing_is_due)
{
    set_up_embedded((struct vr_reactor_options){.size = 0});
    check_int(timeout(), -1);
    turn_at_once();
    check_int(timeout(), -1);
    tear_down();
}

TEST(embed_timeout, ends_when_the_next_call_is_due)
{
    struct probe first, second;

    set_up_embedded((struct vr_reactor_options){.size = 0});
    probe_init(&first, 1);
    probe_init(&second, 2);
    vr_call_after(&second.call, 40000);
    check(timeout() > 0 && timeout() <= 40000);
    vr_call_after(&first.call, 20000);
    check(timeout() > 0 && timeout() <= 20000);
    vr_test_advance(&test, 20000);
    check_int(timeout(), 0);
    turn_at_once();
    check_int(first.runs, 1);
    check(timeout() > 0 && timeout() <= 20000);
    vr_call_cancel(&second.call);
    check_int(timeout(), -1);
    tear_down();
}

TEST(embed_timeout, is_over_when_a_call_is_late)
{
    struct probe probe;

    set_up_embedded((struct vr_reactor_options){.size = 0});
    probe_init(&probe, 1);
    vr_call_at(&probe.call, now() - VR_SEC);
    check_int(timeout(), 0);
    vr_call_at(&probe.call, -VR_SEC);
    check_int(timeout(), 0);
    turn_at_once();
    check_int(timeout(), -1);
    tear_down();
}

/* A host waits in milliseconds, and in an int. */
TEST(embed_timeout, fits_a_host_that_counts_in_milliseconds)
{
    vr_time spans[] = {VR_TIME_MAX / 2, (vr_time)1 << 61,
                       (vr_time)INT_MAX * VR_MSEC};
    struct probe probe;

    set_up_embedded((struct vr_reactor_options){.size = 0});
    probe_init(&probe, 1);
    for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
        vr_call_after(&probe.call, spans[i]);
        check_int(timeout(), spans[i]);
        check(vr_time_to_ms(timeout()) > 0);
        vr_call_at(&probe.call, spans[i]);
        check(timeout() > 0);
    }
    vr_call_cancel(&probe.call);
    tear_down();
}

TEST(embed_timeout, is_for_ever_where_a_call_never_comes)
{
    struct probe probe;

    set_up_embedded((struct vr_reactor_options){.size = 0});
    probe_init(&probe, 1);
    vr_call_after(&probe.call, VR_TIME_MAX);
    check_int(timeout(), -1);
    vr_call_at(&probe.call, VR_TIME_MAX - 1);
    check_int(timeout(), VR_TIME_MAX - 1 - now());
    vr_call_cancel(&probe.call);
    tear_down();
}

static void run_post(struct vr_post *post)
{
    (void)post;
    ran_count++;
}

/* promise reactor-21 */
TEST(embed_timeout, is_over_while_posts_are_left)
{
    struct vr_post posts[7];

    set_up_embedded((struct vr_reactor_options){.posts_per_turn = 3});
    for (int i = 0; i < 7; i++) {
        posts[i] = (struct vr_post){.run = run_post};
        vr_reactor_post(reactor, &posts[i]);
    }
    for (int done = 3; done < 7; done += 3) {
        check_int(timeout(), 0);
        turn_at_once();
        check_int(ran_count, done);
    }
    check_int(timeout(), 0);
    turn_at_once();
    check_int(ran_count, 7);
    check_int(timeout(), -1);
    tear_down();
}

/* promise reactor-21 */
TEST(embed_timeout, is_over_while_calls_are_left)
{
    struct probe probes[7];

    set_up_embedded((struct vr_reactor_options){.calls_per_turn = 3});
    for (int i = 0; i < 7; i++) {
        probe_init(&probes[i], i);
        vr_call_at(&probes[i].call, now());
    }
    for (int done = 3; done < 7; done += 3) {
        check_int(timeout(), 0);
        turn_at_once();
        check_int(ran_count, done);
    }
    check_int(timeout(), 0);
    turn_at_once();
    check_int(timeout(), -1);
    tear_down();
}

static void count_closed(struct vr_soon *closing)
{
    (void)closing;
    ran_count++;
}

TEST(embed_timeout, is_over_while_something_was_closed)
{
    struct vr_soon closing;

    set_up_embedded((struct vr_reactor_options){.size = 0});
    vr_soon_init(&closing, count_closed);
    vr_soon_add_closing(&closing, reactor);
    check_int(timeout(), 0);
    turn_at_once();
    check_int(ran_count, 1);
    check_int(timeout(), -1);
    tear_down();
}

TEST(embed_timeout, is_over_until_a_stop_is_answered)
{
    set_up_embedded((struct vr_reactor_options){.size = 0});
    vr_reactor_stop(reactor);
    check_int(timeout(), 0);
    check_int(vr_reactor_turn(reactor, 0), 1);
    check_int(timeout(), -1);
    tear_down();
}

static void schedule_again(struct probe *probe)
{
    if (probe->runs == 1)
        vr_call_after(&probe->call, 0);
}

TEST(embed_timeout, is_over_for_what_a_callback_schedules_for_now)
{
    struct probe probe;

    set_up_embedded((struct vr_reactor_options){.size = 0});
    probe_init(&probe, 1);
    probe.act = schedule_again;
    vr_call_after(&probe.call, 0);
    turn_at_once();
    check_int(probe.runs, 1);
    check_int(timeout(), 0);
    turn_at_once();
    check_int(probe.runs, 2);
    check_int(timeout(), -1);
    tear_down();
}

/* A selector whose kernel did not hear all, such as a full ring, is given
 * another chance by the next turn. */
TEST(embed_timeout, is_over_while_the_selector_has_something_left_to_say)
{
    struct probe probe;

    set_up_embedded((struct vr_reactor_options){.size = 0});
    probe_init(&probe, 1);
    script.show_error = -EBUSY;
    vr_call_after(&probe.call, VR_SEC);
    check_int(timeout(), 0);
    turn_at_once();
    check_int(timeout(), 0);
    script.show_error = 0;
    turn_at_once();
    check(timeout() > 0);
    vr_call_cancel(&probe.call);
    tear_down();
}

/* Nothing is to be had inside a turn: a host that would look again and again
 * there waits for its own things. */
static void ask_inside(struct probe *probe)
{
    vr_call_at(&probe->other->call, now());
    vr_reactor_stop(reactor);
    check_int(timeout(), -1);
    check_int(vr_reactor_turn(reactor, 0), -EBUSY);
}

TEST(embed_timeout, is_for_ever_inside_a_turn)
{
    struct probe probe, other;

    set_up_embedded((struct vr_reactor_options){.size = 0});
    probe_init(&probe, 1);
    probe_init(&other, 2);
    probe.act = ask_inside;
    probe.other = &other;
    vr_call_at(&probe.call, now());
    check_int(vr_reactor_turn(reactor, 0), 1);
    check_int(other.runs, 0);
    check_int(timeout(), 0);
    turn_at_once();
    check_int(other.runs, 1);
    tear_down();
}
