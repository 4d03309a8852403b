/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_after_fork.c
 * Tests of reactor/after_fork.h when memory or the system fails.
 */
#include <vreactor/reactor/after_fork.h>

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <vreactor/log/queue_impl.h>
#include <vreactor/reactor/clock_call.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/log_delivery.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/signal.h>
#include <vreactor/reactor/signal_table.h>
#include <vreactor/reactor/watch.h>

#include "tests/support/survive.h"

static struct vr_watch watch;
static struct vr_signal sig;
static struct vr_clock_call date;
static int ends[2], events, signals, dates;

static void note_event(struct vr_watch *which)
{
    char byte;

    events++;
    check_int(read(vr_watch_fd(which), &byte, 1), 1);
}

static void note_signal(struct vr_signal *which)
{
    signals += (int)vr_signal_count(which);
}

static void note_date(struct vr_clock_call *which)
{
    (void)which;
    dates++;
}

/* As a child finds it, in which the table of signals has begun anew. */
static void make_copy(void)
{
    struct vr_inbox *inbox = survive_reactor->inbox;
    uint64_t parent = vr_fork_mark() + 1;

    vr_signal_table_remove(&survive_reactor->env, SIGUSR1, sig.ear);
    survive_reactor->mark = parent;
    inbox->mark = inbox->reports.mark = parent;
    survive_reactor->log->queue->mark = parent;
}

static void set_up(void)
{
    static const struct vr_watch_ops ops = {.readable = note_event};

    events = signals = dates = 0;
    check(!pipe(ends));
    check_int(vr_watch_open(&watch, survive_reactor, ends[0], VR_READ, &ops),
              0);
    check_int(vr_signal_open(&sig, survive_reactor, SIGUSR1, note_signal), 0);
    vr_clock_call_init(&date, survive_reactor, VR_CLOCK_WALL, note_date);
    vr_clock_call_at(&date,
                     vr_clock_now(survive_reactor, VR_CLOCK_WALL) + VR_SEC);
    survive_turns(1);
    make_copy();
}

static int go_on(void)
{
    return vr_reactor_after_fork(survive_reactor);
}

static void check_goes_on(void)
{
    check(!vr_reactor_is_inherited(survive_reactor));
    check_int(write(ends[1], "x", 1), 1);
    check_int(kill(getpid(), SIGUSR1), 0);
    survive_turns(3);
    check_int(events, 1);
    check_int(signals, 1);
    vr_test_set_wall(&survive_env, vr_clock_call_due(&date));
    vr_test_advance(&survive_env, VR_SEC); /* where nothing tells of steps */
    survive_turns(2);
    check_int(dates, 1);
}

static void close_all(void)
{
    vr_signal_close(&sig);
    vr_watch_close(&watch);
    check(!close(ends[0]) && !close(ends[1]));
}

static void check_inherited(int err)
{
    struct sigaction now;

    check_int(vr_reactor_is_inherited(survive_reactor), err != 0);
    if (!err)
        return;
    check_int(vr_reactor_turn(survive_reactor, 0), -ECHILD);
    check_int(sigaction(SIGUSR1, NULL, &now), 0);
    check(now.sa_handler == SIG_DFL || survive_error());
}

/* What has failed is tried again, and all is as if it had not. */
static void it_goes_on_at_last(int err)
{
    check_inherited(err);
    if (err)
        check_int(go_on(), 0);
    check_goes_on();
    close_all();
}

/* promise reactor-47 */
TEST(survives_after_fork, going_on)
{
    check(survive(set_up, go_on, it_goes_on_at_last) > 4);
}

/* What has failed may be freed, and nothing is left. */
static void it_is_freed(int err)
{
    check_inherited(err);
    if (!err)
        check_goes_on();
    close_all();
    if (!err)
        return;
    check_int(vr_reactor_free(survive_reactor), 0);
    survive_reactor = NULL;
}

/* promise reactor-47 */
TEST(survives_after_fork, failing_to_go_on)
{
    check(survive(set_up, go_on, it_is_freed) > 4);
}
