/* SPDX-License-Identifier: MIT */
/**
 * @file test_schedule.c
 * Tests of reactor/schedule.h on one thread; several are in
 * test_schedule_threads.c.
 */
#include <vreactor/reactor/schedule.h>

#include <errno.h>

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>

#include "tests/support/script.h"
#include "tests/support/test.h"

enum { JOBS = 1000, SLOTS = 64, SLOT_MASK = (1 << 24) - 1 };

struct job {
    int runs;
    int cancels;
    int place; /* among those that ran, from 1 */
    vr_time ran_at;
    void (*act)(struct job *job);
    uint64_t id;
};

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static struct job jobs[JOBS];
static int ran;

static void run_job(void *arg)
{
    struct job *job = arg;

    job->runs++;
    job->place = ++ran;
    job->ran_at = vr_test_now(&test);
    if (job->act)
        job->act(job);
}

static void cancel_job(void *arg)
{
    struct job *job = arg;

    job->cancels++;
}

static void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
}

static void tear_down(void)
{
    script_free(&script, reactor);
}

static void turn(void)
{
    check_int(vr_reactor_turn(reactor, -1), 0);
}

/* What is on its way gets to the wheel, and nothing comes due. */
static void arrive(void)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
}

static void pass(vr_time span)
{
    vr_time end = vr_test_now(&test) + span;

    do
        check_int(vr_reactor_turn(reactor, end - vr_test_now(&test)), 0);
    while (vr_test_now(&test) < end);
}

static void schedule_in(struct vr_call_group *group, struct job *job,
                        vr_time delay)
{
    struct vr_task task = {
        .run = run_job, .cancelled = cancel_job, .arg = job, .group = group};

    check_int(vr_schedule(reactor, delay, &task, &job->id), 0);
    check(job->id != 0);
}

static void schedule(struct job *job, vr_time delay)
{
    schedule_in(NULL, job, delay);
}

TEST(schedule, runs_a_task_once_with_its_argument_and_not_before_its_time)
{
    set_up();
    vr_time due = vr_test_now(&test) + 10 * VR_MSEC;
    schedule(&jobs[0], 10 * VR_MSEC);
    pass(VR_SEC);
    check_int(jobs[0].runs, 1);
    check_int(jobs[0].ran_at, due);
    check_int(jobs[0].cancels, 0);
    tear_down();
}

TEST(schedule, counts_the_delay_from_the_call_not_from_the_next_turn)
{
    set_up();
    vr_time due = vr_test_now(&test) + 10 * VR_MSEC;
    schedule(&jobs[0], 10 * VR_MSEC);
    vr_test_advance(&test, 8 * VR_MSEC);
    pass(VR_SEC);
    check_int(jobs[0].ran_at, due);
    tear_down();
}

/* promise calls-13 */
TEST(schedule, keeps_the_order_of_equal_times)
{
    set_up();
    for (int i = 0; i < JOBS; i++)
        schedule(&jobs[i], VR_SEC - VR_MSEC * (i % 2));
    pass(VR_SEC);
    for (int i = 0; i < JOBS; i++)
        check_int(jobs[i].place, (i % 2 ? 1 : JOBS / 2 + 1) + i / 2);
    tear_down();
}

TEST(schedule, means_the_next_turn_by_a_delay_of_nothing_or_less)
{
    set_up();
    schedule(&jobs[0], 0);
    schedule(&jobs[1], -VR_SEC);
    schedule(&jobs[2], -VR_TIME_MAX);
    turn();
    check_int(ran, 3);
    tear_down();
}

TEST(schedule, waits_without_end_for_a_time_that_never_comes)
{
    set_up();
    test.most_advance = 24 * 3600 * VR_SEC;
    schedule(&jobs[0], VR_TIME_MAX);
    for (int i = 0; i < 10; i++)
        turn();
    check_int(ran, 0);
    check_int(script.hasty_waits, 0);
    tear_down();
    check_int(jobs[0].cancels, 1);
}

/* promise calls-14 */
TEST(schedule, gives_the_argument_back_to_who_cancels_in_time)
{
    set_up();
    schedule(&jobs[0], VR_SEC);
    schedule(&jobs[1], VR_SEC);
    check(vr_schedule_cancel(reactor, jobs[0].id)); /* on its way still */
    arrive();
    check(vr_schedule_cancel(reactor, jobs[1].id)); /* in the wheel */
    check(!vr_schedule_cancel(reactor, jobs[0].id));
    check(!vr_schedule_cancel(reactor, jobs[1].id));
    pass(2 * VR_SEC);
    check_int(ran, 0);
    check_int(jobs[0].cancels + jobs[1].cancels, 0);
    turn();
    check_int(script.timeout, -1);
    tear_down();
}

/* promise calls-14 */
TEST(schedule, says_that_it_is_too_late_to_cancel)
{
    set_up();
    schedule(&jobs[0], 0);
    turn();
    check_int(jobs[0].runs, 1);
    check(!vr_schedule_cancel(reactor, jobs[0].id));
    check_int(jobs[0].cancels, 0);
    tear_down();
}

static bool cancelled_itself;

static void cancel_itself(struct job *job)
{
    cancelled_itself = vr_schedule_cancel(reactor, job->id);
}

static void cancel_next(struct job *job)
{
    check(vr_schedule_cancel(reactor, job[1].id));
}

/* promise calls-14 */
TEST(schedule, says_so_too_inside_the_task_itself)
{
    set_up();
    jobs[0].act = cancel_itself;
    cancelled_itself = true;
    schedule(&jobs[0], 0);
    turn();
    check(!cancelled_itself);
    tear_down();
}

/* promise calls-14 */
TEST(schedule, does_not_run_a_task_cancelled_by_one_due_in_the_same_turn)
{
    set_up();
    jobs[0].act = cancel_next;
    schedule(&jobs[0], 0);
    schedule(&jobs[1], 0);
    turn();
    turn();
    check_int(jobs[0].runs, 1);
    check_int(jobs[1].runs + jobs[1].cancels, 0);
    tear_down();
}

static void schedule_next_for_now(struct job *job)
{
    schedule(&job[1], 0);
}

TEST(schedule, waits_for_the_next_turn_with_what_a_task_schedules_for_now)
{
    set_up();
    jobs[0].act = schedule_next_for_now;
    schedule(&jobs[0], 0);
    turn();
    check_int(ran, 1);
    turn();
    check_int(script.timeout, 0);
    check_int(ran, 2);
    tear_down();
}

/* promise calls-15 */
TEST(schedule, takes_an_id_that_was_never_given_for_harmless)
{
    set_up();
    check(!vr_schedule_cancel(reactor, 0));
    check(!vr_schedule_cancel(reactor, 1));
    check(!vr_schedule_cancel(reactor, UINT64_MAX));
    schedule(&jobs[0], 0);
    check(!vr_schedule_cancel(reactor, jobs[0].id + 1));
    check(!vr_schedule_cancel(reactor, jobs[0].id + (1 << 24)));
    check(!vr_schedule_cancel(reactor, jobs[0].id - (1 << 24)));
    turn();
    check_int(jobs[0].runs, 1);
    tear_down();
}

/* promise calls-15 */
TEST(schedule, never_gives_an_id_twice_and_uses_the_oldest_slot_first)
{
    set_up();
    for (int i = 0; i < JOBS; i++) {
        schedule(&jobs[i], VR_SEC);
        check(vr_schedule_cancel(reactor, jobs[i].id));
        for (int old = 0; old < i; old++)
            check(jobs[old].id != jobs[i].id);
    }
    for (int i = SLOTS; i < JOBS; i++)
        check_int(jobs[i].id & SLOT_MASK, jobs[i - SLOTS].id & SLOT_MASK);
    for (int i = 1; i < SLOTS; i++)
        check((jobs[i].id & SLOT_MASK) != (jobs[0].id & SLOT_MASK));
    tear_down();
}

/* promise calls-15 */
TEST(schedule, leaves_a_later_owner_of_the_slot_alone)
{
    set_up();
    for (int i = 0; i <= SLOTS; i++) {
        schedule(&jobs[i], 0);
        turn();
    }
    check_int(jobs[0].id & SLOT_MASK, jobs[SLOTS].id & SLOT_MASK);
    schedule(&jobs[SLOTS + 1], 0);
    check(!vr_schedule_cancel(reactor, jobs[1].id));
    turn();
    check_int(jobs[SLOTS + 1].runs, 1);
    tear_down();
}

TEST(schedule, cancels_a_group_at_once_on_the_reactor_s_thread)
{
    struct vr_call_group group;

    set_up();
    vr_call_group_init(&group);
    schedule_in(&group, &jobs[0], 0);
    schedule_in(&group, &jobs[1], VR_SEC);
    schedule(&jobs[2], VR_SEC);
    turn();
    check_int(vr_call_group_cancel(&group), 1);
    check(jobs[1].cancels <= 1);
    pass(2 * VR_SEC);
    check_int(jobs[0].runs, 1);
    check_int(jobs[1].runs, 0);
    check_int(jobs[1].cancels, 1);
    check_int(jobs[2].runs, 1);
    check(!vr_schedule_cancel(reactor, jobs[1].id));
    tear_down();
}

/* promise calls-17 */
TEST(schedule, cancels_what_of_a_group_is_still_on_its_way_and_nothing_later)
{
    struct vr_call_group group;

    set_up();
    vr_call_group_init(&group);
    for (int i = 0; i < 20; i++)
        schedule_in(&group, &jobs[i], 0);
    vr_schedule_cancel_group(reactor, &group);
    schedule_in(&group, &jobs[20], 0);
    schedule(&jobs[21], 0);
    turn();
    turn();
    for (int i = 0; i < 20; i++) {
        check_int(jobs[i].runs, 0);
        check_int(jobs[i].cancels, 1);
    }
    check_int(jobs[20].runs, 1);
    check_int(jobs[21].runs, 1);
    tear_down();
}

TEST(schedule, has_one_outcome_for_a_task_cancelled_by_group_and_by_id)
{
    struct vr_call_group group;

    set_up();
    vr_call_group_init(&group);
    schedule_in(&group, &jobs[0], VR_SEC);
    schedule_in(&group, &jobs[1], VR_SEC);
    arrive();
    check(vr_schedule_cancel(reactor, jobs[0].id));
    check(vr_call_group_cancel(&group) >= 1);
    int taken_back = vr_schedule_cancel(reactor, jobs[1].id);
    turn();
    check_int(jobs[0].cancels, 0);
    check_int(jobs[1].cancels + taken_back, 1);
    check_int(ran, 0);
    tear_down();
}

/* promises calls-16, reactor-4 */
TEST(schedule, gives_tasks_back_when_the_reactor_is_closed)
{
    struct vr_call_group group;

    set_up();
    vr_call_group_init(&group);
    schedule(&jobs[0], VR_SEC);
    schedule_in(&group, &jobs[1], VR_SEC);
    schedule(&jobs[2], VR_SEC);
    arrive();
    check(vr_schedule_cancel(reactor, jobs[2].id)); /* its post is not taken */
    schedule_in(&group, &jobs[3], VR_SEC);
    vr_schedule_cancel_group(reactor, &group);
    check_int(vr_reactor_close(reactor), 0);
    for (int i = 0; i < 4; i++)
        check_int(jobs[i].cancels, i != 2);

    schedule(&jobs[4], 0);
    check_int(jobs[4].cancels, 1);
    check(!vr_schedule_cancel(reactor, jobs[4].id));
    check(!vr_schedule_cancel(reactor, jobs[0].id));
    vr_schedule_cancel_group(reactor, &group);
    check_int(ran, 0);
    tear_down();
}

TEST(schedule, says_when_there_is_no_memory_and_forgets_the_task)
{
    struct vr_task task = {
        .run = run_job, .cancelled = cancel_job, .arg = &jobs[0]};
    uint64_t id = 7;

    set_up();
    for (int nth = 1; nth <= 2; nth++) { /* the task, the table */
        vr_test_fail_allocation(&test, nth, 1);
        check_int(vr_schedule(reactor, 0, &task, &id), -ENOMEM);
        check_int(id, 7);
    }
    turn();
    check_int(jobs[0].runs + jobs[0].cancels, 0);
    check_int(vr_schedule(reactor, 0, &task, NULL), 0);
    turn();
    check_int(jobs[0].runs, 1);
    tear_down();
}
