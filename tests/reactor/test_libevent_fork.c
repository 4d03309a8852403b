/* SPDX-License-Identifier: MIT */
/**
 * @file test_libevent_fork.c
 * Tests of vr_libevent_reactor_new(): a child of fork(2) has a copy of the base
 * and of its guest, and the parent loses nothing by what becomes of them.
 */
#include "tests/reactor/guests.h"

#include <unistd.h>

#include <vreactor/reactor/after_fork.h>

#include "tests/support/child.h"

static struct probe probe = {.act = act_take};
static int ends[2];

static void set_up_watching(void)
{
    set_up();
    make_ends(ends);
    open_probe(&probe, reactor, ends[0], VR_READ);
    pass();
}

static void tear_down_watching(void)
{
    vr_watch_close(&probe.watch);
    tear_down();
    close_both(ends);
}

static void check_hearing(void)
{
    struct vr_post post = {.run = count_post};
    int before = probe.events;

    ran = 0;
    put(ends[1], "x");
    vr_reactor_post(reactor, &post);
    run_until(probe.events == before + 1 && ran);
}

static int free_all(void)
{
    child_check(event_reinit(base) == 0);
    child_check(vr_reactor_free(reactor) == 0);
    child_check(events_on_base() == 0);
    event_base_free(base);
    return 0;
}

/* promise fork-12 */
TEST(libevent_fork, leaves_the_parent_all_when_the_child_frees_its_copy)
{
    set_up_watching();
    check_in_child(free_all);
    check_hearing();
    tear_down_watching();
}

static int go_on_with_the_base(void)
{
    struct own soon;
    struct vr_reactor *young = NULL;
    struct vr_post post = {.run = count_post};

    child_check(event_reinit(base) == 0);
    child_check(vr_reactor_free(reactor) == 0);
    child_check(vr_libevent_reactor_new(base, NULL, &young) == 0);
    own_soon(&soon, NULL);
    vr_reactor_post(young, &post);
    while (!soon.served || !ran)
        child_check(event_base_loop(base, EVLOOP_ONCE) == 0);
    own_close(&soon);
    child_check(vr_reactor_free(young) == 0);
    return 0;
}

/* promise fork-12 */
TEST(libevent_fork, lets_the_child_have_a_guest_of_its_own)
{
    set_up_watching();
    check_in_child(go_on_with_the_base);
    check_hearing();
    tear_down_watching();
}

/* The base, the guest, and what the program has on the base itself. */
static int go_on_with_the_guest(void)
{
    struct vr_post post = {.run = count_post};
    struct vr_call call;
    struct own soon;

    child_check(event_reinit(base) == 0);
    child_check(vr_reactor_after_fork(reactor) == 0);
    check_hearing();
    ran = 0;
    own_soon(&soon, NULL);
    vr_call_init(&call, reactor, count_call);
    vr_call_after(&call, VR_MSEC);
    vr_reactor_post(reactor, &post);
    while (!soon.served || ran < 2)
        child_check(event_base_loop(base, EVLOOP_ONCE) == 0);
    own_close(&soon);
    vr_watch_close(&probe.watch);
    child_check(vr_reactor_free(reactor) == 0);
    child_check(events_on_base() == 0);
    event_base_free(base);
    return 0;
}

/* promise reactor-43 */
TEST(libevent_fork, lets_the_child_go_on_with_its_copy)
{
    set_up_watching();
    check_in_child(go_on_with_the_guest);
    check_hearing();
    check_in_child(go_on_with_the_guest);
    check_hearing();
    tear_down_watching();
}

static pid_t parent, child;

static void fork_in_callback(struct vr_call *call)
{
    count_call(call);
    child = fork();
}

/* The child comes back to the base without having told libevent, and what it
 * would take out of the kernel there would be the parent's. */
TEST(libevent_fork, touches_nothing_in_a_child_that_comes_from_a_turn)
{
    struct vr_call call;

    set_up_watching();
    vr_call_init(&call, reactor, fork_in_callback);
    vr_call_after(&call, 0);
    parent = getpid();
    pass();
    if (getpid() != parent)
        _exit(ran != 1);
    check_int(ran, 1);
    check_child(child);
    check_hearing();
    tear_down_watching();
}
