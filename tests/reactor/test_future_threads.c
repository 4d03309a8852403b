/* SPDX-License-Identifier: MIT */
/**
 * @file test_future_threads.c
 * Tests of reactor/async/future.h from several threads that never wait, while
 * the reactor runs in another, stops, runs again and is closed.
 */
#include <vreactor/reactor/async/future.h>

#include <pthread.h>
#include <sched.h>

#include <vreactor/reactor/async/sleep.h>
#include <vreactor/reactor/reactor.h>

#include "tests/reactor/results.h"
#include "tests/support/random.h"

enum { THREADS = 3, MOST = 2000, RECENT = 8, RUNS = 20 };

static struct vr_reactor *reactor;
static atomic_int started, asking;
static int each;

static struct vr_result answer_now(struct vr_value value)
{
    return vr_ok(value);
}

static struct vr_result answer_later(struct vr_value value)
{
    vr_value_free(value);
    return vr_wait_for(vr_pending_sleep(reactor, 0));
}

static void check_result(struct vr_result result)
{
    int code = result.failure ? result.failure->code : 0;

    check(code == 0 || code == -VR_ECANCELLED || code == -VR_ECLOSED);
    vr_result_free(result);
}

static void use(uint64_t *dice, struct vr_future **place)
{
    if (!*place) {
        vr_ask_fn *fn = test_random_below(dice, 2) ? answer_later : answer_now;
        *place = vr_future_start(reactor, fn, number(1));
        started++;
    } else if (test_random_below(dice, 3) == 0) {
        (void)vr_future_cancel(*place);
        check(vr_future_is_done(*place));
    } else if (vr_future_is_done(*place) || test_random_below(dice, 4) == 0) {
        check_result(vr_future_take(*place));
        *place = NULL;
    }
}

static void *ask_some(void *arg)
{
    struct vr_future *recent[RECENT] = {NULL};
    uint64_t dice = (uint64_t)(*(int *)arg);

    for (int i = 0; i < each; i++)
        use(&dice, &recent[test_random_below(&dice, RECENT)]);
    for (int i = 0; i < RECENT; i++)
        vr_future_free(recent[i]);
    asking--;
    return NULL;
}

static pthread_t threads[THREADS];
static int seeds[THREADS];

static void set_up(void)
{
    each = test_light() ? MOST / 10 : MOST;
    check_int(vr_reactor_new(NULL, &reactor), 0);
    asking = THREADS;
    for (int i = 0; i < THREADS; i++) {
        seeds[i] = i + 1;
        check_int(pthread_create(&threads[i], NULL, ask_some, &seeds[i]), 0);
    }
}

static void tear_down(void)
{
    for (int i = 0; i < THREADS; i++)
        check_int(pthread_join(threads[i], NULL), 0);
    check_int(vr_reactor_free(reactor), 0);
    check_int(values, 0);
}

static void run_for_a_while(int until)
{
    check_int(vr_reactor_start(reactor), 0);
    while (asking && started < until)
        sched_yield();
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
}

/* promise posts-17 */
TEST(future_threads, ask_while_the_reactor_runs_and_between_its_runs)
{
    set_up();
    for (int i = 1; i <= RUNS; i++)
        run_for_a_while(each / RUNS * i / 4);
    tear_down();
}

/* promise posts-19 */
TEST(future_threads, ask_while_the_reactor_is_closed)
{
    set_up();
    run_for_a_while(each / 8);
    check_int(vr_reactor_close(reactor), 0);
    tear_down();
}
