/* SPDX-License-Identifier: MIT */
/**
 * @file test_idle_log.c
 * Tests of reactor/idle.h: a run shows what it has logged, but not for ever.
 */
#include <vreactor/reactor/idle.h>

#include <vreactor/log/log.h>
#include <vreactor/log/watcher.h>
#include <vreactor/reactor/post.h>

#include "tests/reactor/watches.h"

static int entries;

/* Each entry is reason for another one, for ever. */
static void log_more(struct vr_log_watcher *watcher,
                     const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)entry;
    if (++entries < 100000)
        vr_log_info(vr_reactor_log(reactor), "and another");
}

static void log_once(struct vr_post *post)
{
    (void)post;
    vr_log_info(vr_reactor_log(reactor), "one");
}

/* Two, as a watcher is not shown what it has logged itself.  promise loops-2 */
TEST(idle_log, comes_after_entries_of_the_log_but_for_those_that_cause_others)
{
    struct vr_log_watcher one, other;
    struct vr_post post = {.run = log_once};

    set_up();
    entries = 0;
    vr_log_watcher_init(&one, log_more);
    vr_log_watcher_init(&other, log_more);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &one), 0);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &other), 0);
    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_run_until_idle(reactor), 0);
    check(!vr_reactor_is_alive(reactor));
    check(entries >= 2);
    check(entries < 100000);
    vr_logger_detach(&one);
    vr_logger_detach(&other);
    tear_down();
}
