/* SPDX-License-Identifier: MIT */
/**
 * @file test_child_thread.c
 * Tests of reactor/async/child.h where a thread waits for the end of a child.
 */
#include "children.h"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/state.h>
#include <vreactor/testing/sys.h>

#include "tests/support/child.h"
#include "watches.h"

static struct kid kid;
static struct vr_sys sys;
static int64_t blocks_before;

static int forbid_pidfd(pid_t pid, unsigned flags)
{
    (void)pid, (void)flags;
    errno = EPERM;
    return -1;
}

static void set_up_with(int (*pidfd_open)(pid_t pid, unsigned flags))
{
    vr_test_env_init(&test, 0);
    sys = *test.env.sys;
    sys.pidfd_open = pidfd_open;
    test.env.sys = &sys;
    set_up_as((struct vr_reactor_options){.env = &test.env});
    kid = (struct kid){.times = 0};
    turn();
    blocks_before = vr_test_blocks(&test);
}

static void set_up_without(void)
{
    set_up_with(refuse_pidfd);
}

/* A child that ends when this end of a pipe is closed. */
static pid_t fork_waiting(int *ret_end)
{
    int ends[2];
    char byte;

    make_pipe(ends);
    pid_t pid = fork();
    check(pid >= 0);
    if (pid == 0) {
        (void)close(ends[1]);
        _exit(read(ends[0], &byte, 1) ? 1 : 5);
    }
    check(!close(ends[0]));
    *ret_end = ends[1];
    return pid;
}

static void await_end(void)
{
    while (!kid.times)
        check_int(vr_reactor_turn(reactor, VR_MSEC), 0);
    turn();
    check_int(kid.times, 1);
}

/* promise reactor-41 */
TEST(child_thread, tells_of_the_end_and_leaves_the_zombie_until_then)
{
    int end;

    set_up_without();
    pid_t pid = fork_waiting(&end);
    hear_end(&kid, vr_child_watch(&kid.child, reactor, pid));
    turn();
    check_int(kid.times, 0);
    check(!close(end));
    await_zombie(pid);
    while (!vr_inbox_has_some(vr_reactor_inbox(reactor)))
        (void)sched_yield();
    await_zombie(pid); /* still: this would end the test otherwise */
    await_end();
    check_int(kid.exit, 5);
    check_int(waitpid(pid, NULL, WNOHANG), -1);
    vr_pending_free(kid.pending);
    tear_down();
}

/* promise reactor-41 */
TEST(child_thread, waits_also_where_pidfds_are_forbidden)
{
    int end;

    set_up_with(forbid_pidfd);
    hear_end(&kid, vr_child_watch(&kid.child, reactor, fork_waiting(&end)));
    check(!close(end));
    await_end();
    check_int(kid.exit, 5);
    vr_pending_free(kid.pending);
    tear_down();
}

/* The process lives on, and nothing is left that waits for it. */
TEST(child_thread, ends_when_nobody_wants_to_know_any_longer)
{
    int end;

    set_up_without();
    pid_t pid = fork_waiting(&end);
    hear_end(&kid, vr_child_watch(&kid.child, reactor, pid));
    check(vr_test_blocks(&test) > blocks_before);
    vr_pending_free(kid.pending); /* it fails by that */
    check_int(kid.times, 1);
    turn();
    check_int(vr_test_blocks(&test), blocks_before);
    check_int(vr_child_kill(&kid.child, 0), -ESRCH);
    check(!close(end));
    check_int(waitpid(pid, NULL, 0), pid);
    turn();
    check_int(kid.times, 1);
    tear_down();
}

TEST(child_thread, takes_back_what_it_has_posted)
{
    int end;

    set_up_without();
    pid_t pid = fork_waiting(&end);
    hear_end(&kid, vr_child_watch(&kid.child, reactor, pid));
    check(!close(end));
    while (!vr_inbox_has_some(vr_reactor_inbox(reactor)))
        (void)sched_yield();
    vr_pending_free(kid.pending);
    turn();
    check_int(kid.times, 1); /* it failed by that, and hears no more */
    check(kid.code != 0);
    check_int(vr_test_blocks(&test), blocks_before);
    check_int(waitpid(pid, NULL, 0), pid);
    tear_down();
}

/* promise reactor-38 */
TEST(child_thread, says_at_once_that_a_process_is_no_child)
{
    set_up_without();
    hear_end(&kid, vr_child_watch(&kid.child, reactor, getpid()));
    await_end();
    check_int(kid.code, -ECHILD);
    vr_pending_free(kid.pending);
    tear_down();
}

/* promise reactor-39 */
TEST(child_thread, kills_no_process_that_was_waited_for)
{
    int end;

    set_up_without();
    pid_t pid = fork_waiting(&end);
    hear_end(&kid, vr_child_watch(&kid.child, reactor, pid));
    check_int(vr_child_kill(&kid.child, 0), 0);
    check(!close(end));
    check_int(waitpid(pid, NULL, 0), pid);
    check_int(vr_child_kill(&kid.child, SIGKILL), -ESRCH);
    await_end();
    check_int(kid.code, -ECHILD);
    vr_pending_free(kid.pending);
    tear_down();
}

static int free_in_child(void)
{
    vr_pending_free(kid.pending);
    child_check(vr_child_kill(&kid.child, SIGKILL) == -ESRCH);
    child_check(vr_reactor_free(reactor) == 0);
    return 0;
}

TEST(child_thread, is_left_alone_by_a_forked_child)
{
    int end;

    set_up_without();
    hear_end(&kid, vr_child_watch(&kid.child, reactor, fork_waiting(&end)));
    check_in_child(free_in_child);
    check(!close(end));
    await_end();
    check_int(kid.exit, 5);
    vr_pending_free(kid.pending);
    tear_down();
}

TEST(child_thread, is_not_had_where_the_system_has_none_left)
{
    int end;

    set_up_without();
    pid_t pid = fork_waiting(&end);
    vr_test_sys_reset();
    sys.thread_create = vr_test_sys()->thread_create;
    vr_test_sys_fail(VR_TEST_SYS_THREAD_CREATE, 1, 1, EAGAIN);
    hear_end(&kid, vr_child_watch(&kid.child, reactor, pid));
    await_end();
    check_int(kid.code, -EAGAIN);
    vr_pending_free(kid.pending);
    turn();
    check_int(vr_test_blocks(&test), blocks_before);
    vr_test_sys_reset();
    check(!close(end));
    check_int(waitpid(pid, NULL, 0), pid);
    tear_down();
}
