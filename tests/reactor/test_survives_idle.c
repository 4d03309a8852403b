/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_idle.c
 * Tests of reactor/idle.h, and of waits that are no turns, when memory or the
 * system fails.
 */
#include <vreactor/reactor/idle.h>

#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/reactor/async/promise.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/collect.h>
#include <vreactor/reactor/fd_wait.h>
#include <vreactor/reactor/watch.h>

#include "tests/support/survive.h"

static struct vr_call call, background;
static struct vr_watch watch;
static struct vr_pending *pending;
static struct vr_promise *promise;
static int ends[2];
static int ran;

static void count(struct vr_call *which)
{
    (void)which;
    ran++;
}

static void ignore(struct vr_watch *which)
{
    (void)which;
}

static const struct vr_watch_ops ops = {.readable = ignore};

/* One of each kind that can be background. */
static void set_up(void)
{
    ran = 0;
    check(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    check_int(vr_watch_open(&watch, survive_reactor, ends[0], VR_READ, &ops),
              0);
    vr_call_init(&background, survive_reactor, count);
    vr_call_after(&background, VR_SEC);
    vr_call_init(&call, survive_reactor, count);
    pending = vr_promise_new(survive_reactor, NULL, vr_value_none(), &promise);
    check(promise);
}

static void tear_down(void)
{
    vr_watch_close(&watch);
    vr_pending_free(pending);
    vr_promise_unref(promise);
    check(!close(ends[0]) && !close(ends[1]));
}

static int mark(void)
{
    check(vr_reactor_is_alive(survive_reactor));
    vr_watch_set_background(&watch, true);
    vr_call_set_background(&background, true);
    vr_promise_set_background(promise, true);
    check(!vr_reactor_is_alive(survive_reactor));
    return 0;
}

static void all_is_as_marked(int err)
{
    (void)err;
    check_int(vr_reactor_run_until_idle(survive_reactor), 0);
    check_int(ran, 0);
    tear_down();
}

TEST(survives_idle, marking_needs_nothing)
{
    check_int(survive(set_up, mark, all_is_as_marked), 0);
}

static void set_up_marked(void)
{
    set_up();
    (void)mark();
    vr_call_after(&call, VR_MSEC);
}

static int run(void)
{
    return vr_reactor_run_until_idle(survive_reactor);
}

/* A run that has failed can be made again. */
static void it_has_run(int err)
{
    if (err)
        check_int(run(), 0);
    check_int(ran, 1);
    check(vr_call_is_scheduled(&background));
    tear_down();
}

/* Only once: time passes in waits, and none would if all failed. */
TEST(survives_idle, running)
{
    check(survive_one(set_up_marked, run, it_has_run) > 0);
}

/* ---- one descriptor ---- */

static int found;

static int wait_for_it(void)
{
    found = vr_fd_wait(&survive_env.env, ends[0], VR_READ | VR_WRITE, 0);
    return found < 0 ? found : 0;
}

/* A signal alone is no failure: it was not ready at that time. */
static void it_is_found(int err)
{
    check(err || !found || found == VR_WRITE);
    check_int(vr_fd_wait(NULL, ends[0], VR_READ | VR_WRITE, -1), VR_WRITE);
    tear_down();
}

TEST(survives_idle, waiting_for_a_descriptor)
{
    check_int(survive(set_up, wait_for_it, it_is_found), 1);
}

/* ---- what is ready ---- */

static struct vr_watch collected;
static struct vr_collected ready[2];
static bool is_due;

static void set_up_collected(void)
{
    set_up();
    check_int(
        vr_watch_open(&collected, survive_reactor, ends[1], VR_READ, NULL), 0);
    check_int(write(ends[0], "x", 1), 1);
    survive_turns(1);
}

static int collect(void)
{
    found = vr_reactor_collect(survive_reactor, 0, 0, ready, 2, &is_due);
    return found < 0 ? found : 0;
}

/* It is there still. */
static void it_is_handed_out(int err)
{
    check(err || !found || found == 1);
    check_int(collect(), 0);
    check_int(found, 1);
    check(ready[0].watch == &collected);
    vr_watch_close(&collected);
    tear_down();
}

TEST(survives_idle, collecting)
{
    check(survive(set_up_collected, collect, it_is_handed_out) > 0);
}
