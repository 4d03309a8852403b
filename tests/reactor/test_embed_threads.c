/* SPDX-License-Identifier: MIT */
/**
 * @file test_embed_threads.c
 * Tests of reactor/embed.h with several threads and processes.
 */
#include <vreactor/reactor/embed.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor_impl.h>

#include "tests/reactor/embeds.h"

enum { THREADS = 4, MOST = 10000 };

static void start(pthread_t *thread, void *(*act)(void *arg), void *arg)
{
    check(!pthread_create(thread, NULL, act, arg));
}

static void join(pthread_t thread)
{
    check(!pthread_join(thread, NULL));
}

/* ---- posts ---- */

struct parcel {
    struct vr_post post;
    int sender, number;
};

static int each; /* parcels of one sender */
static int next_number[THREADS];
static int ran;

static void run_parcel(struct vr_post *post)
{
    struct parcel *parcel = vr_container_of(post, struct parcel, post);

    check_int(parcel->number, next_number[parcel->sender]++);
    ran++;
    free(parcel);
}

static void *send_parcels(void *sender)
{
    for (int i = 0; i < each; i++) {
        struct parcel *parcel = malloc(sizeof(*parcel));
        check(parcel != NULL);
        *parcel = (struct parcel){.post.run = run_parcel,
                                  .sender = (int)((int *)sender - next_number),
                                  .number = i};
        vr_reactor_post(reactor, &parcel->post);
        if (i % 64 == 0)
            sched_yield(); /* let the host fall asleep now and then */
    }
    return NULL;
}

TEST(embed_threads, posts_of_four_threads_all_run_once_in_order)
{
    pthread_t threads[THREADS];

    set_up();
    each = test_light() ? MOST / 10 : MOST;
    for (int i = 0; i < THREADS; i++)
        start(&threads[i], send_parcels, &next_number[i]);
    while (ran < THREADS * each)
        check_int(host_waits_and_turns(), 0);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    check(turn_until_quiet() <= 1); /* for a wake-up that came late */
    check_int(ran, THREADS * each);
    tear_down();
}

/* ---- others who wait for an answer ---- */

struct question {
    struct vr_post last; /* that all questions are answered */
    pthread_t thread;
    int code;
    int asked;
};

static int finished; /* who ask many times */

static void ask(void *question)
{
    ((struct question *)question)->asked++;
}

static void *ask_and_wait(void *arg)
{
    struct question *question = arg;

    question->code = vr_call_and_wait(reactor, ask, question);
    return NULL;
}

static void begin_asking(struct question *question)
{
    const struct vr_post *before = atomic_load(&reactor->inbox->newest);

    *question = (struct question){.code = 1};
    start(&question->thread, ask_and_wait, question);
    while (atomic_load(&reactor->inbox->newest) == before)
        sched_yield();
}

TEST(embed_threads, one_who_waits_is_answered_by_the_next_turn)
{
    struct question question;

    set_up();
    turn();
    begin_asking(&question);
    wait_until_shown();
    turn();
    join(question.thread);
    check_int(question.code, 0);
    check_int(question.asked, 1);
    tear_down();
}

static void count_finished(struct vr_post *post)
{
    (void)post;
    finished++;
}

static void *ask_many_times(void *arg)
{
    struct question *question = arg;

    for (int i = 0; i < each; i++)
        check_int(vr_call_and_wait(reactor, ask, question), 0);
    question->last.run = count_finished;
    vr_reactor_post(reactor, &question->last);
    return NULL;
}

TEST(embed_threads, those_who_wait_are_answered_every_time)
{
    struct question questions[THREADS] = {{.code = 0}};

    set_up();
    each = test_light() ? 100 : 1000;
    for (int i = 0; i < THREADS; i++)
        start(&questions[i].thread, ask_many_times, &questions[i]);
    while (finished < THREADS)
        check_int(host_waits_and_turns(), 0);
    for (int i = 0; i < THREADS; i++) {
        join(questions[i].thread);
        check_int(questions[i].asked, each);
    }
    tear_down();
}

TEST(embed_threads, the_hosts_own_thread_may_not_wait)
{
    struct question question = {.asked = 0};

    set_up();
    check_int(vr_call_and_wait(reactor, ask, &question), -EDEADLK);
    turn();
    check_int(vr_call_and_wait(reactor, ask, &question), -EDEADLK);
    turn();
    check_int(question.asked, 0);
    tear_down();
}

static void run_nothing(struct vr_post *post)
{
    (void)post;
}

/* The host will make no more turns, as far as we know. */
TEST(embed_threads, one_who_waits_goes_home_when_a_stop_is_answered)
{
    struct vr_post post = {.run = run_nothing}; /* more than a turn's share */
    struct vr_post again = {.run = run_nothing};
    struct question question;

    set_up_as((struct vr_reactor_options){.posts_per_turn = 1});
    turn();
    vr_reactor_post(reactor, &post);
    begin_asking(&question);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_turn(reactor, 0), 1);
    join(question.thread);
    check_int(question.code, -VR_ECANCELLED);
    check_int(vr_call_and_wait(reactor, ask, &question), -EAGAIN);
    check(!wants_a_turn());

    vr_reactor_post(reactor, &again); /* whom nobody waits for wakes the host */
    check(shows());
    turn(); /* it makes one all the same */
    check(!wants_a_turn());
    begin_asking(&question);
    turn();
    join(question.thread);
    check_int(question.code, 0);
    tear_down();
}

TEST(embed_threads, one_who_waits_goes_home_when_the_reactor_is_closed)
{
    struct question question;

    set_up();
    begin_asking(&question);
    check_int(vr_reactor_close(reactor), 0);
    join(question.thread);
    check_int(question.code, -VR_ECLOSED);
    check_int(vr_call_and_wait(reactor, ask, &question), -VR_ECLOSED);
    tear_down();
}

/* ---- runs of its own ---- */

TEST(embed_threads, an_embedded_reactor_may_run_in_a_thread_of_its_own)
{
    struct question question = {.asked = 0};

    set_up();
    turn();
    check_int(vr_reactor_start(reactor), 0);
    check_int(vr_call_and_wait(reactor, ask, &question), 0);
    check_int(vr_reactor_turn(reactor, 0), -EBUSY);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    check_int(question.asked, 1);
    check_int(vr_call_and_wait(reactor, ask, &question), -EAGAIN);

    turn(); /* the host's loop has it again */
    begin_asking(&question);
    turn();
    join(question.thread);
    check_int(question.code, 0);
    tear_down();
}

static void stop_at_once(struct vr_call *call)
{
    vr_reactor_stop(call->reactor);
}

TEST(embed_threads, an_embedded_reactor_may_run_on_the_hosts_thread)
{
    struct probe probe = {.act = act_take};
    struct vr_call call;
    int ends[2];

    set_up();
    make_pair(ends);
    open_probe(&probe, ends[0], VR_READ);
    put(ends[1], "x");
    vr_call_init(&call, reactor, stop_at_once);
    vr_call_after(&call, VR_MSEC);
    check_int(vr_reactor_run(reactor), 0);
    check_int(probe.events, 1);
    check(!wants_a_turn());
    put(ends[1], "x");
    check(shows());
    turn();
    check_int(probe.events, 2);
    vr_watch_close(&probe.watch);
    tear_down();
    close_both(ends);
}

/* ---- other processes ---- */

/* promise fork-2 */
TEST(embed_threads, a_child_that_closes_its_copies_takes_nothing_away)
{
    struct probe probe = {.act = act_take};
    struct vr_post post = {.run = run_nothing};
    int ends[2], status;

    set_up();
    make_pair(ends);
    open_probe(&probe, ends[0], VR_READ);
    pid_t child = fork();
    if (child == 0) {
        for (int fd = 3; fd < 1000; fd++)
            (void)close(fd);
        _exit(0);
    }
    check(waitpid(child, &status, 0) == child && status == 0);
    check(!wants_a_turn());
    vr_reactor_post(reactor, &post);
    check(shows());
    turn();
    put(ends[1], "x");
    check(shows());
    turn();
    check_int(probe.events, 1);
    check(!wants_a_turn());
    vr_watch_close(&probe.watch);
    tear_down();
    close_both(ends);
}
