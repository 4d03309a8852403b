/* SPDX-License-Identifier: MIT */
/**
 * @file test_spurious.c
 * What a wait says that is no event of a watch: a shortage, which will pass,
 * and events of a descriptor that was closed before its watch.
 */
#include <vreactor/reactor/reactor_impl.h>

#include <errno.h>

#include <vreactor/log/log.h>
#include <vreactor/log/watcher.h>
#include <vreactor/reactor/collect.h>
#include <vreactor/testing/sys.h>

#include "watches.h"

static struct vr_sys sys;
static int naps; /* of the loop */
static vr_time longest;
static int error; /* of each wait; 0: none */
static int words; /* in the log, of what a test looks for */
static const char *looks_for;
static struct vr_log_watcher watcher;

/* On the clock of the test it takes no time of ours. */
static int nap_at_once(void *cond, void *lock, vr_time span)
{
    (void)cond;
    (void)lock;
    naps++;
    longest = span > longest ? span : longest;
    vr_test_advance(&test, span);
    errno = ETIMEDOUT;
    return -1;
}

static void fail_wait(struct vr_test_script *self)
{
    self->wait_error = error;
}

static void look(struct vr_log_watcher *self, const struct vr_log_entry *entry)
{
    (void)self;
    words += strstr(entry->text, looks_for) != NULL;
}

static void listen_for(const char *text)
{
    looks_for = text;
    vr_log_watcher_init(&watcher, look);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &watcher), 0);
}

static void use_naps(void)
{
    sys = *vr_test_sys();
    sys.cond_wait = nap_at_once;
    vr_test_env_init(&test, 3600 * VR_SEC);
    test.env.sys = &sys;
    naps = 0;
    longest = 0;
}

static void set_up_script_with_naps(void)
{
    use_naps();
    vr_test_script_init(&script, &test);
    check_int(vr_test_script_reactor(&script, NULL, &reactor), 0);
    script.on_wait = fail_wait;
}

static void finish(void)
{
    vr_logger_detach(&watcher);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

/* ---- shortages ---- */

static void check_borne(int err)
{
    struct probe probe = {0};

    set_up_script_with_naps();
    listen_for("cannot wait now");
    open_as(&probe, 0, VR_READ);
    words = 0;
    error = err;
    for (int i = 0; i < 10; i++)
        check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(naps, 10);
    check(longest >= 10 * VR_MSEC && longest <= 20 * VR_MSEC);
    check_int(vr_log_flush(vr_reactor_log(reactor), VR_SEC), 0);
    check_int(words, 1);

    error = 0;
    script_ready(&script, 0, VR_READ);
    check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(probe.reads, 1);
    check_int(naps, 10);
    vr_watch_close(&probe.watch);
    finish();
}

TEST(shortage, ends_no_run_and_lets_no_loop_spin)
{
    check_borne(-EAGAIN);
    check_borne(-ENOMEM);
    check_borne(-ENOBUFS);
}

TEST(shortage, is_waited_for_no_longer_than_the_next_call)
{
    set_up_script_with_naps();
    listen_for("cannot wait");
    error = -ENOMEM;
    check_int(vr_reactor_turn(reactor, 1000), 0);
    check_int(longest, 1000);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(naps, 1);
    finish();
}

TEST(shortage, is_not_what_else_goes_wrong)
{
    set_up_script_with_naps();
    listen_for("cannot wait");
    error = -EBADF;
    check_int(vr_reactor_turn(reactor, -1), -EBADF);
    check_int(vr_reactor_run(reactor), -EBADF);
    check_int(naps, 0);
    error = 0;
    finish();
}

/* Whatever the selector waits with. */
TEST(shortage, is_borne_over_every_selector)
{
    static const int errors[] = {EAGAIN, ENOMEM};
    struct probe probe = {0};
    int ends[2];

    if (tested_is("libevent"))
        test_skip("libevent waits by itself");
    for (int i = 0; i < 2; i++) {
        vr_test_sys_reset();
        use_naps();
        struct vr_reactor_options options = {.size = sizeof(options),
                                             .env = &test.env};
        check_int(vr_reactor_new(&options, &reactor), 0);
        listen_for("cannot wait now");
        make_pipe(ends);
        open_as(&probe, ends[0], VR_READ);
        put(ends[1], "x");
        probe.reads = 0;
        vr_test_sys_fail(VR_TEST_SYS_ANY_WAIT, 1, 3, errors[i]);
        for (int turns = 0; turns < 10 && !probe.reads; turns++)
            check_int(vr_reactor_turn(reactor, VR_SEC), 0);
        check_int(probe.reads, 1);
        check_int(naps, 3);
        vr_test_sys_reset();
        vr_watch_close(&probe.watch);
        close_both(ends);
        finish();
    }
}

/* ---- descriptors closed before their watch ---- */

TEST(stale_events, are_dropped_counted_and_named_once)
{
    struct probe probe = {0};

    set_up_script_with_naps();
    listen_for("descriptor 1 was closed before its watch");
    words = 0;
    error = 0;
    open_as(&probe, 1, VR_READ);
    vr_watch_close(&probe.watch);
    for (int i = 0; i < 5; i++) {
        script_ready(&script, 1, VR_READ);
        check_int(vr_reactor_turn(reactor, -1), 0);
    }
    check_int((int)reactor->stale, 5);
    check_int(naps, 5); /* the loop does not spin */
    check_int(vr_log_flush(vr_reactor_log(reactor), VR_SEC), 0);
    check_int(words, 1);
    check_int(probe.reads, 0);
    finish();
}

static void find_stale(struct vr_test_script *self)
{
    script_ready(self, 1, VR_READ);
}

/* As a turn does, with or without one to make. */
TEST(stale_events, keep_no_collecting_from_its_time)
{
    struct probe probe = {0};
    struct vr_collected found[4];
    bool is_due = true;

    set_up_script_with_naps();
    listen_for("descriptor 1 was closed before its watch");
    words = 0;
    error = 0;
    open_as(&probe, 1, VR_READ);
    vr_watch_close(&probe.watch);
    check_int(vr_reactor_turn(reactor, 0), 0);
    script.on_wait = find_stale;
    check_int(vr_reactor_collect(reactor, VR_SEC, 0, found, 4, &is_due), 0);
    script.on_wait = NULL;
    check_int(vr_log_flush(vr_reactor_log(reactor), VR_SEC), 0);
    check_int(words, 1);
    check_int(vr_reactor_turn(reactor, 0), 0);

    naps = 0;
    reactor->stale = 0;
    script.on_wait = find_stale;
    check_int(vr_reactor_collect(reactor, VR_SEC, 0, found, 4, &is_due), 0);
    check(!is_due);
    check_int(vr_reactor_collect(reactor, VR_SEC, 0, found, 4, NULL), 0);
    check(naps > 100 && naps < 200);          /* of 16 ms */
    check_int((int)reactor->stale - naps, 2); /* two looks at the end */
    finish();
}

static void act_close_other(struct probe *self, unsigned event)
{
    (void)event;
    vr_watch_close(&self->other->watch);
}

TEST(stale_events, are_none_of_a_watch_closed_by_the_one_before)
{
    struct probe first = {0}, second = {0};

    set_up_script_with_naps();
    listen_for("closed before its watch");
    words = 0;
    error = 0;
    open_as(&first, 1, VR_READ);
    open_as(&second, 2, VR_READ);
    first.act = act_close_other;
    first.other = &second;
    script_ready(&script, 1, VR_READ);
    script_ready(&script, 2, VR_READ);
    check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(first.reads, 1);
    check_int((int)reactor->stale, 0);
    check_int(naps, 0);
    vr_watch_close(&first.watch);
    finish();
}

/* Where the kernel knows open files and not numbers, as epoll does, there are
 * such events; elsewhere there are none. */
TEST(stale_events, keep_no_selector_from_its_work)
{
    struct probe probe = {0}, other = {0};
    int ends[2], others[2];

    use_naps();
    struct vr_reactor_options options = {.size = sizeof(options),
                                         .env = &test.env};
    check_int(vr_reactor_new(&options, &reactor), 0);
    listen_for("closed before its watch");
    words = 0;
    make_pipe(ends);
    make_pipe(others);
    open_as(&probe, ends[0], VR_READ);
    open_as(&other, others[0], VR_READ);
    check_int(vr_reactor_turn(reactor, 0), 0);
    int copy = dup(ends[0]);
    put(ends[1], "x");
    check_int(close(ends[0]), 0);
    vr_watch_close(&probe.watch);
    for (int i = 0; i < 3; i++)
        check_int(vr_reactor_turn(reactor, VR_MSEC), 0);
    check_int(probe.reads, 0);
    check_int(vr_log_flush(vr_reactor_log(reactor), VR_SEC), 0);
    check_int(words, reactor->stale > 0);
    if (tested_is("epoll"))
        check_int((int)reactor->stale, 3);

    put(others[1], "x");
    for (int i = 0; i < 10 && !other.reads; i++)
        check_int(vr_reactor_turn(reactor, VR_MSEC), 0);
    check_int(other.reads, 1);
    vr_watch_close(&other.watch);
    check_int(close(copy), 0);
    check_int(close(ends[1]), 0);
    close_both(others);
    finish();
}
