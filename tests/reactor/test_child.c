/* SPDX-License-Identifier: MIT */
/**
 * @file test_child.c
 * Tests of reactor/async/child.h: what a child is given, and how its end is
 * heard.
 */
#include "both_ways.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <vreactor/base/err.h>
#include <vreactor/testing/sys.h>

#include "watches.h"

enum { MANY = 100 };

static struct kid kid;

/* A shell with @p words, in which all else is as @p options say. */
static void spawn_as(struct kid *which, const char *words,
                     struct vr_child_options options)
{
    const char *const argv[] = {"sh", "-c", words, NULL};

    *which = (struct kid){.times = 0};
    options.size = sizeof(options);
    if (!options.argv)
        options.argv = argv;
    hear_end(which, vr_child_spawn(&which->child, reactor, &options));
}

static void spawn(const char *words)
{
    spawn_as(&kid, words, (struct vr_child_options){.size = 0});
}

static void set_up_children(void)
{
    static struct vr_sys sys;
    struct vr_env env = VR_ENV_INIT;

    if (!without_pidfd && !has_pidfd())
        test_skip("the system has no pidfd");
    sys = (struct vr_sys)VR_SYS_INIT;
    sys.pidfd_open = without_pidfd ? refuse_pidfd : NULL;
    env.sys = &sys;
    set_up_as((struct vr_reactor_options){.env = &env});
}

static void await_end(struct kid *which)
{
    while (!which->times)
        check_int(vr_reactor_turn(reactor, VR_MSEC), 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(which->times, 1);
}

/* It has exited with @p code. */
static void check_exit(struct kid *which, int code)
{
    await_end(which);
    check_int(which->code, 0);
    check_int(which->exit, code);
    vr_pending_free(which->pending);
    check_int(waitpid(vr_child_pid(&which->child), NULL, WNOHANG), -1);
}

static void check_failure(int code)
{
    await_end(&kid);
    check_int(kid.code, code);
    vr_pending_free(kid.pending);
    check_int(waitpid(-1, NULL, WNOHANG), -1); /* nothing is left */
}

/* ---- how it ends ---- */

/* promise reactor-36 */
BOTH_WAYS(child, is_heard_of_when_it_has_ended)
{
    set_up_children();
    spawn("exit 42");
    check(vr_child_pid(&kid.child) > 0);
    check_int(kid.times, 0);
    check_exit(&kid, 42);
    spawn("kill -TERM $$");
    check_exit(&kid, -SIGTERM);
    tear_down();
}

/* promise reactor-39 */
BOTH_WAYS(child, is_killed_and_nobody_else)
{
    set_up_children();
    spawn("while :; do wait; kill -STOP $$; done"); /* until it is killed */
    check_int(vr_child_kill(&kid.child, SIGKILL), 0);
    check_exit(&kid, -SIGKILL);
    check_int(vr_child_kill(&kid.child, SIGKILL), -ESRCH);
    tear_down();
}

/* promise reactor-36 */
BOTH_WAYS(child, is_one_of_a_hundred_at_once)
{
    static struct kid kids[MANY];
    char words[32];

    set_up_children();
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(words, sizeof(words), "exit %d", i);
        spawn_as(&kids[i], words, (struct vr_child_options){.size = 0});
    }
    for (int i = 0; i < MANY; i++)
        check_exit(&kids[i], i);
    tear_down();
}

/* promise reactor-36 */
BOTH_WAYS(child, is_the_program_s_where_nobody_watches_any_longer)
{
    set_up_children();
    spawn("exit 7");
    pid_t pid = vr_child_pid(&kid.child);
    vr_pending_free(kid.pending);
    await_zombie(pid);
    check_int(vr_reactor_turn(reactor, 0), 0);
    kid = (struct kid){.times = 0};
    hear_end(&kid, vr_child_watch(&kid.child, reactor, pid));
    check_exit(&kid, 7);
    tear_down();
}

/* promise reactor-36 */
BOTH_WAYS(child, fails_where_the_reactor_is_closed_first)
{
    set_up_children();
    spawn("exit 0");
    check_int(vr_reactor_close(reactor), 0);
    check_int(kid.times, 1);
    check_int(kid.code, -VR_ECLOSED);
    check_int(waitpid(vr_child_pid(&kid.child), NULL, 0),
              vr_child_pid(&kid.child));
    vr_pending_free(kid.pending);
    spawn("exit 0");
    check_int(kid.times, 1);
    check_int(kid.code, -VR_ECLOSED);
    vr_pending_free(kid.pending);
    tear_down();
}

/* ---- one that somebody else has made ---- */

/* promise reactor-38 */
BOTH_WAYS(child, of_somebody_else_is_watched)
{
    set_up_children();
    pid_t pid = fork();
    if (pid == 0)
        _exit(3);
    kid = (struct kid){.times = 0};
    await_zombie(pid); /* it had ended before */
    hear_end(&kid, vr_child_watch(&kid.child, reactor, pid));
    check_int(kid.times, 0);
    check_exit(&kid, 3);

    kid = (struct kid){.times = 0};
    hear_end(&kid, vr_child_watch(&kid.child, reactor, pid));
    check_failure(-ESRCH);
    kid = (struct kid){.times = 0};
    hear_end(&kid, vr_child_watch(&kid.child, reactor, 0));
    check_failure(-ESRCH);
    tear_down();
}

/* promise reactor-38 */
BOTH_WAYS(child, that_another_has_waited_for_is_told)
{
    set_up_children();
    spawn("exit 0");
    pid_t pid = vr_child_pid(&kid.child);
    check_int(waitpid(pid, NULL, 0), pid);
    check_failure(-ECHILD);
    tear_down();
}

/* ---- what it is given ---- */

/* promise reactor-35 */
BOTH_WAYS(child, has_its_environment_and_directory)
{
    static const char *const env[] = {"GREETING=hello", "PATH=/usr/bin:/bin",
                                      NULL};
    static const char *const lost[] = {"PATH=/no/such", NULL};

    set_up_children();
    spawn_as(&kid, "test $GREETING = hello && test $(pwd) = /",
             (struct vr_child_options){.env = env, .directory = "/"});
    check_exit(&kid, 0);
    spawn_as(&kid, "exit 0", (struct vr_child_options){.env = lost});
    check_failure(-ENOENT); /* the shell is looked for there */
    tear_down();
}

static void ignore(int number)
{
    (void)number;
}

/* promise reactor-35 */
BOTH_WAYS(child, has_no_signal_blocked_or_caught)
{
    sigset_t all, before;

    set_up_children();
    (void)signal(SIGTERM, ignore);
    sigfillset(&all);
    check_int(sigprocmask(SIG_SETMASK, &all, &before), 0);
    spawn("kill -TERM $$; exit 1");
    check_exit(&kid, -SIGTERM);
    check_int(sigprocmask(SIG_SETMASK, &before, NULL), 0);
    tear_down();
}

BOTH_WAYS(child, leads_a_group_if_it_is_to)
{
    set_up_children();
    spawn_as(&kid, "kill -KILL 0",
             (struct vr_child_options){.new_group = true});
    check_exit(&kid, -SIGKILL); /* and this process goes on */
    tear_down();
}

/* A pipe is its input, the other its output, and the numbers cross. */
/* promise reactor-40 */
BOTH_WAYS(child, has_descriptors_whose_numbers_cross)
{
    int in[2], out[2];
    char got[8] = "";

    set_up_children();
    make_pipe(in);
    make_pipe(out);
    const struct vr_child_fd fds[] = {
        {.theirs = in[0], .ours = out[1]},
        {.theirs = out[1], .ours = in[0]},
    };
    char words[64];
    (void)snprintf(words, sizeof(words), "cat </dev/fd/%d >/dev/fd/%d", out[1],
                   in[0]);
    put(in[1], "abc");
    check(!close(in[1]));
    spawn_as(&kid, words, (struct vr_child_options){.fds = fds, .fd_count = 2});
    check_exit(&kid, 0);
    check_int(read(out[0], got, sizeof(got)), 3);
    check_str(got, "abc");
    check(!close(in[0]));
    close_both(out);
    tear_down();
}

enum { MOST_FDS = 64 };

/* What whoever runs the tests has left open is not the library's. */
static void keep_from_children(void)
{
    for (int fd = 3; fd < MOST_FDS; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            check_int(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
}

/* Not even those by which this one, and another, are made and watched. */
/* promise reactor-40 */
BOTH_WAYS(child, has_no_descriptor_but_those_it_is_given)
{
    static const char words[] =
        "n=3; while [ $n -lt 64 ]; do"
        " case $n in 7) test -e /dev/fd/7 || exit 1 ;;"
        " *) test -e /dev/fd/$n && exit $n ;; esac; n=$((n + 1)); done; exit 0";
    struct kid other;
    int pipe[2];

    make_pipe(pipe);
    keep_from_children();
    const struct vr_child_fd seven = {.theirs = 7, .ours = pipe[0]};
    set_up_children();
    spawn_as(&other, "exit 0", (struct vr_child_options){.size = 0});
    spawn_as(&kid, words,
             (struct vr_child_options){.fds = &seven, .fd_count = 1});
    check_exit(&kid, 0);
    check_exit(&other, 0);
    close_both(pipe);
    tear_down();
}

/* ---- what it is sent ---- */

/* Over system calls that are counted. */
static void set_up_counted(void)
{
    struct vr_env env = VR_ENV_INIT;

    if (!has_pidfd() || !vr_sys_default()->pidfd_send_signal)
        test_skip("the system has no pidfd");
    env.sys = vr_test_sys();
    set_up_as((struct vr_reactor_options){.env = &env});
    vr_test_sys_reset();
}

static bool is_refused_in_a_child(void)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0)
        _exit(vr_child_kill(&kid.child, SIGKILL) != -ECHILD);
    return waitpid(pid, &status, 0) == pid && status == 0;
}

/* promise reactor-39 */
TEST(child, is_sent_signals_by_what_no_other_can_be)
{
    set_up_counted();
    spawn("exec sleep 100");
    check(is_refused_in_a_child());
    check_int(vr_child_kill(&kid.child, SIGKILL), 0);
    check_exit(&kid, -SIGKILL);
    check_int(vr_test_sys_count(VR_TEST_SYS_KILL), 0);
    check_int(vr_test_sys_count(VR_TEST_SYS_PIDFD_SEND_SIGNAL), 1);
    tear_down();
}

/* ---- what cannot be executed ---- */

static void check_not_executed(struct vr_child_options options, int code)
{
    spawn_as(&kid, "exit 0", options);
    check_int(vr_child_pid(&kid.child), 0);
    check_failure(code);
}

/* promise reactor-37 */
BOTH_WAYS(child, tells_why_it_was_not_executed)
{
    static const char *const nothing[] = {"/no/such/program", NULL};
    static const char *const folder[] = {"/", NULL};
    static const char *const none[] = {NULL};
    const struct vr_child_fd closed = {.theirs = 3, .ours = 1 << 20};

    set_up_children();
    check_not_executed((struct vr_child_options){.argv = nothing}, -ENOENT);
    check_not_executed((struct vr_child_options){.argv = folder}, -EACCES);
    check_not_executed((struct vr_child_options){.argv = none}, -EINVAL);
    check_not_executed((struct vr_child_options){.directory = "/no/such"},
                       -ENOENT);
    check_not_executed((struct vr_child_options){.fds = &closed, .fd_count = 1},
                       -EBADF);
    tear_down();
}

/* It has ended, and somebody else may have its number. */
TEST(child, that_has_answered_is_not_killed)
{
    static const char *const nothing[] = {"/no/such/program", NULL};

    set_up_counted();
    check_not_executed((struct vr_child_options){.argv = nothing}, -ENOENT);
    check_int(vr_test_sys_count(VR_TEST_SYS_KILL), 0);
    tear_down();
}

static void check_bad_number(int theirs, int ours)
{
    static const char *const cat[] = {"cat", NULL};
    const struct vr_child_fd fd = {.theirs = theirs, .ours = ours};

    check_not_executed(
        (struct vr_child_options){.argv = cat, .fds = &fd, .fd_count = 1},
        -EBADF);
}

/* Not even where what is opened to begin it would get that number. */
/* promise reactor-37 */
BOTH_WAYS(child, has_no_descriptor_that_was_closed)
{
    int stale[2];

    set_up_children();
    make_pipe(stale);
    close_both(stale);
    check_bad_number(0, stale[0]);
    check_bad_number(0, stale[1]);
    check_bad_number(-1, 0);
    check_bad_number(INT_MAX, 0);
    tear_down();
}
