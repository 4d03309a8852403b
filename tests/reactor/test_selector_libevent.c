/* SPDX-License-Identifier: MIT */
/**
 * @file test_selector_libevent.c
 * What the selector over a base of libevent's own alone does: waits that take
 * real time, back-ends, and how it copes with libevent.
 */
#include <vreactor/reactor/selectors/libevent.h>

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/selector_check.h>
#include <vreactor/testing/sys.h>

#include "tests/reactor/libevents.h"
#include "tests/reactor/selector_fixture.h"

static struct vr_selector *sel;

static void set_up(void)
{
    watch_libevent();
    check_int(vr_selector_libevent()->open(NULL, NULL, &sel), 0);
}

static void tear_down(void)
{
    sel->ops->close(sel);
    check_int(libevent_words, 0);
}

/* ---- back-ends ---- */

static void print_failure(void *ctx, const struct vr_selector_verdict *verdict)
{
    if (verdict->outcome == VR_SELECTOR_FAILS)
        fprintf(stderr, "%s: %s: %s\n", (const char *)ctx, verdict->test,
                verdict->why);
}

static void check_backend(const char *name)
{
    struct vr_selector_check_options options = {
        .size = sizeof(options), .report = print_failure, .ctx = (void *)name};

    if (choose_backend(name))
        check_int(vr_selector_check(vr_selector_libevent(), &options), 0);
}

TEST(selector_libevent, keeps_its_promises_over_epoll)
{
    check_backend("epoll");
}

TEST(selector_libevent, keeps_its_promises_over_poll)
{
    check_backend("poll");
}

TEST(selector_libevent, keeps_its_promises_over_select)
{
    check_backend("select");
}

TEST(selector_libevent, keeps_its_promises_over_kqueue)
{
    check_backend("kqueue");
}

/* What was dropped would stay in the kernel until the next wait. */
TEST(selector_libevent, does_not_use_a_changelist_though_it_is_asked_to)
{
    struct vr_selector_check_options options = {.size = sizeof(options)};

    options.only = "forgets_a_dropped_file_that_is_open_elsewhere";
    check_int(setenv("EVENT_EPOLL_USE_CHANGELIST", "1", 1), 0);
    check_int(vr_selector_check(vr_selector_libevent(), &options), 0);
}

/* ---- time ---- */

static vr_time ran_when;

static void note_time(struct vr_call *call)
{
    (void)call;
    ran_when = vr_now(NULL);
}

TEST(selector_libevent, waits_in_real_time_and_does_not_spin_through_the_rest)
{
    static const vr_time spans[] = {1, 700, 65537, 999999, 1000001, 2300000};
    struct vr_reactor_options options = {
        .size = sizeof(options), .selector_ops = vr_selector_libevent()};
    struct vr_reactor *reactor;
    struct vr_call call;

    check_int(vr_reactor_new(&options, &reactor), 0);
    vr_call_init(&call, reactor, note_time);
    for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
        int turns = 0;
        vr_time due = vr_now(NULL) + spans[i];
        ran_when = 0;
        vr_call_at(&call, due);
        for (; !ran_when; turns++)
            check_int(vr_reactor_turn(reactor, -1), 0);
        check(ran_when >= due);
        check(turns <= 8);
    }
    check_int(vr_reactor_free(reactor), 0);
}

static int signals;

static void count_signal(int number)
{
    (void)number;
    signals++;
}

/* libevent hides signals: its time is kept all the same. */
TEST(selector_libevent, waits_on_through_signals)
{
    struct sigaction action = {.sa_handler = count_signal};
    const struct itimerval often = {.it_interval = {.tv_usec = 1000},
                                    .it_value = {.tv_usec = 1000}};
    const struct itimerval never = {0};
    struct vr_ready ready[1];

    set_up();
    check_int(sigaction(SIGALRM, &action, NULL), 0);
    check_int(setitimer(ITIMER_REAL, &often, NULL), 0);
    vr_time before = vr_now(NULL);
    while (signals < 3) {
        vr_time began = vr_now(NULL);
        check_int(wait_at_most(sel, ready, 1, 5 * VR_MSEC), 0);
        check(vr_now(NULL) - began >= 5 * VR_MSEC);
    }
    check(vr_now(NULL) - before >= 5 * VR_MSEC);
    check_int(setitimer(ITIMER_REAL, &never, NULL), 0);
    tear_down();
}

/* ---- coming and going ---- */

/* libevent itself ends the program there. */
TEST(selector_libevent, is_refused_where_descriptors_run_out)
{
    struct rlimit limit, few;
    int first = dup(0);

    watch_libevent();
    check_int(close(first), 0);
    check_int(getrlimit(RLIMIT_NOFILE, &limit), 0);
    few = limit;
    for (int room = 0; room < 4; room++) {
        few.rlim_cur = (rlim_t)(first + room);
        check_int(setrlimit(RLIMIT_NOFILE, &few), 0);
        check_int(vr_selector_libevent()->open(NULL, NULL, &sel), -EMFILE);
    }
    check_int(setrlimit(RLIMIT_NOFILE, &limit), 0);
    check_int(vr_selector_libevent()->open(NULL, NULL, &sel), 0);
    tear_down();
}

/* The nth allocation of libevent's. */
static int allocations, failing;

static void *fail_nth(void)
{
    return ++allocations == failing ? NULL : &allocations;
}

static void *nth_malloc(size_t size)
{
    return fail_nth() ? malloc(size) : NULL;
}

static void *nth_realloc(void *block, size_t size)
{
    return fail_nth() ? realloc(block, size) : NULL;
}

/* @return 0, or the first error there was */
static int come_and_go(void)
{
    struct vr_selector *young;
    int ends[2];

    int err = vr_selector_libevent()->open(NULL, NULL, &young);
    if (err)
        return err;
    make_pair(ends);
    err = watch(young, ends[0], 0, VR_READ | VR_WRITE);
    if (!err)
        check_int(ready_events(young, ends[0]), VR_WRITE);
    else
        check_int(ready_count(young), 0);
    young->ops->close(young);
    close_both(ends);
    return err;
}

TEST(selector_libevent, is_refused_or_watches_nothing_where_memory_runs_out)
{
    int err;

    event_set_log_callback(note_word); /* it may complain */
    event_set_mem_functions(nth_malloc, nth_realloc, free);
    do {
        allocations = 0;
        failing++;
        err = come_and_go();
        check(!err || err == -ENOMEM);
    } while (allocations >= failing);
    check_int(err, 0);
    check(failing > 10);
}
