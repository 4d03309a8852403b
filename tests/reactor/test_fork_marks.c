/* SPDX-License-Identifier: MIT */
/**
 * @file test_fork_marks.c
 * How a reactor, a pool, a queue know that they are another process's: without
 * asking the kernel who this is, and in any kind of child.
 */
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor_impl.h>

#include "watches.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>

#include <vreactor/base/fork_mark.h>
#include <vreactor/log/queue_impl.h>
#include <vreactor/log/thread.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/embed.h>
#include <vreactor/reactor/async/pool_impl.h>
#include <vreactor/reactor/post.h>

#include "tests/support/raw_clone.h"

/* ---- nobody asks ---- */

static int asked;

/* Instead of the C library's, for all of this program. */
pid_t getpid(void)
{
    asked++;
    return (pid_t)syscall(SYS_getpid);
}

static struct probe probe;
static struct vr_call call;
static struct vr_post post;
static int ends[2];

static void post_nothing(struct vr_post *which)
{
    (void)which;
}

static void call_nothing(struct vr_call *which)
{
    (void)which;
}

static void set_up_busy(void)
{
    set_up();
    make_pipe(ends);
    probe.act = act_take;
    open_reader(&probe, ends[0]);
    vr_call_init(&call, reactor, call_nothing);
    post.run = post_nothing;
    turn();
    asked = 0;
}

static void tear_down_busy(void)
{
    check_int(asked, 0);
    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}

/* Each kind of change, wake-up, and turn that a program makes often. */
static void change_and_turn(void)
{
    for (int i = 0; i < 3; i++) {
        vr_watch_want(&probe.watch, 0);
        vr_watch_want(&probe.watch, VR_READ);
        vr_call_after(&call, 0);
        check(vr_inbox_doze(reactor->inbox)); /* as if it slept */
        vr_reactor_post(reactor, &post);
        check_int(vr_reactor_turn(reactor, 0), 0);
        put(ends[1], "x");
        check_int(vr_reactor_turn(reactor, 0), 0);
    }
}

TEST(fork_marks, no_turn_and_no_change_asks_for_the_process)
{
    set_up_busy();
    change_and_turn();
    tear_down_busy();
}

TEST(fork_marks, no_change_in_a_host_s_loop_asks_for_the_process)
{
    set_up_busy();
    check_int(vr_reactor_embed(reactor, NULL, NULL), 0);
    asked = 0;
    change_and_turn();
    tear_down_busy();
}

TEST(fork_marks, no_wake_up_asks_for_the_process)
{
    set_up_busy();
    for (int i = 0; i < 3; i++) {
        check(vr_inbox_doze(reactor->inbox));
        vr_reactor_stop(reactor);
        check_int(vr_reactor_turn(reactor, 0), 1);
    }
    tear_down_busy();
}

/* ---- everybody knows ---- */

static struct vr_pool *pool;
static struct vr_log_queue *queue;
static struct vr_log_thread *thread;

static int knows_what_is_inherited(void)
{
    child_check(vr_reactor_is_inherited(reactor));
    child_check(vr_reactor_turn(reactor, 0) == -ECHILD);
    child_check(!vr_inbox_post(reactor->inbox, &post));
    child_check(!vr_pool_is_ours(pool));
    child_check(!vr_log_queue_own(queue));
    child_check(vr_log_thread_free(thread, 0) == -ECHILD);
    return 0;
}

static bool wake_nobody(void *arg)
{
    (void)arg;
    return true;
}

static void make_all(void)
{
    static const struct vr_log_queue_ops ops = {.wake = wake_nobody};
    struct vr_pool_options options = {.size = sizeof(options)};

    set_up_busy();
    check_int(vr_pool_new(&options, &pool), 0);
    check_int(vr_log_queue_new(NULL, 0, &ops, NULL, &queue), 0);
    check_int(vr_log_thread_new(NULL, &thread), 0);
}

static void free_all(void)
{
    check(!vr_reactor_is_inherited(reactor));
    check(vr_pool_is_ours(pool));
    check(vr_log_queue_own(queue) == queue);
    check_int(vr_log_thread_free(thread, -1), 0);
    vr_log_queue_free(queue);
    check_int(vr_pool_free(pool), 0);
    tear_down_busy();
}

/* promise fork-11 */
TEST(fork_marks, a_child_knows_what_is_its_parent_s)
{
    make_all();
    check_in_child(knows_what_is_inherited);
    free_all();
}

TEST(fork_marks, a_raw_clone_knows_it_too)
{
    if (!vr_fork_mark_is_wiped()) {
        fprintf(stderr, "skipped: no page is wiped here\n");
        return;
    }
    make_all();
    (void)check_in_raw_child(knows_what_is_inherited);
    free_all();
}

static int cannot_wipe(void *addr, size_t size, int advice)
{
    (void)addr;
    (void)size;
    (void)advice;
    errno = EINVAL;
    return -1;
}

TEST(fork_marks, a_child_knows_it_where_no_page_is_wiped)
{
    struct vr_sys poor = *vr_sys_default();

    poor.madvise = cannot_wipe;
    vr_fork_mark_use(&poor);
    make_all();
    check(!vr_fork_mark_is_wiped());
    check_in_child(knows_what_is_inherited);
    free_all();
}
