/* SPDX-License-Identifier: MIT */
/**
 * @file test_selector_uring.c
 * What the selector over io_uring alone does: polls that end, and what it asks
 * of the kernel for them.
 */
#include "uring_fixture.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

/* ---- system calls ---- */

TEST(selector_uring, enters_the_kernel_once_a_wait)
{
    enum { COUNT = 20 };
    int pipes[COUNT][2];

    set_up();
    for (int i = 0; i < COUNT; i++) {
        make_pipe(pipes[i]);
        put(pipes[i][1], "x");
        check_int(watch(sel, pipes[i][0], 0, VR_READ), 0);
    }
    check_int(submits + waits, 0);
    for (int i = 1; i <= 3; i++) { /* the first arms, the others arm anew */
        check_int(ready_count(sel), COUNT);
        check_int(submits, 0);
        check_int(waits, i);
    }
    tear_down();
    for (int i = 0; i < COUNT; i++)
        close_both(pipes[i]);
}

TEST(selector_uring, enters_the_kernel_for_nothing_else_but_to_drop)
{
    int ends[2];

    set_up();
    make_pair(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(watch(sel, ends[0], VR_READ, VR_WRITE), 0);
    check_int(watch(sel, ends[0], VR_WRITE, 0), 0);
    sel->ops->drop(sel, ends[0]); /* never told */
    check_int(wait_at_most(sel, NULL, 0, -1), 0);
    check_int(submits + waits, 0);

    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    settle();
    sel->ops->drop(sel, ends[0]);
    check_int(submits, 1);
    check_int(waits, 1);
    tear_down();
    close_both(ends);
}

TEST(selector_uring, tells_the_kernel_all_without_waiting_for_a_host)
{
    int ends[2];

    set_up();
    make_pipe(ends);
    put(ends[1], "x");
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check(!is_readable(sel->ops->fd(sel)));
    check_int(wait_at_most(sel, NULL, 0, -1), 0);
    check(is_readable(sel->ops->fd(sel)));
    check_int(waits, 0);
    check_int(ready_events(sel, ends[0]), VR_READ);

    check_int(wait_at_most(sel, NULL, 0, -1), 0); /* it is ready still */
    check(is_readable(sel->ops->fd(sel)));
    check_int(take(ends[0]), 1);
    check_int(wait_at_most(sel, NULL, 0, -1), 0); /* and now it is not */
    check(!is_readable(sel->ops->fd(sel)));
    tear_down();
    close_both(ends);
}

TEST(selector_uring, shows_no_host_the_end_of_what_was_dropped)
{
    int ends[2];

    set_up();
    make_pipe(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(wait_at_most(sel, NULL, 0, 0), 0);
    sel->ops->drop(sel, ends[0]);
    check(!is_readable(sel->ops->fd(sel)));

    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(wait_at_most(sel, NULL, 0, 0), 0);
    check_int(watch(sel, ends[0], VR_READ, 0), 0);
    check_int(wait_at_most(sel, NULL, 0, 0), 0);
    check(!is_readable(sel->ops->fd(sel)));
    tear_down();
    close_both(ends);
}

TEST(selector_uring, waits_a_day_at_most)
{
    const long day = 24 * 3600;
    struct vr_ready ready[1];
    int ends[2];

    set_up();
    make_pipe(ends);
    put(ends[1], "x");
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(wait_at_most(sel, ready, 1, -1), 1);
    check_int(last_timeout.tv_sec, day);
    check_int(wait_at_most(sel, ready, 1, VR_TIME_MAX), 1);
    check_int(last_timeout.tv_sec, day);
    check_int(wait_at_most(sel, ready, 1, 3 * VR_SEC + 1), 1);
    check_int(last_timeout.tv_sec, 3);
    check_int(last_timeout.tv_nsec, 1);
    tear_down();
    close_both(ends);
}

/* ---- what was, and is no more ---- */

TEST(selector_uring, does_not_report_what_was_ready_between_two_waits)
{
    int ends[2];

    set_up();
    make_pipe(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    settle();
    put(ends[1], "x"); /* ends the poll */
    check_int(take(ends[0]), 1);
    check_int(ready_count(sel), 0);
    put(ends[1], "x");
    check_int(ready_events(sel, ends[0]), VR_READ);
    tear_down();
    close_both(ends);
}

TEST(selector_uring, does_not_report_the_poll_of_a_former_owner)
{
    int old[2], young[2];

    set_up();
    make_pipe(old);
    check_int(watch(sel, old[0], 0, VR_READ), 0);
    settle();
    put(old[1], "x");
    sel->ops->drop(sel, old[0]);
    close_both(old);

    make_pipe(young);
    check_int(young[0], old[0]);
    check_int(watch(sel, young[0], 0, VR_READ), 0);
    settle();
    put(young[1], "x");
    check_int(ready_events(sel, young[0]), VR_READ);
    tear_down();
    close_both(young);
}

TEST(selector_uring, does_not_end_a_wait_by_a_poll_that_was_taken_back)
{
    const vr_time span = 2 * VR_MSEC;
    struct vr_ready ready[1];
    int ends[2];

    set_up();
    make_pair(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    settle();
    check_int(watch(sel, ends[0], VR_READ, 0), 0);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    vr_time before = vr_now(NULL);
    check_int(wait_at_most(sel, ready, 1, span), 0);
    check(vr_now(NULL) - before >= span);
    check_int(watch(sel, ends[0], VR_READ, VR_READ | VR_WRITE), 0);
    check_int(wait_at_most(sel, ready, 1, -1), 1);
    check_int(ready[0].events, VR_WRITE);
    tear_down();
    close_both(ends);
}

static void ignore(int number)
{
    (void)number;
}

/* Under valgrind a wait in a ring hears no signal. */
HEAVY_TEST(selector_uring, ends_a_wait_by_a_signal_though_it_submits)
{
    struct sigaction action = {.sa_handler = ignore};
    const struct itimerval often = {.it_interval = {.tv_usec = 5000},
                                    .it_value = {.tv_usec = 5000}};
    const struct itimerval never = {0};
    struct vr_ready ready[1];
    int ends[2];

    set_up();
    make_pipe(ends);
    check_int(sigaction(SIGALRM, &action, NULL), 0);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(setitimer(ITIMER_REAL, &often, NULL), 0);
    check_int(wait_at_most(sel, ready, 1, -1), 0);
    check_int(setitimer(ITIMER_REAL, &never, NULL), 0);
    check_int(waits, 1);
    tear_down();
    close_both(ends);
}

/* ---- more than fits ---- */

enum { MANY = 3000 };

/* So many descriptors of one pipe, ready all at once; keys tell their index. */
static int pipe_ends[2], many[MANY];
static bool seen[MANY];

static int open_many(void)
{
    struct rlimit limit;
    int count = 0;

    check_int(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    make_pipe(pipe_ends);
    for (int fd; count < MANY && (fd = dup(pipe_ends[0])) >= 0; count++) {
        many[count] = fd;
        uint64_t key = (uint64_t)(unsigned)count << 32 | (uint32_t)fd;
        check_int(sel->ops->watch(sel, fd, key, 0, VR_READ), 0);
    }
    check(count > 600); /* above the ring's bounds */
    return count;
}

static void close_many(int count)
{
    for (int i = 0; i < count; i++) {
        sel->ops->drop(sel, many[i]);
        check_int(close(many[i]), 0);
    }
    close_both(pipe_ends);
}

/* @return how many that were not seen before */
static int see(const struct vr_ready *ready, int found, int count)
{
    int news = 0;

    for (int i = 0; i < found; i++) {
        int at = (int)(ready[i].key >> 32);
        check(at < count && (int)(uint32_t)ready[i].key == many[at]);
        news += !seen[at];
        seen[at] = true;
    }
    return news;
}

TEST(selector_uring, takes_more_changes_than_a_ring_holds)
{
    static struct vr_ready ready[MANY];

    set_up();
    int count = open_many();
    put(pipe_ends[1], "x");
    check_int(wait_at_most(sel, ready, MANY, 0), count);
    check_int(see(ready, count, count), count);
    check_int(wait_at_most(sel, NULL, 0, 0), 0);
    check_int(take(pipe_ends[0]), 1);
    settle();
    close_many(count);
    tear_down();
}

TEST(selector_uring, loses_nobody_where_more_ends_than_a_ring_holds)
{
    enum { CAP = 7 };
    struct vr_ready ready[CAP];
    int count, news = 0;

    set_up();
    count = open_many();
    settle();
    put(pipe_ends[1], "x");
    for (int left = count; left > 0; left -= CAP) {
        check_int(wait_at_most(sel, ready, CAP, 0), CAP);
        news += see(ready, CAP, count);
    }
    check_int(news, count);
    close_many(count);
    tear_down();
}

TEST(selector_uring, passes_over_nobody_whom_others_overtake)
{
    enum { COUNT = 9, CAP = 2, ROUNDS = 40 };
    struct vr_ready ready[CAP];
    int pipes[COUNT][2], reported[COUNT] = {0};

    set_up();
    for (int i = 0; i < COUNT; i++) {
        make_pipe(pipes[i]);
        check_int(watch(sel, pipes[i][0], 0, VR_READ), 0);
    }
    settle();
    for (int i = 0; i < ROUNDS; i++) { /* the first is new every time */
        char drain[1];
        put(pipes[0][1], "x");
        for (int k = 1; i == 0 && k < COUNT; k++)
            put(pipes[k][1], "x");
        check_int(wait_at_most(sel, ready, CAP, 0), CAP);
        for (int j = 0; j < CAP; j++)
            for (int k = 0; k < COUNT; k++)
                reported[k] += ready[j].key == key_of(pipes[k][0]);
        check_int(read(pipes[0][0], drain, 1), 1);
    }
    for (int k = 0; k < COUNT; k++)
        check(reported[k] > 1);
    tear_down();
    for (int i = 0; i < COUNT; i++)
        close_both(pipes[i]);
}
