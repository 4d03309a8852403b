/* SPDX-License-Identifier: MIT */
/**
 * @file test_reactor_turn.c
 * Tests of reactor/reactor.h: what a turn does, and what it leaves for the
 * next.
 */
#include <vreactor/reactor/reactor.h>

#include <errno.h>

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/watch.h>

#include "tests/support/script.h"
#include "tests/support/test.h"

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static struct vr_call stopper, other;
static int others;
static bool finished; /* the callback that stopped */

static void stop_from_call(struct vr_call *call)
{
    (void)call;
    vr_reactor_stop(reactor);
    finished = vr_reactor_current() == reactor;
}

static void count_other(struct vr_call *call)
{
    (void)call;
    others++;
}

static void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
    vr_call_init(&stopper, reactor, stop_from_call);
    vr_call_init(&other, reactor, count_other);
}

static int readable_count;

static void stop_from_watch(struct vr_watch *watch)
{
    (void)watch;
    readable_count++;
    stop_from_call(NULL);
}

/* promise reactor-2 */
TEST(reactor_turn, begins_no_callback_behind_one_that_stopped_it)
{
    static const struct vr_watch_ops ops = {.readable = stop_from_watch};
    struct vr_watch watches[2];

    set_up();
    for (int fd = 0; fd < 2; fd++) {
        check_int(vr_watch_open(&watches[fd], reactor, fd, VR_READ, &ops), 0);
        script_ready(&script, fd, VR_READ);
    }
    vr_call_after(&other, 0);
    check_int(vr_reactor_run(reactor), 0);
    check(finished);
    check_int(readable_count, 1);
    check_int(others, 0);

    check_int(vr_reactor_turn(reactor, -1), 0); /* what was due stays so */
    check_int(others, 1);
    vr_watch_close_all(reactor);
    script_free(&script, reactor);
}

/* promise reactor-2 */
TEST(reactor_turn, leaves_the_calls_behind_one_that_stopped_it_to_the_next_run)
{
    set_up();
    vr_call_at(&stopper, vr_test_now(&test));
    vr_call_at(&other, vr_test_now(&test));
    check_int(vr_reactor_run(reactor), 0);
    check_int(others, 0);
    check(vr_call_is_scheduled(&other));
    check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(script.timeout, 0);
    check_int(others, 1);
    script_free(&script, reactor);
}

TEST(reactor_turn, waits_no_longer_than_it_may)
{
    set_up();
    check_int(vr_reactor_turn(reactor, 7 * VR_MSEC), 0);
    check_int(script.timeout, 7 * VR_MSEC);
    check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(script.timeout, -1);
    vr_call_after(&other, 65536 * 3);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(script.timeout, 0);
    check_int(vr_reactor_turn(reactor, VR_NSEC), 0);
    check_int(script.timeout, VR_NSEC);
    check_int(vr_reactor_turn(reactor, 3600 * VR_SEC), 0);
    check(script.timeout < VR_MSEC);
    script_free(&script, reactor);
}

TEST(reactor_turn, ends_the_run_with_the_error_of_a_selector_that_cannot_wait)
{
    set_up();
    script.wait_error = -EIO;
    check_int(vr_reactor_run(reactor), -EIO);
    script.wait_error = -EIO;
    check_int(vr_reactor_start(reactor), 0);
    check_int(vr_reactor_join(reactor), -EIO);
    script.wait_error = -EIO;
    check_int(vr_reactor_turn(reactor, -1), -EIO);
    vr_call_after(&stopper, 0);
    check_int(vr_reactor_run(reactor), 0);
    script_free(&script, reactor);
}

static void take_long(struct vr_post *post)
{
    (void)post;
    vr_test_advance(&test, 10 * VR_MSEC);
}

TEST(reactor_turn, does_not_wait_the_time_its_posts_took)
{
    struct vr_post post = {.run = take_long};

    set_up();
    vr_call_after(&other, 10 * VR_MSEC);
    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(script.timeout, 0);
    check_int(others, 1);
    script_free(&script, reactor);
}

/* ---- a guest's ---- */

static struct vr_selector_ops guest;

static int open_guest(const struct vr_env *env, void *arg,
                      struct vr_selector **ret_sel)
{
    int err = vr_selector_nth(0)->open(env, arg, ret_sel);
    if (!err)
        (*ret_sel)->ops = &guest;
    return err;
}

static void set_up_guest(void)
{
    guest = *vr_selector_nth(0);
    guest.open = open_guest;
    guest.is_guest = true;
    check_int(vr_reactor_new(
                  &(struct vr_reactor_options){
                      .size = sizeof(struct vr_reactor_options),
                      .selector_ops = &guest,
                  },
                  &reactor),
              0);
    vr_call_init(&other, reactor, count_other);
}

/* Its wait returns at once: it would run in circles, at full speed. */
TEST(reactor_turn, does_not_wait_where_another_s_loop_does)
{
    set_up_guest();
    vr_call_after(&other, 0);
    check_int(vr_reactor_run(reactor), -ENOTSUP);
    check_int(vr_reactor_start(reactor), -ENOTSUP);
    check_int(vr_reactor_turn(reactor, -1), -ENOTSUP);
    check_int(vr_reactor_turn(reactor, VR_NSEC), -ENOTSUP);
    check_int(others, 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(others, 1);
    check_int(vr_reactor_free(reactor), 0);
}

/* ---- of one reactor inside a turn of another ---- */

static struct vr_reactor *inner;
static int waited[2]; /* what vr_call_and_wait() said there */

static void set_up_inner(void)
{
    check_int(vr_reactor_new(NULL, &reactor), 0);
    check_int(vr_reactor_new(NULL, &inner), 0);
    vr_call_init(&other, reactor, count_other);
}

static void tear_down_inner(void)
{
    check_int(vr_reactor_free(inner), 0);
    check_int(vr_reactor_free(reactor), 0);
}

static void never(void *arg)
{
    (void)arg;
    check(false);
}

static void turn_inner(struct vr_post *post)
{
    (void)post;
    check_int(vr_reactor_turn(inner, 0), 0);
}

static void wait_for_both(struct vr_post *post)
{
    (void)post;
    waited[0] = vr_call_and_wait(reactor, never, NULL);
    waited[1] = vr_call_and_wait(inner, never, NULL);
}

static void use_outer(struct vr_post *post)
{
    (void)post;
    vr_call_after(&other, 0);
    vr_reactor_stop(reactor);
}

/* It would wait for ever. */
TEST(reactor_turn, inside_another_s_may_wait_for_neither)
{
    struct vr_post outside = {.run = turn_inner},
                   inside = {.run = wait_for_both};

    set_up_inner();
    vr_reactor_post(reactor, &outside);
    vr_reactor_post(inner, &inside);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(waited[0], -EDEADLK);
    check_int(waited[1], -EDEADLK);
    tear_down_inner();
}

TEST(reactor_turn, inside_one_in_a_thread_of_its_own_may_wait_for_neither)
{
    struct vr_post outside = {.run = turn_inner},
                   inside = {.run = wait_for_both};

    set_up_inner();
    vr_reactor_post(reactor, &outside);
    vr_reactor_post(inner, &inside);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_start(reactor), 0);
    check_int(vr_reactor_join(reactor), 0);
    check_int(waited[0], -EDEADLK);
    check_int(waited[1], -EDEADLK);
    tear_down_inner();
}

/* It is its thread. */
TEST(reactor_turn, inside_another_s_may_use_that_one)
{
    struct vr_post outside = {.run = turn_inner}, inside = {.run = use_outer};

    set_up_inner();
    vr_reactor_post(reactor, &outside);
    vr_reactor_post(inner, &inside);
    check_int(vr_reactor_turn(reactor, 0), 1);
    check_int(others, 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(others, 1);
    tear_down_inner();
}
