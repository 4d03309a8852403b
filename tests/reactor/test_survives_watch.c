/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_watch.c
 * Tests of reactor/watch.h when memory or the system fails.
 */
#include <vreactor/reactor/watch.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>

#include "tests/support/survive.h"

enum { FAR_OFF = 300 }; /* a descriptor the first table has no room for */

/** What is heard of one end of a pair of sockets. */
struct ear {
    struct vr_watch watch;
    int reads, writes, fails;
    int err; /* with which it failed */
};

static struct ear one, other;
static int ends[2];

static struct ear *ear_of(struct vr_watch *watch)
{
    return vr_container_of(watch, struct ear, watch);
}

/* Once is enough. */
static void note_read(struct vr_watch *watch)
{
    ear_of(watch)->reads++;
    vr_watch_want(watch, vr_watch_wanted(watch) & ~(unsigned)VR_READ);
}

static void note_write(struct vr_watch *watch)
{
    ear_of(watch)->writes++;
    vr_watch_want(watch, vr_watch_wanted(watch) & ~(unsigned)VR_WRITE);
}

static void note_failure(struct vr_watch *watch, int err)
{
    ear_of(watch)->fails++;
    ear_of(watch)->err = err;
}

static const struct vr_watch_ops reader = {.readable = note_read,
                                           .failed = note_failure};
static const struct vr_watch_ops writer = {.writable = note_write,
                                           .failed = note_failure};
static const struct vr_watch_ops both = {
    .readable = note_read, .writable = note_write, .failed = note_failure};

static int open_as(struct ear *ear, unsigned want,
                   const struct vr_watch_ops *ops)
{
    return vr_watch_open(&ear->watch, survive_reactor, ends[0], want, ops);
}

static size_t watch_count(void)
{
    return vr_watch_list(survive_reactor, VR_READ | VR_WRITE, NULL, 0);
}

/* A byte can be read from ends[0], and it can be written to. */
static void set_up(void)
{
    one = (struct ear){.fails = 0};
    other = (struct ear){.fails = 0};
    check(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    check_int(write(ends[1], "x", 1), 1);
}

static void tear_down(void)
{
    vr_watch_close(&one.watch);
    vr_watch_close(&other.watch);
    check_int(watch_count(), 0);
    check(!close(ends[0]) && !close(ends[1]));
}

/* Heard all it wanted, or once that it hears nothing and why. */
static void check_heard(const struct ear *ear, unsigned wanted)
{
    if (!ear->fails) {
        check_int(ear->reads, (wanted & VR_READ) != 0);
        check_int(ear->writes, (wanted & VR_WRITE) != 0);
        return;
    }
    check_int(ear->fails, 1);
    survive_check_told(ear->err);
    check_int(vr_watch_wanted(&ear->watch), 0);
    survive_check_quiet();
}

/* ---- opening ---- */

static int open_reader(void)
{
    return open_as(&one, VR_READ, &reader);
}

/* What was refused is not open, and can be opened later. */
static void it_is_open_or_not(int err)
{
    survive_check_all_told(err);
    check_int(vr_watch_fd(&one.watch), err ? -1 : ends[0]);
    check_int(watch_count(), err ? 0 : 1);
    if (err)
        check_int(open_reader(), 0);
    survive_turns(2);
    check_int(one.reads, 1);
    check_int(one.fails, 0);
    tear_down();
}

TEST(survives_watch, opening)
{
    check(survive(set_up, open_reader, it_is_open_or_not) > 0);
}

static void set_up_far_off(void)
{
    set_up();
    check_int(dup2(ends[0], FAR_OFF), FAR_OFF);
    check(!close(ends[0]));
    ends[0] = FAR_OFF;
}

TEST(survives_watch, opening_where_the_table_must_grow)
{
    check(survive(set_up_far_off, open_reader, it_is_open_or_not) > 2);
}

static void set_up_reader(void)
{
    set_up();
    check_int(open_reader(), 0);
}

static int open_writer(void)
{
    return open_as(&other, VR_WRITE, &writer);
}

static void the_first_goes_on(int err)
{
    check_int(watch_count(), err ? 1 : 2);
    survive_turns(2);
    check_int(one.reads, 1);
    check_int(other.writes, err ? 0 : 1);
    check_int(one.fails + other.fails, 0);
    tear_down();
}

TEST(survives_watch, opening_a_second_one)
{
    (void)survive(set_up_reader, open_writer, the_first_goes_on);
}

static int open_for_nothing_yet(void)
{
    int err = open_as(&one, 0, &both);
    return err ? err : vr_reactor_turn(survive_reactor, 0);
}

static void it_waits_until_wanted(int err)
{
    (void)err;
    survive_turns(1);
    check_int(one.reads + one.writes, 0);
    check_heard(&one, 0);
    if (one.fails)
        vr_watch_close(&one.watch);
    if (vr_watch_fd(&one.watch) < 0)
        check_int(open_as(&one, 0, &both), 0);
    one.fails = 0;
    vr_watch_want(&one.watch, VR_READ);
    survive_turns(2);
    check_int(one.reads, 1);
    check_int(one.fails, 0);
    tear_down();
}

TEST(survives_watch, opening_for_nothing_yet)
{
    check(survive(set_up, open_for_nothing_yet, it_waits_until_wanted) > 1);
}

/* ---- wanting something else ---- */

static void set_up_idle(void)
{
    set_up();
    check_int(open_as(&one, 0, &both), 0);
    survive_turns(1);
}

static int want_all(void)
{
    vr_watch_want(&one.watch, VR_READ | VR_WRITE);
    return vr_reactor_turn(survive_reactor, -1);
}

static void all_was_heard(int err)
{
    (void)err;
    survive_turns(2);
    check_heard(&one, VR_READ | VR_WRITE);
    tear_down();
}

TEST(survives_watch, wanting_something)
{
    check(survive(set_up_idle, want_all, all_was_heard) > 0);
}

static void set_up_writer_heard(void)
{
    set_up();
    check_int(open_as(&one, VR_WRITE, &both), 0);
}

TEST(survives_watch, wanting_more)
{
    check(survive(set_up_writer_heard, want_all, all_was_heard) > 0);
}

static int want_all_at_once(void)
{
    vr_watch_want(&one.watch, VR_READ | VR_WRITE);
    return vr_watch_apply(&one.watch);
}

/* It is tried again, and nothing fails now. */
static void all_is_heard_now(int err)
{
    survive_check_all_told(err);
    check_int(one.reads + one.writes, 0);
    survive_turns(2);
    check_int(one.reads, 1);
    check_int(one.writes, 1);
    check_int(one.fails, 0);
    tear_down();
}

TEST(survives_watch, wanting_at_once)
{
    (void)survive(set_up_writer_heard, want_all_at_once, all_is_heard_now);
}

static int want_nothing(void)
{
    vr_watch_want(&one.watch, 0);
    return vr_reactor_turn(survive_reactor, 0);
}

static void nothing_was_heard(int err)
{
    (void)err;
    survive_turns(1);
    check_int(one.reads + one.writes, 0);
    check_heard(&one, 0);
    tear_down();
}

TEST(survives_watch, wanting_nothing)
{
    check(survive(set_up_reader, want_nothing, nothing_was_heard) > 0);
}

static void set_up_two_idle(void)
{
    set_up();
    check_int(open_as(&one, 0, &reader), 0);
    check_int(open_as(&other, 0, &writer), 0);
    survive_turns(1);
}

static int want_both(void)
{
    vr_watch_want(&one.watch, VR_READ);
    vr_watch_want(&other.watch, VR_WRITE);
    return vr_reactor_turn(survive_reactor, 0);
}

static void each_heard_its_own(int err)
{
    (void)err;
    survive_turns(2);
    check_heard(&one, VR_READ);
    check_heard(&other, VR_WRITE);
    check_int(one.fails, other.fails);
    tear_down();
}

TEST(survives_watch, wanting_what_two_share)
{
    check(survive(set_up_two_idle, want_both, each_heard_its_own) > 0);
}

/* ---- closing ---- */

static void set_up_two(void)
{
    set_up();
    check_int(open_reader(), 0);
    check_int(open_writer(), 0);
}

static int close_both(void)
{
    vr_watch_close(&one.watch);
    vr_watch_close(&other.watch);
    return 0;
}

static int close_all(void)
{
    vr_watch_close_all(survive_reactor);
    return 0;
}

/* Another one may have the descriptor at once. */
static void the_next_hears(int err)
{
    (void)err;
    check_int(watch_count(), 0);
    check_int(open_as(&one, VR_READ | VR_WRITE, &both), 0);
    survive_turns(2);
    check_int(one.reads + one.writes, 2);
    check_int(other.writes, 0);
    check_int(one.fails + other.fails, 0);
    tear_down();
}

TEST(survives_watch, closing)
{
    (void)survive(set_up_two, close_both, the_next_hears);
    (void)survive(set_up_two, close_all, the_next_hears);
}

static int close_one(void)
{
    vr_watch_close(&one.watch);
    return vr_reactor_turn(survive_reactor, 0);
}

static void the_other_goes_on(int err)
{
    (void)err;
    survive_turns(2);
    check_int(one.reads, 0);
    check_heard(&other, VR_WRITE);
    tear_down();
}

TEST(survives_watch, closing_one_of_two)
{
    check(survive(set_up_two, close_one, the_other_goes_on) > 0);
}

/* ---- questions ---- */

static int ask(void)
{
    struct vr_watch *found = NULL;

    check_int(vr_watch_list(survive_reactor, VR_READ, &found, 1), 1);
    check(found == &one.watch);
    check_int(vr_watch_fd(&one.watch), ends[0]);
    check_int(vr_watch_wanted(&one.watch), VR_READ);
    return 0;
}

static void forget(int err)
{
    (void)err;
    tear_down();
}

TEST(survives_watch, questions_need_nothing)
{
    check_int(survive(set_up_reader, ask, forget), 0);
}
