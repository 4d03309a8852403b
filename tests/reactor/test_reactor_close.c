/* SPDX-License-Identifier: MIT */
/**
 * @file test_reactor_close.c
 * Tests of what a reactor owes to those it ends: posts, tasks, calls, watches
 * and last words, and what a failing watch may do.
 */
#include <vreactor/reactor/soon.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/schedule.h>
#include <vreactor/reactor/watch.h>
#include <vreactor/testing/clock.h>

#include "tests/support/script.h"
#include "tests/support/test.h"

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static int failures, last_err, closed_count, call_runs;
static void (*act)(void); /* done by the next callback here; NULL: nothing */

static void take_action(void)
{
    void (*action)(void) = act;

    act = NULL;
    if (action)
        action();
}

static void note_closed(struct vr_soon *closing)
{
    (void)closing;
    closed_count++;
    take_action();
}

static void note_failed(struct vr_watch *watch, int err)
{
    (void)watch;
    failures++;
    last_err = err;
    take_action();
}

static void ignore(struct vr_watch *watch)
{
    (void)watch;
}

static void count_call(struct vr_call *call)
{
    (void)call;
    call_runs++;
    take_action();
}

static void cancelled(void *arg)
{
    (void)arg;
    take_action();
}

static void run_too_early(void *arg)
{
    test_fail(__FILE__, __LINE__, "the task %p ran", arg);
}

static const struct vr_watch_ops ops = {.readable = ignore,
                                        .failed = note_failed};
static const struct vr_watch_ops silent_ops = {.readable = ignore};
static struct vr_watch watches[3];
static struct vr_soon closings[2];
static struct vr_call call;

static void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
    vr_call_init(&call, reactor, count_call);
    for (int i = 0; i < 2; i++)
        vr_soon_init(&closings[i], note_closed);
}

static void tear_down(void)
{
    script_free(&script, reactor);
}

static void turn(void)
{
    check_int(vr_reactor_turn(reactor, -1), 0);
}

static void open_watch(int fd, const struct vr_watch_ops *which)
{
    check_int(vr_watch_open(&watches[fd], reactor, fd, VR_READ, which), 0);
}

static void close_first(void)
{
    vr_soon_add_closing(&closings[0], reactor);
    check_int(closed_count, 0);
}

static void close_second(void)
{
    vr_soon_add_closing(&closings[1], reactor);
}

static void close_watch_1(void)
{
    vr_watch_close(&watches[1]);
}

static void want_watch_1(void)
{
    vr_watch_want(&watches[1], VR_READ);
}

TEST(reactor_close, takes_null_and_closes_once)
{
    check_int(vr_reactor_free(NULL), 0);
    set_up();
    check_int(vr_reactor_close(reactor), 0);
    check_int(vr_reactor_close(reactor), 0);
    tear_down();
}

/* promise reactor-4 */
TEST(reactor_close, tells_watches_once_and_drops_them)
{
    set_up();
    open_watch(0, &ops);
    open_watch(1, &silent_ops);
    check_int(vr_reactor_close(reactor), 0);
    check_int(failures, 1);
    check_int(last_err, -VR_ECLOSED);
    for (int fd = 0; fd < 2; fd++)
        check_int(vr_watch_fd(&watches[fd]), -1);
    check_int(vr_watch_open(&watches[2], reactor, 2, VR_READ, &ops),
              -VR_ECLOSED);
    vr_watch_close(&watches[0]);
    vr_watch_close(&watches[2]);
    tear_down();
    check_int(failures, 1);
}

TEST(reactor_close, lets_a_watch_that_fails_close_another)
{
    set_up();
    for (int fd = 0; fd < 3; fd++)
        open_watch(fd, &ops);
    act = close_watch_1;
    check_int(vr_reactor_close(reactor), 0);
    check_int(failures, 2);
    tear_down();
}

/* promise reactor-4 */
TEST(reactor_close, forgets_calls_whose_memory_is_then_their_owners)
{
    struct vr_call_group group;

    set_up();
    vr_call_group_init(&group);
    vr_call_after(&call, 0);
    check(vr_call_group_add(&group, &call));
    check_int(vr_reactor_close(reactor), 0);
    check_int(vr_call_group_cancel(&group), 0);
    check(!vr_call_is_scheduled(&call));
    check(!vr_call_cancel(&call));
    check_int(call_runs, 0);
    tear_down();
}

/* promise reactor-6 */
TEST(reactor_close, lets_last_words_be_heard_at_the_end_of_the_turn)
{
    set_up();
    act = close_first;
    vr_call_after(&call, 0);
    turn();
    check_int(call_runs, 1);
    check_int(closed_count, 1);
    turn();
    check_int(closed_count, 1);
    check_int(script.timeout, -1);
    tear_down();
}

/* promise reactor-6 */
TEST(reactor_close, leaves_what_last_words_close_for_the_next_turn)
{
    set_up();
    vr_soon_add_closing(&closings[0], reactor); /* while new */
    check_int(closed_count, 0);
    act = close_second;
    turn();
    check_int(closed_count, 1);
    turn();
    check_int(script.timeout, 0);
    check_int(closed_count, 2);
    tear_down();
}

static int free_result, close_result;

static void free_inside(void)
{
    free_result = vr_reactor_free(reactor);
    close_result = vr_reactor_close(reactor);
}

static void cancel_inside(struct vr_post *post)
{
    (void)post;
    free_inside();
}

static void check_refused(void)
{
    check_int(free_result, -EBUSY);
    check_int(close_result, -EBUSY);
    free_result = close_result = 0;
}

/* promise reactor-5 */
TEST(reactor_close, refuses_to_be_freed_by_what_it_calls)
{
    struct vr_post post = {.run = cancel_inside, .cancelled = cancel_inside};

    set_up();
    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_close(reactor), 0);
    check_refused();
    tear_down();

    set_up();
    open_watch(0, &ops);
    act = free_inside;
    check_int(vr_reactor_close(reactor), 0);
    check_refused();

    vr_soon_add_closing(&closings[0], reactor);
    act = free_inside;
    tear_down(); /* frees it, which is no less busy */
    check_refused();
}

/* promise reactor-4 */
TEST(reactor_close, has_all_last_words_heard_before_it_returns)
{
    set_up();
    open_watch(0, &ops);
    vr_soon_add_closing(&closings[0], reactor);
    act = close_second;
    check_int(vr_reactor_close(reactor), 0);
    check_int(closed_count, 2);
    tear_down();
}

TEST(reactor_close, has_the_last_words_heard_of_what_a_cancelled_task_closes)
{
    struct vr_task task = {.run = run_too_early, .cancelled = cancelled};

    set_up();
    vr_test_hold(&test, true);
    check_int(vr_schedule(reactor, VR_SEC, &task, NULL), 0);
    turn();
    act = close_first;
    check_int(vr_reactor_close(reactor), 0);
    check_int(closed_count, 1);
    tear_down();
}

/* promise reactor-6 */
TEST(reactor_close, has_last_words_heard_at_the_latest_when_it_is_freed)
{
    set_up();
    check_int(vr_reactor_close(reactor), 0);
    vr_soon_add_closing(&closings[0], reactor);
    vr_call_after(&call, 0);
    check_int(closed_count, 0);
    tear_down();
    check_int(closed_count, 1);
    check(!vr_call_is_scheduled(&call));
}

/* promise reactor-16 */
TEST(reactor_failing, watch_is_told_once_and_the_reactor_goes_on)
{
    set_up();
    open_watch(0, &ops);
    turn();
    vr_watch_want(&watches[0], 0);
    script.refused_fd = 0;
    script.refusal = -ENOSPC;
    turn();
    check_int(failures, 1);
    check_int(last_err, -ENOSPC);
    turn();
    check_int(failures, 1);
    vr_watch_close(&watches[0]);
    tear_down();
}

TEST(reactor_failing, watch_may_let_another_hear_before_the_next_sleep)
{
    set_up();
    open_watch(0, &ops);
    check_int(vr_watch_open(&watches[1], reactor, 1, 0, &ops), 0);
    turn();
    vr_watch_want(&watches[0], 0);
    script.refused_fd = 0;
    script.refusal = -ENOSPC;
    act = want_watch_1;
    turn();
    check_int(script.timeout, 0); /* there is something to flush still */
    int calls = script.call_count;
    turn();
    check(script.call_count > calls);
    check_int(script.timeout, -1);
    vr_watch_close_all(reactor);
    tear_down();
}
