/* SPDX-License-Identifier: MIT */
/**
 * @file test_libevent_threads.c
 * Tests of vr_libevent_reactor_new(): other threads come in by the guest's
 * doors, while libevent knows of no thread.
 */
#include "tests/reactor/guests.h"

#include <pthread.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/schedule.h>

enum { THREADS = 4, MOST = 5000, ROUNDS = 200 };

static pthread_t base_thread;

static void on_base(void)
{
    check(pthread_equal(pthread_self(), base_thread));
}

static void set_up_here(void)
{
    base_thread = pthread_self();
    set_up();
    settle();
}

static pthread_t begin(void *(*part)(void *arg), void *arg)
{
    pthread_t thread;

    check_int(pthread_create(&thread, NULL, part, arg), 0);
    return thread;
}

static void end(pthread_t thread)
{
    check_int(pthread_join(thread, NULL), 0);
}

/* ---- posts ---- */

struct parcel {
    struct vr_post post;
    int sender, number;
};

static struct parcel parcels[THREADS][MOST];
static int expected[THREADS], each, arrived;

static void receive(struct vr_post *post)
{
    struct parcel *parcel = vr_container_of(post, struct parcel, post);

    on_base();
    check_int(parcel->number, expected[parcel->sender]++);
    arrived++;
}

static void *send_all(void *arg)
{
    struct parcel *mine = arg;

    for (int i = 0; i < each; i++)
        vr_reactor_post(reactor, &mine[i].post);
    return NULL;
}

TEST(libevent_threads, wake_the_base_by_posts_which_run_in_order)
{
    pthread_t threads[THREADS];

    set_up_here();
    each = test_light() ? MOST / 10 : MOST;
    for (int i = 0; i < THREADS; i++) {
        for (int k = 0; k < each; k++)
            parcels[i][k] =
                (struct parcel){.post.run = receive, .sender = i, .number = k};
        threads[i] = begin(send_all, parcels[i]);
    }
    run_until(arrived == THREADS * each);
    for (int i = 0; i < THREADS; i++)
        end(threads[i]);
    tear_down();
}

/* ---- waiting for an answer ---- */

static int answers;

static void answer(void *arg)
{
    (void)arg;
    on_base();
    answers++;
}

static void end_base(struct vr_post *post)
{
    (void)post;
    on_base();
    check_int(event_base_loopbreak(base), 0);
}

static void *ask(void *arg)
{
    struct vr_post *last = arg;

    for (int i = 0; i < ROUNDS; i++)
        check_int(vr_call_and_wait(reactor, answer, NULL), 0);
    vr_reactor_post(reactor, last);
    return NULL;
}

/* The base sleeps nearly each time. */
TEST(libevent_threads, are_answered_when_they_wait)
{
    struct vr_post last = {.run = end_base};

    set_up_here();
    pthread_t thread = begin(ask, &last);
    check_int(event_base_dispatch(base), 0);
    end(thread);
    check_int(answers, ROUNDS);
    check_int(vr_call_and_wait(reactor, answer, NULL), -EDEADLK);
    tear_down();
}

static int refusal;

static void *ask_in_vain(void *arg)
{
    (void)arg;
    refusal = vr_call_and_wait(reactor, answer, NULL);
    return NULL;
}

TEST(libevent_threads, do_not_wait_for_a_guest_that_is_closed)
{
    set_up_here();
    check_int(vr_reactor_close(reactor), 0);
    end(begin(ask_in_vain, NULL));
    check_int(refusal, -VR_ECLOSED);
    check_int(answers, 0);
    tear_down();
}

static void *stop_and_ask(void *arg)
{
    vr_reactor_stop(reactor);
    refusal = vr_call_and_wait(reactor, answer, NULL);
    vr_reactor_post(reactor, arg);
    return NULL;
}

/* A stop wakes the base.  Whether there is a turn between it and the question
 * is chance; who is not answered hears so. */
TEST(libevent_threads, may_stop_the_guest_which_leaves_nobody_waiting)
{
    struct vr_post last = {.run = end_base};

    set_up_here();
    pthread_t thread = begin(stop_and_ask, &last);
    check_int(event_base_dispatch(base), 0);
    end(thread);
    check_int(answers, refusal == 0);
    check(!refusal || refusal == -VR_ECANCELLED || refusal == -EAGAIN);
    tear_down();
}

/* ---- calls ---- */

static struct vr_post last_post = {.run = end_base};

static void on_scheduled(void *arg)
{
    (void)arg;
    (void)arg;
    on_base();
    ran++;
    vr_reactor_post(reactor, &last_post);
}

static void *schedule(void *arg)
{
    static const struct vr_task task = {.run = on_scheduled};

    (void)arg;
    check_int(vr_schedule(reactor, VR_MSEC, &task, NULL), 0);
    return NULL;
}

TEST(libevent_threads, may_schedule)
{
    set_up_here();
    pthread_t thread = begin(schedule, NULL);
    check_int(event_base_dispatch(base), 0);
    check_int(ran, 1);
    end(thread);
    tear_down();
}
