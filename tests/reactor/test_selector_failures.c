/* SPDX-License-Identifier: MIT */
/**
 * @file test_selector_failures.c
 * What every selector does when memory or a system call fails: it says so, and
 * all is as it was.
 */
#include "selector_fixture.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/time.h>
#ifdef HAVE_KQUEUE
#include <sys/event.h>
#endif

#include <vreactor/testing/sys.h>

/* Every call is the system's, until it is told to fail. */
static struct vr_env failing_env(void)
{
    struct vr_env env = VR_ENV_INIT;

    env.sys = vr_test_sys();
    vr_test_sys_reset();
    return env;
}

/* Not where it waits by calls that pass us by: see test_selector_libevent.c. */
static void skip_where_it_waits_by_itself(void)
{
    if (tested_is("libevent"))
        test_skip("libevent waits by itself");
}

/* What a wait says when its system call fails with @p err. */
static int wait_failing(int err)
{
    struct vr_env env = failing_env();
    struct vr_ready ready[1];
    int ends[2];

    make_pipe(ends);
    struct vr_selector *sel = open_in(&env);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    vr_test_sys_fail(VR_TEST_SYS_ANY_WAIT, 1, INT_MAX, err);
    int result = wait_at_most(sel, ready, 1, -1);

    vr_test_sys_reset();
    put(ends[1], "x");
    check_int(ready_events(sel, ends[0]), VR_READ);
    sel->ops->close(sel);
    close_both(ends);
    return result;
}

TEST(selector_failures, interrupted_wait_finds_nothing)
{
    skip_where_it_waits_by_itself();

    check_int(wait_failing(EINTR), 0);
}

TEST(selector_failures, failed_wait_says_why)
{
    skip_where_it_waits_by_itself();

    check_int(wait_failing(ENOMEM), -ENOMEM);
    check_int(wait_failing(EAGAIN), -EAGAIN);
    check_int(wait_failing(EINVAL), -EINVAL);
}

static volatile sig_atomic_t signals;

static void count_signal(int signal)
{
    (void)signal;
    signals++;
}

TEST(selector_failures, signal_ends_a_wait_for_ever)
{
    skip_where_it_waits_by_itself();

    struct vr_selector *sel = open_tested();
    struct sigaction action = {.sa_handler = count_signal};
    const struct itimerval often = {.it_interval = {.tv_usec = 5000},
                                    .it_value = {.tv_usec = 5000}};
    const struct itimerval never = {0};
    struct vr_ready ready[1];

    check_int(sigaction(SIGALRM, &action, NULL), 0);
    check_int(setitimer(ITIMER_REAL, &often, NULL), 0);
    check_int(wait_at_most(sel, ready, 1, -1), 0);
    check_int(setitimer(ITIMER_REAL, &never, NULL), 0);
    check(signals > 0);

    sel->ops->close(sel);
}

/* The descriptor count after the test finds what is left behind. */
TEST(selector_failures, failed_open_leaves_nothing)
{
    static const enum vr_test_sys_call makers[] = {
        VR_TEST_SYS_EPOLL_CREATE1, VR_TEST_SYS_KQUEUE, VR_TEST_SYS_URING_OPEN,
        VR_TEST_SYS_PIPE};
    struct vr_env env = failing_env();
    struct vr_selector *sel = NULL;

    for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++)
        vr_test_sys_fail(makers[i], 1, INT_MAX, EMFILE);
    int err = tested_kind()->open(&env, NULL, &sel);
    if (!tested_is("poll") && !tested_is("select")) {
        check_int(err, -EMFILE);
        check(sel == NULL);
    } else {
        check_int(err, 0);
        sel->ops->close(sel);
    }
}

TEST(selector_failures, failed_open_closes_what_it_opened)
{
    struct vr_env env = failing_env();
    struct vr_selector *sel = NULL;

    vr_test_sys_fail(VR_TEST_SYS_SET_FD_FLAGS, 1, INT_MAX, ENOLCK);
    int err = tested_kind()->open(&env, NULL, &sel);
    check_int(err, tested_is("kqueue") ? -ENOLCK : 0);
    if (!err)
        sel->ops->close(sel);
}

/* Epoll and kqueue forget a closed descriptor by themselves; it is closed
 * behind their back all the same. */
TEST(selector_failures, closing_behind_its_back_harms_nobody_else)
{
    struct vr_selector *sel = open_tested();
    int bad[2], good[2];

    make_pipe(bad);
    make_pipe(good);
    check_int(watch(sel, bad[0], 0, VR_READ), 0);
    check_int(watch(sel, good[0], 0, VR_READ), 0);
    close_both(bad);
    if (tested_is("epoll") || tested_is("kqueue"))
        check_int(ready_events(sel, bad[0]), 0);
    else if (tested_is("libevent")) /* as the back-end has it */
        check_int(ready_events(sel, bad[0]) & VR_WRITE, 0);
    else
        check_int(ready_events(sel, bad[0]), VR_READ | VR_WRITE);

    sel->ops->drop(sel, bad[0]);
    check_int(ready_count(sel), 0);
    put(good[1], "x");
    check_int(ready_events(sel, good[0]), VR_READ);

    sel->ops->close(sel);
    close_both(good);
}

#ifdef HAVE_KQUEUE

/* As the system's, but there is no memory for EVFILT_WRITE. */
static int kevent_without_write(int kq, const struct kevent *changes,
                                int change_count, struct kevent *events,
                                int event_count, const struct timespec *timeout)
{
    int done = 0;

    for (int i = 0; i < change_count; i++, done++) {
        struct kevent one = changes[i];
        if (one.filter == EVFILT_WRITE && one.flags & EV_ADD) {
            events[i] = one;
            events[i].flags = EV_ERROR;
            events[i].data = ENOMEM;
        } else {
            check_int(
                vr_sys_default()->kevent(kq, &one, 1, &events[i], 1, NULL), 1);
        }
    }
    return done ? done
                : vr_sys_default()->kevent(kq, NULL, 0, events, event_count,
                                           timeout);
}

TEST(selector_failures, half_a_change_is_undone)
{
    struct vr_sys sys = VR_SYS_INIT;
    struct vr_env env = VR_ENV_INIT;
    int ends[2];

    if (!tested_is("kqueue"))
        test_skip("a change of %s has no halves", tested_kind()->name);

    env.sys = &sys;
    sys.kevent = kevent_without_write;
    struct vr_selector *sel = open_in(&env);
    make_pair(ends);
    put(ends[1], "x");
    check_int(watch(sel, ends[0], 0, VR_READ | VR_WRITE), -ENOMEM);
    check_int(ready_count(sel), 0);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(watch(sel, ends[0], VR_READ, VR_WRITE), -ENOMEM);
    check_int(ready_events(sel, ends[0]), VR_READ);

    sel->ops->close(sel);
    close_both(ends);
}

#endif
