/* SPDX-License-Identifier: MIT */
/**
 * @file test_post_threads.c
 * Tests of reactor/post.h with several threads: nothing lost, nothing twice,
 * each thread's order kept.
 */
#include <vreactor/reactor/post.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor_impl.h>

#include "tests/support/counting.h"
#include "tests/support/test.h"

enum { THREADS = 4, MOST = 10000 };

struct parcel {
    struct vr_post post;
    int sender;
    int number;
};

static struct vr_reactor *reactor;
static int each;                 /* parcels of one sender */
static int next_number[THREADS]; /* expected; the reactor's thread's */
static atomic_int ran, cancelled, writes;
static struct vr_sys sys;
static struct vr_env env;

static ssize_t count_write(int fd, const void *buf, size_t size)
{
    writes++;
    return write(fd, buf, size);
}

/* A reactor in a thread of its own, over the selector under test. */
static void set_up(void)
{
    each = test_light() ? MOST / 10 : MOST;
    sys = (struct vr_sys)VR_SYS_INIT;
    sys.write = count_write;
    env = (struct vr_env)VR_ENV_INIT;
    env.sys = &sys;
    check_int(vr_reactor_new(
                  &(struct vr_reactor_options){
                      .size = sizeof(struct vr_reactor_options),
                      .selector_ops = counting_selector(),
                      .env = &env},
                  &reactor),
              0);
    check_int(vr_reactor_start(reactor), 0);
}

static void stop(void)
{
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
}

static void run_parcel(struct vr_post *post)
{
    struct parcel *parcel = vr_container_of(post, struct parcel, post);

    check(vr_reactor_current() == reactor);
    check_int(parcel->number, next_number[parcel->sender]++);
    ran++;
    free(parcel);
}

static void cancel_parcel(struct vr_post *post)
{
    cancelled++;
    free(vr_container_of(post, struct parcel, post));
}

static void *send_parcels(void *sender)
{
    for (int i = 0; i < each; i++) {
        struct parcel *parcel = malloc(sizeof(*parcel));
        check(parcel != NULL);
        *parcel = (struct parcel){
            .post = {.run = run_parcel, .cancelled = cancel_parcel},
            .sender = (int)((int *)sender - next_number),
            .number = i};
        if (i % 2)
            vr_reactor_post(reactor, &parcel->post);
        else
            vr_reactor_execute(reactor, &parcel->post);
    }
    return NULL;
}

static void start_senders(pthread_t *threads)
{
    for (int i = 0; i < THREADS; i++)
        check(
            !pthread_create(&threads[i], NULL, send_parcels, &next_number[i]));
}

static void join_senders(const pthread_t *threads)
{
    for (int i = 0; i < THREADS; i++)
        check(!pthread_join(threads[i], NULL));
}

static void nothing(void *arg)
{
    (void)arg;
}

/* promise posts-1 */
TEST(post_threads, have_all_run_once_each_in_order_with_a_wake_up_a_sleep)
{
    pthread_t threads[THREADS];

    set_up();
    start_senders(threads);
    join_senders(threads);
    check_int(vr_call_and_wait(reactor, nothing, NULL), 0);
    check_int(ran, THREADS * each);
    stop();
    check(writes <= counting_waits + 1);
    check_int(vr_reactor_free(reactor), 0);
    check_int(cancelled, 0);
}

/* promise posts-3 */
TEST(post_threads, see_each_post_run_or_cancelled_while_the_reactor_closes)
{
    pthread_t threads[THREADS];

    set_up();
    start_senders(threads);
    while (!ran && !cancelled)
        sched_yield();
    stop();
    check_int(vr_reactor_close(reactor), 0);
    join_senders(threads);
    check_int(ran + cancelled, THREADS * each);
    check_int(vr_reactor_free(reactor), 0);
}

static void count_up(void *count)
{
    ++*(int *)count;
}

static void *wait_many_times(void *count)
{
    for (int i = 0; i < each / 10; i++)
        check_int(vr_call_and_wait(reactor, count_up, count), 0);
    return NULL;
}

TEST(post_threads, are_answered_every_time_they_wait)
{
    pthread_t threads[THREADS];
    int count = 0; /* the reactor's thread's */

    set_up();
    for (int i = 0; i < THREADS; i++)
        check(!pthread_create(&threads[i], NULL, wait_many_times, &count));
    join_senders(threads);
    stop();
    check_int(count, THREADS * (each / 10));
    check_int(vr_reactor_free(reactor), 0);
}

static void *wait_in_vain(void *ret_code)
{
    *(int *)ret_code = vr_call_and_wait(reactor, count_up, NULL);
    return NULL;
}

struct ending {
    struct vr_post post;
    struct vr_post first, second; /* are for the next run */
    pthread_t thread;
    int code;
};

/* Ends the run when somebody waits for a turn that will not come. */
static void stop_when_waited_for(struct vr_post *post)
{
    struct ending *ending = vr_container_of(post, struct ending, post);

    vr_reactor_post(reactor, &ending->first);
    const struct vr_post *before = atomic_load(&reactor->inbox->newest);
    check(!pthread_create(&ending->thread, NULL, wait_in_vain, &ending->code));
    while (atomic_load(&reactor->inbox->newest) == before)
        sched_yield();
    vr_reactor_stop(reactor);
}

static void count_ran(struct vr_post *post)
{
    (void)post;
    ran++;
}

/* promise posts-8 */
TEST(post_threads, go_home_when_the_run_ends_before_their_answer)
{
    struct ending ending = {.post.run = stop_when_waited_for,
                            .first.run = count_ran,
                            .second.run = count_ran};

    check_int(vr_reactor_new(NULL, &reactor), 0);
    vr_reactor_post(reactor, &ending.post);
    check_int(vr_reactor_run(reactor), 0);
    check(!pthread_join(ending.thread, NULL));
    check_int(ending.code, -VR_ECANCELLED);

    check_int(ran, 0);
    vr_reactor_post(reactor, &ending.second);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(ran, 2);
    check_int(vr_reactor_free(reactor), 0);
}

/* ---- threads that take turns in running it ---- */

static atomic_int runners;

static void *run_again_and_again(void *finished)
{
    while (!atomic_load((atomic_bool *)finished)) {
        int err = vr_reactor_run(reactor);
        check(!err || err == -EBUSY);
    }
    runners--;
    return NULL;
}

static void *ask_and_stop(void *arg)
{
    int *answers = arg;

    for (int i = 0; i < each / 10; i++) {
        int err = vr_call_and_wait(reactor, count_up, answers);
        check(!err || err == -EAGAIN || err == -VR_ECANCELLED);
        answers[1] += !err;
        vr_reactor_stop(reactor);
    }
    return NULL;
}

/* A run begins beside no last step of another. */
/* promise posts-8 */
TEST(post_threads, go_home_before_another_run_begins)
{
    pthread_t running[2], asking[2];
    int answers[2][2] = {{0}}; /* calls, and those that were told of */
    atomic_bool finished = false;

    set_up();
    stop();
    runners = 2;
    for (int i = 0; i < 2; i++) {
        check(
            !pthread_create(&running[i], NULL, run_again_and_again, &finished));
        check(!pthread_create(&asking[i], NULL, ask_and_stop, answers[i]));
    }
    for (int i = 0; i < 2; i++)
        check(!pthread_join(asking[i], NULL));
    finished = true;
    while (runners > 0)
        vr_reactor_stop(reactor);
    for (int i = 0; i < 2; i++) {
        check(!pthread_join(running[i], NULL));
        check_int(answers[i][0], answers[i][1]);
    }
    check_int(vr_reactor_free(reactor), 0);
}
