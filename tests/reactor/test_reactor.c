/* SPDX-License-Identifier: MIT */
/**
 * @file test_reactor.c
 * Tests of reactor/reactor.h: runs, stops and threads.  What is in a turn is
 * in test_reactor_turn.c, how reactors come and go in test_reactor_new.c and
 * test_reactor_close.c.
 */
#include <vreactor/reactor/reactor.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>

#include "tests/support/test.h"

static struct vr_reactor *reactor;
static struct vr_call stopper, other;
static int stops, others;
static bool finished; /* the callback that stopped */

static void stop_from_call(struct vr_call *call)
{
    (void)call;
    stops++;
    vr_reactor_stop(reactor);
    finished = vr_reactor_current() == reactor;
}

static void count_other(struct vr_call *call)
{
    (void)call;
    others++;
}

static void init_calls(void)
{
    vr_call_init(&stopper, reactor, stop_from_call);
    vr_call_init(&other, reactor, count_other);
}

/* A reactor over the selector under test. */
static void set_up(void)
{
    check_int(vr_reactor_new(NULL, &reactor), 0);
    init_calls();
}

static void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
}

static pthread_t runner;

static void note_thread(struct vr_call *call)
{
    runner = pthread_self();
    stop_from_call(call);
}

/* promise threads-1 */
TEST(reactor, runs_on_the_calling_thread_until_stopped_by_a_call)
{
    struct vr_call call;

    set_up();
    vr_call_init(&call, reactor, note_thread);
    vr_call_after(&call, 0);
    check(!vr_reactor_current());
    check_int(vr_reactor_run(reactor), 0);
    check_int(stops, 1);
    check(pthread_equal(runner, pthread_self()));
    check(finished);
    check(!vr_reactor_current());
    tear_down();
}

static void *stop_from_thread(void *arg)
{
    (void)arg;
    vr_reactor_stop(reactor);
    return NULL;
}

static void set_flag(void *flag)
{
    *(bool *)flag = true;
}

/* promise threads-5 */
TEST(reactor, ends_its_thread_when_another_thread_stops_it)
{
    bool called = false;
    pthread_t thread;

    set_up();
    check_int(vr_reactor_start(reactor), 0);
    check_int(vr_call_and_wait(reactor, set_flag, &called), 0);
    check(called);
    check(!pthread_create(&thread, NULL, stop_from_thread, NULL));
    check_int(vr_reactor_join(reactor), 0);
    check(!pthread_join(thread, NULL));
    tear_down();
}

/* promise reactor-3 */
TEST(reactor, ends_its_thread_when_stopped_right_after_the_start)
{
    set_up();
    for (int i = 0; i < 100; i++) {
        check_int(vr_reactor_start(reactor), 0);
        vr_reactor_stop(reactor);
        check_int(vr_reactor_join(reactor), 0);
    }
    tear_down();
}

TEST(reactor, may_be_stopped_twice_and_after_its_end)
{
    set_up();
    check_int(vr_reactor_start(reactor), 0);
    vr_reactor_stop(reactor);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_close(reactor), 0);
    vr_reactor_stop(reactor);
    tear_down();
}

/* promise reactor-3 */
TEST(reactor, makes_one_whole_turn_when_stopped_before_its_run)
{
    set_up();
    vr_reactor_stop(reactor);
    vr_call_after(&other, 0);
    check_int(vr_reactor_run(reactor), 0);
    check_int(others, 1);

    vr_call_after(&stopper, 0); /* that stop was answered: this run goes on */
    check_int(vr_reactor_run(reactor), 0);
    check_int(stops, 1);
    tear_down();
}

TEST(reactor, answers_a_stop_by_a_turn_that_says_so)
{
    set_up();
    check_int(vr_reactor_turn(reactor, 0), 0);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_turn(reactor, -1), 1);
    check_int(vr_reactor_turn(reactor, 0), 0);
    vr_call_after(&stopper, 0);
    check_int(vr_reactor_turn(reactor, -1), 1);
    check_int(vr_reactor_turn(reactor, 0), 0);
    tear_down();
}

static int busy[4]; /* what was said inside a callback */

static void try_everything(struct vr_call *call)
{
    (void)call;
    busy[0] = vr_reactor_run(reactor);
    busy[1] = vr_reactor_turn(reactor, 0);
    busy[2] = vr_reactor_start(reactor);
    busy[3] = vr_reactor_free(reactor);
    vr_reactor_stop(reactor);
}

/* promises reactor-5, reactor-20 */
TEST(reactor, is_busy_inside_its_callbacks)
{
    struct vr_call call;

    set_up();
    vr_call_init(&call, reactor, try_everything);
    vr_call_after(&call, 0);
    check_int(vr_reactor_run(reactor), 0);
    for (int i = 0; i < 4; i++)
        check_int(busy[i], -EBUSY);

    vr_call_after(&call, 0);
    check_int(vr_reactor_turn(reactor, 0), 1);
    for (int i = 0; i < 4; i++)
        check_int(busy[i], -EBUSY);
    tear_down();
}

/* promises reactor-5, threads-4 */
TEST(reactor, is_busy_for_others_while_it_runs_and_until_it_is_joined)
{
    set_up();
    check_int(vr_reactor_start(reactor), 0);
    check_int(vr_reactor_start(reactor), -EBUSY);
    check_int(vr_reactor_run(reactor), -EBUSY);
    check_int(vr_reactor_turn(reactor, 0), -EBUSY);
    check_int(vr_reactor_close(reactor), -EBUSY);
    check_int(vr_reactor_free(reactor), -EBUSY);
    check_int(vr_call_and_wait(reactor, set_flag, &finished), 0);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    tear_down();
}

TEST(reactor, runs_again_after_a_stop_but_not_after_its_close)
{
    set_up();
    for (int i = 1; i <= 3; i++) {
        vr_call_after(&stopper, 0);
        check_int(vr_reactor_run(reactor), 0);
        check_int(stops, i);
    }
    check_int(vr_reactor_close(reactor), 0);
    check_int(vr_reactor_run(reactor), -VR_ECLOSED);
    check_int(vr_reactor_start(reactor), -VR_ECLOSED);
    check_int(vr_reactor_turn(reactor, 0), -VR_ECLOSED);
    tear_down();
}

/* promise threads-3 */
TEST(reactor, has_a_thread_to_join_once)
{
    set_up();
    check_int(vr_reactor_join(reactor), -ESRCH);
    check_int(vr_reactor_start(reactor), 0);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    check_int(vr_reactor_join(reactor), -ESRCH);
    tear_down();
}

TEST(reactor, joins_the_thread_of_an_ended_run_when_it_is_freed)
{
    set_up();
    check_int(vr_reactor_start(reactor), 0);
    vr_reactor_stop(reactor);
    while (vr_reactor_free(reactor) == -EBUSY)
        continue;
}

static void join_itself(struct vr_call *call)
{
    busy[0] = vr_reactor_join(reactor);
    stop_from_call(call);
}

/* promise threads-3 */
TEST(reactor, is_not_joined_by_its_own_thread)
{
    struct vr_call call;

    set_up();
    vr_call_init(&call, reactor, join_itself);
    vr_call_after(&call, 0);
    check_int(vr_reactor_start(reactor), 0);
    check_int(vr_reactor_join(reactor), 0);
    check_int(busy[0], -EDEADLK);
    tear_down();
}

static void note_mask(void *mask)
{
    (void)pthread_sigmask(SIG_BLOCK, NULL, mask);
}

/* promise threads-2 */
TEST(reactor, leaves_signals_to_the_threads_of_the_host)
{
    sigset_t before, after, inside;

    set_up();
    (void)pthread_sigmask(SIG_BLOCK, NULL, &before);
    check_int(vr_reactor_start(reactor), 0);
    (void)pthread_sigmask(SIG_BLOCK, NULL, &after);
    check_int(vr_call_and_wait(reactor, note_mask, &inside), 0);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    check_int(sigismember(&before, SIGTERM), sigismember(&after, SIGTERM));
    check(sigismember(&inside, SIGTERM));
    check(sigismember(&inside, SIGALRM));
    tear_down();
}

static struct vr_reactor *inner;
static struct vr_reactor *current_inside;

static void note_current(struct vr_call *call)
{
    (void)call;
    current_inside = vr_reactor_current();
}

static void turn_inner(struct vr_call *call)
{
    check_int(vr_reactor_turn(inner, 0), 0);
    check(vr_reactor_current() == reactor);
    stop_from_call(call);
}

TEST(reactor, may_make_a_turn_inside_a_callback_of_another)
{
    struct vr_call outer_call, inner_call;

    set_up();
    check_int(vr_reactor_new(NULL, &inner), 0);
    vr_call_init(&outer_call, reactor, turn_inner);
    vr_call_init(&inner_call, inner, note_current);
    vr_call_after(&outer_call, 0);
    vr_call_after(&inner_call, 0);
    check_int(vr_reactor_run(reactor), 0);
    check(current_inside == inner);
    check_int(vr_reactor_free(inner), 0);
    tear_down();
}
