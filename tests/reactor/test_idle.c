/* SPDX-License-Identifier: MIT */
/**
 * @file test_idle.c
 * Tests of reactor/idle.h: what keeps a run, and what does not.
 */
#include <vreactor/reactor/idle.h>

#include <errno.h>
#include <signal.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/schedule.h>
#include <vreactor/reactor/signal.h>
#include <vreactor/reactor/soon.h>

#include "tests/reactor/watches.h"

static struct vr_call call, ticks;
static struct vr_post posts[2];
static int calls_run, ticks_run, posts_run, soons_run;

static void count_call(struct vr_call *which)
{
    (void)which;
    calls_run++;
}

static void count_post(struct vr_post *post)
{
    (void)post;
    posts_run++;
}

static void set_up_idle(void)
{
    set_up();
    vr_call_init(&call, reactor, count_call);
    calls_run = ticks_run = posts_run = soons_run = 0;
    posts[0] = posts[1] = (struct vr_post){.run = count_post};
}

static void run(void)
{
    check_int(vr_reactor_run_until_idle(reactor), 0);
    check(!vr_reactor_is_alive(reactor));
}

/* What was there is through, and nothing else happens. */
static void check_run(const int *count, int want)
{
    check(vr_reactor_is_alive(reactor));
    run();
    check_int(*count, want);
}

/* ---- what keeps it ---- */

static void post_the_other(struct vr_post *post)
{
    posts_run++;
    check(post == &posts[0]);
    vr_reactor_post(reactor, &posts[1]);
}

/* promise loops-1 */
TEST(idle, is_a_reactor_with_nothing_on_it)
{
    set_up_idle();
    run();
    run();
    tear_down();
}

TEST(idle, comes_after_posts_and_what_they_post)
{
    set_up_idle();
    posts[0].run = post_the_other;
    vr_reactor_post(reactor, &posts[0]);
    check_run(&posts_run, 2);
    tear_down();
}

static void call_again(struct vr_call *which)
{
    if (++calls_run < 3)
        vr_call_after(which, VR_MSEC);
}

TEST(idle, comes_after_calls_and_what_they_schedule)
{
    set_up_idle();
    vr_call_init(&call, reactor, call_again);
    vr_call_after(&call, VR_MSEC);
    check_run(&calls_run, 3);
    vr_call_after(&call, VR_SEC);
    check(vr_reactor_is_alive(reactor));
    vr_call_after(&call, 2 * VR_SEC); /* once more is not twice */
    vr_call_cancel(&call);
    check(!vr_reactor_is_alive(reactor));
    tear_down();
}

static void count_run(void *arg)
{
    ++*(int *)arg;
}

TEST(idle, comes_after_tasks)
{
    struct vr_task task = {.run = count_run, .arg = &calls_run};

    set_up_idle();
    check_int(vr_schedule(reactor, VR_MSEC, &task, NULL), 0);
    check_run(&calls_run, 1);
    tear_down();
}

/* Takes a byte, and closes itself. */
static void take_and_close(struct probe *probe, unsigned event)
{
    act_take(probe, event);
    act_close(probe, event);
}

static void put_later(struct vr_call *which)
{
    (void)which;
    calls_run++;
    put(posts_run, "x"); /* the number of the descriptor */
}

TEST(idle, comes_after_the_last_watch_is_closed_whatever_it_wants)
{
    struct probe probe = {.act = take_and_close};
    int ends[2];

    set_up_idle();
    make_pipe(ends);
    posts_run = ends[1];
    open_reader(&probe, ends[0]);
    vr_watch_want(&probe.watch, 0);
    check(vr_reactor_is_alive(reactor));
    vr_watch_want(&probe.watch, VR_READ);
    vr_call_init(&call, reactor, put_later);
    vr_call_after(&call, VR_MSEC);
    check_run(&probe.reads, 1);
    close_both(ends);
    tear_down();
}

static struct vr_soon soon;

static void count_soon(struct vr_soon *which)
{
    (void)which;
    soons_run++;
}

static void release_soon(struct vr_call *which)
{
    (void)which;
    vr_soon_release(&soon, reactor);
}

static void hold_once(struct vr_soon *which)
{
    if (++soons_run > 1)
        return;
    vr_soon_hold(which, reactor);
    vr_call_init(&call, reactor, release_soon);
    vr_call_after(&call, VR_MSEC);
    vr_call_set_background(&call, true); /* so the closing alone keeps it */
}

TEST(idle, comes_after_pumps_and_closings_also_those_that_are_held)
{
    set_up_idle();
    vr_soon_init(&soon, count_soon);
    vr_soon_add_pump(&soon, reactor);
    check_run(&soons_run, 1);
    vr_soon_add_closing(&soon, reactor);
    check_run(&soons_run, 2);
    soons_run = 0;
    vr_soon_init(&soon, hold_once);
    vr_soon_add_closing(&soon, reactor);
    check_run(&soons_run, 2);
    tear_down();
}

/* ---- what does not ---- */

static void tick(struct vr_call *which)
{
    (void)which;
    ticks_run++;
}

static void stop_after_ten(struct vr_call *which)
{
    (void)which;
    if (ticks_run < 10)
        vr_call_after(which, VR_MSEC);
    calls_run++;
}

/* promise loops-2 */
TEST(idle, does_not_wait_for_calls_in_the_background_which_run_meanwhile)
{
    set_up_idle();
    vr_call_init(&ticks, reactor, tick);
    vr_call_set_background(&ticks, true);
    vr_call_repeat(&ticks, VR_USEC);
    run();
    vr_call_init(&call, reactor, stop_after_ten);
    vr_call_after(&call, VR_MSEC);
    check(vr_reactor_is_alive(reactor));
    run();
    check(ticks_run >= 10);
    check(vr_call_is_scheduled(&ticks)); /* for the next run */

    vr_call_set_background(&ticks, false);
    check(vr_reactor_is_alive(reactor));
    vr_call_set_background(&ticks, true);
    vr_call_set_background(&ticks, true); /* twice is once */
    check(!vr_reactor_is_alive(reactor));
    vr_call_cancel(&ticks);
    vr_call_after(&call, 0);
    check(vr_reactor_is_alive(reactor));
    vr_call_cancel(&call);
    tear_down();
}

static void begin_something(struct probe *probe, unsigned event)
{
    act_take(probe, event);
    vr_call_after(&call, VR_MSEC);
}

/* What comes by a listener, say, is none of the background.  promises loops-1,
 * loops-2 */
TEST(idle, waits_for_what_a_watch_in_the_background_has_begun)
{
    struct probe probe = {.act = begin_something};
    int ends[2];

    set_up_idle();
    make_pipe(ends);
    open_reader(&probe, ends[0]);
    vr_watch_set_background(&probe.watch, true);
    vr_watch_set_background(&probe.watch, true); /* twice is once */
    run();
    check_int(probe.reads, 0);
    put(ends[1], "x");
    run();
    check_int(probe.reads, 1);
    check_int(calls_run, 1);

    vr_watch_set_background(&probe.watch, false);
    check(vr_reactor_is_alive(reactor));
    vr_watch_close(&probe.watch);
    check(!vr_reactor_is_alive(reactor));
    vr_watch_set_background(&probe.watch, true); /* closed: nothing happens */
    check(!vr_reactor_is_alive(reactor));
    open_reader(&probe, ends[0]); /* as it was not marked */
    check(vr_reactor_is_alive(reactor));
    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}

static void heard(struct vr_signal *signal)
{
    (void)signal;
}

TEST(idle, does_not_wait_for_signals)
{
    struct vr_signal usr1;

    set_up_idle();
    check_int(vr_signal_open(&usr1, reactor, SIGUSR1, heard), 0);
    run();
    vr_signal_close(&usr1);
    tear_down();
}

/* ---- the run ---- */

static void post_late(struct vr_call *which)
{
    (void)which;
    vr_reactor_post(reactor, &posts[1]);
}

/* promise loops-3 */
TEST(idle, leaves_a_post_that_comes_later_to_the_next_run)
{
    set_up_idle();
    vr_reactor_post(reactor, &posts[0]);
    check_run(&posts_run, 1);
    vr_reactor_post(reactor, &posts[1]);
    check_int(posts_run, 1);
    check_run(&posts_run, 2);

    vr_call_init(&call, reactor, post_late); /* the last there is to do */
    vr_call_after(&call, 0);
    check_run(&posts_run, 3);
    tear_down();
}

static void stop_here(struct vr_post *post)
{
    (void)post;
    check_int(vr_reactor_run_until_idle(reactor), -EBUSY);
    vr_reactor_stop(reactor);
}

TEST(idle, is_not_waited_for_after_a_stop)
{
    set_up_idle();
    vr_call_after(&call, VR_SEC);
    posts[0].run = stop_here;
    vr_reactor_post(reactor, &posts[0]);
    check_int(vr_reactor_run_until_idle(reactor), 0);
    check(vr_reactor_is_alive(reactor));

    vr_reactor_stop(reactor);
    check_int(vr_reactor_run_until_idle(reactor), 0);
    vr_reactor_finish(reactor);
    check_int(vr_reactor_run_until_idle(reactor), 0);
    check_int(calls_run, 0);
    vr_call_cancel(&call);
    tear_down();
}

static void stop_now(struct vr_call *which)
{
    (void)which;
    calls_run++;
    vr_reactor_stop(reactor);
}

TEST(idle, ends_no_run_of_another_kind)
{
    set_up_idle();
    run();
    vr_call_init(&call, reactor, stop_now);
    vr_call_set_background(&call, true);
    vr_call_after(&call, VR_MSEC);
    check_int(vr_reactor_run(reactor), 0);
    check_int(calls_run, 1);
    check_int(vr_reactor_turn(reactor, 0), 0);
    tear_down();
}

TEST(idle, is_a_reactor_that_is_closed_and_does_not_run)
{
    set_up_idle();
    vr_call_after(&call, VR_SEC);
    check_int(vr_reactor_close(reactor), 0);
    check(!vr_reactor_is_alive(reactor));
    check_int(vr_reactor_run_until_idle(reactor), -VR_ECLOSED);
    tear_down();
}
