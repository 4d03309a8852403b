/* SPDX-License-Identifier: MIT */
/**
 * @file test_libevent_share.c
 * Tests of vr_libevent_reactor_new(): a guest, the program and other guests
 * leave each other their share of the base.
 */
#include "tests/reactor/guests.h"

enum { MANY = 10000, SHARE = 1024, FDS = 600, EVENTS = 256 };

/* ---- a program that has something to do all the time ---- */

static struct own busy;
static int busy_ends[2];

static void set_up_busy(void)
{
    set_up();
    make_ends(busy_ends);
    put(busy_ends[1], "x");
    own_open(&busy, busy_ends[0], EV_READ | EV_PERSIST);
}

static void tear_down_busy(void)
{
    own_close(&busy);
    tear_down();
    close_both(busy_ends);
}

/* @return how many rounds it takes until @p all ran, at most @p share in each,
 * while the program has its own */
static int rounds_until(int all, int share)
{
    int rounds = 0, before = ran;

    for (; ran < all; rounds++) {
        pass();
        check(ran - before <= share);
        check_int(busy.served, rounds + 1);
        before = ran;
    }
    return rounds;
}

TEST(libevent_share, of_the_program_comes_between_10000_posts)
{
    static struct vr_post posts[MANY];

    set_up_busy();
    for (int i = 0; i < MANY; i++) {
        posts[i].run = count_post;
        vr_reactor_post(reactor, &posts[i]);
    }
    check_int(rounds_until(MANY, SHARE), MANY / SHARE + 1);
    tear_down_busy();
}

TEST(libevent_share, of_the_program_comes_between_10000_calls)
{
    static struct vr_call calls[MANY];

    set_up_busy();
    for (int i = 0; i < MANY; i++) {
        vr_call_init(&calls[i], reactor, count_call);
        vr_call_at(&calls[i], 0);
    }
    check_int(rounds_until(MANY, SHARE), MANY / SHARE + 1);
    tear_down_busy();
}

static void act_served(struct probe *probe)
{
    ran++;
    vr_watch_want(&probe->watch, 0);
}

/* A base looks at a few descriptors at a time, each in its turn. */
TEST(libevent_share, of_the_program_comes_between_600_ready_descriptors)
{
    static struct probe probes[FDS];
    int ends[2], fds[FDS];

    set_up_busy();
    make_ends(ends);
    put(ends[1], "x");
    for (int i = 0; i < FDS; i++) {
        probes[i].act = act_served;
        fds[i] = dup(ends[0]);
        open_probe(&probes[i], reactor, fds[i], VR_READ);
    }
    for (int before = 0; ran < FDS; before = ran) {
        pass();
        check(ran - before <= EVENTS);
    }
    check(busy.served > 0);
    vr_watch_close_all(reactor);
    for (int i = 0; i < FDS; i++)
        check_int(close(fds[i]), 0);
    tear_down_busy();
    close_both(ends);
}

/* What is found beyond that waits in front of what is found again. */
TEST(libevent_share, of_a_turn_is_so_many_events_and_each_comes_in_its_turn)
{
    enum { COUNT = 18, BOUND = 4, ROUNDS = 45 };
    struct vr_reactor_options options = {.size = sizeof(options),
                                         .events_per_turn = BOUND};
    static struct probe probes[COUNT];
    int ends[COUNT][2];

    set_up_base();
    check_int(vr_libevent_reactor_new(base, &options, &reactor), 0);
    pass();
    for (int i = 0; i < COUNT; i++) {
        make_ends(ends[i]);
        put(ends[i][1], "x");
        open_probe(&probes[i], reactor, ends[i][0], VR_READ);
    }
    for (int i = 1; i <= ROUNDS; i++) {
        int sum = 0;
        pass();
        for (int k = 0; k < COUNT; k++) {
            sum += probes[k].events;
            check(probes[k].events >= i * BOUND / COUNT);
        }
        check_int(sum, i * BOUND);
    }
    vr_watch_close_all(reactor);
    tear_down();
    for (int i = 0; i < COUNT; i++)
        close_both(ends[i]);
}

static void call_again(struct vr_call *call)
{
    count_call(call);
    vr_call_after(call, 0);
}

/* A turn that is due at once waits for the base's next look at the system. */
TEST(libevent_share, of_the_program_comes_between_turns_that_never_end)
{
    enum { ROUNDS = 1000 };
    struct own soon;
    struct vr_call call;

    set_up_busy();
    vr_call_init(&call, reactor, call_again);
    vr_call_after(&call, 0);
    for (int i = 1; i <= ROUNDS; i++) {
        pass();
        check_int(busy.served, i);
        check_int(ran, i);
    }
    own_soon(&soon, NULL);
    run_until(soon.served); /* timers of the program's too */
    check(ran <= ROUNDS + 2);
    own_close(&soon);
    vr_call_cancel(&call);
    tear_down_busy();
}

TEST(libevent_share, of_a_guest_comes_while_the_program_never_rests)
{
    struct vr_post post = {.run = count_post};
    struct vr_call call;

    set_up_busy();
    vr_reactor_post(reactor, &post);
    pass();
    check_int(ran, 1);
    vr_call_init(&call, reactor, count_call);
    vr_call_after(&call, VR_MSEC);
    run_until(ran == 2);
    tear_down_busy();
}

TEST(libevent_share, of_a_guest_is_that_of_the_base_s_middle_priority)
{
    struct own low = {.event = NULL};
    struct vr_post post = {.run = count_post};
    int ends[2];

    set_up_base();
    check_int(event_base_priority_init(base, 3), 0);
    reactor = new_guest();
    make_ends(ends);
    own_open(&low, ends[0], EV_READ);
    check_int(event_priority_set(low.event, 2), 0);
    pass();
    put(ends[1], "x");
    vr_reactor_post(reactor, &post);
    run_until(low.served);
    check_int(ran, 1);
    own_close(&low);
    tear_down();
    close_both(ends);
}

/* ---- two guests ---- */

static struct vr_reactor *other;

static void set_up_two(void)
{
    set_up();
    other = new_guest();
}

static void tear_down_two(void)
{
    check_int(vr_reactor_free(other), 0);
    tear_down();
}

TEST(libevent_share, of_two_guests_and_the_program_is_the_same_descriptor)
{
    struct probe mine = {.events = 0}, others = {.act = act_take};
    struct own own = {.event = NULL};
    int ends[2];

    set_up_two();
    make_ends(ends);
    open_probe(&mine, reactor, ends[0], VR_READ);
    open_probe(&others, other, ends[0], VR_READ | VR_WRITE);
    own_open(&own, ends[0], EV_READ);
    pass();
    check_int(mine.events, 0);
    vr_watch_want(&others.watch, VR_READ);
    others.events = 0;
    put(ends[1], "x");
    pass();
    check_int(mine.events, 1);
    check_int(others.events, 1);
    check_int(own.served, 1);

    vr_watch_close(&others.watch);
    put(ends[1], "x");
    pass();
    check_int(mine.events, 2); /* still awaited */
    own_close(&own);
    vr_watch_close(&mine.watch);
    tear_down_two();
    close_both(ends);
}

static void call_both(struct vr_call *call)
{
    count_call(call);
    check(vr_reactor_current() == reactor);
    check_int(vr_reactor_turn(other, 0), 0);
    check(vr_reactor_current() == reactor);
}

TEST(libevent_share, of_two_guests_may_be_taken_one_inside_the_other)
{
    struct vr_post post = {.run = count_post};
    struct vr_call call;

    set_up_two();
    vr_call_init(&call, reactor, call_both);
    vr_call_after(&call, 0);
    vr_reactor_post(other, &post);
    run_until(ran == 2);
    tear_down_two();
}

static void free_other(struct vr_call *call)
{
    count_call(call);
    check_int(vr_reactor_free(other), 0);
}

/* Its turn is due by then, behind this one. */
TEST(libevent_share, of_a_guest_falls_to_nobody_when_another_frees_it)
{
    struct vr_post post = {.run = count_post};
    struct vr_call call;

    set_up_two();
    vr_call_init(&call, reactor, free_other);
    vr_call_after(&call, 0);
    vr_reactor_post(other, &post);
    run_until(ran);
    pass();
    tear_down();
}

TEST(libevent_share, of_two_busy_guests_is_a_turn_each)
{
    struct vr_call calls[2];

    set_up_two();
    vr_call_init(&calls[0], reactor, call_again);
    vr_call_init(&calls[1], other, call_again);
    vr_call_after(&calls[0], 0);
    vr_call_after(&calls[1], 0);
    for (int i = 1; i <= 100; i++) {
        pass();
        check_int(ran, 2 * i);
    }
    vr_call_cancel(&calls[0]);
    vr_call_cancel(&calls[1]);
    tear_down_two();
}
