/* SPDX-License-Identifier: MIT */
/**
 * @file test_post.c
 * Tests of reactor/post.h on one thread; several are in test_post_threads.c.
 */
#include <vreactor/reactor/post.h>

#include <errno.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/watch.h>

#include "tests/support/script.h"
#include "tests/support/test.h"

enum { MANY = 3000 };

struct letter {
    struct vr_post post;
    int runs;
    int cancels;
    int place; /* among those that ran, from 1 */
    void (*act)(struct letter *letter);
};

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static struct vr_sys sys;
static struct letter letters[MANY];
static int ran, writes;

static struct letter *letter_of(struct vr_post *post)
{
    return vr_container_of(post, struct letter, post);
}

static void run_letter(struct vr_post *post)
{
    struct letter *letter = letter_of(post);

    letter->runs++;
    letter->place = ++ran;
    if (letter->act)
        letter->act(letter);
}

static void cancel_letter(struct vr_post *post)
{
    letter_of(post)->cancels++;
}

static ssize_t count_write(int fd, const void *buf, size_t size)
{
    writes++;
    return write(fd, buf, size);
}

static void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
    for (int i = 0; i < MANY; i++)
        letters[i].post =
            (struct vr_post){.run = run_letter, .cancelled = cancel_letter};
}

/* A reactor whose wake-ups are counted. */
static void set_up_counting(void)
{
    set_up();
    script_free(&script, reactor);
    sys = (struct vr_sys)VR_SYS_INIT;
    sys.write = count_write;
    vr_test_env_init(&test, 0);
    test.env.sys = &sys;
    vr_test_script_init(&script, &test);
    check_int(vr_test_script_reactor(&script, NULL, &reactor), 0);
}

static void tear_down(void)
{
    script_free(&script, reactor);
}

static void turn(void)
{
    check_int(vr_reactor_turn(reactor, -1), 0);
}

static void post_all(int count)
{
    for (int i = 0; i < count; i++)
        vr_reactor_post(reactor, &letters[i].post);
}

/* promise posts-1 */
TEST(post, runs_in_the_order_of_posting)
{
    set_up();
    post_all(100);
    turn();
    for (int i = 0; i < 100; i++)
        check_int(letters[i].place, i + 1);
    turn();
    check_int(ran, 100);
    tear_down();
}

/* promise reactor-1 */
TEST(post, waits_for_the_next_run_while_the_reactor_is_new_or_idle)
{
    set_up();
    vr_reactor_post(reactor, &letters[0].post);
    vr_reactor_execute(reactor, &letters[1].post);
    check_int(ran, 0);
    turn();
    check_int(ran, 2);
    vr_reactor_execute(reactor, &letters[2].post);
    check_int(ran, 2);
    turn();
    check_int(letters[2].runs, 1);
    tear_down();
}

static void execute_next(struct letter *letter)
{
    vr_reactor_execute(reactor, &letter[1].post);
    check_int(letter[1].runs, 1);
}

/* promise posts-7 */
TEST(post, has_run_when_execute_returns_inside_a_turn)
{
    set_up();
    letters[0].act = execute_next;
    vr_reactor_post(reactor, &letters[0].post);
    turn();
    check_int(letters[1].place, 2);
    tear_down();
}

static struct vr_reactor *other_reactor;

static void execute_on_other(struct letter *letter)
{
    vr_reactor_execute(other_reactor, &letter[1].post);
    check_int(letter[1].runs, 0);
}

/* promise posts-7 */
TEST(post, is_not_executed_inside_the_turn_of_another_reactor)
{
    struct vr_test_env other_test;
    struct vr_test_script other;

    set_up();
    other_reactor = script_reactor(&other, &other_test, NULL);
    letters[0].act = execute_on_other;
    vr_reactor_post(reactor, &letters[0].post);
    turn();
    check_int(vr_reactor_turn(other_reactor, 0), 0);
    check_int(letters[1].runs, 1);
    script_free(&other, other_reactor);
    tear_down();
}

static void post_next(struct letter *letter)
{
    vr_reactor_post(reactor, &letter[1].post);
    check_int(letter[1].runs, 0);
}

/* promise posts-2 */
TEST(post, waits_for_the_next_turn_when_posted_by_one_that_runs)
{
    set_up();
    letters[0].act = post_next;
    vr_reactor_post(reactor, &letters[0].post);
    turn();
    check_int(script.timeout, 0);
    check_int(letters[1].runs, 0);
    turn();
    check_int(letters[1].runs, 1);
    tear_down();
}

static int readable;

static void note_readable(struct vr_watch *watch)
{
    (void)watch;
    readable++;
}

/* promise reactor-21 */
TEST(post, is_one_of_so_many_in_a_turn_and_io_goes_on)
{
    static const struct vr_watch_ops ops = {.readable = note_readable};
    struct vr_watch watch;

    set_up();
    check_int(vr_watch_open(&watch, reactor, 0, VR_READ, &ops), 0);
    post_all(MANY);
    for (int turns = 1; turns <= 3; turns++) {
        script_ready(&script, 0, VR_READ);
        turn();
        check_int(ran, turns < 3 ? 1024 * turns : MANY);
        check_int(script.timeout, turns < 3 ? 0 : -1);
        check_int(readable, turns);
    }
    for (int i = 0; i < MANY; i++)
        check_int(letters[i].place, i + 1);
    vr_watch_close(&watch);
    tear_down();
}

TEST(post, is_one_of_as_many_in_a_turn_as_the_options_say)
{
    struct vr_reactor_options options = {.size = sizeof(options),
                                         .posts_per_turn = 2};

    set_up();
    script_free(&script, reactor);
    reactor = script_reactor(&script, &test, &options);
    post_all(3);
    turn();
    check_int(ran, 2);
    turn();
    check_int(ran, 3);
    tear_down();
}

static void stop_reactor(struct letter *letter)
{
    (void)letter;
    vr_reactor_stop(reactor);
}

/* promise reactor-1 */
TEST(post, stays_for_the_next_run_when_the_one_before_it_stops_this_one)
{
    set_up();
    letters[0].act = stop_reactor;
    post_all(3);
    check_int(vr_reactor_turn(reactor, -1), 1);
    check_int(ran, 1);
    turn();
    check_int(letters[1].place, 2);
    check_int(letters[2].place, 3);
    tear_down();
}

/* promise posts-3 */
TEST(post, is_cancelled_once_when_the_reactor_is_closed_first)
{
    set_up();
    letters[1].post.cancelled = NULL;
    post_all(3);
    check_int(vr_reactor_close(reactor), 0);
    check_int(ran, 0);
    check_int(letters[0].cancels, 1);
    check_int(letters[2].cancels, 1);
    tear_down();
    check_int(letters[0].cancels, 1);
}

/* promise posts-3 */
TEST(post, is_cancelled_inside_the_call_when_the_reactor_is_closed)
{
    set_up();
    check_int(vr_reactor_close(reactor), 0);
    letters[2].post.cancelled = NULL;
    vr_reactor_post(reactor, &letters[0].post);
    vr_reactor_execute(reactor, &letters[1].post);
    vr_reactor_post(reactor, &letters[2].post);
    check_int(letters[0].cancels, 1);
    check_int(letters[1].cancels, 1);
    check_int(ran, 0);
    tear_down();
}

static void post_100_into_the_first_sleep(struct vr_test_script *sleeper)
{
    if (sleeper->waits == 1)
        post_all(100);
}

TEST(post, costs_one_wake_up_for_each_sleep_however_many_are_posted)
{
    set_up_counting();
    script.on_wait = post_100_into_the_first_sleep;
    turn();
    check_int(writes, 1);
    turn();
    check_int(ran, 100);
    check_int(writes, 1);
    tear_down();
}

static void post_next_100(struct letter *letter)
{
    for (int i = 1; i <= 100; i++)
        vr_reactor_post(reactor, &letter[i].post);
}

TEST(post, costs_no_wake_up_while_the_reactor_is_busy_or_idle)
{
    set_up_counting();
    letters[0].act = post_next_100;
    vr_reactor_post(reactor, &letters[0].post);
    turn();
    turn();
    check_int(ran, 101);
    check_int(writes, 0);
    tear_down();
}

static int waited; /* what vr_call_and_wait() said inside a callback */

static void set_flag(void *flag)
{
    *(bool *)flag = true;
}

static void wait_for_itself(struct letter *letter)
{
    bool called = false;

    (void)letter;
    waited = vr_call_and_wait(reactor, set_flag, &called);
    check(!called);
}

/* promise posts-8 */
TEST(post, and_wait_is_refused_on_the_reactor_s_own_thread)
{
    set_up();
    letters[0].act = wait_for_itself;
    vr_reactor_post(reactor, &letters[0].post);
    turn();
    check_int(waited, -EDEADLK);
    turn();
    tear_down();
}

/* promise posts-8 */
TEST(post, and_wait_is_refused_while_nobody_would_answer)
{
    bool called = false;

    set_up();
    check_int(vr_call_and_wait(reactor, set_flag, &called), -EAGAIN);
    turn();
    check_int(vr_call_and_wait(reactor, set_flag, &called), -EAGAIN);
    check_int(vr_reactor_close(reactor), 0);
    check_int(vr_call_and_wait(reactor, set_flag, &called), -VR_ECLOSED);
    check(!called);
    tear_down();
}
