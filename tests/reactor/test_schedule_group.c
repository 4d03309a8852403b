/* SPDX-License-Identifier: MIT */
/**
 * @file test_schedule_group.c
 * Tests of vr_schedule_cancel_group(): what it reaches, and what it needs.
 */
#include <vreactor/reactor/schedule.h>

#include <limits.h>
#include <string.h>

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>

#include "tests/support/script.h"
#include "tests/support/test.h"

enum { POSTS = 2000 }; /* more than a turn runs */

struct job {
    int runs;
    int cancels;
};

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static struct vr_call_group group;
static struct job jobs[3];
static struct vr_post posts[POSTS];
static int runs_of_calls;

static void run_job(void *arg)
{
    ((struct job *)arg)->runs++;
}

static void cancel_job(void *arg)
{
    ((struct job *)arg)->cancels++;
}

static void count_call(struct vr_call *call)
{
    (void)call;
    runs_of_calls++;
}

static void do_nothing(struct vr_post *post)
{
    (void)post;
}

static void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
    vr_call_group_init(&group);
}

static void tear_down(void)
{
    script_free(&script, reactor);
}

static void turn(void)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
}

static void schedule_in(struct job *job, vr_time delay)
{
    struct vr_task task = {
        .run = run_job, .cancelled = cancel_job, .arg = job, .group = &group};

    check_int(vr_schedule(reactor, delay, &task, NULL), 0);
}

static void schedule(struct job *job)
{
    schedule_in(job, 0);
}

static void check_job(const struct job *job, int runs)
{
    check_int(job->runs, runs);
    check_int(job->cancels, !runs);
}

static void fill_inbox(void)
{
    for (int i = 0; i < POSTS; i++) {
        posts[i] = (struct vr_post){.run = do_nothing};
        vr_reactor_post(reactor, &posts[i]);
    }
}

TEST(schedule_group, is_cancelled_without_memory)
{
    struct vr_call call;

    set_up();
    vr_call_init(&call, reactor, count_call);
    vr_call_after(&call, 0);
    check(vr_call_group_add(&group, &call));
    schedule(&jobs[0]);
    vr_test_fail_allocation(&test, 1, INT_MAX);
    vr_schedule_cancel_group(reactor, &group);
    turn();
    turn();
    check_job(&jobs[0], 0);
    check_int(runs_of_calls, 0);
    tear_down();
}

/* The second finds the first on its way still. */
/* promise calls-17 */
TEST(schedule_group, is_cancelled_twice_and_what_comes_later_runs)
{
    set_up();
    vr_schedule_cancel_group(reactor, &group);
    schedule(&jobs[0]);
    vr_schedule_cancel_group(reactor, &group);
    schedule(&jobs[1]);
    turn();
    turn();
    check_job(&jobs[0], 0);
    check_job(&jobs[1], 1);
    schedule(&jobs[2]);
    vr_schedule_cancel_group(reactor, &group); /* both are through */
    turn();
    turn();
    check_job(&jobs[2], 0);
    tear_down();
}

/* Nothing of the group is touched from here on. */
static void let_go(struct vr_post *post)
{
    (void)post;
    memset(&group, 0xee, sizeof(group));
}

static struct vr_post last_post = {.run = let_go};

static void send_last_post(struct vr_post *post)
{
    (void)post;
    vr_reactor_post(reactor, &last_post);
}

/* promise calls-17 */
TEST(schedule_group, may_go_in_a_post_that_is_sent_by_one_sent_after_its_cancel)
{
    struct vr_post post = {.run = send_last_post};
    struct vr_call_group gone;

    set_up();
    vr_schedule_cancel_group(reactor, &group);
    vr_schedule_cancel_group(reactor, &group);
    vr_reactor_post(reactor, &post);
    for (int i = 0; i < 3; i++)
        turn();
    memset(&gone, 0xee, sizeof(gone));
    check(!memcmp(&group, &gone, sizeof(gone)));
    vr_call_group_init(&group);
    tear_down();
}

/* It has arrived, and is not due yet, when the second comes again. */
/* promise calls-17 */
TEST(schedule_group, is_cancelled_twice_and_what_waits_still_runs)
{
    set_up();
    vr_schedule_cancel_group(reactor, &group);
    schedule_in(&jobs[0], VR_MSEC);
    vr_schedule_cancel_group(reactor, &group);
    schedule_in(&jobs[1], VR_MSEC);
    turn();
    turn();
    vr_test_advance(&test, VR_MSEC);
    turn();
    check_job(&jobs[0], 0);
    check_job(&jobs[1], 1);
    tear_down();
}

/* The task is due in a turn that does not come to the cancel. */
/* promise calls-17 */
TEST(schedule_group, has_no_task_run_that_was_scheduled_before_it_was_cancelled)
{
    set_up();
    schedule(&jobs[0]);
    fill_inbox();
    vr_schedule_cancel_group(reactor, &group);
    for (int i = 0; i < 3; i++)
        turn();
    check_job(&jobs[0], 0);
    tear_down();
}

TEST(schedule_group, is_through_when_its_reactor_was_closed)
{
    set_up();
    schedule(&jobs[0]);
    vr_schedule_cancel_group(reactor, &group);
    vr_schedule_cancel_group(reactor, &group);
    check_int(vr_reactor_close(reactor), 0);
    check_job(&jobs[0], 0);
    check_int((int)vr_call_group_cancel(&group), 0);
    vr_schedule_cancel_group(reactor, &group);
    tear_down();
}
