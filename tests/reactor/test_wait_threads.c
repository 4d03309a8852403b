/* SPDX-License-Identifier: MIT */
/**
 * @file test_wait_threads.c
 * Tests of reactor/async/wait.h with several threads: each result comes to one,
 * and nothing is left, whichever comes first of result, time and end.
 */
#include <vreactor/reactor/async/wait.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>

#include "tests/reactor/results.h"
#include "tests/support/random.h"

enum { THREADS = 3, MOST = 400 };

/* A deferred that fires after a while. */
struct delayed {
    struct vr_call call;
    struct vr_pending *pending;
};

struct worker {
    pthread_t thread;
    uint64_t random;
    vr_time delay; /* of the deferred waited for now */
    int results;
};

static struct vr_reactor *reactor;
static struct worker workers[THREADS];
static atomic_int delayed_count, started;
static int each;

static void end_delayed(struct delayed *delayed)
{
    vr_call_cancel(&delayed->call);
    free(delayed);
    delayed_count--;
}

static void fire_delayed(struct vr_call *call)
{
    struct delayed *delayed = vr_container_of(call, struct delayed, call);
    struct vr_pending *pending = delayed->pending;

    end_delayed(delayed);
    check_int(vr_pending_fire(pending, number(1)), 0);
}

static void cancel_delayed(void *arg, struct vr_pending *pending)
{
    (void)pending;
    end_delayed(arg);
}

static struct vr_result start_delayed(void *arg)
{
    struct worker *worker = arg;
    struct delayed *delayed = calloc(1, sizeof(*delayed));

    check(delayed != NULL);
    delayed_count++;
    started++;
    delayed->pending =
        vr_pending_new(vr_reactor_env(reactor), cancel_delayed, delayed);
    check(delayed->pending);
    vr_call_init(&delayed->call, reactor, fire_delayed);
    vr_call_after(&delayed->call, worker->delay);
    return vr_wait_for(delayed->pending);
}

/* Waits about as long as it takes, until nobody runs the reactor. */
static void *wait_again_and_again(void *arg)
{
    struct worker *worker = arg;

    for (int i = 0; i < each; i++) {
        vr_time most = (vr_time)test_random_below(&worker->random, 60);
        struct vr_result result;

        worker->delay = test_random_below(&worker->random, 60) * VR_USEC;
        int err = vr_start_and_wait(reactor, start_delayed, worker,
                                    most * VR_USEC, &result);
        if (err == -EAGAIN)
            break;
        check(err == 0 || err == -ETIMEDOUT || err == -VR_ECANCELLED);
        if (err == 0) {
            check(result.value.ptr && !result.failure);
            vr_result_free(result);
            worker->results++;
        }
    }
    return NULL;
}

static void set_up(void)
{
    each = test_light() ? MOST / 10 : MOST;
    check_int(vr_reactor_new(NULL, &reactor), 0);
    check_int(vr_reactor_start(reactor), 0);
    for (int i = 0; i < THREADS; i++) {
        workers[i].random = 31u + (unsigned)i;
        check(!pthread_create(&workers[i].thread, NULL, wait_again_and_again,
                              &workers[i]));
    }
}

static void join_workers(void)
{
    for (int i = 0; i < THREADS; i++)
        check(!pthread_join(workers[i].thread, NULL));
}

static void stop(void)
{
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
}

static void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
    check_int(values, 0);
    check_int(delayed_count, 0);
}

/* promise threads-15 */
TEST(wait_threads, each_have_a_result_or_the_end_of_their_time)
{
    set_up();
    join_workers();
    stop();
    tear_down();
}

TEST(wait_threads, go_home_when_the_run_ends)
{
    set_up();
    while (!started)
        sched_yield();
    stop();
    join_workers();
    tear_down();
}
