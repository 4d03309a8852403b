/* SPDX-License-Identifier: MIT */
/**
 * @file test_soon.c
 * Tests of reactor/soon.h: when in a turn pumps and closings run.
 */
#include <vreactor/reactor/soon.h>

#include "tests/reactor/soons.h"

#include <vreactor/reactor/embed.h>

/* ---- after each event, the posts, the calls ---- */

static struct vr_watch watches[2];
static struct vr_call call;
static struct vr_post post;

static void on_readable(struct vr_watch *watch)
{
    vr_watch_want(watch, 0);
    tell((char)('1' + vr_watch_fd(watch)));
    pump(&first);
    pump(&first); /* twice is once */
}

static void on_call(struct vr_call *which)
{
    (void)which;
    tell('c');
    pump(&first);
}

static void on_post(struct vr_post *which)
{
    (void)which;
    tell('p');
    pump(&first);
}

static void on_failed(struct vr_watch *watch, int err)
{
    (void)err;
    vr_watch_close(watch);
}

static const struct vr_watch_ops ops = {.readable = on_readable,
                                        .failed = on_failed};

/* Both are ready in the next wait. */
static void open_ready(void)
{
    for (int fd = 0; fd < 2; fd++)
        check_int(vr_watch_open(&watches[fd], reactor, fd, VR_READ, &ops), 0);
    for (int fd = 0; fd < 2; fd++)
        script_ready(&script, fd, VR_READ);
}

static void schedule(struct vr_call *which, vr_call_fn *fn)
{
    vr_call_init(which, reactor, fn);
    vr_call_after(which, 0);
}

/* promise reactor-23 */
TEST(soon, a_pump_runs_after_each_event)
{
    set_up();
    open_ready();
    check_turn("1a2a");
    check_turn("");
    tear_down();
}

/* promise reactor-23 */
TEST(soon, a_pump_runs_after_the_posts_and_before_the_wait)
{
    struct vr_post posts[2] = {{.run = on_post}, {.run = on_post}};

    set_up();
    for (int i = 0; i < 2; i++)
        vr_reactor_post(reactor, &posts[i]);
    open_ready();
    check_turn("ppa1a2a");
    tear_down();
}

/* promise reactor-23 */
TEST(soon, a_pump_runs_after_the_calls_of_the_same_turn)
{
    struct vr_call other;

    set_up();
    schedule(&call, on_call);
    schedule(&other, on_call);
    check_turn("cca");
    check_turn("");
    tear_down();
}

/* What an event asks for does not wait for calls that are due.
 * promise reactor-23 */
TEST(soon, a_pump_of_an_event_runs_before_calls_that_are_due)
{
    set_up();
    open_ready();
    schedule(&call, on_call);
    check_turn("1a2aca");
    tear_down();
}

/* ---- the wait ---- */

/* promise reactor-26 */
TEST(soon, a_turn_does_not_wait_after_its_pumps)
{
    set_up();
    check_turn("");
    check_int(script.timeout, -1);
    post.run = on_post;
    vr_reactor_post(reactor, &post);
    check_turn("pa");
    check_int(script.timeout, 0);
    pump(&first);
    check_turn("a");
    check_int(script.timeout, 0);
    check_turn("");
    check_int(script.timeout, -1);
    tear_down();
}

/* promises reactor-25, reactor-26 */
TEST(soon, what_is_added_by_the_last_pumps_runs_in_a_turn_that_does_not_wait)
{
    set_up();
    schedule(&call, on_call);
    first.act = pump_other;
    first.other = &second;
    check_turn("ca");
    check_turn("b");
    check_int(script.timeout, 0);
    check_turn("");
    check_int(script.timeout, -1);
    tear_down();
}

static void pump_again(struct teller *teller)
{
    check(!vr_soon_is_waiting(&teller->soon));
    pump(teller);
    check(vr_soon_is_waiting(&teller->soon));
}

/* Once before the wait, and once after the calls.
 * promise reactor-25 */
TEST(soon, a_pump_that_adds_itself_leaves_room_for_the_rest_of_the_turn)
{
    set_up();
    first.act = pump_again;
    pump(&first);
    check_turn("aa");
    check_turn("aa");
    check_int(script.timeout, 0);
    open_ready();
    check_turn("a1a2aa");
    vr_soon_cancel(&first.soon);
    check_turn("");
    tear_down();
}

static struct vr_soon many[2050];
static int ran_of_many;

static void count(struct vr_soon *soon)
{
    check(soon == &many[ran_of_many]); /* in their order */
    ran_of_many++;
}

static void check_many(int expected, vr_time timeout)
{
    check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(ran_of_many, expected);
    check_int(script.timeout, timeout);
}

/* promises reactor-25, reactor-26 */
TEST(soon, at_most_1024_pumps_run_at_a_time)
{
    set_up();
    for (int i = 0; i < 2050; i++) {
        vr_soon_init(&many[i], count);
        vr_soon_add_pump(&many[i], reactor);
    }
    check_many(2048, 0); /* before the wait, and after the calls */
    check_many(2050, 0);
    check_many(2050, -1);
    tear_down();
}

/* promises reactor-25, reactor-26 */
TEST(soon, at_most_1024_closings_run_at_a_time)
{
    set_up();
    for (int i = 0; i < 2050; i++) {
        vr_soon_init(&many[i], count);
        vr_soon_add_closing(&many[i], reactor);
    }
    check_many(1024, 0);
    check_many(2048, 0);
    check_many(2050, 0);
    check_many(2050, -1);
    tear_down();
}

/* ---- closings ---- */

static void close_other(struct teller *teller)
{
    close_last(teller->other);
}

/* promises reactor-6, reactor-24 */
TEST(soon, a_closing_comes_last_in_the_turn_of_the_pump_that_asked)
{
    set_up();
    first.act = close_other;
    first.other = &second;
    open_ready();
    schedule(&call, on_call);
    check_turn("1a2acab");
    tear_down();
}

/* promise reactor-24 */
TEST(soon, a_pump_that_a_closing_adds_runs_in_the_next_turn)
{
    set_up();
    first.act = pump_other;
    first.other = &second;
    close_last(&first);
    check_turn("a");
    check_turn("b");
    check_int(script.timeout, 0);
    tear_down();
}

/* ---- stopping ---- */

static void stop_in_post(struct vr_post *which)
{
    (void)which;
    pump(&first);
    close_last(&second);
    vr_reactor_stop(reactor);
}

/* promises reactor-24, reactor-26, reactor-27 */
TEST(soon, after_a_stop_pumps_stay_and_closings_run)
{
    set_up();
    post.run = stop_in_post;
    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_run(reactor), 0);
    check_story("b");
    check(vr_soon_is_waiting(&first.soon));
    check_turn("a");
    check_int(script.timeout, 0);
    tear_down();
}

/* promises reactor-25, reactor-27 */
TEST(soon, a_stop_by_a_pump_keeps_the_others_in_their_order)
{
    struct teller third, fourth;

    set_up();
    teller_init(&third, 'x');
    teller_init(&fourth, 'y');
    post.run = on_post;
    vr_reactor_post(reactor, &post);
    first.act = stop;
    pump(&first);
    pump(&second);
    pump(&third);
    check_int(vr_reactor_run(reactor), 0);
    check_story("pa");
    pump(&fourth);
    check_turn("bxy");
    tear_down();
}

/* ---- cancelling ---- */

static void cancel_other(struct teller *teller)
{
    vr_soon_cancel(&teller->other->soon);
    vr_soon_cancel(&teller->other->soon);
}

TEST(soon, what_is_cancelled_does_not_run)
{
    set_up();
    first.act = cancel_other;
    first.other = &second;
    pump(&first);
    pump(&second);
    check_turn("a");
    check(!vr_soon_is_waiting(&second.soon));
    close_last(&first);
    close_last(&second);
    check_turn("a");
    check_turn("");
    check_int(script.timeout, -1);
    tear_down();
}

/* ---- closing the reactor ---- */

/* promise reactor-27 */
TEST(soon, closing_the_reactor_forgets_pumps_and_runs_closings)
{
    set_up();
    pump(&first);
    second.act = pump_other;
    second.other = &first;
    close_last(&second);
    check_int(vr_reactor_close(reactor), 0);
    check_story("b");
    check(!vr_soon_is_waiting(&first.soon));
    pump(&first);
    tear_down();
    check_story("");
    check(!vr_soon_is_waiting(&first.soon));
}
