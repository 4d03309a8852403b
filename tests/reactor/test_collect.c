/* SPDX-License-Identifier: MIT */
/**
 * @file test_collect.c
 * Tests of reactor/collect.h.
 */
#include <vreactor/reactor/collect.h>

#include <errno.h>
#include <pthread.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/idle.h>
#include <vreactor/reactor/post.h>

#include "tests/reactor/watches.h"
#include "tests/support/child.h"

enum { BOTH = VR_READ | VR_WRITE, ROOM = 8 };

static struct vr_watch one, other;
static int ends[2], others[2];
static struct vr_collected found[ROOM];
static bool is_due;

static void set_up_pairs(void)
{
    set_up();
    make_pair(ends);
    make_pair(others);
}

static void tear_down_pairs(void)
{
    vr_watch_close(&one);
    vr_watch_close(&other);
    close_both(ends);
    close_both(others);
    tear_down();
}

static void open_for(struct vr_watch *watch, int fd, unsigned want)
{
    check_int(vr_watch_open(watch, reactor, fd, want, NULL), 0);
}

static int collect(vr_time timeout, unsigned flags)
{
    return vr_reactor_collect(reactor, timeout, flags, found, ROOM, &is_due);
}

static int look(void)
{
    return collect(0, 0);
}

/* ---- what is handed out ---- */

/* promise loops-6 */
TEST(collect, hands_out_what_is_ready_again_and_again)
{
    set_up_pairs();
    open_for(&one, ends[0], VR_READ);
    open_for(&other, others[0], VR_READ);
    check_int(look(), 0);
    check(!is_due);
    put(ends[1], "x");
    for (int i = 0; i < 3; i++) {
        check_int(collect(-1, 0), 1);
        check(found[0].watch == &one);
        check_int(found[0].events, VR_READ);
        check(!is_due);
    }
    put(others[1], "x");
    check_int(collect(-1, 0), 2);
    check_int(take(ends[0]), 1);
    check_int(look(), 1);
    check(found[0].watch == &other);
    tear_down_pairs();
}

TEST(collect, hands_out_both_events_of_a_watch_as_one_and_only_those_wanted)
{
    set_up_pairs();
    put(ends[1], "x");
    open_for(&one, ends[0], BOTH);
    check_int(look(), 1);
    check_int(found[0].events, BOTH);
    vr_watch_want(&one, VR_WRITE);
    check_int(look(), 1);
    check_int(found[0].events, VR_WRITE);
    vr_watch_want(&one, 0);
    check_int(look(), 0);
    vr_watch_want(&one, VR_READ);
    check_int(look(), 1);
    check_int(found[0].events, VR_READ);
    tear_down_pairs();
}

/* promise loops-6 */
TEST(collect, passes_none_over_for_ever_where_there_is_no_room)
{
    int seen = 0;

    set_up_pairs();
    put(ends[1], "x");
    put(others[1], "x");
    open_for(&one, ends[0], VR_READ);
    open_for(&other, others[0], VR_READ);
    for (int i = 0; i < 20; i++) {
        check_int(vr_reactor_collect(reactor, -1, 0, found, 1, &is_due), 1);
        seen |= found[0].watch == &one ? 1 : 2;
    }
    check_int(seen, 3);
    tear_down_pairs();
}

/* promise loops-8 */
TEST(collect, has_watches_that_turns_leave_alone)
{
    set_up_pairs();
    open_for(&one, ends[0], VR_READ);
    check(vr_reactor_is_alive(reactor));
    check_int(vr_watch_open(&other, reactor, ends[0], VR_WRITE, NULL), -EEXIST);
    put(ends[1], "x");
    check_int(vr_reactor_turn(reactor, -1), 0); /* its wait ends */
    check_int(look(), 1);
    check_int(vr_reactor_close(reactor), 0);
    check_int(vr_watch_fd(&one), -1);
    tear_down_pairs();
}

/* ---- what is due ---- */

static struct vr_call call;
static struct vr_post post;
static int calls_run, posts_run;

static void count_call(struct vr_call *which)
{
    (void)which;
    calls_run++;
}

static void count_post(struct vr_post *which)
{
    (void)which;
    posts_run++;
}

static void init_work(void)
{
    calls_run = posts_run = 0;
    vr_call_init(&call, reactor, count_call);
    post = (struct vr_post){.run = count_post};
}

/* promise loops-6 */
TEST(collect, runs_nothing_and_says_that_a_turn_is_due)
{
    struct probe probe = {.act = act_take};

    set_up_pairs();
    init_work();
    open_reader(&probe, ends[0]);
    put(ends[1], "x");
    check_int(collect(-1, 0), 0);
    check(is_due);
    vr_call_after(&call, 0);
    check_int(collect(-1, VR_COLLECT_NO_EVENTS), 0);
    check(is_due);
    vr_reactor_post(reactor, &post);
    check_int(collect(-1, VR_COLLECT_NO_EVENTS | VR_COLLECT_NO_TIMES), 0);
    check(is_due);
    check_int(calls_run + posts_run + probe.reads, 0);
    turn();
    check_int(calls_run + posts_run + probe.reads, 3);
    check_int(look(), 0);
    check(!is_due);
    vr_watch_close(&probe.watch);
    tear_down_pairs();
}

TEST(collect, waits_until_a_call_is_due_unless_times_are_left_out)
{
    set_up_pairs();
    init_work();
    vr_call_after(&call, 2 * VR_MSEC);
    do
        check_int(collect(-1, 0), 0);
    while (!is_due);
    check(vr_now(NULL) >= vr_call_due(&call));
    check_int(collect(VR_MSEC, VR_COLLECT_NO_TIMES), 0);
    check(!is_due);
    check_int(calls_run, 0);
    vr_call_cancel(&call);
    tear_down_pairs();
}

TEST(collect, leaves_events_out)
{
    set_up_pairs();
    open_for(&one, ends[0], VR_READ);
    put(ends[1], "x");
    vr_time begin = vr_now(NULL);
    check_int(vr_reactor_collect(reactor, 2 * VR_MSEC, VR_COLLECT_NO_EVENTS,
                                 NULL, 0, &is_due),
              0);
    check(!is_due);
    check(vr_now(NULL) - begin >= 2 * VR_MSEC);
    tear_down_pairs();
}

/* ---- other threads ---- */

static void *post_it(void *arg)
{
    vr_reactor_post(arg, &post);
    return NULL;
}

static void *wake_it(void *arg)
{
    vr_reactor_wake(arg);
    return NULL;
}

static void *stop_it(void *arg)
{
    vr_reactor_stop(arg);
    return NULL;
}

static void check_ended_by(void *(*act)(void *arg), unsigned flags, bool due)
{
    pthread_t thread;

    check_int(pthread_create(&thread, NULL, act, reactor), 0);
    check_int(collect(-1, flags), 0);
    check_int(is_due, due);
    check_int(pthread_join(thread, NULL), 0);
}

TEST(collect, is_ended_by_posts_stops_and_wake_ups_of_other_threads)
{
    static const unsigned flags[] = {0, VR_COLLECT_NO_EVENTS};

    set_up_pairs();
    for (int i = 0; i < 2; i++) {
        init_work();
        check_ended_by(post_it, flags[i], true);
        turn();
        check_int(posts_run, 1);
        check_ended_by(wake_it, flags[i], false);
        check_ended_by(stop_it, flags[i], true);
        check_int(vr_reactor_turn(reactor, 0), 1);
    }
    check_int(collect(VR_MSEC, 0), 0);
    check(!is_due);
    tear_down_pairs();
}

/* ---- inside a callback ---- */

static int nested, waits;
static struct probe ready;
static void *(*end_it)(void *arg);

static int collect_nested(vr_time timeout)
{
    return vr_reactor_collect(reactor, timeout, 0, found, ROOM, NULL);
}

/* Much is due, and ends no wait: it would only spin. */
static void nest(struct vr_call *which)
{
    pthread_t thread;

    (void)which;
    vr_reactor_post(reactor, &post);
    vr_call_after(&call, 0);
    put(ends[1], "x");
    waits = counting_waits;
    check_int(collect_nested(3 * VR_MSEC), 0);
    waits = counting_waits - waits;
    put(others[1], "x");
    check_int(collect_nested(-1), 1);
    check(found[0].watch == &other);
    check_int(collect_nested(-1), 1); /* in what serves that, say */
    check_int(take(others[0]), 1);
    check_int(pthread_create(&thread, NULL, end_it, reactor), 0);
    nested = collect_nested(-1);
    check_int(pthread_join(thread, NULL), 0);
    check_int(posts_run + calls_run + ready.reads, 0);
}

static void set_up_nested(void *(*end)(void *arg))
{
    set_up_pairs();
    init_work();
    end_it = end;
    nested = -1;
    ready = (struct probe){.act = act_take};
    open_for(&other, others[0], VR_READ);
}

/* A reader that is ready is heard by the next turn.  promise loops-7 */
TEST(collect, inside_a_callback_waits_although_a_turn_is_due)
{
    struct vr_call outer;

    set_up_nested(wake_it);
    open_reader(&ready, ends[0]);
    vr_call_init(&outer, reactor, nest);
    vr_call_after(&outer, 0);
    turn();
    check(waits <= 4);
    check_int(nested, 0);
    turn_until(&ready.reads, 1);
    check_int(posts_run + calls_run, 2);
    vr_watch_close(&ready.watch);
    tear_down_pairs();
}

/* promise loops-7 */
TEST(collect, inside_a_callback_is_ended_by_a_stop)
{
    struct vr_call outer;

    set_up_nested(stop_it);
    vr_call_init(&outer, reactor, nest);
    vr_call_after(&outer, 0);
    check_int(vr_reactor_run(reactor), 0);
    check_int(nested, 0);
    turn();
    check_int(posts_run + calls_run, 2);
    tear_down_pairs();
}

/* ---- what is refused ---- */

static int refused_inside, refused_outside;

static void collect_refused(struct vr_call *which)
{
    (void)which;
    vr_watch_want(&one, BOTH);
    refuse(0, -ENOSPC);
    refused_inside = collect_nested(VR_SEC);
    refuse(0, -ENOSPC);
    refused_outside = collect(VR_SEC, 0); /* as if a turn were made next */
}

TEST(collect, tells_what_the_selector_refuses_where_no_turn_can_be_made)
{
    struct vr_call outer;

    set_up_script();
    open_for(&one, 0, VR_READ);
    vr_call_init(&outer, reactor, collect_refused);
    vr_call_after(&outer, 0);
    turn();
    check_int(refused_inside, -ENOSPC);
    check_int(refused_outside, 0);
    check(is_due);
    vr_watch_close(&one);
    tear_down_script();
}

TEST(collect, refuses_what_it_does_not_know)
{
    set_up_pairs();
    check_int(collect(0, 4), -EINVAL);
    check_int(vr_reactor_collect(reactor, 0, 0, found, 0, &is_due), -EINVAL);
    check_int(vr_reactor_collect(reactor, 0, 0, NULL, 1, &is_due), -EINVAL);
    check_int(vr_reactor_close(reactor), 0);
    check_int(look(), -VR_ECLOSED);
    tear_down_pairs();
}

TEST(collect, is_refused_in_a_forked_child)
{
    set_up_pairs();
    pid_t child = fork();
    if (!child)
        _exit(look() == -ECHILD ? 0 : 1);
    check_child(child);
    tear_down_pairs();
}
