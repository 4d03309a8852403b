/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_embed.c
 * Tests of reactor/embed.h when memory or the system fails: the host below
 * makes a turn only where it is told to.
 */
#include <vreactor/reactor/embed.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/schedule.h>
#include <vreactor/reactor/watch.h>
#include <vreactor/testing/sys.h>

#include "tests/support/survive.h"

static int host_fd; /* -ENOTSUP: none */
static vr_time due; /* as the host was told last */
static struct vr_watch watch;
static struct vr_post post;
static int ends[2];
static int reads, fails, runs, posted;

static void note_due(void *host, vr_time when)
{
    (void)host;
    due = when;
}

static bool is_readable(int fd)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};

    return poll(&polled, 1, 0) > 0;
}

/* A host with nothing else to do; one that has no descriptor to wait for tries
 * its luck now and then. */
static void be_host(void)
{
    for (int i = 0; i < 6; i++) {
        bool is_due = due <= vr_test_now(&survive_env);

        if (is_due)
            check_int(vr_reactor_timeout(survive_reactor), 0);
        if (is_due || host_fd < 0 || is_readable(host_fd))
            survive_turns(1);
    }
}

/* ---- embedding ---- */

static void forget(void)
{
    reads = fails = runs = posted = 0;
    due = VR_TIME_MAX;
    watch.reactor = NULL;
}

static int embed(void)
{
    host_fd = vr_reactor_fd(survive_reactor);
    if (host_fd < 0 && host_fd != -ENOTSUP)
        return host_fd;
    return vr_reactor_embed(survive_reactor, note_due, NULL);
}

static void it_can_be_embedded_later(int err)
{
    if (err)
        check_int(embed(), 0);
    be_host();
    check(due == VR_TIME_MAX);
}

TEST(survives_embed, embedding)
{
    (void)survive(forget, embed, it_can_be_embedded_later);
}

/* ---- between turns ---- */

static void note_read(struct vr_watch *heard)
{
    reads++;
    vr_watch_close(heard);
}

static void note_failure(struct vr_watch *heard, int err)
{
    survive_check_told(err);
    fails++;
    vr_watch_close(heard);
}

static const struct vr_watch_ops ops = {.readable = note_read,
                                        .failed = note_failure};

static void set_up(void)
{
    forget();
    check(!pipe(ends) && write(ends[1], "x", 1) == 1);
    check_int(embed(), 0);
    be_host();
}

static void tear_down(void)
{
    vr_watch_close(&watch);
    check(!close(ends[0]) && !close(ends[1]));
    be_host();
    check(due == VR_TIME_MAX);
}

static int open_reader(void)
{
    return vr_watch_open(&watch, survive_reactor, ends[0], VR_READ, &ops);
}

static void it_reads_unless_refused(int err)
{
    be_host();
    check_int(reads, err ? 0 : 1);
    check_int(fails, 0);
    tear_down();
}

TEST(survives_embed, opening_a_watch)
{
    check(survive(set_up, open_reader, it_reads_unless_refused) > 0);
}

static void set_up_reader(void)
{
    char read_off;

    set_up();
    check(read(ends[0], &read_off, 1) == 1);
    check_int(open_reader(), 0);
    be_host();
}

static int close_reader(void)
{
    vr_watch_close(&watch);
    return 0;
}

/* Nobody keeps its file, or at the latest until the turn that is asked for. */
static void its_descriptor_can_be_closed(int err)
{
    struct pollfd writer = {.fd = ends[1]};

    (void)err;
    check(!close(ends[0]));
    be_host();
    check(poll(&writer, 1, 0) == 1 && (writer.revents & POLLERR));
    check_int(reads + fails, 0);
    check(!close(ends[1]));
}

TEST(survives_embed, closing_a_watch)
{
    (void)survive(set_up_reader, close_reader, its_descriptor_can_be_closed);
}

static void set_up_idle(void)
{
    set_up();
    check_int(vr_watch_open(&watch, survive_reactor, ends[0], 0, &ops), 0);
    be_host();
}

static int want(void)
{
    vr_watch_want(&watch, VR_READ);
    return 0;
}

static void it_reads_or_hears_why_not(int err)
{
    (void)err;
    be_host();
    check_int(reads + fails, 1);
    tear_down();
}

TEST(survives_embed, wanting)
{
    (void)survive(set_up_idle, want, it_reads_or_hears_why_not);
}

static void note_post(struct vr_post *given)
{
    (void)given;
    posted++;
}

static int post_one(void)
{
    post = (struct vr_post){.run = note_post};
    vr_reactor_post(survive_reactor, &post);
    return 0;
}

static void it_was_done(int err)
{
    (void)err;
    be_host();
    check_int(posted, 1);
    tear_down();
}

TEST(survives_embed, a_post_that_wakes_the_host)
{
    check(survive_one(set_up, post_one, it_was_done) > 0);
}

static void note_run(void *arg)
{
    (void)arg;
    runs++;
}

static int schedule(void)
{
    struct vr_task task = {.run = note_run};

    return vr_schedule(survive_reactor, VR_SEC, &task, NULL);
}

static void it_runs_in_time_unless_refused(int err)
{
    be_host();
    vr_test_advance(&survive_env, VR_SEC);
    be_host();
    check_int(runs, err ? 0 : 1);
    tear_down();
}

TEST(survives_embed, scheduling)
{
    check(survive_one(set_up, schedule, it_runs_in_time_unless_refused) > 2);
}

/* ---- turns ---- */

static void set_up_all(void)
{
    set_up();
    check_int(open_reader(), 0);
    post_one();
    check_int(schedule(), 0);
}

static int turn(void)
{
    return vr_reactor_turn(survive_reactor, 0);
}

static void all_is_done(int err)
{
    (void)err;
    be_host();
    vr_test_advance(&survive_env, VR_SEC);
    be_host();
    check_int(reads + fails, 1);
    check_int(posted, 1);
    check_int(runs, 1);
    tear_down();
}

TEST(survives_embed, one_turn)
{
    check(survive(set_up_all, turn, all_is_done) > 0);
}

/* ---- a thread of its own ---- */

static atomic_bool answered;
static int answer;

static void note_called(void *arg)
{
    (void)arg;
    runs++;
}

static void *call_and_wait(void *arg)
{
    (void)arg;
    answer = vr_call_and_wait(survive_reactor, note_called, NULL);
    answered = true;
    return NULL;
}

/* No run has ended, as none began: the host's loop goes on. */
TEST(survives_embed, a_start_that_fails_leaves_it_to_the_host)
{
    pthread_t thread;

    survive_begin();
    survive_with_threads = true;
    set_up();
    vr_test_sys_fail(VR_TEST_SYS_THREAD_CREATE, 1, 1, EAGAIN);
    check_int(vr_reactor_start(survive_reactor), -EAGAIN);
    check(!pthread_create(&thread, NULL, call_and_wait, NULL));
    while (!answered && !atomic_load(&survive_reactor->inbox->newest))
        sched_yield();
    survive_turns(1);
    check(!pthread_join(thread, NULL));
    check_int(answer, 0);
    check_int(runs, 1);
    tear_down();
    survive_end();
}
