/* SPDX-License-Identifier: MIT */
/**
 * @file test_script.c
 * Tests of testing/script.h.
 */
#include <vreactor/testing/script.h>

#include <errno.h>

#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/watch.h>
#include <vreactor/testing/clock.h>

#include "tests/support/test.h"

enum { FD = 40 }; /* the number of nothing: the script asks nobody about it */

static const vr_time START = 5 * VR_SEC;

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static struct vr_watch watch;
static int reads, writes, last_err;

static void note_read(struct vr_watch *it)
{
    (void)it;
    reads++;
}

static void note_write(struct vr_watch *it)
{
    (void)it;
    writes++;
}

static void note_failure(struct vr_watch *it, int err)
{
    (void)it;
    last_err = err;
}

static const struct vr_watch_ops ops = {
    .readable = note_read, .writable = note_write, .failed = note_failure};

static void set_up(void)
{
    vr_test_env_init(&test, START);
    vr_test_script_init(&script, &test);
    check_int(vr_test_script_reactor(&script, NULL, &reactor), 0);
}

static void tear_down(void)
{
    vr_watch_close(&watch);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

/* The selector without a reactor. */
static struct vr_selector *open_alone(void)
{
    struct vr_selector *sel = NULL;

    vr_test_env_init(&test, START);
    vr_test_script_init(&script, &test);
    check_int(vr_test_script_selector()->open(&test.env, &script, &sel), 0);
    return sel;
}

static int open_watch(int fd)
{
    return vr_watch_open(&watch, reactor, fd, VR_READ, &ops);
}

static void turn(void)
{
    check_int(vr_reactor_turn(reactor, VR_SEC), 0);
}

static void check_call(int at, enum vr_test_script_op op, unsigned was,
                       unsigned now)
{
    check(at < script.call_count);
    check_int(script.calls[at].op, op);
    check_int(script.calls[at].fd, FD);
    check_int(script.calls[at].was, was);
    check_int(script.calls[at].now, now);
}

/* ---- what is ready ---- */

TEST(test_script, finds_ready_what_the_test_says_once)
{
    set_up();
    check_int(open_watch(FD), 0);
    turn();
    check_int(reads, 0);
    check_int(vr_test_script_ready(&script, FD, VR_READ), 0);
    turn();
    turn();
    check_int(reads, 1);
    tear_down();
}

TEST(test_script, knows_a_descriptor_by_the_key_it_had_when_the_test_said_so)
{
    set_up();
    check_int(open_watch(FD), 0);
    check_int(vr_test_script_ready(&script, FD, VR_READ), 0);
    vr_watch_close(&watch);
    check_int(open_watch(FD), 0); /* another owner of the number */
    turn();
    check_int(reads, 0);
    check_int(vr_test_script_ready(&script, FD, VR_READ), 0);
    turn();
    check_int(reads, 1);
    tear_down();
}

TEST(test_script, says_which_descriptors_it_does_not_know)
{
    set_up();
    check_int(vr_test_script_ready(&script, FD, VR_READ), -ENOENT);
    check_int(vr_test_script_ready(&script, -1, VR_READ), -ENOENT);
    check_int(vr_test_script_ready(&script, VR_TEST_SCRIPT_FDS, VR_READ),
              -ENOENT);
    tear_down();
}

TEST(test_script, says_when_there_is_no_room_for_more)
{
    struct vr_ready nobody = {.key = 1, .events = VR_READ};

    set_up();
    for (int i = 0; i < VR_TEST_SCRIPT_READY; i++)
        check_int(vr_test_script_find(&script, nobody), 0);
    check_int(vr_test_script_find(&script, nobody), -ENOSPC);
    turn();
    check_int(vr_test_script_find(&script, nobody), 0);
    tear_down();
}

TEST(test_script, keeps_what_has_no_room_for_the_next_wait_in_its_order)
{
    struct vr_selector *sel = open_alone();
    struct vr_ready ready[2];

    for (uint64_t key = 1; key <= 3; key++)
        check_int(vr_test_script_find(&script, (struct vr_ready){.key = key}),
                  0);
    check_int(sel->ops->wait(sel, ready, 0, -1), 0);
    check_int(script.waits, 0);
    check_int(sel->ops->wait(sel, ready, 2, -1), 2);
    check(ready[0].key == 1 && ready[1].key == 2);
    check_int(sel->ops->wait(sel, ready, 2, -1), 1);
    check(ready[0].key == 3);
    sel->ops->close(sel);
    check_int(vr_test_blocks(&test), 0);
}

TEST(test_script, has_room_for_so_many_descriptors)
{
    struct vr_selector *sel = open_alone();

    check_int(sel->ops->watch(sel, VR_TEST_SCRIPT_FDS, 1, 0, 1), -ERANGE);
    check_int(sel->ops->watch(sel, -1, 1, 0, 1), -ERANGE);
    check_int(sel->ops->watch(sel, VR_TEST_SCRIPT_FDS - 1, 1, 0, 1), 0);
    sel->ops->close(sel);
}

/* ---- what it notes ---- */

TEST(test_script, notes_what_is_watched_and_dropped)
{
    set_up();
    check_int(script.call_count, 0);
    check_int(open_watch(FD), 0);
    vr_watch_want(&watch, VR_READ | VR_WRITE);
    turn();
    vr_watch_close(&watch);
    check_int(script.call_count, 3);
    check_call(0, VR_TEST_SCRIPT_WATCH, 0, VR_READ);
    check_call(1, VR_TEST_SCRIPT_WATCH, VR_READ, VR_READ | VR_WRITE);
    check_call(2, VR_TEST_SCRIPT_DROP, 0, 0);
    tear_down();
}

TEST(test_script, counts_also_calls_it_has_no_room_for)
{
    set_up();
    for (int i = 0; i < VR_TEST_SCRIPT_CALLS; i++) {
        check_int(open_watch(FD), 0);
        vr_watch_close(&watch);
    }
    check_int(script.call_count, 2 * VR_TEST_SCRIPT_CALLS);
    check_call(VR_TEST_SCRIPT_CALLS - 1, VR_TEST_SCRIPT_DROP, 0, 0);
    tear_down();
}

TEST(test_script, notes_how_long_each_wait_was_to_last)
{
    set_up();
    check_int(vr_reactor_turn(reactor, 7), 0);
    check_int(script.timeout, 7);
    check_int(vr_reactor_turn(reactor, -1), 0); /* returns all the same */
    check_int(script.timeout, -1);
    check_int(script.hasty_waits, 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(script.hasty_waits, 1);
    check_int(script.waits, 3);
    tear_down();
}

/* ---- time ---- */

TEST(test_script, lets_time_pass_where_nothing_is_ready)
{
    set_up();
    check_int(open_watch(FD), 0);
    turn();
    check_int(vr_test_now(&test), START + VR_SEC);
    check_int(vr_test_script_ready(&script, FD, VR_READ), 0);
    turn();
    check_int(vr_test_now(&test), START + VR_SEC);

    test.most_advance = 5;
    turn();
    check_int(vr_test_now(&test), START + VR_SEC + 5);
    vr_test_hold(&test, true);
    turn();
    check_int(vr_test_now(&test), START + VR_SEC + 5);
    tear_down();
}

/* ---- what goes wrong ---- */

TEST(test_script, refuses_a_change_once)
{
    set_up();
    script.refused_fd = FD;
    script.refusal = -ENOMEM;
    check_int(open_watch(FD + 1), 0);
    vr_watch_close(&watch);
    check_int(open_watch(FD), -ENOMEM);
    check_int(open_watch(FD), 0);

    script.refusal = -ENOSPC;
    vr_watch_want(&watch, VR_READ | VR_WRITE);
    turn();
    check_int(last_err, -ENOSPC);
    tear_down();
}

TEST(test_script, fails_a_wait_once)
{
    set_up();
    script.wait_error = -EIO;
    check_int(vr_reactor_turn(reactor, VR_SEC), -EIO);
    check_int(vr_test_now(&test), START);
    turn();
    tear_down();
}

static void make_ready(struct vr_test_script *it)
{
    check_int(vr_test_script_ready(it, FD, VR_WRITE), 0);
    it->on_wait = NULL;
}

TEST(test_script, lets_the_test_act_inside_a_wait)
{
    set_up();
    check_int(open_watch(FD), 0);
    vr_watch_want(&watch, VR_WRITE);
    script.on_wait = make_ready;
    turn();
    turn();
    check_int(writes, 1);
    tear_down();
}

/* ---- making one ---- */

TEST(test_script, goes_before_any_other_selector)
{
    struct vr_reactor_options more = {
        .size = sizeof(more), .name = "mine", .selector = "abacus"};

    vr_test_env_init(&test, START);
    vr_test_script_init(&script, &test);
    check_int(vr_test_script_reactor(&script, &more, &reactor), 0);
    check_str(vr_reactor_selector(reactor), "script");
    tear_down();
}

TEST(test_script, refuses_what_it_cannot_follow)
{
    struct vr_reactor_options more = {.size = sizeof(more),
                                      .env = vr_env_default()};
    struct vr_selector *sel;

    vr_test_env_init(&test, START);
    vr_test_script_init(&script, &test);
    check_int(vr_test_script_reactor(&script, &more, &reactor), -EINVAL);
    check_int(vr_test_script_selector()->open(&test.env, NULL, &sel), -EINVAL);
    check_int(vr_test_blocks(&test), 0);
}
