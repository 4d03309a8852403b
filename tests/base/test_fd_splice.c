/* SPDX-License-Identifier: MIT */
/**
 * @file test_fd_splice.c
 * Tests of base/fd.h: splice(2) raises no signal, and takes nobody else's.
 */
#include <vreactor/base/fd.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include <vreactor/base/env.h>

#include "tests/support/test.h"

static struct vr_sys sys;
static struct vr_env env;

/* As the kernel does where the peer resets between two pages of a pipe. */
static ssize_t splice_half(int from, int to, size_t size)
{
    (void)from;
    (void)to;
    (void)raise(SIGPIPE);
    return (ssize_t)(size / 2);
}

static ssize_t splice_nothing(int from, int to, size_t size)
{
    (void)from;
    (void)to;
    (void)size;
    (void)raise(SIGPIPE);
    errno = EPIPE;
    return -1;
}

static ssize_t splice_all(int from, int to, size_t size)
{
    (void)from;
    (void)to;
    return (ssize_t)size;
}

static ssize_t splice_by(ssize_t (*call)(int from, int to, size_t size))
{
    sys = (struct vr_sys)VR_SYS_INIT;
    env = (struct vr_env)VR_ENV_INIT;
    env.sys = &sys;
    sys.splice = call;
    return vr_fd_splice_out(&env, 0, 1, 1000);
}

static bool is_pending(void)
{
    sigset_t set;

    check_int(sigpending(&set), 0);
    return sigismember(&set, SIGPIPE) == 1;
}

/* The signal would end this program. */
TEST(fd_splice, raises_no_signal)
{
    check(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    check_int(splice_by(splice_nothing), -EPIPE);
    check_int(splice_by(splice_half), 500);
    check(!is_pending());
}

TEST(fd_splice, takes_no_signal_that_was_there_before)
{
    sigset_t set, before;

    check(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    check_int(pthread_sigmask(SIG_BLOCK, &set, &before), 0);
    check_int(splice_by(splice_all), 1000);
    check_int(splice_by(splice_half), 500);
    check(!is_pending()); /* its own is gone */
    check_int(raise(SIGPIPE), 0);
    check_int(splice_by(splice_half), 500);
    check_int(splice_by(splice_nothing), -EPIPE);
    check(is_pending());
    check(signal(SIGPIPE, SIG_IGN) != SIG_ERR); /* which forgets it */
    check_int(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
}
