/* SPDX-License-Identifier: MIT */
/**
 * @file test_libevent_turn.c
 * Tests of vr_libevent_reactor_new(): what a guest's turns do, and when they
 * are made.
 */
#include "tests/reactor/guests.h"

/* ---- time ---- */

static vr_time ran_when;

static void note_time(struct vr_call *call)
{
    (void)call;
    ran_when = vr_now(vr_env_default());
}

/* A base reads a coarse clock, unless it is told to be precise. */
static void set_up_precise(bool precise)
{
    struct event_config *config = event_config_new();

    watch_libevent();
    if (precise)
        check_int(event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER),
                  0);
    base = event_base_new_with_config(config);
    event_config_free(config);
    reactor = new_guest();
}

/* Neither early, nor by spinning through the last bit. */
static void check_in_time(void)
{
    static const vr_time spans[] = {1, 700, 65537, 999999, 1000001, 2300000};
    struct vr_call call;

    vr_call_init(&call, reactor, note_time);
    for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
        int rounds = 0;
        vr_time due = vr_now(vr_env_default()) + spans[i];
        ran_when = 0;
        vr_call_at(&call, due);
        for (; !ran_when; rounds++)
            check_int(event_base_loop(base, EVLOOP_ONCE), 0);
        check(ran_when >= due);
        check(rounds <= 12);
    }
}

TEST(libevent_turn, comes_in_time_for_each_call)
{
    for (int precise = 0; precise < 2; precise++) {
        set_up_precise(precise);
        check_in_time();
        settle(); /* nothing is left on the base but to wait for posts */
        tear_down();
    }
}

static int looks; /* at the clock */

static vr_time from_below_zero(void *ctx)
{
    (void)ctx;
    looks++;
    return vr_now(vr_env_default()) - 3650 * 24 * 3600 * VR_SEC;
}

TEST(libevent_turn, is_not_made_for_a_call_so_far_that_its_span_would_wrap)
{
    struct vr_env env = VR_ENV_INIT;
    struct vr_reactor_options options = {.size = sizeof(options), .env = &env};
    struct vr_call call;

    env.now = from_below_zero;
    set_up_base();
    check_int(vr_libevent_reactor_new(base, &options, &reactor), 0);
    settle();
    vr_call_init(&call, reactor, count_call);
    vr_call_at(&call, VR_TIME_MAX - 1);
    looks = 0;
    for (int i = 0; i < 10; i++)
        pass();
    check_int(looks, 0);
    check(vr_call_cancel(&call));
    tear_down();
}

static struct vr_call scheduled;

static void schedule_one(void)
{
    vr_call_init(&scheduled, reactor, count_call);
    vr_call_after(&scheduled, VR_MSEC);
}

TEST(libevent_turn, comes_for_what_a_callback_of_the_program_schedules)
{
    struct own soon;

    set_up();
    settle();
    own_soon(&soon, schedule_one);
    run_until(ran);
    own_close(&soon);
    tear_down();
}

static struct vr_soon pump;

static void count_soon(struct vr_soon *which)
{
    (void)which;
    ran++;
}

static void pump_one(void)
{
    vr_soon_init(&pump, count_soon);
    vr_soon_add_pump(&pump, reactor);
}

/* promise reactor-26 */
TEST(libevent_turn, comes_for_a_pump_that_a_callback_of_the_program_adds)
{
    struct own soon;

    set_up();
    settle();
    own_soon(&soon, pump_one);
    run_until(ran);
    own_close(&soon);
    tear_down();
}

static void cancel_it(void)
{
    check(vr_call_cancel(&scheduled));
    check_int(events_on_base(), IDLE);
}

TEST(libevent_turn, is_not_waited_for_when_what_was_due_is_cancelled)
{
    struct own soon;

    set_up();
    settle();
    vr_call_init(&scheduled, reactor, count_call);
    vr_call_after(&scheduled, 3600 * VR_SEC);
    check_int(events_on_base(), IDLE + 1);
    own_soon(&soon, cancel_it);
    run_until(soon.served);
    own_close(&soon);
    tear_down();
}

/* ---- interest ---- */

static struct probe probe = {.act = act_take};
static int ends[2];

static void open_late(void)
{
    open_probe(&probe, reactor, ends[0], VR_READ);
}

static void want_nothing(void)
{
    int before = events_on_base();

    vr_watch_want(&probe.watch, 0);
    check_int(events_on_base(), before - 1);
}

static void want_to_read(void)
{
    int before = events_on_base();

    vr_watch_want(&probe.watch, VR_READ);
    check_int(events_on_base(), before + 1);
}

static void in_the_program(void (*act)(void))
{
    struct own soon;

    own_soon(&soon, act);
    run_until(soon.served);
    own_close(&soon);
}

/* What is wanted between turns reaches the base at once: no turn is due that
 * would tell it. */
TEST(libevent_turn, is_not_needed_for_the_base_to_know_what_is_wanted)
{
    set_up();
    settle();
    make_ends(ends);
    in_the_program(open_late);
    check_int(events_on_base(), IDLE + 1);
    put(ends[1], "x");
    run_until(probe.events == 1);

    in_the_program(want_nothing);
    put(ends[1], "x");
    for (int i = 0; i < 3; i++)
        pass();
    check_int(probe.events, 1);
    in_the_program(want_to_read);
    run_until(probe.events == 2);
    vr_watch_close(&probe.watch);
    check_int(events_on_base(), IDLE);
    tear_down();
    close_both(ends);
}

static void want_to_write_instead(struct probe *of)
{
    act_take(of);
    of->act = NULL;
    vr_watch_want(&of->watch, VR_WRITE);
}

TEST(libevent_turn, tells_the_base_before_it_ends_what_callbacks_want)
{
    set_up();
    make_ends(ends);
    probe.act = want_to_write_instead;
    open_probe(&probe, reactor, ends[0], VR_READ);
    put(ends[1], "x");
    run_until(probe.events == 2);
    vr_watch_close(&probe.watch);
    tear_down();
    close_both(ends);
}

static void replace(void)
{
    vr_watch_close(&probe.watch);
    close_both(ends);
    int old = ends[0];
    make_ends(ends);
    check_int(ends[0], old);
    open_probe(&probe, reactor, ends[0], VR_READ);
}

/* The base has found the old one ready by then */
TEST(libevent_turn, delivers_nothing_of_a_number_s_former_owner)
{
    struct own first = {.act = replace};
    int mine[2];

    set_up_base();
    make_ends(mine);
    make_ends(ends);
    own_open(&first, mine[0], EV_READ);
    reactor = new_guest();
    open_probe(&probe, reactor, ends[0], VR_READ);
    pass();
    put(mine[1], "x");
    put(ends[1], "x");
    for (int i = 0; i < 3; i++)
        pass();
    check_int(first.served, 1);
    check_int(probe.events, 0);
    put(ends[1], "x");
    run_until(probe.events == 1);
    own_close(&first);
    vr_watch_close(&probe.watch);
    tear_down();
    close_both(ends);
    close_both(mine);
}

/* ---- inside one another ---- */

static void try_turn(struct probe *of)
{
    act_take(of);
    check_int(vr_reactor_turn(reactor, 0), -EBUSY);
}

TEST(libevent_turn, does_not_nest)
{
    set_up();
    make_ends(ends);
    probe.act = try_turn;
    open_probe(&probe, reactor, ends[0], VR_READ);
    put(ends[1], "x");
    run_until(probe.events == 1);
    vr_watch_close(&probe.watch);
    tear_down();
    close_both(ends);
}

static int inner[2];
static struct probe inner_probe = {.act = act_take};

/* The program runs its base in a callback of a turn made by hand. */
static void run_base_inside(struct vr_call *call)
{
    static struct vr_post post = {.run = count_post};

    count_call(call);
    put(inner[1], "x");
    vr_reactor_post(reactor, &post);
    for (int i = 0; i < 5; i++)
        pass();
    check_int(ran, 1);
    check_int(inner_probe.events, 0);
}

TEST(libevent_turn, waits_for_one_made_by_hand_and_loses_nothing)
{
    struct vr_call call;

    set_up();
    make_ends(inner);
    open_probe(&inner_probe, reactor, inner[0], VR_READ);
    pass();
    vr_call_init(&call, reactor, run_base_inside);
    vr_call_after(&call, 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    run_until(ran == 2 && inner_probe.events == 1);
    vr_watch_close(&inner_probe.watch);
    tear_down();
    close_both(inner);
}

/* ---- stops ---- */

TEST(libevent_turn, answers_a_stop_and_the_base_goes_on)
{
    struct vr_post post = {.run = count_post};
    struct own soon;

    set_up();
    settle();
    vr_reactor_stop(reactor);
    pass();
    check_int(vr_reactor_turn(reactor, 0), 0); /* not 1: it was answered */
    settle();
    own_soon(&soon, NULL);
    vr_reactor_post(reactor, &post);
    run_until(soon.served && ran);
    own_close(&soon);
    tear_down();
}

static void end_base(struct vr_call *call)
{
    count_call(call);
    check_int(event_base_loopbreak(base), 0);
}

/* It is the base that a guest's callback ends. */
TEST(libevent_turn, may_end_the_base_s_loop)
{
    struct vr_call call;

    set_up();
    vr_call_init(&call, reactor, end_base);
    vr_call_after(&call, VR_MSEC);
    check_int(event_base_dispatch(base), 0);
    check_int(ran, 1);
    tear_down();
}
