/* SPDX-License-Identifier: MIT */
/**
 * @file test_after_fork_inside.c
 * Tests of reactor/after_fork.h: children forked by callbacks, and what is
 * refused.
 */
#include <vreactor/reactor/after_fork.h>

#include "forked_readers.h"

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/soon.h>

#include "tests/support/child.h"

static pid_t child = -1;
static int ran, refusals;

/* ---- a callback that forks and returns ---- */

static struct vr_call call, last;
static struct vr_post forking, behind;
static struct vr_soon pump;

/* The parent goes on when the child has ended, which reads what it reads. */
static void fork_here(void)
{
    child = fork();
    if (child == 0)
        refusals += vr_reactor_after_fork(reactor) == -EBUSY;
    else
        check_child(child);
}

static void fork_in_call(struct vr_call *which)
{
    (void)which;
    fork_here();
}

static void fork_in_post(struct vr_post *which)
{
    (void)which;
    fork_here();
}

static void fork_in_soon(struct vr_soon *which)
{
    (void)which;
    fork_here();
}

static void act_fork(struct probe *self, unsigned event)
{
    act_take(self, event);
    self->act = act_take;
    fork_here();
}

static void count_post(struct vr_post *which)
{
    (void)which;
    ran++;
}

static void count_and_stop(struct vr_call *which)
{
    (void)which;
    ran++;
    vr_reactor_stop(reactor);
}

/* What the turn that forked has left undone is done here. */
static int go_on(int result, int left)
{
    child_check(result == -ECHILD && refusals == 1 && ran == 0);
    child_check(vr_reactor_after_fork(reactor) == 0);
    child_check(vr_call_cancel(&last));
    vr_call_init(&call, reactor, count_and_stop);
    vr_call_after(&call, 0);
    child_check(vr_reactor_run(reactor) == 0);
    child_check(ran == left + 1);
    check_hearing();
    tear_all_down();
    return 0;
}

/* Make the run that forks; in the parent it is ended by a call. */
static void check_run(int left)
{
    int result = vr_reactor_run(reactor);

    if (child == 0)
        _exit(go_on(result, left));
    check(child > 0);
    check_int(result, 0);
    check_hearing();
    tear_all_down();
}

static void stop(struct vr_call *which)
{
    (void)which;
    vr_reactor_stop(reactor);
}

static void stop_later(void)
{
    vr_call_init(&last, reactor, stop);
    vr_call_after(&last, VR_MSEC);
}

/* promise reactor-45 */
TEST(after_fork_inside, a_post_may_fork)
{
    set_up_watching();
    forking.run = fork_in_post;
    behind.run = count_post;
    vr_reactor_post(reactor, &forking);
    vr_reactor_post(reactor, &behind);
    stop_later();
    check_run(1);
}

/* promise reactor-45 */
TEST(after_fork_inside, a_call_may_fork)
{
    set_up_watching();
    vr_call_init(&call, reactor, fork_in_call);
    vr_call_after(&call, 0);
    stop_later();
    check_run(0);
}

/* promise reactor-45 */
TEST(after_fork_inside, a_pump_may_fork)
{
    set_up_watching();
    vr_soon_init(&pump, fork_in_soon);
    vr_soon_add_pump(&pump, reactor);
    stop_later();
    check_run(0);
}

/* promise reactor-45 */
TEST(after_fork_inside, an_event_may_fork)
{
    set_up_watching();
    probe.act = act_fork;
    other.act = act_take;
    put(ends[1], "x");
    stop_later();
    check_run(0);
}

/* ---- what is refused ---- */

static int nothing_inherited(void)
{
    struct vr_reactor *inherited = reactor;

    set_up();
    child_check(vr_reactor_after_fork(reactor) == 0);
    tear_down();
    child_check(vr_reactor_close(inherited) == 0);
    child_check(vr_reactor_after_fork(inherited) == -VR_ECLOSED);
    child_check(vr_reactor_free(inherited) == 0);
    return 0;
}

TEST(after_fork_inside, what_is_closed_or_one_s_own_is_left_as_it_is)
{
    set_up();
    check_int(vr_reactor_after_fork(reactor), 0);
    turn();
    check_in_child(nothing_inherited);
    check_int(vr_reactor_close(reactor), 0);
    check_int(vr_reactor_after_fork(reactor), 0);
    tear_down();
}

static int is_refused(void)
{
    child_check(vr_reactor_after_fork(reactor) == -EBUSY);
    child_check(vr_reactor_is_inherited(reactor));
    return 0;
}

/* The checker of threads wants no child of several. */
HEAVY_TEST(after_fork_inside, one_that_ran_in_another_thread_is_refused)
{
    set_up();
    check_int(vr_reactor_start(reactor), 0);
    check_in_child(is_refused);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    tear_down();
}

static void fork_in_close(struct vr_watch *watch, int err)
{
    (void)err;
    child = fork();
    if (child != 0)
        vr_watch_close(watch);
}

TEST(after_fork_inside, one_that_was_being_closed_is_lost)
{
    static const struct vr_watch_ops ops = {.readable = note_read,
                                            .failed = fork_in_close};

    set_up();
    make_pipe(ends);
    check_int(vr_watch_open(&probe.watch, reactor, ends[0], VR_READ, &ops), 0);
    int err = vr_reactor_close(reactor);
    if (child == 0)
        _exit(err != -ECHILD || vr_reactor_after_fork(reactor) != -VR_ECLOSED);
    check_child(child);
    check_int(err, 0);
    close_both(ends);
    tear_down();
}

static void fork_in_watcher(struct vr_log_watcher *watcher,
                            const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)entry;
    if (child < 0)
        fork_here();
}

static int go_on_from_flush(int err)
{
    child_check(refusals == 1);
    child_check(err == 0);
    child_check(vr_reactor_after_fork(reactor) == 0);
    vr_log_info(vr_reactor_log(reactor), "two");
    child_check(vr_log_flush(vr_reactor_log(reactor), 0) == 0);
    check_hearing();
    tear_all_down();
    return 0;
}

/* It is not in a turn, but what shows the log is not to be taken away. */
TEST(after_fork_inside, a_watcher_of_the_log_is_no_place_for_it)
{
    struct vr_log_watcher watcher;

    set_up_watching();
    vr_log_watcher_init(&watcher, fork_in_watcher);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &watcher), 0);
    vr_log_info(vr_reactor_log(reactor), "one");
    int err = vr_log_flush(vr_reactor_log(reactor), 0);
    if (child == 0)
        _exit(go_on_from_flush(err));
    check(child > 0);
    check_int(err, 0);
    check_hearing();
    tear_all_down();
}

static int refuse_stale(void)
{
    int wake;

    for (int i = 0; i < 2; i++) { /* a number that comes next is watched */
        close_both(ends);
        child_check(vr_reactor_after_fork(reactor) == -EEXIST);
        child_check(vr_reactor_is_inherited(reactor));
        wake = dup(other_ends[0]);
        child_check(wake == ends[0] || wake == ends[1]);
        ends[0] = wake;
        ends[1] = dup(other_ends[0]);
    }
    close_both(ends);
    vr_watch_close(&probe.watch);
    child_check(vr_reactor_after_fork(reactor) == 0);
    vr_watch_close_all(reactor);
    close_both(other_ends);
    tear_down();
    return 0;
}

TEST(after_fork_inside, a_watch_of_a_descriptor_that_is_closed_is_refused)
{
    set_up();
    make_pipe(ends);
    make_tcp_pair(other_ends);
    open_as(&probe, ends[0], VR_READ);
    check(ends[0] < other_ends[0] && ends[0] < ends[1]);
    check_in_child(refuse_stale);
    tear_all_down();
}
