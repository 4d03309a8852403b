/* SPDX-License-Identifier: MIT */
/**
 * @file test_idle_async.c
 * Tests of reactor/idle.h: results that are awaited keep a run, and what brings
 * them from other threads, or gives them up there, ends it.
 */
#include <vreactor/reactor/idle.h>

#include <errno.h>
#include <pthread.h>

#include <vreactor/reactor/async/ask.h>
#include <vreactor/reactor/async/condition.h>
#include <vreactor/reactor/async/pool.h>
#include <vreactor/reactor/async/promise.h>
#include <vreactor/reactor/async/sleep.h>
#include <vreactor/reactor/async/wait.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/embed.h>
#include <vreactor/reactor/post.h>

#include "tests/reactor/children.h"
#include "tests/reactor/results.h"
#include "tests/support/tested.h"

static struct vr_reactor *reactor;
static struct outcome outcome;

static struct vr_reactor *new_reactor(void)
{
    struct vr_reactor_options options = {.size = sizeof(options),
                                         .selector_ops = tested_kind()};
    struct vr_reactor *made = NULL;

    check_int(vr_reactor_new(&options, &made), 0);
    return made;
}

static void set_up(void)
{
    reactor = new_reactor();
    outcome = (struct outcome){.times = 0};
}

static void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
    check_int(values, 0);
}

static void hear(struct vr_pending *pending)
{
    check(pending);
    outcome.pending = pending;
    check_int(vr_pending_both(pending, note_outcome, &outcome), 0);
}

static void run(void)
{
    check_int(vr_reactor_run_until_idle(reactor), 0);
    check(!vr_reactor_is_alive(reactor));
}

/* It is awaited, and heard before the run ends. */
static void check_run(int code)
{
    check(vr_reactor_is_alive(reactor));
    run();
    check_int(outcome.times, 1);
    check_int(outcome.code, code);
    vr_pending_free(outcome.pending);
}

/* ---- promises ---- */

static struct vr_promise *make_promise(void)
{
    struct vr_promise *promise;

    hear(vr_promise_new(reactor, NULL, vr_value_none(), &promise));
    check(promise);
    return promise;
}

static void *fire(void *promise)
{
    (void)vr_promise_fire(promise, number(7));
    vr_promise_unref(promise);
    return NULL;
}

static void *give_up(void *promise)
{
    vr_promise_unref(promise);
    return NULL;
}

static void check_end_by(void *(*act)(void *promise), int code)
{
    pthread_t thread;

    set_up();
    check_int(pthread_create(&thread, NULL, act, make_promise()), 0);
    check_run(code);
    check_int(pthread_join(thread, NULL), 0);
    tear_down();
}

/* promises loops-1, loops-4 */
TEST(idle_async, comes_after_a_promise_that_another_thread_settles)
{
    check_end_by(fire, 0);
}

/* promise loops-4 */
TEST(idle_async, comes_after_a_promise_that_another_thread_gives_back)
{
    check_end_by(give_up, -VR_ECANCELLED);
}

/* Each thread gives one back, and whoever is last, the run ends then. */
HEAVY_TEST(idle_async, comes_after_the_last_of_many_that_threads_give_back)
{
    enum { THREADS = 4, ROUNDS = 200 };
    struct vr_pending *pending[THREADS];
    pthread_t threads[THREADS];

    set_up();
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < THREADS; i++) {
            struct vr_promise *promise = make_promise();
            pending[i] = outcome.pending;
            check_int(pthread_create(&threads[i], NULL, i % 2 ? fire : give_up,
                                     promise),
                      0);
        }
        run();
        check_int(outcome.times, (round + 1) * THREADS);
        for (int i = 0; i < THREADS; i++) {
            check_int(pthread_join(threads[i], NULL), 0);
            vr_pending_free(pending[i]);
        }
    }
    tear_down();
}

TEST(idle_async, does_not_wait_for_a_promise_that_nobody_awaits)
{
    struct vr_promise *promise;

    set_up();
    promise = make_promise();
    check(vr_reactor_is_alive(reactor));
    check(vr_pending_cancel(outcome.pending));
    run();
    vr_pending_free(outcome.pending);
    vr_promise_unref(promise);
    run();
    tear_down();
}

/* promise loops-2 */
TEST(idle_async, does_not_wait_for_a_promise_in_the_background)
{
    struct vr_promise *promise;

    set_up();
    promise = make_promise();
    vr_promise_set_background(promise, true);
    run();
    check_int(outcome.times, 0);
    vr_promise_set_background(promise, false);
    check(vr_reactor_is_alive(reactor));
    vr_promise_set_background(promise, true);
    check_int(vr_promise_fire(promise, number(7)), 0);
    check_run(0);
    vr_promise_set_background(promise, false); /* fired: nothing happens */
    check(!vr_reactor_is_alive(reactor));
    vr_promise_unref(promise);

    promise = make_promise();
    vr_promise_set_background(promise, true);
    check_int(vr_reactor_close(reactor), 0);
    check_int(outcome.code, -VR_ECLOSED); /* it is heard as any */
    vr_promise_set_background(promise, false);
    vr_pending_free(outcome.pending);
    vr_promise_unref(promise);
    tear_down();
}

/* ---- what is made of promises, and of calls ---- */

static struct vr_result answer(struct vr_value question)
{
    return vr_ok(question);
}

static struct vr_result run_job(struct vr_job *job, struct vr_value value)
{
    (void)job;
    return vr_ok(value);
}

TEST(idle_async, comes_after_questions_to_another_reactor)
{
    struct vr_reactor *other = new_reactor();

    set_up();
    check_int(vr_reactor_start(other), 0);
    hear(vr_ask(reactor, other, answer, number(7)));
    check_run(0);
    vr_reactor_stop(other);
    check_int(vr_reactor_join(other), 0);
    check_int(vr_reactor_free(other), 0);
    tear_down();
}

TEST(idle_async, comes_after_jobs_of_a_pool)
{
    struct vr_pool *pool;

    set_up();
    check_int(vr_pool_new(NULL, &pool), 0);
    hear(vr_pool_submit(pool, reactor, NULL, run_job, number(7)));
    check_run(0);
    vr_pool_free(pool);
    tear_down();
}

TEST(idle_async, comes_after_sleeps)
{
    set_up();
    hear(vr_pending_sleep(reactor, VR_MSEC));
    check_run(0);
    tear_down();
}

static bool is_two(void *arg, int64_t value)
{
    (void)arg;
    return value == 2;
}

static void *set_two(void *condition)
{
    vr_condition_set(condition, 2);
    return NULL;
}

static void ignore_change(void *arg, int64_t value)
{
    (void)arg;
    (void)value;
}

TEST(idle_async, comes_after_conditions_that_are_awaited_not_those_watched)
{
    struct vr_condition_watch *watch;
    struct vr_condition *condition;
    pthread_t thread;

    set_up();
    check_int(vr_condition_new(NULL, 1, &condition), 0);
    check_int(
        vr_condition_watch(condition, reactor, ignore_change, NULL, &watch), 0);
    run();
    hear(vr_condition_await(condition, reactor, is_two, NULL));
    check_int(pthread_create(&thread, NULL, set_two, condition), 0);
    check_run(0);
    check_int(pthread_join(thread, NULL), 0);
    vr_condition_unwatch(watch);
    run();
    vr_condition_free(condition);
    tear_down();
}

/* promise loops-1 */
TEST(idle_async, comes_after_the_end_of_a_child_that_is_awaited)
{
    static const char *const argv[] = {"/bin/sh", "-c", "exit 7", NULL};
    struct vr_child_options options = VR_CHILD_OPTIONS_INIT;
    struct kid kid = {.times = 0};

    if (!has_pidfd())
        test_skip("no pidfd here");
    set_up();
    options.argv = argv;
    hear_end(&kid, vr_child_spawn(&kid.child, reactor, &options));
    check(vr_reactor_is_alive(reactor));
    run();
    check_int(kid.times, 1);
    check_int(kid.exit, 7);
    vr_pending_free(kid.pending);
    tear_down();
}

/* ---- other threads that wait ---- */

static struct vr_promise *keeper, *later;
static struct vr_call fire_later;
static int waited; /* what the thread heard */

static void fire_now(struct vr_call *call)
{
    (void)call;
    (void)vr_promise_fire(later, number(7));
    vr_promise_unref(later);
}

/* All that keeps the reactor is that the thread waits. */
static struct vr_result begin(void *arg)
{
    (void)arg;
    struct vr_pending *pending =
        vr_promise_new(reactor, NULL, vr_value_none(), &later);
    check(later);
    vr_promise_set_background(later, true);
    vr_call_init(&fire_later, reactor, fire_now);
    vr_call_set_background(&fire_later, true);
    vr_call_after(&fire_later, VR_MSEC);
    vr_promise_unref(keeper);
    return vr_wait_for(pending);
}

static void *wait_for_it(void *arg)
{
    struct vr_result result;

    (void)arg;
    waited = vr_start_and_wait(reactor, begin, NULL, -1, &result);
    if (!waited)
        vr_result_free(result);
    return NULL;
}

static pthread_t waiting;

static void begin_to_wait(struct vr_post *post)
{
    (void)post;
    check_int(pthread_create(&waiting, NULL, wait_for_it, NULL), 0);
}

TEST(idle_async, comes_after_what_a_thread_waits_for)
{
    struct vr_post post = {.run = begin_to_wait};

    set_up();
    waited = 1;
    keeper = make_promise(); /* until the thread has begun */
    vr_reactor_post(reactor, &post);
    check_run(-VR_ECANCELLED);
    check_int(pthread_join(waiting, NULL), 0);
    check_int(waited, 0);
    tear_down();
}

/* ---- other loops ---- */

static int told;

static void note_due(void *host, vr_time due)
{
    (void)host;
    (void)due;
    told++;
}

static void count_call(struct vr_call *call)
{
    (void)call;
    outcome.times++;
}

/* The host is told when the next turn is due, as after any run. */
TEST(idle_async, of_an_embedded_reactor_is_found_by_runs_and_by_its_host)
{
    struct vr_call call;

    set_up();
    told = 0;
    check_int(vr_reactor_embed(reactor, note_due, NULL), 0);
    vr_call_init(&call, reactor, count_call);
    vr_call_after(&call, VR_MSEC);
    run();
    check_int(outcome.times, 1);
    told = 0;
    run();
    check_int(told, 1);

    vr_call_after(&call, VR_MSEC);
    while (vr_reactor_is_alive(reactor))
        check_int(vr_reactor_turn(reactor, vr_reactor_timeout(reactor)), 0);
    check_int(outcome.times, 2);
    tear_down();
}
