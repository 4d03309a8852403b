/* SPDX-License-Identifier: MIT */
/**
 * @file test_clock_threads.c
 * Tests of testing/clock.h with a reactor in a thread of its own.
 */
#include <vreactor/testing/clock.h>

#include <pthread.h>

#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/schedule.h>

#include "tests/support/test.h"

static struct vr_test_env test;
static struct vr_reactor *reactor;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static vr_time ran_at; /* guarded by lock; -1: not yet */

static void start(bool hold)
{
    ran_at = -1;
    vr_test_env_init(&test, 0);
    vr_test_hold(&test, hold);
    check_int(vr_test_reactor_new(&test, NULL, &reactor), 0);
    check_int(vr_reactor_start(reactor), 0);
}

static void end(void)
{
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static void note(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&lock);
    ran_at = vr_test_now(&test);
    pthread_cond_signal(&wake);
    pthread_mutex_unlock(&lock);
}

static void schedule_note(vr_time delay)
{
    struct vr_task task = {.run = note};

    check_int(vr_schedule(reactor, delay, &task, NULL), 0);
}

static vr_time wait_for_note(void)
{
    pthread_mutex_lock(&lock);
    while (ran_at < 0)
        pthread_cond_wait(&wake, &lock);
    vr_time at = ran_at;
    pthread_mutex_unlock(&lock);
    return at;
}

static void nothing(void *arg)
{
    (void)arg;
}

/* A wait for ever is a real one, or the post would find nobody. */
TEST(test_clock_threads, wait_for_posts_while_nothing_is_due)
{
    start(false);
    for (int i = 0; i < 100; i++)
        check_int(vr_call_and_wait(reactor, nothing, NULL), 0);
    check_int(vr_test_now(&test), 0);
    end();
}

TEST(test_clock_threads, let_an_hour_pass_where_nothing_else_is_to_do)
{
    start(false);
    schedule_note(3600 * VR_SEC);
    check_int(wait_for_note(), 3600 * VR_SEC);
    end();
}

TEST(test_clock_threads, follow_the_test_that_holds_the_clock)
{
    start(true);
    schedule_note(30 * VR_SEC);
    vr_test_advance(&test, 30 * VR_SEC - 1);
    for (int i = 0; i < 10; i++)
        check_int(vr_call_and_wait(reactor, nothing, NULL), 0);
    pthread_mutex_lock(&lock);
    check_int(ran_at, -1);
    pthread_mutex_unlock(&lock);

    vr_test_advance(&test, 1);
    check_int(wait_for_note(), 30 * VR_SEC);
    end();
}

TEST(test_clock_threads, go_on_when_the_clock_is_let_go)
{
    start(true);
    schedule_note(30 * VR_SEC);
    check_int(vr_call_and_wait(reactor, nothing, NULL), 0);
    check_int(vr_test_now(&test), 0);
    vr_test_hold(&test, false);
    check_int(wait_for_note(), 30 * VR_SEC);
    end();
}
