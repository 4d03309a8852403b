/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_signal.c
 * Tests of reactor/signal.h when memory or the system fails.
 */
#include <vreactor/reactor/signal.h>

#include <signal.h>
#include <unistd.h>

#include "tests/support/survive.h"

static struct vr_signal sig;
static int calls;

static void note(struct vr_signal *signal)
{
    calls += (int)vr_signal_count(signal);
    check_int(vr_signal_sender(signal), getpid());
}

static int open_signal(void)
{
    return vr_signal_open(&sig, survive_reactor, SIGUSR1, note);
}

static void check_hears(void)
{
    calls = 0;
    check_int(kill(getpid(), SIGUSR1), 0);
    survive_turns(2);
    check_int(calls, 1);
}

static void it_hears_or_not(int err)
{
    survive_check_all_told(err);
    check_int(vr_signal_number(&sig), err ? 0 : SIGUSR1);
    if (err)
        check_int(open_signal(), 0);
    check_hears();
    vr_signal_close(&sig);
}

TEST(survives_signal, opening)
{
    check(survive(NULL, open_signal, it_hears_or_not) > 2);
}

static void set_up(void)
{
    check_int(open_signal(), 0);
}

static int close_signal(void)
{
    vr_signal_close(&sig);
    return 0;
}

/* Where the disposition could not be restored it is next time. */
static void it_can_be_opened_again(int err)
{
    struct sigaction now;

    (void)err;
    check_int(vr_signal_number(&sig), 0);
    check_int(open_signal(), 0);
    check_hears();
    vr_signal_close(&sig);
    check_int(sigaction(SIGUSR1, NULL, &now), 0);
    check(now.sa_handler == SIG_DFL);
}

TEST(survives_signal, closing)
{
    check(survive(set_up, close_signal, it_can_be_opened_again) > 0);
}
