/* SPDX-License-Identifier: MIT */
/**
 * @file survive.c
 * Every fault, one after the other.
 */
#include "tests/support/survive.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/selectors/selector.h>
#include <vreactor/reactor/watch.h>
#include <vreactor/testing/sys.h>

#include "tests/support/tested.h"

enum { MOST_FAULTS = 200, MOST_FDS = 64 };

struct trial {
    void (*prepare)(void);
    int (*act)(void);
    void (*look)(int err);
};

struct fault {
    bool of_memory; /* else of the system */
    int nth, times;
    int err; /* errno; 0: what is likely for the call */
};

struct vr_test_env survive_env;
struct vr_reactor *survive_reactor;
void (*survive_on_wait)(void);
int survive_overslept;
bool survive_with_threads;
int (*survive_pidfd_open)(pid_t pid, unsigned flags);

static struct fault fault; /* under which this run is */
static bool reached;       /* did it happen? */
static int fds_before;
static struct vr_selector_ops guarded;
static struct vr_sys sys;

/* What else than vr_test_sys_likely() a call may give, 0 at the end. */
static const int other_errors[VR_TEST_SYS_CALLS][6] = {
    [VR_TEST_SYS_CLOSE] = {EIO},
    [VR_TEST_SYS_READ] = {EINTR, EAGAIN},
    [VR_TEST_SYS_WRITE] = {EINTR, ENOMEM},
    [VR_TEST_SYS_RECV] = {EINTR, EAGAIN, ENOMEM, ETIMEDOUT},
    [VR_TEST_SYS_SENDMSG] = {EINTR, EAGAIN, ENOMEM},
    [VR_TEST_SYS_FSTAT] = {ENOMEM},
    [VR_TEST_SYS_PIPE] = {ENFILE},
    [VR_TEST_SYS_SOCKET] = {ENFILE, ENOBUFS, EAFNOSUPPORT},
    [VR_TEST_SYS_SOCKETPAIR] = {ENFILE, ENOMEM},
    [VR_TEST_SYS_BIND] = {EADDRNOTAVAIL, EACCES},
    [VR_TEST_SYS_ACCEPT] = {EINTR, EAGAIN, ECONNABORTED, ENOMEM, EPERM},
    [VR_TEST_SYS_ACCEPT4] = {EINTR, EAGAIN, ECONNABORTED, ENOMEM, EPERM},
    [VR_TEST_SYS_CONNECT] = {EAGAIN, ECONNREFUSED, EADDRNOTAVAIL},
    [VR_TEST_SYS_SHUTDOWN] = {ENOBUFS},
    [VR_TEST_SYS_GETPEERNAME] = {ENOBUFS},
    [VR_TEST_SYS_POLL] = {EINTR, EINVAL},
    [VR_TEST_SYS_SELECT] = {EINTR, EINVAL},
    [VR_TEST_SYS_EPOLL_CREATE1] = {ENFILE, ENOMEM, ENOSYS},
    [VR_TEST_SYS_EPOLL_CTL] = {ENOMEM},
    [VR_TEST_SYS_EPOLL_WAIT] = {EBADF, EINVAL},
    [VR_TEST_SYS_EVENTFD] = {ENFILE, ENODEV, ENOMEM},
    [VR_TEST_SYS_FORK] = {ENOMEM},
    [VR_TEST_SYS_WAITPID] = {EINTR},
    [VR_TEST_SYS_PIDFD_OPEN] = {ENOSYS, EPERM},
    [VR_TEST_SYS_KEVENT] = {EACCES}, /* EINTR is but for waits */
    [VR_TEST_SYS_URING_OPEN] = {ENOMEM, ENOSYS, EPERM},
    [VR_TEST_SYS_URING_SUBMIT] = {EAGAIN, EINVAL},
    [VR_TEST_SYS_URING_WAIT] = {EAGAIN, EBADF, EBUSY, ETIME},
};

/* ---- the reactor of a run ---- */

/* ENOTCONN says that there is nothing to shut down any more: let it be so. */
static int shut_down(int fd, int how)
{
    int result = vr_test_sys()->shutdown(fd, how);

    if (result < 0 && errno == ENOTCONN) {
        (void)vr_sys_default()->shutdown(fd, how);
        errno = ENOTCONN;
    }
    return result;
}

static int open_guarded(const struct vr_env *env, void *arg,
                        struct vr_selector **ret_sel)
{
    int err = tested_kind()->open(env, arg, ret_sel);
    if (!err)
        (*ret_sel)->ops = &guarded;
    return err;
}

/* libevent waits by calls that pass us by: one that does nothing fails in their
 * place. */
static int wait_in_tested(struct vr_selector *sel, struct vr_ready *ready,
                          int cap, vr_time timeout)
{
    if (!strcmp(tested_kind()->name, "libevent") && sys.poll(NULL, 0, 0) < 0)
        return errno == EINTR ? 0 : -errno;

    return tested_kind()->wait(sel, ready, cap, timeout);
}

static int wait_guarded(struct vr_selector *sel, struct vr_ready *ready,
                        int cap, vr_time timeout)
{
    void (*act)(void) = survive_on_wait;
    int64_t failures;

    if (act && timeout != 0) {
        survive_on_wait = NULL;
        act();
    }
    failures = vr_test_sys_failures();
    int found = wait_in_tested(
        sel, ready, cap, survive_with_threads && timeout < 0 ? timeout : 0);
    if (!found && timeout > 0)
        vr_test_advance(&survive_env, timeout);
    if (!found && timeout < 0 && failures == vr_test_sys_failures())
        survive_overslept++;
    return found;
}

struct vr_reactor_options survive_options(void)
{
    guarded = *tested_kind();
    guarded.open = open_guarded;
    guarded.wait = wait_guarded;
    return (struct vr_reactor_options){.size =
                                           sizeof(struct vr_reactor_options),
                                       .selector_ops = &guarded,
                                       .env = &survive_env.env};
}

void survive_turns(int count)
{
    while (count-- > 0)
        check(vr_reactor_turn(survive_reactor, 0) >= 0);
}

int survive_act_turns(int count)
{
    int result = 0;

    while (count-- > 0 && result >= 0)
        result = vr_reactor_turn(survive_reactor, 0);
    return result;
}

void survive_check_quiet(void)
{
    int64_t woken = vr_test_sys_woken();

    survive_turns(2);
    check_int(vr_test_sys_woken(), woken);
}

static void ignore_entry(struct vr_log_watcher *watcher,
                         const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)entry;
}

/* With somebody who hears its log, as logging takes memory then. */
static void make_reactor(void)
{
    static struct vr_log_watcher watcher;
    struct vr_reactor_options options = survive_options();

    check_int(vr_reactor_new(&options, &survive_reactor), 0);
    vr_log_watcher_init(&watcher, ignore_entry);
    check_int(vr_logger_attach(vr_reactor_log(survive_reactor), &watcher), 0);
}

/* ---- is it of use still? ---- */

static int uses;

static void use_call(struct vr_call *call)
{
    (void)call;
    uses += 1;
}

static void use_post(struct vr_post *post)
{
    (void)post;
    uses += 10;
}

static void use_watch(struct vr_watch *watch)
{
    vr_watch_close(watch);
    uses += 100;
}

/* A call, a post and a watch do their work. */
static void check_usable(void)
{
    static const struct vr_watch_ops ops = {.readable = use_watch};
    struct vr_call call;
    struct vr_post post = {.run = use_post};
    struct vr_watch watch;
    int ends[2];

    uses = 0;
    check(!pipe(ends) && write(ends[1], "x", 1) == 1);
    check_int(vr_watch_open(&watch, survive_reactor, ends[0], VR_READ, &ops),
              0);
    vr_call_init(&call, survive_reactor, use_call);
    vr_call_after(&call, 0);
    vr_reactor_post(survive_reactor, &post);
    survive_turns(4); /* one may be cut short by a stop */
    check_int(uses, 111);
    check(!close(ends[0]) && !close(ends[1]));
}

/* ---- one run ---- */

/* Cheaper than test_open_fds(), which looks again at the end of the test. */
static int open_fds(void)
{
    int count = 0;

    for (int fd = 0; fd < MOST_FDS; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

int survive_error(void)
{
    if (!reached)
        return 0;
    if (fault.of_memory)
        return -ENOMEM;
    return fault.err ? -fault.err : -vr_test_sys_likely(vr_test_sys_failed());
}

void survive_check_told(int err)
{
    if (fault.times > 1)
        check(err < 0 && reached);
    else
        check_int(err, survive_error());
}

void survive_check_all_told(int err)
{
    /* What closed in vain is closed, and nobody's affair. */
    if (!reached)
        check_int(err, 0);
    else if (vr_test_sys_failed() != VR_TEST_SYS_CLOSE)
        survive_check_told(err);
}

static int act_under_fault(const struct trial *trial)
{
    int64_t allocations = vr_test_allocations(&survive_env);
    int64_t failures = vr_test_sys_failures();

    if (fault.of_memory)
        vr_test_fail_allocation(&survive_env, fault.nth, fault.times);
    else
        vr_test_sys_fail(VR_TEST_SYS_ANY, fault.nth, fault.times, fault.err);
    int err = trial->act();
    vr_test_fail_allocation(&survive_env, 0, 0);
    vr_test_sys_fail(VR_TEST_SYS_ANY, 0, 0, 0);
    reached = fault.of_memory
                  ? vr_test_allocations(&survive_env) >= allocations + fault.nth
                  : vr_test_sys_failures() > failures;
    return err;
}

void survive_begin(void)
{
    fds_before = open_fds();
    reached = false;
    survive_overslept = 0;
    survive_on_wait = NULL;
    survive_with_threads = false;
    vr_test_sys_reset();
    vr_test_env_init(&survive_env, VR_SEC);
    sys = *vr_test_sys();
    sys.shutdown = shut_down;
    if (survive_pidfd_open)
        sys.pidfd_open = survive_pidfd_open;
    survive_env.env.sys = &sys;
    make_reactor();
}

void survive_end(void)
{
    if (survive_reactor) {
        check_usable();
        check_int(vr_reactor_free(survive_reactor), 0);
    }
    check_int(vr_test_blocks(&survive_env), 0);
    check_int(open_fds(), fds_before);
}

/* @return was there something to fail? */
static bool run_under(const struct trial *trial, struct fault given)
{
    fault = given;
    survive_begin();
    if (trial->prepare)
        trial->prepare();
    int err = act_under_fault(trial);
    check(err != -EINTR);
    if (err)
        survive_check_told(err);
    if (trial->look)
        trial->look(err);
    survive_end();
    return reached;
}

/* ---- all of them ---- */

/* Said when the process of a test that failed exits. */
static void tell_fault(void)
{
    if (!fault.nth)
        return;
    (void)fprintf(stderr, "  where %s %d%s fails",
                  fault.of_memory ? "allocation" : "system call", fault.nth,
                  fault.times > 1 ? " and each after it" : "");
    if (!fault.of_memory && vr_test_sys_failures())
        (void)fprintf(stderr, ": %s, %s",
                      vr_test_sys_name(vr_test_sys_failed()),
                      vr_errname(survive_error()));
    (void)fputc('\n', stderr);
}

static void try_other_errors(const struct trial *trial, int nth)
{
    const int *err = other_errors[vr_test_sys_failed()];

    for (; *err; err++)
        (void)run_under(trial,
                        (struct fault){.nth = nth, .times = 1, .err = *err});
}

static int fail_each(const struct trial *trial, bool of_memory, int times)
{
    int nth = 1;

    while (run_under(
        trial,
        (struct fault){.of_memory = of_memory, .nth = nth, .times = times})) {
        if (!of_memory && times == 1)
            try_other_errors(trial, nth);
        check(++nth < MOST_FAULTS);
    }
    return nth - 1;
}

static int fail_one(const struct trial *trial)
{
    check(!atexit(tell_fault));
    int count = fail_each(trial, true, 1) + fail_each(trial, false, 1);
    fault.nth = 0;
    return count;
}

int survive_one(void (*prepare)(void), int (*act)(void), void (*look)(int err))
{
    return fail_one(&(struct trial){prepare, act, look});
}

int survive(void (*prepare)(void), int (*act)(void), void (*look)(int err))
{
    struct trial trial = {prepare, act, look};

    int count = fail_one(&trial);
    (void)fail_each(&trial, true, INT_MAX);
    (void)fail_each(&trial, false, INT_MAX);
    fault.nth = 0;
    return count;
}
