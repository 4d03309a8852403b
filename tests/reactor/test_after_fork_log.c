/* SPDX-License-Identifier: MIT */
/**
 * @file test_after_fork_log.c
 * Tests of reactor/after_fork.h: the log, and calls on clocks that step.
 */
#include <vreactor/reactor/after_fork.h>
#include <vreactor/reactor/reactor_impl.h>

#include "watches.h"

#include <pthread.h>

#include <vreactor/log/log.h>
#include <vreactor/reactor/clock_call.h>
#include <vreactor/testing/clock.h>
#include <vreactor/testing/sys.h>

#include "tests/log/recorder.h"
#include "tests/support/child.h"

static struct recorder recorder;
static struct vr_logger *logger;
static char long_text[100000];

static void set_up_log(void)
{
    set_up();
    logger = vr_reactor_log(reactor);
    recorder_init(&recorder);
    check_int(vr_logger_attach(logger, &recorder.base), 0);
}

static void *log_something(void *arg)
{
    (void)arg;
    vr_log_info(logger, "two");
    return NULL;
}

static int show_own(void)
{
    pthread_t thread;

    vr_log_info(logger, "lost");
    child_check(vr_reactor_after_fork(reactor) == 0);
    turn();
    check_str(recorder.text, "");
    vr_log_info(logger, "one");
    child_check(!pthread_create(&thread, NULL, log_something, NULL));
    child_check(!pthread_join(thread, NULL));
    turn();
    check_str(recorder.text, "20 reactor one;20 reactor two;");
    vr_log_info(logger, "three");
    child_check(vr_log_flush(logger, -1) == 0);
    check_str(recorder.text, "20 reactor one;20 reactor two;20 reactor three;");
    vr_logger_detach(&recorder.base);
    tear_down();
    return 0;
}

/* Also where one of the parent's does not fit into the ring. */
/* promises reactor-43, reactor-44 */
TEST(after_fork_log, shows_in_the_child_what_the_child_logs)
{
    set_up_log();
    memset(long_text, 'x', sizeof(long_text) - 1);
    vr_log_info(logger, "parent");
    vr_log_info(logger, "%s", long_text);
    check_in_child(show_own);
    check_int(recorder.count, 0);
    turn();
    check_int(recorder.count, 2);
    tear_down();
}

static int show_at_the_end(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    vr_log_info(logger, "last");
    child_check(vr_reactor_free(reactor) == 0);
    check_str(recorder.text, "20 reactor last;");
    return 0;
}

TEST(after_fork_log, is_shown_when_the_child_closes_the_reactor)
{
    set_up_log();
    turn();
    check_in_child(show_at_the_end);
    check_str(recorder.text, "");
    tear_down();
}

/* ---- dates ---- */

static const vr_time DAY = 24 * 3600 * VR_SEC;

static struct vr_clock_call date;
static int dates, shared_fd;

static void note_date(struct vr_clock_call *call)
{
    (void)call;
    dates++;
}

/* Where nothing tells of steps, the clock is looked at once a second. */
static void hear_of_step(void)
{
    turn();
    turn();
    if (!reactor->step_watch->reactor)
        check_int(vr_test_run_for(&test, reactor, VR_SEC), 0);
}

static int follow_clock(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    child_check(!reactor->step_watch->reactor ||
                vr_watch_fd(reactor->step_watch) != shared_fd);
    turn();
    child_check(dates == 0);
    vr_test_set_wall(&test, vr_clock_call_due(&date));
    hear_of_step();
    child_check(dates == 1);
    tear_down();
    child_check(vr_test_blocks(&test) == 0);
    return 0;
}

static int set_before(void)
{
    vr_test_set_wall(&test, vr_clock_call_due(&date)); /* nobody hears */
    child_check(vr_reactor_after_fork(reactor) == 0);
    hear_of_step();
    child_check(dates == 1);
    tear_down();
    return 0;
}

/* promise reactor-43 */
TEST(after_fork_log, a_date_follows_the_clock_in_both)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, 1000 * VR_SEC);
    test.env.sys = vr_test_sys();
    check_int(vr_test_reactor_new(&test, NULL, &reactor), 0);
    vr_clock_call_init(&date, reactor, VR_CLOCK_WALL, note_date);
    vr_clock_call_at(&date, vr_clock_now(reactor, VR_CLOCK_WALL) + DAY);
    turn();
    shared_fd = vr_watch_fd(reactor->step_watch);
    check_in_child(follow_clock);
    check_in_child(set_before);
    turn();
    check_int(dates, 0);
    vr_test_set_wall(&test, vr_clock_call_due(&date));
    hear_of_step();
    check_int(dates, 1);
    tear_down();
}
