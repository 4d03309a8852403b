/* SPDX-License-Identifier: MIT */
/**
 * @file test_condition_threads.c
 * Tests of reactor/async/condition.h: threads that wait, and many at once.
 */
#include <vreactor/reactor/async/condition.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include <vreactor/reactor/reactor.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/reactor/results.h"

enum { THREADS = 4, ROUNDS = 2000 };

static struct vr_test_env test;
static struct vr_condition *condition;

static void set_up(void)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    check_int(vr_condition_new(&test.env, 1, &condition), 0);
}

static void tear_down(void)
{
    vr_condition_free(condition);
    check_int(vr_test_blocks(&test), 0);
}

static bool is_equal(void *to, int64_t value)
{
    return value == *(int64_t *)to;
}

/* ---- one who waits ---- */

struct waiter {
    pthread_t thread;
    vr_condition_test_fn *is_it;
    int64_t wanted;
    vr_time timeout;
    int err;
    int64_t value;
};

static void *wait_in_thread(void *arg)
{
    struct waiter *waiter = arg;

    waiter->err = vr_condition_wait(condition, waiter->is_it, &waiter->wanted,
                                    waiter->timeout, &waiter->value);
    return NULL;
}

/* Start it, and see it wait. */
static void start(struct waiter *waiter)
{
    check(!pthread_create(&waiter->thread, NULL, wait_in_thread, waiter));
    while (!vr_test_sys_count(VR_TEST_SYS_COND_WAIT))
        sched_yield();
}

static void join(struct waiter *waiter)
{
    check(!pthread_join(waiter->thread, NULL));
}

TEST(condition_threads, wait_until_the_test_says_yes)
{
    struct waiter waiter = {.is_it = is_equal, .wanted = 3, .timeout = -1};

    set_up();
    start(&waiter);
    vr_condition_set(condition, 2);
    vr_condition_set(condition, 3);
    join(&waiter);
    check_int(waiter.err, 0);
    check_int(waiter.value, 3);
    tear_down();
}

TEST(condition_threads, wait_for_any_change_without_a_test)
{
    struct waiter waiter = {.timeout = 3600 * VR_SEC};

    set_up();
    start(&waiter);
    check_int(vr_condition_add(condition, 1), 2);
    join(&waiter);
    check_int(waiter.err, 0);
    check_int(waiter.value, 2);
    tear_down();
}

TEST(condition_threads, do_not_wait_for_what_is_so_already)
{
    int64_t one = 1, value = 0;

    set_up();
    check_int(vr_condition_wait(condition, is_equal, &one, -1, &value), 0);
    check_int(value, 1);
    check_int(vr_condition_wait(condition, is_equal, &one, 0, &value), 0);
    check_int(vr_test_sys_count(VR_TEST_SYS_COND_WAIT), 0);
    tear_down();
}

TEST(condition_threads, only_look_with_a_timeout_of_nothing)
{
    int64_t two = 2, value = 7;

    set_up();
    check_int(vr_condition_wait(condition, is_equal, &two, 0, &value),
              -ETIMEDOUT);
    check_int(value, 7);
    check_int(vr_test_sys_count(VR_TEST_SYS_COND_WAIT), 0);
    tear_down();
}

/* The time is that of the environment. */
TEST(condition_threads, wait_until_their_time_is_out)
{
    struct waiter waiter = {
        .is_it = is_equal, .wanted = 3, .timeout = 30 * VR_SEC};

    set_up();
    start(&waiter);
    vr_condition_set(condition, 2);
    vr_test_advance(&test, 30 * VR_SEC);
    join(&waiter);
    check_int(waiter.err, -ETIMEDOUT);
    check_int(waiter.value, 0);
    tear_down();
}

/* promise threads-14 */
TEST(condition_threads, hear_when_the_condition_is_freed)
{
    struct waiter waiter = {.timeout = -1};

    set_up();
    start(&waiter);
    vr_condition_free(condition);
    join(&waiter);
    check_int(waiter.err, -VR_ECANCELLED);
    check_int(vr_test_blocks(&test), 0);
}

/* ---- many ---- */

static int rounds;

/* Each its turn: nobody's change is lost, nobody waits for ever. */
static void *take_turns(void *arg)
{
    int64_t own = (int)(intptr_t)arg, value;

    for (int i = 0; i < rounds; i++) {
        check_int(vr_condition_wait(condition, is_equal, &own, -1, &value), 0);
        own += THREADS;
        check_int(vr_condition_add(condition, 1), own - THREADS + 1);
    }
    return NULL;
}

TEST(condition_threads, pass_the_turn_on_without_losing_it)
{
    pthread_t threads[THREADS];

    rounds = test_light() ? ROUNDS / 10 : ROUNDS;
    check_int(vr_condition_new(NULL, 0, &condition), 0);
    for (int i = 0; i < THREADS; i++)
        check(!pthread_create(&threads[i], NULL, take_turns,
                              (void *)(intptr_t)i));
    for (int i = 0; i < THREADS; i++)
        check(!pthread_join(threads[i], NULL));
    check_int(vr_condition_get(condition), THREADS * rounds);
    vr_condition_free(condition);
}

static struct vr_reactor *reactor;
static int64_t last_heard;
static int end;

static void hear(void *arg, int64_t value)
{
    (void)arg;
    check(value > last_heard);
    last_heard = value;
    if (value == end)
        vr_reactor_stop(reactor);
}

static void *count_up(void *arg)
{
    for (int i = 0; i < rounds; i++)
        check(vr_condition_add(condition, 1) > 0);
    return arg;
}

/* promise threads-1 */
TEST(condition_threads, are_heard_of_by_a_reactor_to_the_last_change)
{
    struct vr_condition_watch *watch;
    pthread_t threads[THREADS];

    rounds = test_light() ? ROUNDS / 10 : ROUNDS;
    end = THREADS * rounds;
    last_heard = -1;
    check_int(vr_condition_new(NULL, 0, &condition), 0);
    check_int(vr_reactor_new(NULL, &reactor), 0);
    check_int(vr_condition_watch(condition, reactor, hear, NULL, &watch), 0);
    for (int i = 0; i < THREADS; i++)
        check(!pthread_create(&threads[i], NULL, count_up, NULL));
    check_int(vr_reactor_run(reactor), 0);
    for (int i = 0; i < THREADS; i++)
        check(!pthread_join(threads[i], NULL));
    check_int(last_heard, end);
    vr_condition_unwatch(watch);
    vr_condition_free(condition);
    check_int(vr_reactor_free(reactor), 0);
}

/* Deferreds come and go while the value changes, and the reactor is freed. */
TEST(condition_threads, may_change_it_while_a_reactor_closes)
{
    enum { AWAITS = 50 };
    static int64_t never = -1;
    struct outcome outcomes[AWAITS] = {{0}};
    struct vr_pending *pending;
    pthread_t threads[THREADS];

    rounds = test_light() ? ROUNDS / 10 : ROUNDS;
    check_int(vr_condition_new(NULL, 0, &condition), 0);
    check_int(vr_reactor_new(NULL, &reactor), 0);
    for (int i = 0; i < THREADS; i++)
        check(!pthread_create(&threads[i], NULL, count_up, NULL));
    for (int i = 0; i < AWAITS; i++) {
        pending = vr_condition_await(condition, reactor, is_equal, &never);
        check(pending);
        watch_outcome(&outcomes[i], pending);
        if (i % 2)
            check_int(vr_reactor_turn(reactor, 0), 0);
        if (i % 3 == 0)
            check(vr_pending_cancel(pending));
    }
    check_int(vr_reactor_close(reactor), 0);
    for (int i = 0; i < AWAITS; i++) {
        check_failure(&outcomes[i], i % 3 ? -VR_ECLOSED : -VR_ECANCELLED);
        vr_pending_free(outcomes[i].pending);
    }
    check_int(vr_reactor_free(reactor), 0);
    for (int i = 0; i < THREADS; i++)
        check(!pthread_join(threads[i], NULL));
    vr_condition_free(condition);
}
