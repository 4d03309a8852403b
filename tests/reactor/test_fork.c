/* SPDX-License-Identifier: MIT */
/**
 * @file test_fork.c
 * What a child of fork(2) can do with the reactors of its parent,
 * and that the parent loses nothing by it.
 */
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor_impl.h>

#include "forked_roles.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/soon.h>
#include <vreactor/reactor/embed.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/schedule.h>

#include "tests/support/child.h"

enum { BOTH = VR_READ | VR_WRITE };

/* Watches that have been flushed: nothing is left to tell the selector. */
static void open_watches(void)
{
    open_roles();
    turn();
}

/* ---- what it can not ---- */

static void nothing(void *arg)
{
    (void)arg;
}

static int host_told;

static void tell_host(void *host, vr_time due)
{
    (void)host;
    (void)due;
    host_told++;
}

static int cannot_run(void)
{
    child_check(vr_reactor_is_inherited(reactor));
    child_check(vr_reactor_turn(reactor, 0) == -ECHILD);
    child_check(vr_reactor_run(reactor) == -ECHILD);
    child_check(vr_reactor_start(reactor) == -ECHILD);
    child_check(vr_reactor_join(reactor) == -ECHILD);
    child_check(vr_call_and_wait(reactor, nothing, NULL) == -ECHILD);
    return 0;
}

static int cannot_open(void)
{
    struct probe probe = {0};
    int ends[2];

    make_pipe(ends);
    child_check(vr_watch_open(&probe.watch, reactor, ends[0], VR_READ,
                              ops_of(VR_READ)) == -ECHILD);
    child_check(vr_watch_fd(&probe.watch) == -1);
    vr_watch_close(&probe.watch);
    child_check(vr_reactor_fd(reactor) == -ECHILD);
    child_check(vr_reactor_embed(reactor, tell_host, NULL) == -ECHILD);
    return 0;
}

/* promise fork-1 */
TEST(fork, gives_a_child_a_reactor_that_does_not_run)
{
    set_up();
    check_in_child(cannot_run); /* while new */
    turn();
    check_in_child(cannot_run); /* while idle */
    check(!vr_reactor_is_inherited(reactor));
    tear_down();
}

/* promise fork-1 */
TEST(fork, gives_a_child_a_reactor_that_opens_nothing)
{
    set_up();
    check_in_child(cannot_open);
    tear_down();
}

/* ---- what it may ---- */

static struct vr_call call;
static struct vr_post posts[2];

static int close_everything(void)
{
    for (int i = 0; i < 3; i++)
        vr_watch_close(&probes[i].watch);
    close_both(pipe_ends);
    close_both(socket_ends);
    child_check(vr_reactor_free(reactor) == 0);
    return 0;
}

static int close_all_and_want(void)
{
    vr_watch_want(&probes[0].watch, 0);
    vr_watch_close(&probes[1].watch); /* the writer keeps the descriptor */
    vr_watch_close_all(reactor);
    child_check(vr_watch_fd(&probes[2].watch) == -1);
    child_check(vr_reactor_close(reactor) == 0);
    return 0;
}

static int close_all_and_tell_nobody(void)
{
    vr_call_init(&call, reactor, count_call);
    vr_call_after(&call, VR_SEC);
    child_check(close_all_and_want() == 0);
    child_check(host_told == 0);
    return 0;
}

static int free_at_once(void)
{
    child_check(vr_reactor_free(reactor) == 0);
    return 0;
}

static void check_loses_nothing(int (*act)(void))
{
    set_up();
    open_watches();
    check_in_child(act);
    check_hearing();
    check_in_child(act);
    check_hearing();
    close_watches();
    tear_down();
}

/* promise fork-2 */
TEST(fork, loses_the_parent_nothing_when_the_child_closes_all)
{
    check_loses_nothing(close_everything);
}

/* promise fork-2 */
TEST(fork, loses_the_parent_nothing_when_the_child_closes_the_reactor)
{
    check_loses_nothing(close_all_and_want);
}

/* promise fork-7 */
TEST(fork, loses_the_parent_nothing_when_the_child_only_frees)
{
    check_loses_nothing(free_at_once);
}

/* Changes between turns reach the kernel of an embedded reactor at once. */
/* promise fork-2 */
TEST(fork, loses_the_parent_nothing_where_a_host_waits)
{
    set_up();
    open_watches();
    check_int(vr_reactor_embed(reactor, tell_host, NULL), 0);
    host_told = 0;
    check_in_child(close_all_and_tell_nobody);
    check_hearing();
    close_watches();
    tear_down();
}

/* ---- what it gives back ---- */

static int fds_before;
static struct vr_soon closing;

/* The stand-in for kqueue(2) goes over a fork, which the real one does not; a
 * base of libevent stays, with its epoll, its timer and the ends of a pair. */
static int most_fds_left(void)
{
    return tested_is("libevent") ? 4 : tested_is("kqueue");
}

static int check_given_back(void)
{
    child_check(vr_reactor_free(reactor) == 0);
    child_check(vr_test_blocks(&test) == 0);
    child_check(test_open_fds() <= fds_before + most_fds_left());
    child_check(ran == 0);
    child_check(probes[0].fails == 0);
    return 0;
}

static void fill_reactor(void)
{
    struct vr_task task = {.run = count_task, .cancelled = count_task};

    open_reader(&probes[0], pipe_ends[0]);
    turn();
    vr_call_init(&call, reactor, count_call);
    vr_call_after(&call, 0);
    vr_soon_init(&closing, count_soon);
    vr_soon_add_closing(&closing, reactor);
    posts[0] = (struct vr_post){.run = count_post, .cancelled = count_post};
    posts[1] = posts[0];
    vr_reactor_post(reactor, &posts[0]);
    check_int(vr_schedule(reactor, 0, &task, NULL), 0);
}

/* promise fork-4 */
TEST(fork, lets_a_child_free_its_copy_and_tells_nobody)
{
    make_pipe(pipe_ends);
    fds_before = test_open_fds();
    vr_test_env_init(&test, VR_SEC);
    set_up_as((struct vr_reactor_options){.env = &test.env});
    fill_reactor();
    check_in_child(check_given_back);
    turn();
    check_int(ran, 4);

    vr_watch_close(&probes[0].watch);
    close_both(pipe_ends);
    tear_down();
}

static int make_another(void)
{
    struct vr_reactor *inherited = reactor;
    struct probe probe = {0};

    set_up(); /* its descriptors may have the numbers of ... */
    child_check(vr_reactor_free(inherited) == 0); /* ... what went here */
    open_reader(&probe, pipe_ends[0]);
    put(pipe_ends[1], "x");
    turn_until(&probe.reads, 1);
    child_check(take(pipe_ends[0]) == 1);
    vr_watch_close(&probe.watch);
    child_check(vr_reactor_free(reactor) == 0);
    return 0;
}

/* promise fork-3 */
TEST(fork, lets_a_child_make_a_reactor_of_its_own)
{
    set_up();
    open_watches();
    check_in_child(make_another);
    check_hearing();
    close_watches();
    tear_down();
}

/* ---- a child that executes ---- */

enum { NUMBERS = 1024 };

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* promise fork-5 */
TEST(fork, leaves_no_descriptor_to_what_a_child_executes)
{
    static bool before[NUMBERS];
    int opened = 0;

    for (int fd = 0; fd < NUMBERS; fd++)
        before[fd] = is_open(fd);
    set_up();
    for (int fd = 0; fd < NUMBERS; fd++) {
        if (before[fd] || !is_open(fd))
            continue;
        opened++;
        check(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    }
    check(opened > 0);
    tear_down();
}

/* ---- posts ---- */

static int post_and_stop(void)
{
    vr_reactor_post(reactor, &posts[0]);
    vr_reactor_stop(reactor);
    child_check(ran == 0);
    child_check(vr_reactor_close(reactor) == 0);
    child_check(ran == 0);
    vr_reactor_post(reactor, &posts[1]); /* refused inside the call */
    child_check(ran == 1);
    return 0;
}

/* promise fork-1 */
TEST(fork, wakes_no_parent_by_posts_of_a_child)
{
    set_up();
    posts[0] = (struct vr_post){.run = count_post, .cancelled = count_post};
    posts[1] = posts[0];
    check(vr_inbox_doze(reactor->inbox)); /* as if it slept */
    check_in_child(post_and_stop);

    struct pollfd wake = {.fd = reactor->inbox->wake[0], .events = POLLIN};
    check_int(poll(&wake, 1, 0), 0);
    vr_inbox_rise(reactor->inbox);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(ran, 0);
    tear_down();
}
