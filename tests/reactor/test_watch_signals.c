/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_signals.c
 * Watches and calls while the program has signals: they change nothing.
 */
#include "watches.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include <vreactor/reactor/call.h>

#include "tests/support/storm.h"
#include "tests/support/uring.h"

/* A reader of a pipe with a byte in it. */
static struct probe probe = {.act = act_take};
static int ends[2];

static int calls;

static void open_pipe(void)
{
    make_pipe(ends);
    put(ends[1], "x");
    open_reader(&probe, ends[0]);
}

static void tear_down_pipe(void)
{
    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}

/* ---- a signal in a wait ---- */

static struct vr_test_env test_time;
static int signals; /* still to come, each a millisecond into a wait */

/* @return whether a signal ends this wait */
static bool pass_time(vr_time span)
{
    bool interrupted = signals > 0 && span > VR_MSEC;

    if (interrupted)
        signals--;
    vr_test_advance(&test_time, interrupted ? VR_MSEC : span);
    errno = EINTR;
    return interrupted;
}

static int wait_in_epoll(int epfd, struct epoll_event *events, int cap,
                         vr_time timeout)
{
    return pass_time(timeout)
               ? -1
               : vr_sys_default()->epoll_wait(epfd, events, cap, 0);
}

static int wait_in_poll(struct pollfd *fds, size_t count, vr_time timeout)
{
    return pass_time(timeout) ? -1 : vr_sys_default()->poll(fds, count, 0);
}

static vr_time span_of(const struct timespec *spec)
{
    return spec->tv_sec * VR_SEC + spec->tv_nsec;
}

static int wait_in_select(int count, void *reads, void *writes, void *excepts,
                          const struct timespec *timeout)
{
    static const struct timespec zero;

    return pass_time(span_of(timeout))
               ? -1
               : vr_sys_default()->select(count, reads, writes, excepts, &zero);
}

static int wait_in_kevent(int kq, const struct kevent *changes,
                          int change_count, struct kevent *events,
                          int event_count, const struct timespec *timeout)
{
    static const struct timespec zero;

    if (event_count && pass_time(span_of(timeout)))
        return -1;
    return vr_sys_default()->kevent(kq, changes, change_count, events,
                                    event_count, event_count ? &zero : timeout);
}

static int wait_in_uring(struct io_uring *ring, const struct timespec *timeout)
{
    static const struct timespec zero;

    return pass_time(span_of(timeout)) ? -1 : real_uring()->wait(ring, &zero);
}

/* libevent waits by calls of its own and hides signals: it only finds nothing
 * before the time is out. */
static int wait_in_libevent(struct vr_selector *sel, struct vr_ready *ready,
                            int cap, vr_time timeout)
{
    return cap && pass_time(timeout) ? 0
                                     : tested_kind()->wait(sel, ready, cap, 0);
}

static struct vr_selector_ops over_libevent;

static int open_libevent(const struct vr_env *env, void *arg,
                         struct vr_selector **ret_sel)
{
    int err = tested_kind()->open(env, arg, ret_sel);
    if (!err)
        (*ret_sel)->ops = &over_libevent;
    return err;
}

static const struct vr_selector_ops *interrupting_selector(void)
{
    if (!tested_is("libevent"))
        return NULL;

    over_libevent = *tested_kind();
    over_libevent.open = open_libevent;
    over_libevent.wait = wait_in_libevent;
    return &over_libevent;
}

static struct vr_sys interrupting_sys(void)
{
    struct vr_sys sys = VR_SYS_INIT;

    sys.epoll_wait = vr_sys_default()->epoll_wait ? wait_in_epoll : NULL;
    sys.kevent = vr_sys_default()->kevent ? wait_in_kevent : NULL;
    sys.poll = wait_in_poll;
    sys.select = wait_in_select;
    return sys;
}

static vr_time called_at;

static void note_time(struct vr_call *call)
{
    (void)call;
    calls++;
    called_at = vr_test_now(&test_time);
}

TEST(watch_signals, move_no_deadline)
{
    struct vr_uring_sys uring = {.size = sizeof(uring), .wait = wait_in_uring};
    struct vr_sys sys = interrupting_sys();
    struct vr_call call;
    int turns = 0;

    vr_test_env_init(&test_time, VR_SEC);
    test_time.env.sys = &sys;
    set_up_as(
        (struct vr_reactor_options){.selector_ops = interrupting_selector(),
                                    .selector_arg = &uring,
                                    .env = &test_time.env});
    open_pipe();
    turn();
    vr_call_init(&call, reactor, note_time);
    vr_call_after(&call, 10 * VR_MSEC);
    signals = 5;
    for (; calls == 0; turns++)
        check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(signals, 0);
    check(called_at >= VR_SEC + 10 * VR_MSEC);
    check(called_at <= VR_SEC + 11 * VR_MSEC); /* waits are rounded up */
    check(turns < 10);

    put(ends[1], "x");
    turn();
    check_int(probe.reads, 2);
    tear_down_pipe();
}

/* ---- many ---- */

static void stop_after(struct vr_call *call)
{
    if (++calls == 5)
        vr_reactor_stop(reactor);
    else
        vr_call_after(call, VR_MSEC);
}

TEST(watch_signals, stop_nothing_though_they_are_a_storm)
{
    struct vr_call call;

    set_up();
    open_pipe();
    vr_call_init(&call, reactor, stop_after);
    vr_call_after(&call, VR_MSEC);
    vr_time before = vr_now(NULL);
    begin_storm();
    check_int(vr_reactor_run(reactor), 0);
    check(vr_now(NULL) - before >= 5 * VR_MSEC);
    end_storm();
    check_int(probe.reads, 1);
    tear_down_pipe();
}
