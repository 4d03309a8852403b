/* SPDX-License-Identifier: MIT */
/**
 * @file test_fork_inside.c
 * Children forked while a reactor runs: by its own callbacks, which
 * may return in the child, and beside its thread.
 */
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor_impl.h>

#include "forked_readers.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/embed.h>
#include <vreactor/reactor/post.h>

#include "tests/support/child.h"

static int cannot_run_or_free(void)
{
    child_check(vr_reactor_turn(reactor, 0) == -ECHILD);
    child_check(vr_reactor_run(reactor) == -ECHILD);
    child_check(vr_reactor_start(reactor) == -ECHILD);
    child_check(vr_reactor_join(reactor) == -ECHILD);
    child_check(vr_reactor_close(reactor) == -ECHILD);
    child_check(vr_reactor_free(reactor) == -ECHILD);
    return 0;
}

static int close_watches(void)
{
    vr_watch_close(&probe.watch);
    vr_watch_close(&other.watch);
    close_both(ends);
    close_both(other_ends);
    return cannot_run_or_free();
}

static int free_copy(void)
{
    child_check(vr_reactor_close(reactor) == 0);
    child_check(vr_reactor_free(reactor) == 0);
    return 0;
}

/* ---- a child that does not return ---- */

static void act_fork(struct probe *self, unsigned event)
{
    act_take(self, event);
    check_in_child(close_watches);
}

static void fork_in_post(struct vr_post *post)
{
    (void)post;
    check_in_child(close_watches);
}

static void fork_in_call(struct vr_call *call)
{
    (void)call;
    check_in_child(close_watches);
}

/* promises fork-2, fork-8 */
TEST(fork_inside, an_event_loses_the_parent_none)
{
    set_up();
    open_watches();
    probe.act = other.act = act_fork;
    put(ends[1], "x");
    put(other_ends[1], "x");
    turn_until(&probe.reads, 1);
    turn_until(&other.reads, 1);
    check_hearing();
    tear_all_down();
}

/* promise fork-8 */
TEST(fork_inside, a_post_or_a_call_loses_the_parent_nothing)
{
    struct vr_post post = {.run = fork_in_post};
    struct vr_call call;

    set_up();
    open_watches();
    vr_call_init(&call, reactor, fork_in_call);
    vr_call_after(&call, 0);
    vr_reactor_post(reactor, &post);
    turn();
    check_hearing();
    tear_all_down();
}

/* ---- a child that does ---- */

static pid_t child;
static int more; /* callbacks behind the one that forked */
static struct vr_call call;
static struct vr_post forking, late;

static void count_call(struct vr_call *which)
{
    (void)which;
    more++;
}

static void count_post(struct vr_post *which)
{
    (void)which;
    more++;
}

static void act_count(struct probe *self, unsigned event)
{
    act_take(self, event);
    more++;
}

/* Of what the child leaves behind, nothing is to be done there. */
static void fork_and_return(void)
{
    child = fork();
    if (child != 0)
        return;

    vr_watch_close(&probe.watch);
    vr_reactor_post(reactor, &late);
}

static void fork_in_post_and_return(struct vr_post *which)
{
    (void)which;
    fork_and_return();
}

static void fork_in_call_and_return(struct vr_call *which)
{
    (void)which;
    fork_and_return();
}

static void act_fork_and_return(struct probe *self, unsigned event)
{
    act_take(self, event);
    probe.act = other.act = act_count;
    fork_and_return();
}

/* Both are ready, and one has changed what it wants, if to no other. */
static void set_up_ready(void)
{
    set_up();
    open_watches();
    turn();
    probe.act = other.act = act_count;
    late = (struct vr_post){.run = count_post};
    put(ends[1], "x");
    put(other_ends[1], "x");
    vr_watch_want(&probe.watch, 0);
    vr_watch_want(&probe.watch, VR_READ);
}

static int leave_child(int result)
{
    child_check(result == -ECHILD);
    child_check(more == 0);
    child_check(vr_reactor_free(reactor) == 0);
    return 0;
}

/* Make the turn that forks, in which the parent hears both, as ever. */
static void check_turn(void)
{
    int result = vr_reactor_turn(reactor, -1);

    if (child == 0)
        _exit(leave_child(result));
    check_child(child);
    check_int(result, 0);
    turn_until(&probe.reads, 1);
    turn_until(&other.reads, 1);
    check_hearing();
    tear_all_down();
}

/* promise fork-6 */
TEST(fork_inside, a_post_ends_the_turn_of_a_child)
{
    struct vr_post behind = {.run = count_post};

    set_up_ready();
    forking.run = fork_in_post_and_return;
    vr_reactor_post(reactor, &forking);
    vr_reactor_post(reactor, &behind);
    check_turn();
}

/* The host is the parent's. */
static void count_word_in_child(void *host, vr_time due)
{
    (void)host;
    (void)due;
    more += vr_reactor_is_inherited(reactor);
}

TEST(fork_inside, a_post_ends_the_turn_of_a_child_of_a_host_s_loop)
{
    set_up_ready();
    check_int(vr_reactor_embed(reactor, count_word_in_child, NULL), 0);
    vr_watch_want(&other.watch, VR_READ);
    forking.run = fork_in_post_and_return;
    vr_reactor_post(reactor, &forking);
    check_turn();
}

/* promise fork-6 */
TEST(fork_inside, an_event_ends_the_turn_of_a_child)
{
    set_up_ready();
    probe.act = other.act = act_fork_and_return;
    vr_call_init(&call, reactor, count_call);
    vr_call_after(&call, 0);
    check_turn();
}

/* promise fork-6 */
TEST(fork_inside, a_call_ends_the_turn_of_a_child)
{
    struct vr_call behind;

    set_up_ready();
    probe.act = other.act = act_take;
    vr_call_init(&call, reactor, fork_in_call_and_return);
    vr_call_init(&behind, reactor, count_call);
    vr_call_after(&call, 0);
    vr_call_at(&behind, vr_call_due(&call));
    check_turn();
}

static void fork_in_post_only(struct vr_post *which)
{
    (void)which;
    child = fork();
}

static void stop_in_the_next_turn(struct vr_call *which)
{
    if (++more == 2)
        vr_reactor_stop(reactor);
    else
        vr_call_after(which, 0);
}

/* promise fork-6 */
TEST(fork_inside, a_run_ends_with_the_turn_of_a_child_that_returns)
{
    set_up();
    open_watches();
    forking.run = fork_in_post_only;
    vr_reactor_post(reactor, &forking);
    vr_call_init(&call, reactor, stop_in_the_next_turn);
    vr_call_after(&call, 0);
    int result = vr_reactor_run(reactor);

    if (child == 0)
        _exit(result != -ECHILD || more != 0);
    check_child(child);
    check_int(result, 0);
    check_int(more, 2);
    check_hearing();
    tear_all_down();
}

/* ---- a child beside the reactor's thread ---- */

static atomic_int heard;

static void act_note(struct probe *self, unsigned event)
{
    act_take(self, event);
    heard++;
}

static void do_nothing(void *arg)
{
    (void)arg;
}

static int leave_thread_behind(void)
{
    vr_reactor_post(reactor, &late);
    vr_reactor_stop(reactor);
    child_check(vr_call_and_wait(reactor, do_nothing, NULL) == -ECHILD);
    return close_watches();
}

static void await_sleep(void)
{
    while (!atomic_load(&reactor->inbox->asleep))
        sched_yield();
}

/* The checker of threads wants no child of several. */
HEAVY_TEST(fork_inside, a_child_without_the_thread_loses_the_parent_nothing)
{
    set_up();
    open_watches();
    probe.act = other.act = act_note;
    late = (struct vr_post){.run = count_post, .cancelled = count_post};
    check_int(vr_reactor_start(reactor), 0);
    await_sleep();
    for (int i = 1; i <= 10; i++) {
        check_in_child(leave_thread_behind);
        put(ends[1], "x");
        put(other_ends[1], "x");
        while (heard < 2 * i)
            sched_yield();
    }
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    check_int(more, 0);
    tear_all_down();
}

/* Whoever held it stayed behind: the child does not wait for him. */
TEST(fork_inside, a_child_asks_no_lock_of_the_parent)
{
    set_up();
    open_watches();
    late = (struct vr_post){.run = count_post};
    check_int(pthread_mutex_lock(&reactor->lock), 0);
    reactor->state = VR_RUNNING;
    check_in_child(leave_thread_behind);
    reactor->state = VR_IDLE;
    check_int(pthread_mutex_unlock(&reactor->lock), 0);

    check_int(pthread_mutex_lock(&reactor->lock), 0);
    check_int(pthread_mutex_lock(&reactor->tasks.lock), 0);
    check_in_child(free_copy);
    check_int(pthread_mutex_unlock(&reactor->tasks.lock), 0);
    check_int(pthread_mutex_unlock(&reactor->lock), 0);
    check_hearing();
    tear_all_down();
}
