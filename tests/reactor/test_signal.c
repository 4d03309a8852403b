/* SPDX-License-Identifier: MIT */
/**
 * @file test_signal.c
 * Tests of reactor/signal.h: who hears which signal, how often, and what is
 * left of it.
 */
#include "signals.h"

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/post.h>

static struct listener one, other;

/* ---- hearing ---- */

/* promise reactor-30 */
TEST(signal, is_heard_in_a_turn)
{
    set_up();
    listen_to(&one, SIGUSR1);
    turn_once();
    check_int(one.calls, 0);

    send_signal(SIGUSR1);
    check_int(one.calls, 0); /* not in the handler */
    turn_once();
    check_int(one.calls, 1);
    check_int(one.heard, 1);
    check_int(one.sender, getpid());
    turn_once();
    check_int(one.calls, 1);

    vr_signal_close(&one.signal);
    tear_down();
}

/* promise reactor-30 */
TEST(signal, wakes_a_loop_that_waits)
{
    set_up();
    listen_to(&one, SIGUSR1);
    one.act = stop_it;
    pid_t pid = fork();
    if (pid == 0)
        _exit(kill(getppid(), SIGUSR1) != 0);
    check(pid > 0);
    check_int(vr_reactor_run(reactor), 0);
    check_int(one.sender, pid);
    check_child(pid);

    vr_signal_close(&one.signal);
    tear_down();
}

TEST(signal, to_one_thread_tells_who_has_sent_it)
{
    set_up();
    listen_to(&one, SIGUSR1);
    check_int(raise(SIGUSR1), 0);
    turn_once();
    check_int(one.heard, 1);
    check_int(one.sender, getpid());

    vr_signal_close(&one.signal);
    tear_down();
}

/* promise reactor-31 */
TEST(signal, is_counted_where_it_comes_faster_than_turns)
{
    set_up();
    listen_to(&one, SIGUSR1);
    for (int i = 0; i < 1000; i++)
        send_signal(SIGUSR1);
    turn_once();
    check_int(one.calls, 1);
    check_int(one.heard, 1000);

    vr_signal_close(&one.signal);
    tear_down();
}

/* promise reactor-31 */
TEST(signal, is_heard_by_all_that_listen_on_any_reactor)
{
    struct vr_reactor *second;
    struct listener far = {.calls = 0};

    set_up();
    check_int(vr_reactor_new(NULL, &second), 0);
    listen_to(&one, SIGUSR1);
    listen_to(&other, SIGUSR1);
    check_int(vr_signal_open(&far.signal, second, SIGUSR1, note_signal), 0);

    send_signal(SIGUSR1);
    turn_once();
    check_int(vr_reactor_turn(second, 0), 0);
    check_int(one.heard + other.heard + far.heard, 3);

    vr_signal_close(&one.signal); /* the rest hear on */
    send_signal(SIGUSR1);
    turn_once();
    check_int(vr_reactor_turn(second, 0), 0);
    check_int(one.heard, 1);
    check_int(other.heard + far.heard, 4);

    vr_signal_close(&other.signal);
    vr_signal_close(&far.signal);
    check_int(vr_reactor_free(second), 0);
    tear_down();
}

TEST(signal, is_apart_from_others)
{
    set_up();
    listen_to(&one, SIGUSR1);
    listen_to(&other, SIGUSR2);
    check_int(vr_signal_number(&one.signal), SIGUSR1);
    check_int(vr_signal_number(&other.signal), SIGUSR2);
    send_signal(SIGUSR2);
    turn_once();
    check_int(one.calls, 0);
    check_int(other.calls, 1);

    vr_signal_close(&one.signal);
    vr_signal_close(&other.signal);
    check_int(vr_signal_number(&one.signal), 0);
    tear_down();
}

/* ---- closing ---- */

static void close_both_listeners(struct listener *listener)
{
    (void)listener;
    vr_signal_close(&one.signal);
    vr_signal_close(&other.signal);
}

/* promise reactor-32 */
TEST(signal, may_be_closed_by_another_of_the_same)
{
    set_up();
    for (int i = 0; i < 2; i++) {
        listen_to(&one, SIGUSR1);
        listen_to(&other, SIGUSR1);
        one.act = other.act = close_both_listeners;
        send_signal(SIGUSR1);
        turn_once();
        turn_once();
        check_int(one.calls + other.calls, 1);
    }
    tear_down();
}

static void hear_again_and_close(struct listener *listener)
{
    send_signal(vr_signal_number(&listener->signal));
    vr_signal_close(&listener->signal);
    memset(listener, 0x5a, sizeof(*listener)); /* as if it were freed */
}

/* promise reactor-32 */
TEST(signal, may_be_freed_in_its_callback)
{
    set_up();
    listen_to(&one, SIGUSR1);
    one.act = hear_again_and_close;
    send_signal(SIGUSR1);
    turn_once();
    turn_once();
    check_int(one.calls, 0x5a5a5a5a); /* nobody came there */
    tear_down();
}

/* promise reactor-32 */
TEST(signal, is_closed_with_its_reactor)
{
    set_up();
    listen_to(&one, SIGUSR1);
    listen_to(&other, SIGUSR1);
    send_signal(SIGUSR1);
    vr_signal_close(&other.signal);
    check_int(vr_reactor_close(reactor), 0);
    check_int(vr_signal_number(&one.signal), 0);
    check_int(one.calls + other.calls, 0);
    check(disposition(SIGUSR1).sa_handler == SIG_DFL);
    vr_signal_close(&one.signal);
    check_int(vr_signal_open(&one.signal, reactor, SIGUSR1, note_signal),
              -VR_ECLOSED);
    tear_down();
}

/* ---- dispositions ---- */

static void program_s_own(int number)
{
    (void)number;
}

/* promise reactor-33 */
TEST(signal, restores_what_was_there_before)
{
    struct sigaction mine = {.sa_handler = program_s_own,
                             .sa_flags = SA_NODEFER};

    sigemptyset(&mine.sa_mask);
    sigaddset(&mine.sa_mask, SIGUSR2);
    check_int(sigaction(SIGUSR1, &mine, NULL), 0);
    set_up();
    listen_to(&one, SIGUSR1);
    listen_to(&other, SIGUSR1);
    check(disposition(SIGUSR1).sa_handler != program_s_own);
    vr_signal_close(&one.signal);
    check(disposition(SIGUSR1).sa_handler != program_s_own);
    vr_signal_close(&other.signal);

    struct sigaction now = disposition(SIGUSR1);
    check(now.sa_handler == program_s_own);
    check(now.sa_flags & SA_NODEFER);
    check_int(sigismember(&now.sa_mask, SIGUSR2), 1);
    tear_down();
}

/* promise reactor-33 */
TEST(signal, leaves_what_the_program_installed_meanwhile)
{
    set_up();
    listen_to(&one, SIGUSR1);
    (void)signal(SIGUSR1, SIG_IGN);
    vr_signal_close(&one.signal);
    check(disposition(SIGUSR1).sa_handler == SIG_IGN);
    tear_down();
}

/* promise reactor-33 */
TEST(signal, changes_no_mask)
{
    sigset_t before, now;

    check_int(sigprocmask(SIG_SETMASK, NULL, &before), 0);
    set_up();
    listen_to(&one, SIGUSR1);
    check_int(sigprocmask(SIG_SETMASK, NULL, &now), 0);
    for (int number = 1; number < 32; number++)
        check_int(sigismember(&now, number), sigismember(&before, number));
    vr_signal_close(&one.signal);
    tear_down();
}

/* ---- what cannot be heard ---- */

static void check_refused(int number, int err)
{
    check_int(vr_signal_open(&one.signal, reactor, number, note_signal), err);
    check_int(vr_signal_number(&one.signal), 0);
    vr_signal_close(&one.signal);
}

/* promise reactor-34 */
TEST(signal, refuses_what_cannot_be_heard)
{
    static const int refused[] = {-1,      0,      SIGKILL, SIGSTOP, SIGSEGV,
                                  SIGBUS,  SIGFPE, SIGILL,  SIGTRAP, SIGSYS,
                                  SIGABRT, 129,    100000};

    set_up();
    for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
        check_refused(refused[i], -EINVAL);
    tear_down();
}

static void take_nothing(int number)
{
    (void)number;
}

/* A checker of memory may keep some for itself. */
static bool is_the_programs(int number)
{
    struct sigaction none = {.sa_handler = take_nothing}, before;

    return number >= SIGRTMIN && !sigaction(number, &none, &before) &&
           !sigaction(number, &before, NULL);
}

TEST(signal, is_heard_of_each_number_that_the_system_has)
{
    set_up();
    for (int number = 1; number <= SIGRTMAX; number++) {
        int err = vr_signal_open(&one.signal, reactor, number, note_signal);
        check(err == 0 || err == -EINVAL);
        check(!err || !is_the_programs(number));
        vr_signal_close(&one.signal);
    }
    tear_down();
}

/* ---- fork ---- */

static int dies_of_it(void)
{
    (void)kill(getpid(), SIGUSR1);
    return 1;
}

static int was_ignored_before(void)
{
    child_check(kill(getpid(), SIGUSR2) == 0);
    child_check(vr_signal_open(&other.signal, reactor, SIGUSR1, note_signal) ==
                -ECHILD);
    return 0;
}

static int hears_by_its_own(void)
{
    struct vr_reactor *copy = reactor;

    child_check(vr_reactor_new(NULL, &reactor) == 0);
    listen_to(&other, SIGUSR1);
    send_signal(SIGUSR1);
    turn_once();
    child_check(other.heard == 1 && one.heard == 0);
    vr_signal_close(&other.signal);
    child_check(disposition(SIGUSR1).sa_handler == SIG_DFL);
    child_check(disposition(SIGUSR2).sa_handler == SIG_IGN);
    child_check(vr_reactor_free(copy) == 0);
    child_check(vr_reactor_free(reactor) == 0);
    return 0;
}

static void check_dies(int (*act)(void), int number)
{
    int status;
    pid_t pid = fork();

    if (pid == 0)
        _exit(act());
    check_int(waitpid(pid, &status, 0), pid);
    check(WIFSIGNALED(status));
    check_int(WTERMSIG(status), number);
}

/* promise fork-13 */
TEST(signal, has_the_disposition_of_before_in_a_child)
{
    struct listener ignored;

    (void)signal(SIGUSR2, SIG_IGN);
    set_up();
    listen_to(&one, SIGUSR1);
    listen_to(&ignored, SIGUSR2);
    send_signal(SIGUSR1); /* pending in the copy */
    check_dies(dies_of_it, SIGUSR1);
    check_in_child(was_ignored_before);
    check_in_child(hears_by_its_own);
    turn_once();
    check_int(one.heard, 1);
    check_int(ignored.heard, 0);
    vr_signal_close(&one.signal);
    vr_signal_close(&ignored.signal);
    tear_down();
}
