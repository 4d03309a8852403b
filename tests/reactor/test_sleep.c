/* SPDX-License-Identifier: MIT */
/**
 * @file test_sleep.c
 * Deferreds that come with time.
 */
#include <vreactor/reactor/async/sleep.h>

#include <vreactor/log/log.h>
#include <vreactor/log/watcher.h>

#include "tests/pending/fixture.h"
#include "tests/reactor/calls.h"

static void pass(vr_time span)
{
    pass_until(now() + span);
}

TEST(sleep, fires_in_its_time)
{
    set_up();
    struct vr_pending *pending = vr_pending_sleep(reactor, 5 * VR_SEC);
    watch(pending);

    pass(5 * VR_SEC - 1);
    check_str(seen.trace, "");
    pass(1);
    check_str(seen.trace, "v0");
    vr_pending_free(pending);
    tear_down();
}

TEST(sleep, of_no_time_fires_in_the_next_turn)
{
    set_up();
    struct vr_pending *pending = vr_pending_sleep(reactor, 0);
    watch(pending);

    check_str(seen.trace, "");
    turn();
    check_str(seen.trace, "v0");
    vr_pending_free(pending);
    tear_down();
}

TEST(sleep, is_gone_when_it_is_cancelled_or_freed)
{
    set_up();
    struct vr_pending *pending = vr_pending_sleep(reactor, 5 * VR_SEC);
    watch(pending);

    vr_pending_free(vr_pending_sleep(reactor, 5 * VR_SEC));
    check(vr_pending_cancel(pending));
    check_str(seen.trace, "f-5001");
    pass(5 * VR_SEC);
    check_str(seen.trace, "f-5001");
    vr_pending_free(pending);
    tear_down();
}

/* promise deferreds-20 */
TEST(sleep, ends_when_the_reactor_closes)
{
    set_up();
    struct vr_pending *pending = vr_pending_sleep(reactor, 5 * VR_SEC);
    watch(pending);

    check_int(vr_reactor_close(reactor), 0);
    check_str(seen.trace, "f-5000");
    struct vr_pending *late = vr_pending_sleep(reactor, 5 * VR_SEC);
    watch(late);
    check_str(seen.trace, "f-5000 f-5000");
    then(pending, NULL, recover_with, NULL);
    then(late, NULL, recover_with, NULL);
    vr_pending_free(pending);
    vr_pending_free(late);
    tear_down();
}

/* What is reported goes to the reactor's log. */
static void keep_entry(struct vr_log_watcher *watcher,
                       const struct vr_log_entry *entry)
{
    (void)watcher;
    keep_report(NULL, entry->level, entry->text);
}

static void check_reported_of(int line)
{
    char want[128];

    (void)snprintf(want, sizeof(want), "%s:%d: ", __FILE__, line);
    check(strstr(seen.report, want));
}

TEST(sleep, names_the_place_where_the_macro_stands)
{
    struct vr_log_watcher watcher;
    set_up();
    vr_log_watcher_init(&watcher, keep_entry);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &watcher), 0);
    struct vr_pending *pending = vr_pending_sleep(reactor, 5 * VR_SEC);
    int line = __LINE__ - 1;

    check_int(vr_reactor_close(reactor), 0);
    vr_pending_free(pending);
    check_reported_of(line);
    vr_pending_free(vr_pending_sleep(reactor, 5 * VR_SEC));
    check_reported_of(__LINE__ - 1);
    tear_down();
}

/* promise deferreds-20 */
TEST(sleep, needs_a_reactor)
{
    struct vr_pending *pending = vr_pending_sleep(NULL, VR_SEC);

    watch(pending);
    check_str(seen.trace, "f-1");
    vr_pending_free(pending);
}

static struct vr_pending *asleep;

static void fall_asleep(struct probe *probe)
{
    (void)probe;
    asleep = vr_pending_sleep(NULL, 2 * VR_SEC);
}

TEST(sleep, is_of_the_reactor_whose_turn_it_is)
{
    struct probe probe;
    set_up();
    probe_init(&probe, 1);
    probe.act = fall_asleep;

    vr_call_after(&probe.call, VR_SEC);
    pass(VR_SEC);
    watch(asleep);
    pass(2 * VR_SEC);
    check_str(seen.trace, "v0");
    vr_pending_free(asleep);
    tear_down();
}

TEST(sleep, needs_memory)
{
    set_up();
    for (int nth = 1; nth <= 2; nth++) {
        vr_test_fail_allocation(&test, nth, 1);
        check(!vr_pending_sleep(reactor, VR_SEC));
    }
    tear_down();
}
