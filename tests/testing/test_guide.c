/* SPDX-License-Identifier: MIT */
/**
 * @file test_guide.c
 * What doc/testing.md shows, done: its snippets are from here.
 */
#include <errno.h>
#include <sys/uio.h>

#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/schedule.h>
#include <vreactor/reactor/watch.h>
#include <vreactor/testing/clock.h>
#include <vreactor/testing/script.h>
#include <vreactor/testing/sys.h>

#include "tests/support/test.h"

static struct vr_test_env test;
static int reads, last_err;

/* ---- a program that stands for the reader's ---- */

static void count(void *arg)
{
    ++*(int *)arg;
}

/* @return 0 if all went well, or the first error */
static int run_program(void)
{
    struct vr_reactor *reactor = NULL;
    int runs = 0;
    struct vr_task task = {.run = count, .arg = &runs};

    int err = vr_test_reactor_new(&test, NULL, &reactor);
    if (!err)
        err = vr_schedule(reactor, VR_SEC, &task, NULL);
    if (!err)
        err = vr_test_run_for(&test, reactor, VR_SEC);
    if (!err)
        check_int(runs, 1);
    check_int(vr_reactor_free(reactor), 0);
    return err;
}

/* ---- what fails ---- */

TEST(test_guide, every_allocation_fails_once)
{
    int err, nth = 0;

    do {
        vr_test_env_init(&test, 0);
        vr_test_fail_allocation(&test, ++nth, 1);
        err = run_program();
        check(err == 0 || err == -ENOMEM);
        check(vr_test_blocks(&test) == 0);
    } while (err);
    check(nth > 5);
}

/* The descriptor count after the test finds what is left behind. */
TEST(test_guide, every_system_call_fails_once)
{
    int nth = 0;

    do {
        vr_test_env_init(&test, 0);
        vr_test_sys_reset();
        vr_test_sys_fail(VR_TEST_SYS_ANY, ++nth, 1, 0);
        (void)run_program();
        check(vr_test_blocks(&test) == 0);
    } while (vr_test_sys_failures() > 0);
    check(nth > 5);
}

TEST(test_guide, calls_are_interrupted_and_cut_short)
{
    const struct vr_sys *sys = vr_test_sys();
    struct iovec two = {.iov_base = (char[]){"ab"}, .iov_len = 2};
    struct msghdr msg = {.msg_iov = &two, .msg_iovlen = 1};
    int ends[2];

    vr_test_sys_reset();
    check_int(sys->socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);

    vr_test_sys_limit(1);                                /* a byte at a time */
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 2, 1, EAGAIN); /* not the next one */
    vr_test_sys_fail(VR_TEST_SYS_ANY_WAIT, 1, 3, EINTR); /* the next three */

    check_int(sys->sendmsg(ends[0], &msg, 0), 1);
    check_int(sys->sendmsg(ends[0], &msg, 0), -1);
    check_int(sys->sendmsg(ends[0], &msg, 0), 1);
    for (int i = 0; i < 4; i++)
        check_int(sys->poll(NULL, 0, 0), i < 3 ? -1 : 0);
    check_int(sys->close(ends[0]), 0);
    check_int(sys->close(ends[1]), 0);
}

/* ---- a script ---- */

static void note_read(struct vr_watch *watch)
{
    (void)watch;
    reads++;
}

static void note_failure(struct vr_watch *watch, int err)
{
    (void)watch;
    last_err = err;
}

static const struct vr_watch_ops ops = {
    .readable = note_read, .writable = note_read, .failed = note_failure};

TEST(test_guide, a_script_says_what_is_ready)
{
    static struct vr_test_script script;
    struct vr_reactor *reactor;
    struct vr_watch watch;

    vr_test_env_init(&test, 0);
    vr_test_script_init(&script, &test);
    check(!vr_test_script_reactor(&script, NULL, &reactor));
    check(!vr_watch_open(&watch, reactor, 40, VR_READ, &ops));

    check(!vr_test_script_ready(&script, 40, VR_READ));
    check(!vr_reactor_turn(reactor, -1));
    check(reads == 1);

    script.refused_fd = 40;
    script.refusal = -ENOSPC; /* as epoll(7) may say */
    vr_watch_want(&watch, VR_READ | VR_WRITE);
    check(!vr_reactor_turn(reactor, -1));
    check(last_err == -ENOSPC);

    vr_watch_close(&watch);
    check(!vr_reactor_free(reactor));
}
