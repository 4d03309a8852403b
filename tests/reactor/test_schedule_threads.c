/* SPDX-License-Identifier: MIT */
/**
 * @file test_schedule_threads.c
 * Tests of reactor/schedule.h with several threads: every task has one end.
 */
#include <vreactor/reactor/schedule.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <vreactor/base/env.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>

#include "tests/support/random.h"
#include "tests/support/test.h"

enum { THREADS = 3, MOST = 5000 };

/* Each end it can have, counted. */
struct job {
    atomic_int runs, cancels, taken_back;
};

struct worker {
    pthread_t thread;
    uint64_t random;
    struct job *jobs;
    uint64_t *ids;
    struct vr_call_group group;
};

static struct vr_reactor *reactor;
static struct worker workers[THREADS];
static int each;

static void run_job(void *arg)
{
    struct job *job = arg;

    check(vr_reactor_current() == reactor);
    job->runs++;
}

static void cancel_job(void *arg)
{
    struct job *job = arg;

    job->cancels++;
}

static void set_up(void)
{
    each = test_light() ? MOST / 10 : MOST;
    check_int(vr_reactor_new(NULL, &reactor), 0);
    check_int(vr_reactor_start(reactor), 0);
    for (int i = 0; i < THREADS; i++) {
        workers[i].random = 1000u + (unsigned)i;
        workers[i].jobs = calloc((size_t)each, sizeof(struct job));
        workers[i].ids = calloc((size_t)each, sizeof(uint64_t));
        check(workers[i].jobs != NULL && workers[i].ids != NULL);
        vr_call_group_init(&workers[i].group);
    }
}

static void start_workers(void *(*work)(void *))
{
    for (int i = 0; i < THREADS; i++)
        check(!pthread_create(&workers[i].thread, NULL, work, &workers[i]));
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
    for (int i = 0; i < THREADS; i++) {
        free(workers[i].jobs);
        free(workers[i].ids);
    }
}

static uint64_t schedule(struct worker *worker, int job, vr_time delay,
                         struct vr_call_group *group)
{
    struct vr_task task = {.run = run_job,
                           .cancelled = cancel_job,
                           .arg = &worker->jobs[job],
                           .group = group};
    uint64_t id;

    check_int(vr_schedule(reactor, delay, &task, &id), 0);
    return id;
}

/* Schedules, and cancels at about the time when each is due. */
static void *race(void *arg)
{
    enum { RECENT = 16 };
    struct worker *worker = arg;
    uint64_t ids[RECENT];

    for (int i = 0; i < each; i++) {
        vr_time delay = test_random_below(&worker->random, 40) * VR_USEC;
        struct vr_call_group *group = i % 3 ? NULL : &worker->group;
        ids[i % RECENT] = schedule(worker, i, delay, group);

        int old = i - (int)test_random_below(&worker->random, RECENT);
        if (old >= 0 && vr_schedule_cancel(reactor, ids[old % RECENT]))
            worker->jobs[old].taken_back++;
        if (!test_random_below(&worker->random, 50))
            vr_schedule_cancel_group(reactor, &worker->group);
    }
    return NULL;
}

static void check_one_end_each(void)
{
    for (int i = 0; i < THREADS; i++)
        for (int n = 0; n < each; n++) {
            struct job *job = &workers[i].jobs[n];
            check_int(job->runs + job->cancels + job->taken_back, 1);
        }
}

/* promise calls-14 */
HEAVY_TEST(schedule_threads, give_each_task_one_end_when_cancel_races_with_time)
{
    set_up();
    start_workers(race);
    join_workers();
    stop();
    check_int(vr_reactor_close(reactor), 0);
    check_one_end_each();
    tear_down();
}

/* promise calls-16 */
TEST(schedule_threads, give_each_task_one_end_when_the_reactor_closes)
{
    set_up();
    start_workers(race);
    stop();
    check_int(vr_reactor_close(reactor), 0);
    join_workers();
    check_one_end_each();
    tear_down();
}

static void nothing(void *arg)
{
    (void)arg;
}

/* Cancels what has long arrived. */
static void *take_all_back(void *arg)
{
    struct worker *worker = arg;

    for (int i = 0; i < each; i++)
        worker->jobs[i].taken_back +=
            vr_schedule_cancel(reactor, worker->ids[i]);
    return NULL;
}

/* promise calls-16 */
TEST(schedule_threads, give_each_task_one_end_when_it_is_cancelled_in_a_close)
{
    set_up();
    for (int i = 0; i < THREADS; i++)
        for (int n = 0; n < each; n++)
            workers[i].ids[n] = schedule(&workers[i], n, 3600 * VR_SEC, NULL);
    check_int(vr_call_and_wait(reactor, nothing, NULL), 0);
    stop();
    start_workers(take_all_back);
    check_int(vr_reactor_close(reactor), 0);
    join_workers();
    check_one_end_each();
    tear_down();
}

static struct vr_env noting;
static atomic_bool cancels; /* while the one that closes waits for it */
static atomic_int freed_there;

static void *note_where(void *ctx, void *old, size_t size)
{
    if (!size && cancels)
        freed_there++;
    return vr_env_default()->resize(ctx, old, size);
}

static void *take_one_back(void *arg)
{
    struct worker *worker = arg;

    cancels = true;
    check(vr_schedule_cancel(reactor, worker->ids[0]));
    cancels = false;
    return NULL;
}

static void have_it_taken_back(struct vr_post *post)
{
    pthread_t canceller;

    (void)post;
    check(!pthread_create(&canceller, NULL, take_one_back, &workers[0]));
    check(!pthread_join(canceller, NULL));
}

/* What is scheduled is the closing thread's, and so is the memory of it. */
TEST(schedule_threads, leave_to_a_close_what_they_cancel_meanwhile)
{
    struct vr_post post = {.run = have_it_taken_back,
                           .cancelled = have_it_taken_back};
    struct vr_task task = {.run = run_job};
    struct vr_reactor_options options = {.size = sizeof(options),
                                         .env = &noting};

    noting = (struct vr_env)VR_ENV_INIT;
    noting.resize = note_where;
    workers[0].ids = malloc(sizeof(uint64_t));
    check_int(vr_reactor_new(&options, &reactor), 0);
    check_int(vr_schedule(reactor, VR_SEC, &task, workers[0].ids), 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_close(reactor), 0);
    check_int(freed_there, 0);
    tear_down();
}

/* Schedules for now and for later, cancels the group, schedules more. */
static void *schedule_and_cancel_group(void *arg)
{
    struct worker *worker = arg;
    int half = each / 2;

    for (int i = 0; i < half; i++)
        (void)schedule(worker, i, 3600 * VR_SEC, &worker->group);
    vr_schedule_cancel_group(reactor, &worker->group);
    for (int i = half; i < each; i++)
        (void)schedule(worker, i, 0, i % 2 ? &worker->group : NULL);
    return NULL;
}

/* promise calls-17 */
TEST(schedule_threads, cancel_of_a_group_what_they_scheduled_before_and_no_more)
{
    set_up();
    start_workers(schedule_and_cancel_group);
    join_workers();
    for (int i = 0; i < THREADS; i++)
        for (int n = each / 2; n < each; n++)
            while (!workers[i].jobs[n].runs)
                check_int(vr_call_and_wait(reactor, nothing, NULL), 0);
    /* behind the posts that cancelled the tasks of the groups */
    check_int(vr_call_and_wait(reactor, nothing, NULL), 0);
    stop();
    for (int i = 0; i < THREADS; i++)
        for (int n = 0; n < each; n++) {
            check_int(workers[i].jobs[n].cancels, n < each / 2);
            check_int(workers[i].jobs[n].runs, n >= each / 2);
        }
    tear_down();
}
