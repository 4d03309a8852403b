/* SPDX-License-Identifier: MIT */
/**
 * @file test_after_fork_host.c
 * Tests of reactor/after_fork.h: hosts, selectors, and what is given back.
 */
#include <vreactor/reactor/after_fork.h>
#include <vreactor/reactor/reactor_impl.h>

#include "forked_readers.h"

#include <poll.h>

#include <vreactor/reactor/embed.h>
#include <vreactor/reactor/post.h>

#include "tests/support/child.h"

static struct vr_post post;
static int ran;

static void count_post(struct vr_post *which)
{
    (void)which;
    ran++;
}

/* ---- hosts ---- */

static vr_time told;

static void note_due(void *host, vr_time due)
{
    (void)host;
    told = due;
}

static bool is_readable(int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

    return poll(&poll_fd, 1, 0) == 1;
}

static int shared_fd;

static int go_on_in_a_host(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    child_check(told == 0); /* a turn is due, which looks at all */
    int fd = vr_reactor_fd(reactor);
    child_check(fd >= 0 && fd != shared_fd);
    turn();
    child_check(!is_readable(fd));
    child_check(told == VR_TIME_MAX);
    put(ends[1], "x");
    child_check(is_readable(fd));
    turn();
    child_check(probe.reads == 1 && take(ends[0]) == 1);
    post.run = count_post;
    turn();
    vr_reactor_post(reactor, &post);
    child_check(is_readable(fd));
    turn();
    child_check(ran == 1);
    tear_all_down();
    return 0;
}

/* promise reactor-46 */
TEST(after_fork_host, a_host_asks_for_another_descriptor)
{
    set_up_watching();
    shared_fd = vr_reactor_fd(reactor);
    if (shared_fd < 0) {
        tear_all_down();
        test_skip("the selector has no descriptor");
    }
    check_int(vr_reactor_embed(reactor, note_due, NULL), 0);
    turn();
    check_in_child(go_on_in_a_host);
    check_hearing();
    tear_all_down();
}

/* ---- what is given back ---- */

static int fds_before;

/* As in test_fork.c: a base of libevent stays, and so does the descriptor of
 * the stand-in for kqueue(2). */
static int most_fds_left(void)
{
    return tested_is("libevent") ? 4 : tested_is("kqueue");
}

static int give_back(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    child_check(!reactor->pipes.idle); /* the parent's go on in the parent */
    check_hearing();
    vr_watch_close(&probe.watch);
    vr_watch_close(&other.watch);
    child_check(vr_reactor_free(reactor) == 0);
    child_check(vr_test_blocks(&test) == 0);
    child_check(test_open_fds() <= fds_before + most_fds_left());
    close_both(ends);
    close_both(other_ends);
    return 0;
}

TEST(after_fork_host, the_child_gives_all_back)
{
    make_pipe(ends);
    make_tcp_pair(other_ends);
    fds_before = test_open_fds();
    vr_test_env_init(&test, VR_SEC);
    set_up_as((struct vr_reactor_options){.env = &test.env});
    open_reader(&probe, ends[0]);
    open_reader(&other, other_ends[0]);
    turn();
    struct vr_pipe *pipe = vr_pipes_take(&reactor->pipes);
    if (pipe) /* else the system has none of that kind */
        vr_pipes_give(&reactor->pipes, pipe);
    check_in_child(give_back);
    check_hearing();
    tear_all_down();
}

/* ---- the argument of a selector ---- */

static void *argument;
static int opened;

static int open_with_argument(const struct vr_env *env, void *arg,
                              struct vr_selector **ret_sel)
{
    check(arg == &argument);
    opened++;
    return tested_kind()->open(env, NULL, ret_sel);
}

static int open_another(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    child_check(opened == 2);
    tear_down();
    return 0;
}

TEST(after_fork_host, a_selector_is_opened_with_the_same_argument)
{
    struct vr_selector_ops ops = *tested_kind();

    ops.open = open_with_argument;
    opened = 0;
    set_up_as((struct vr_reactor_options){.selector_ops = &ops,
                                          .selector_arg = &argument});
    reactor->selector->ops = &ops;
    check_in_child(open_another);
    check_int(opened, 1);
    tear_down();
}
