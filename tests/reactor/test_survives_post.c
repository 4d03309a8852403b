/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_post.c
 * Tests of reactor/post.h and reactor/schedule.h when memory or the system
 * fails.
 */
#include <vreactor/reactor/post.h>

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/schedule.h>
#include <vreactor/testing/sys.h>

#include "tests/support/survive.h"

static int runs, cancels;

static void forget(void)
{
    runs = 0;
    cancels = 0;
}

/* ---- posts ---- */

static void note_run(struct vr_post *post)
{
    (void)post;
    runs++;
}

static void note_cancelled(struct vr_post *post)
{
    (void)post;
    cancels++;
}

static struct vr_post posts[2];

static void post_one(struct vr_post *post)
{
    *post = (struct vr_post){.run = note_run, .cancelled = note_cancelled};
    vr_reactor_post(survive_reactor, post);
}

static void post_first(void)
{
    post_one(&posts[0]);
}

static int turn_for_ever(void)
{
    return vr_reactor_turn(survive_reactor, -1);
}

static void post_while_it_waits(void)
{
    forget();
    survive_on_wait = post_first;
}

static void it_woke_up_and_ran(int err)
{
    (void)err;
    check_int(survive_overslept, 0);
    survive_turns(1);
    check_int(runs, 1);
    check_int(cancels, 0);
}

TEST(survives_post, a_post_that_wakes_the_reactor)
{
    check(survive_one(post_while_it_waits, turn_for_ever, it_woke_up_and_ran) >
          2);
}

static void post_in_vain_then_well(void)
{
    vr_test_sys_fail(VR_TEST_SYS_WRITE, 1, INT_MAX, EIO);
    post_one(&posts[0]);
    vr_test_sys_fail(VR_TEST_SYS_WRITE, 0, 0, 0);
    post_one(&posts[1]);
}

TEST(survives_post, a_wake_up_refused_for_good_is_made_up_for_by_the_next)
{
    survive_begin();
    forget();
    survive_on_wait = post_in_vain_then_well;
    check_int(turn_for_ever(), 0);
    check(vr_test_sys_failures() > 1);
    check_int(survive_overslept, 0);
    survive_turns(1);
    check_int(runs, 2);
    survive_end();
}

static int execute(void)
{
    posts[0] = (struct vr_post){.run = note_run, .cancelled = note_cancelled};
    vr_reactor_execute(survive_reactor, &posts[0]);
    check_int(runs, 0);
    return 0;
}

static void it_runs_once(int err)
{
    (void)err;
    survive_turns(2);
    check_int(runs, 1);
    check_int(cancels, 0);
}

TEST(survives_post, executing_outside_a_turn_needs_nothing)
{
    check_int(survive(forget, execute, it_runs_once), 0);
}

static void forget_and_close(void)
{
    forget();
    check_int(vr_reactor_close(survive_reactor), 0);
}

static int post_too_late(void)
{
    post_first();
    return 0;
}

static void it_was_turned_away(int err)
{
    (void)err;
    check_int(runs, 0);
    check_int(cancels, 1);
    check_int(vr_reactor_free(survive_reactor), 0);
    survive_reactor = NULL;
}

TEST(survives_post, being_turned_away_needs_nothing)
{
    check_int(survive(forget_and_close, post_too_late, it_was_turned_away), 0);
}

/* ---- waiting for the answer ---- */

static sem_t waits;
static int answer;

static void note_called(void *arg)
{
    (void)arg;
    runs++;
}

static void say_that_it_waits(void)
{
    check(!sem_post(&waits));
}

static void *call_when_it_waits(void *arg)
{
    (void)arg;
    while (sem_wait(&waits) < 0)
        check_int(errno, EINTR);
    answer = vr_call_and_wait(survive_reactor, note_called, NULL);
    vr_reactor_stop(survive_reactor);
    return NULL;
}

/* The wake-up, the wait and the reading of the wake-up fail, each once. */
static void call_under(enum vr_test_sys_call call, int err)
{
    pthread_t thread;

    survive_begin();
    forget();
    check(!sem_init(&waits, 0, 0));
    survive_on_wait = say_that_it_waits;
    survive_with_threads = true;
    vr_test_sys_fail(call, 1, 1, err);
    check(!pthread_create(&thread, NULL, call_when_it_waits, NULL));
    int result = vr_reactor_run(survive_reactor);
    check(!pthread_join(thread, NULL));

    check_int(vr_test_sys_failures(), 1);
    check(result == 0 || result == -err);
    check((answer == 0 && runs == 1) ||
          (result && runs == 0 &&
           (answer == -EAGAIN || answer == -VR_ECANCELLED)));
    check(!sem_destroy(&waits));
    survive_end();
}

TEST(survives_post, calling_and_waiting)
{
    call_under(VR_TEST_SYS_WRITE, EIO);
    call_under(VR_TEST_SYS_WRITE, EINTR);
    call_under(VR_TEST_SYS_READ, EIO);
    call_under(VR_TEST_SYS_READ, EINTR);
    call_under(VR_TEST_SYS_ANY_WAIT, EINTR);
    call_under(VR_TEST_SYS_ANY_WAIT, EBADF);
}

static int call_in_vain(void)
{
    return vr_call_and_wait(survive_reactor, note_called, NULL) == -EAGAIN
               ? 0
               : -EPROTO;
}

TEST(survives_post, calling_one_that_does_not_run_needs_nothing)
{
    check_int(survive(NULL, call_in_vain, NULL), 0);
}

/* ---- tasks ---- */

enum { TASKS = 64 }; /* as many as there are slots in the first table */

static const uint64_t untouched = 0xdead;
static struct vr_call_group group;
static uint64_t ids[TASKS], id;

static void note_task_run(void *arg)
{
    (void)arg;
    runs++;
}

static void note_task_cancelled(void *arg)
{
    (void)arg;
    cancels++;
}

static const struct vr_task task = {.run = note_task_run,
                                    .cancelled = note_task_cancelled};
static const struct vr_task grouped = {
    .run = note_task_run, .cancelled = note_task_cancelled, .group = &group};

static void fill_table(void)
{
    forget();
    vr_call_group_init(&group);
    for (int i = 0; i < TASKS; i++)
        check_int(vr_schedule(survive_reactor, VR_SEC, &grouped, &ids[i]), 0);
    survive_turns(1);
    id = untouched;
}

static int schedule(void)
{
    return vr_schedule(survive_reactor, VR_SEC, &task, &id);
}

static int schedule_at(void)
{
    return vr_schedule_at(survive_reactor, 2 * VR_SEC, &task, &id);
}

/* Those that were scheduled before run in any case. */
static void it_runs_unless_refused(int err)
{
    check((id == untouched) == (err != 0));
    survive_turns(1);
    vr_test_advance(&survive_env, VR_SEC);
    survive_turns(2);
    check_int(runs, TASKS + (err == 0));
    check_int(cancels, 0);
}

TEST(survives_schedule, scheduling)
{
    check_int(survive(fill_table, schedule, it_runs_unless_refused), 2);
    check_int(survive(fill_table, schedule_at, it_runs_unless_refused), 2);
}

static int cancel_all(void)
{
    for (int i = 0; i < TASKS; i++)
        check(vr_schedule_cancel(survive_reactor, ids[i]));
    return 0;
}

static void none_runs(int err)
{
    (void)err;
    survive_turns(1);
    vr_test_advance(&survive_env, VR_SEC);
    survive_turns(1);
    check_int(runs + cancels, 0);
}

TEST(survives_schedule, cancelling_needs_nothing)
{
    check_int(survive(fill_table, cancel_all, none_runs), 0);
}

static int cancel_group(void)
{
    vr_schedule_cancel_group(survive_reactor, &group);
    return 0;
}

static void none_runs_of_all(int err)
{
    survive_turns(2);
    vr_test_advance(&survive_env, VR_SEC);
    survive_turns(1);
    (void)err;
    check_int(runs, 0);
    check_int(cancels, TASKS);
}

TEST(survives_schedule, cancelling_a_group_needs_nothing)
{
    check_int(survive(fill_table, cancel_group, none_runs_of_all), 0);
}
