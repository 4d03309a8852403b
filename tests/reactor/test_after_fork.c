/* SPDX-License-Identifier: MIT */
/**
 * @file test_after_fork.c
 * Tests of reactor/after_fork.h: what is on a reactor goes on in a child, and
 * the parent loses nothing by it.
 */
#include <vreactor/reactor/after_fork.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor_impl.h>

#include "forked_roles.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/schedule.h>
#include <vreactor/reactor/soon.h>
#include <vreactor/testing/clock.h>

#include "tests/support/child.h"

static int leave(void)
{
    close_watches();
    tear_down();
    return 0;
}

/* ---- watches ---- */

static int hear(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    child_check(!vr_reactor_is_inherited(reactor));
    check_hearing();
    return leave();
}

static void check_both_hear(int (*act)(void))
{
    check_in_child(act);
    check_hearing();
    check_in_child(act);
    check_hearing();
    close_watches();
    tear_down();
}

/* promise reactor-43 */
TEST(after_fork, watches_hear_in_the_child)
{
    set_up();
    open_roles();
    check_both_hear(hear); /* also where no turn has been made yet */
}

static int hear_what_was_ready(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    turn_until(&probes[0].reads, 1);
    return leave();
}

/* promise reactor-43 */
TEST(after_fork, watches_hear_what_was_ready_before)
{
    set_up();
    open_roles();
    turn();
    put(pipe_ends[1], "x");
    check_in_child(hear_what_was_ready);
    turn_until(&probes[0].reads, 1);
    check_int(take(pipe_ends[0]), 1);
    close_watches();
    tear_down();
}

static int want_and_close(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    turn();
    vr_watch_want(&probes[0].watch, 0);
    turn();
    vr_watch_close(&probes[1].watch);
    vr_watch_close(&probes[2].watch);
    close_both(socket_ends);
    put(pipe_ends[1], "x");
    probes[0].reads = 0;
    turn();
    child_check(probes[0].reads == 0);
    vr_watch_want(&probes[0].watch, VR_READ);
    turn_until(&probes[0].reads, 1);
    child_check(take(pipe_ends[0]) == 1);
    vr_watch_close(&probes[0].watch);
    close_both(pipe_ends);
    tear_down();
    return 0;
}

/* promise reactor-43 */
TEST(after_fork, the_parent_hears_whatever_the_child_changes)
{
    set_up();
    open_roles();
    turn();
    check_both_hear(want_and_close);
}

/* What it closes while it has a copy is closed here, and hears nothing. */
static int close_before(void)
{
    vr_watch_close(&probes[0].watch);
    close_both(pipe_ends);
    vr_watch_close(&probes[1].watch);
    child_check(vr_reactor_after_fork(reactor) == 0);
    probes[0].reads = probes[1].reads = 0;
    probes[2].writes = 0;
    put(socket_ends[1], "x");
    turn_until(&probes[2].writes, 2);
    child_check(probes[0].reads == 0 && probes[1].reads == 0);
    open_as(&probes[1], socket_ends[0], VR_READ);
    turn_until(&probes[1].reads, 1);
    child_check(take(socket_ends[0]) == 1);
    vr_watch_close_all(reactor);
    close_both(socket_ends);
    tear_down();
    return 0;
}

/* promise reactor-48 */
TEST(after_fork, what_was_closed_before_stays_the_parent_s)
{
    set_up();
    open_roles();
    turn();
    check_both_hear(close_before);
}

/* ---- what else is on it ---- */

static struct vr_call call;
static struct vr_post posts[2];
static struct vr_soon pump, closing;

static int run_all(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    turn();
    child_check(ran == 4);
    tear_down();
    return 0;
}

/* promise reactor-43 */
TEST(after_fork, what_was_on_its_way_runs_in_both)
{
    set_up();
    vr_soon_init(&pump, count_soon);
    vr_soon_init(&closing, count_soon);
    vr_soon_add_pump(&pump, reactor);
    vr_soon_add_closing(&closing, reactor);
    posts[0] = posts[1] = (struct vr_post){.run = count_post};
    vr_reactor_post(reactor, &posts[0]);
    vr_reactor_post(reactor, &posts[1]);
    check_in_child(run_all);
    check_int(ran, 0);
    turn();
    check_int(ran, 4);
    tear_down();
}

static int run_when_due(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    child_check(vr_test_run_for(&test, reactor, 10 * VR_SEC - 1) == 0);
    child_check(ran == 0);
    child_check(vr_test_run_for(&test, reactor, 1) == 0);
    child_check(ran == 2);
    vr_call_after(&call, VR_SEC);
    child_check(vr_test_run_for(&test, reactor, VR_SEC) == 0);
    child_check(ran == 3);
    tear_down();
    return 0;
}

/* promise reactor-43 */
TEST(after_fork, calls_and_tasks_run_when_they_are_due)
{
    struct vr_task task = {.run = count_task};

    vr_test_env_init(&test, VR_SEC);
    check_int(vr_test_reactor_new(&test, NULL, &reactor), 0);
    vr_call_init(&call, reactor, count_call);
    vr_call_after(&call, 10 * VR_SEC);
    check_int(vr_schedule(reactor, 10 * VR_SEC, &task, NULL), 0);
    turn();
    check_in_child(run_when_due);
    check_int(vr_test_run_for(&test, reactor, 10 * VR_SEC), 0);
    check_int(ran, 2);
    tear_down();
}

/* ---- wake-ups ---- */

static void *post_while_it_sleeps(void *arg)
{
    (void)arg;
    while (!atomic_load(&reactor->inbox->asleep))
        ;
    vr_reactor_post(reactor, &posts[0]);
    return NULL;
}

static void count_and_stop(struct vr_post *which)
{
    count_post(which);
    vr_reactor_stop(reactor);
}

static int be_woken(void)
{
    pthread_t thread;

    child_check(vr_reactor_after_fork(reactor) == 0);
    posts[0] = (struct vr_post){.run = count_and_stop};
    child_check(!pthread_create(&thread, NULL, post_while_it_sleeps, NULL));
    child_check(vr_reactor_run(reactor) == 0);
    child_check(!pthread_join(thread, NULL));
    child_check(ran == 1);
    tear_down();
    return 0;
}

/* promise reactor-43 */
TEST(after_fork, a_post_of_another_thread_wakes_the_child_and_no_other)
{
    set_up();
    turn();
    check(vr_inbox_doze(reactor->inbox)); /* as if it slept */
    check_in_child(be_woken);

    struct pollfd wake = {.fd = reactor->inbox->wake[0], .events = POLLIN};
    check_int(poll(&wake, 1, 0), 0);
    vr_inbox_rise(reactor->inbox);
    tear_down();
}

static int run_in_a_thread(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    child_check(vr_reactor_start(reactor) == 0);
    child_check(vr_call_and_wait(reactor, count_task, NULL) == 0);
    child_check(ran == 1);
    vr_reactor_stop(reactor);
    child_check(vr_reactor_join(reactor) == 0);
    tear_down();
    return 0;
}

TEST(after_fork, the_child_may_run_it_in_a_thread_of_its_own)
{
    set_up();
    check_int(vr_reactor_start(reactor), 0);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    check_in_child(run_in_a_thread);
    tear_down();
}

/* ---- children of children ---- */

static int generations;

static int hear_and_fork(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    check_hearing();
    if (++generations < 3) {
        check_in_child(hear_and_fork);
        check_hearing();
    }
    return leave();
}

/* promise reactor-43 */
TEST(after_fork, a_child_of_a_child_goes_on_as_well)
{
    set_up();
    open_roles();
    turn();
    check_both_hear(hear_and_fork);
}

static int hear_in_a_child_only(void)
{
    generations++; /* this one leaves its copy alone */
    check_in_child(hear);
    child_check(vr_reactor_turn(reactor, 0) == -ECHILD);
    child_check(vr_reactor_after_fork(reactor) == 0);
    check_hearing();
    return leave();
}

TEST(after_fork, a_copy_of_a_copy_goes_on_as_well)
{
    set_up();
    open_roles();
    check_both_hear(hear_in_a_child_only);
}
