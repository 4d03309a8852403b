/* SPDX-License-Identifier: MIT */
/**
 * @file test_signal_between.c
 * What comes between the steps by which a signal is opened.
 */
#include "signals.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vreactor/base/env.h>

static struct listener one, other;

static void (*on_installed)(void);

static int install_and_act(int number, const struct sigaction *action,
                           struct sigaction *ret_before)
{
    void (*act)(void) = on_installed;
    int result = vr_sys_default()->sigaction(number, action, ret_before);

    if (action && act) {
        on_installed = NULL;
        act();
    }
    return result;
}

/* A reactor where @p act is done as soon as a handler is there. */
static void set_up_between(void (*act)(void))
{
    static struct vr_sys sys;
    struct vr_env env = VR_ENV_INIT;

    sys = (struct vr_sys)VR_SYS_INIT;
    sys.sigaction = install_and_act;
    env.sys = &sys;
    on_installed = act;
    set_up_as((struct vr_reactor_options){.env = &env});
}

static void come_at_once(void)
{
    send_signal(SIGUSR1);
}

TEST(signal, is_heard_that_comes_as_soon_as_it_can)
{
    set_up_between(come_at_once);
    listen_to(&one, SIGUSR1);
    turn_once();
    check_int(one.heard, 1);
    vr_signal_close(&one.signal);
    tear_down();
}

/* The child hears another, and then has the first. */
static void die_in_a_child(void)
{
    struct vr_reactor *own = NULL;
    pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        if (!vr_reactor_new(NULL, &own) &&
            !vr_signal_open(&other.signal, own, SIGUSR2, note_signal))
            (void)kill(getpid(), SIGUSR1);
        _exit(1);
    }
    check_int(waitpid(pid, &status, 0), pid);
    check(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
}

/* promise fork-13 */
TEST(signal, of_a_child_that_is_forked_meanwhile_is_as_before)
{
    set_up_between(die_in_a_child);
    listen_to(&one, SIGUSR1);
    vr_signal_close(&one.signal);
    tear_down();
}
