/* SPDX-License-Identifier: MIT */
/**
 * @file test_fork_locks.c
 * Children forked by a callback while a thread, which the child does not have,
 * holds a lock that comes next on the callback's way back.
 */
#include <vreactor/reactor/reactor_impl.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include <vreactor/reactor/async/condition.h>
#include <vreactor/reactor/async/wait.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>

#include "tests/support/child.h"

static struct vr_sys sys;
static struct vr_env env;
static struct vr_reactor *reactor;
static pthread_t thread;
static pid_t child;
static atomic_bool wanted, holds, forked;

/* Keeps the lock once the callback runs, as a thread about to wait does. */
static int hold_and_wait(void *cond, void *lock, vr_time span)
{
    if (!wanted)
        return vr_sys_default()->cond_wait(cond, lock, VR_MSEC);

    holds = true;
    while (!forked)
        sched_yield();
    return vr_sys_default()->cond_wait(cond, lock, span);
}

static void fork_while_held(void)
{
    wanted = true;
    while (!holds)
        sched_yield();
    child = fork();
    if (child == 0)
        alarm(TEST_SECONDS); /* the runner does not know of it */
    forked = true;
}

static void set_up(void)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;

    wanted = holds = forked = false;
    sys = (struct vr_sys)VR_SYS_INIT;
    sys.cond_wait = hold_and_wait;
    env = (struct vr_env)VR_ENV_INIT;
    env.sys = &sys;
    options.env = &env;
    check_int(vr_reactor_new(&options, &reactor), 0);
}

static void *wait_and_stop(void *arg)
{
    void (*wait)(void) = *(void (**)(void))arg;

    wait();
    vr_reactor_stop(reactor);
    return NULL;
}

static void begin_to_wait(void (**wait)(void))
{
    check(!pthread_create(&thread, NULL, wait_and_stop, wait));
}

/* Run while the thread waits; the child is back from its callback at once. */
static void run_and_tear_down(void)
{
    int result = vr_reactor_run(reactor);

    if (child == 0)
        _exit(result != -ECHILD);
    check_child(child);
    check_int(result, 0);
    check(!pthread_join(thread, NULL));
    check_int(vr_reactor_free(reactor), 0);
}

/* ---- threads that wait for the callback ---- */

static void (*wait_how)(void);

static void begin_in_run(struct vr_post *post)
{
    (void)post;
    begin_to_wait(&wait_how);
}

static void check_waiting(void (*how)(void))
{
    static struct vr_post post = {.run = begin_in_run};

    set_up();
    wait_how = how;
    vr_reactor_post(reactor, &post);
    run_and_tear_down();
}

static void fork_asked(void *arg)
{
    (void)arg;
    fork_while_held();
}

static void call_and_wait(void)
{
    check_int(vr_call_and_wait(reactor, fork_asked, NULL), 0);
}

static struct vr_result fork_at_start(void *arg)
{
    (void)arg;
    fork_while_held();
    return vr_ok(vr_value_none());
}

static void start_and_wait(void)
{
    struct vr_result result;

    check_int(vr_start_and_wait(reactor, fork_at_start, NULL, -1, &result), 0);
    vr_result_free(result);
}

/* promise fork-6 */
HEAVY_TEST(fork_locks, a_function_that_a_thread_waits_for_returns_in_a_child)
{
    check_waiting(call_and_wait);
}

/* promise fork-6 */
HEAVY_TEST(fork_locks, a_start_function_returns_in_a_child)
{
    check_waiting(start_and_wait);
}

/* ---- a condition that a thread waits for, too ---- */

static struct vr_condition *condition;

static void wait_for_change(void)
{
    int64_t value;

    check_int(vr_condition_wait(condition, NULL, NULL, -1, &value), 0);
}

static void fork_when_changed(void *arg, int64_t value)
{
    static void (*wait)(void) = wait_for_change;

    (void)arg;
    if (value != 1)
        return;
    begin_to_wait(&wait);
    fork_while_held();
    if (child > 0)
        vr_condition_set(condition, 2);
}

/* promise fork-6 */
HEAVY_TEST(fork_locks, what_a_condition_calls_returns_in_a_child)
{
    struct vr_condition_watch *watch;

    set_up();
    check_int(vr_condition_new(&env, 1, &condition), 0);
    check_int(
        vr_condition_watch(condition, reactor, fork_when_changed, NULL, &watch),
        0);
    run_and_tear_down();
    vr_condition_unwatch(watch);
    vr_condition_free(condition);
}
