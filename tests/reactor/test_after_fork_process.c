/* SPDX-License-Identifier: MIT */
/**
 * @file test_after_fork_process.c
 * Tests of reactor/after_fork.h: signals, child processes, threads and dates,
 * of which the parent keeps what is its own.
 */
#include <vreactor/reactor/after_fork.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor_impl.h>

#include "both_ways.h"
#include "signals.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include <vreactor/base/env.h>
#include <vreactor/reactor/async/condition.h>
#include <vreactor/reactor/async/pool.h>
#include <vreactor/reactor/async/promise.h>
#include <vreactor/testing/sys.h>

/* A turn runs posts and then waits, so it does not wait for long. */
static void await(const int *count, int least)
{
    while (*count < least)
        check_int(vr_reactor_turn(reactor, VR_MSEC), 0);
}

/* ---- signals ---- */

static struct listener one, two, gone;

static int hear_signals(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    turn_once();
    child_check(one.calls == 0); /* the parent's to hear */
    send_signal(SIGUSR1);
    send_signal(SIGUSR1);
    send_signal(SIGUSR2);
    turn_once();
    child_check(one.calls == 1 && one.heard == 2 && one.sender == getpid());
    child_check(two.calls == 1);
    vr_signal_close(&one.signal);
    child_check(disposition(SIGUSR1).sa_handler == SIG_IGN);
    listen_to(&one, SIGUSR1);
    send_signal(SIGUSR1);
    turn_once();
    child_check(one.calls == 1);
    tear_down();
    child_check(disposition(SIGUSR1).sa_handler == SIG_IGN);
    child_check(vr_test_blocks(&test) == 0);
    return 0;
}

static void set_up_signals(void)
{
    check(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
    vr_test_env_init(&test, VR_SEC);
    set_up_as((struct vr_reactor_options){.env = &test.env});
    listen_to(&one, SIGUSR1);
    listen_to(&two, SIGUSR2);
    listen_to(&gone, SIGUSR2);
}

/* promises reactor-43, reactor-44 */
TEST(after_fork_process, signals_are_heard_where_they_come)
{
    set_up_signals();
    turn_once();
    send_signal(SIGUSR1);
    send_signal(SIGUSR2);
    vr_signal_close(&gone.signal); /* with its post on its way */
    check_in_child(hear_signals);
    turn_once();
    check_int(one.calls, 1);
    check_int(one.heard, 1);
    check_int(two.heard, 1);
    check_int(gone.calls, 0);
    tear_down();
}

static int leave_signals(void)
{
    struct vr_reactor *copy = reactor;

    set_up();
    listen_to(&gone, SIGUSR1); /* begins the table of this process */
    child_check(vr_reactor_after_fork(copy) == 0);
    send_signal(SIGUSR1);
    turn_once();
    child_check(gone.calls == 1);
    tear_down();
    reactor = copy;
    turn_once();
    child_check(one.calls == 1);
    tear_down();
    return 0;
}

TEST(after_fork_process, signals_are_heard_beside_those_of_the_child)
{
    set_up_signals();
    vr_signal_close(&gone.signal);
    check_in_child(leave_signals);
    tear_down();
}

/* ---- child processes ---- */

static struct kid kid, other;

static void use_reactor_of_kids(void)
{
    static struct vr_sys sys;

    if (without_pidfd && test_light())
        test_skip("the checker of threads wants no child of several");
    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    sys = *vr_test_sys();
    if (without_pidfd)
        sys.pidfd_open = refuse_pidfd;
    else if (!has_pidfd())
        test_skip("the system has no pidfd");
    test.env.sys = &sys;
    set_up_as((struct vr_reactor_options){.env = &test.env});
}

/* Have @program read @input; -1: what the test reads. */
static void spawn(struct kid *which, const char *program, int input)
{
    const char *const argv[] = {program, NULL};
    const struct vr_child_fd fd = {.theirs = 0, .ours = input};
    struct vr_child_options options = VR_CHILD_OPTIONS_INIT;

    options.argv = argv;
    options.fds = &fd;
    options.fd_count = input >= 0;
    hear_end(which, vr_child_spawn(&which->child, reactor, &options));
}

static int hear_of_kids(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    child_check(vr_child_kill(&kid.child, 0) == -ECHILD);
    turn();
    child_check(kid.times == 1 && kid.code == -ECHILD);
    child_check(vr_child_kill(&kid.child, 0) == -ESRCH);
    vr_pending_free(kid.pending);
    spawn(&other, "true", -1);
    await(&other.times, 1);
    child_check(other.code == 0 && other.exit == 0);
    vr_pending_free(other.pending);
    tear_down();
    child_check(kid.times == 1);
    child_check(vr_test_blocks(&test) == 0);
    return 0;
}

/* promise reactor-44 */
BOTH_WAYS(after_fork_process, child_processes_are_those_of_the_parent)
{
    int ends[2];

    use_reactor_of_kids();
    make_pipe(ends);
    spawn(&kid, "cat", ends[0]); /* until it is killed */
    turn();
    check_in_child(hear_of_kids);
    turn();
    check_int(kid.times, 0);
    check_int(vr_child_kill(&kid.child, SIGKILL), 0);
    await(&kid.times, 1);
    check_int(kid.exit, -SIGKILL);
    vr_pending_free(kid.pending);
    close_both(ends);
    tear_down();
}

static int forget_kids(void)
{
    vr_pending_free(kid.pending);
    child_check(vr_reactor_after_fork(reactor) == 0);
    turn();
    child_check(kid.times == 1);
    tear_down();
    child_check(vr_test_blocks(&test) == 0);
    return 0;
}

/* Where a thread has posted, the post is taken back from the copy. */
BOTH_WAYS(after_fork_process, a_child_that_was_forgotten_before_is_not_heard)
{
    use_reactor_of_kids();
    spawn(&kid, "true", -1);
    await_zombie(vr_child_pid(&kid.child));
    while (kid.child.thread && !vr_inbox_has_some(reactor->inbox))
        (void)sched_yield();
    check_in_child(forget_kids);
    await(&kid.times, 1);
    check_int(kid.exit, 0);
    vr_pending_free(kid.pending);
    tear_down();
}

/* ---- threads ---- */

static int results, code;

static struct vr_result note_result(void *arg, struct vr_result result)
{
    (void)arg;
    results++;
    code = result.failure ? result.failure->code : 0;
    vr_result_free(result);
    return vr_ok(vr_value_none());
}

static void *settle(void *arg)
{
    check_int(vr_promise_fire(arg, vr_value_none()), 0);
    vr_promise_unref(arg);
    return NULL;
}

static struct vr_promise *promise;

static int settle_in_a_thread(void)
{
    pthread_t thread;

    child_check(vr_reactor_after_fork(reactor) == 0);
    child_check(!pthread_create(&thread, NULL, settle, promise));
    await(&results, 1);
    child_check(!pthread_join(thread, NULL));
    child_check(code == 0);
    tear_down();
    return 0;
}

/* promise reactor-43 */
TEST(after_fork_process, a_promise_may_be_settled_in_the_child)
{
    set_up();
    struct vr_pending *pending =
        vr_promise_new(reactor, NULL, vr_value_none(), &promise);
    check_int(vr_pending_both(pending, note_result, NULL), 0);
    check_in_child(settle_in_a_thread);
    settle(promise);
    await(&results, 1);
    vr_pending_free(pending);
    tear_down();
}

static int told;
static struct vr_condition *condition;

static void note_change(void *arg, int64_t value)
{
    (void)arg;
    told = (int)value;
}

static int change_condition(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    vr_condition_set(condition, 7);
    turn();
    child_check(told == 7);
    return 0;
}

TEST(after_fork_process, a_condition_is_heard_in_the_child)
{
    struct vr_condition_watch *watch;

    set_up();
    check_int(vr_condition_new(NULL, 1, &condition), 0);
    check_int(vr_condition_watch(condition, reactor, note_change, NULL, &watch),
              0);
    turn();
    check_in_child(change_condition);
    turn();
    check_int(told, 1);
    vr_condition_unwatch(watch);
    vr_condition_free(condition);
    tear_down();
}

static int job_ends[2];

static struct vr_result wait_for_byte(struct vr_job *job, struct vr_value value)
{
    char byte;

    (void)job;
    check_int(read(job_ends[0], &byte, 1), 1);
    return vr_ok(value);
}

static int hear_of_jobs(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    turn();
    child_check(results == 3 && code == -ECHILD);
    tear_down();
    return 0;
}

static struct vr_pending *submit(struct vr_pool *pool)
{
    struct vr_pending *pending =
        vr_pool_submit(pool, reactor, NULL, wait_for_byte, vr_value_none());

    check_int(vr_pending_both(pending, note_result, NULL), 0);
    return pending;
}

/* One runs, one waits, and a drain waits for both. */
/* The checker of threads wants no child of several. */
/* promise reactor-44 */
HEAVY_TEST(after_fork_process, jobs_are_those_of_the_parent)
{
    struct vr_pool_options options = VR_POOL_OPTIONS_INIT;
    struct vr_pool *pool;

    set_up();
    check(!pipe(job_ends));
    options.threads = 1;
    check_int(vr_pool_new(&options, &pool), 0);
    struct vr_pending *first = submit(pool), *second = submit(pool);
    struct vr_pending *drain = vr_pool_drain(pool, reactor);
    check_int(vr_pending_both(drain, note_result, NULL), 0);
    check_in_child(hear_of_jobs);
    check_int(results, 0);
    put(job_ends[1], "xx");
    await(&results, 3);
    check_int(code, 0);
    vr_pending_free(first);
    vr_pending_free(second);
    vr_pending_free(drain);
    check_int(vr_pool_free(pool), 0);
    close_both(job_ends);
    tear_down();
}
