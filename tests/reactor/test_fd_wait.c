/* SPDX-License-Identifier: MIT */
/**
 * @file test_fd_wait.c
 * Tests of reactor/fd_wait.h.
 */
#include <vreactor/reactor/fd_wait.h>

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/env.h>
#include <vreactor/testing/env.h>

#include "tests/support/test.h"

enum { BOTH = VR_READ | VR_WRITE };

static int ends[2];

static void set_up(void)
{
    check(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
}

static void tear_down(void)
{
    check(!close(ends[0]) && !close(ends[1]));
}

static int look(unsigned events)
{
    return vr_fd_wait(NULL, ends[0], events, 0);
}

/* promise loops-5 */
TEST(fd_wait, tells_what_the_descriptor_is_ready_for_of_what_was_asked)
{
    set_up();
    check_int(look(VR_READ), 0);
    check_int(look(VR_WRITE), VR_WRITE);
    check_int(look(BOTH), VR_WRITE);
    check_int(write(ends[1], "x", 1), 1);
    check_int(look(VR_READ), VR_READ);
    check_int(look(VR_WRITE), VR_WRITE);
    check_int(look(BOTH), BOTH);
    check_int(vr_fd_wait(NULL, ends[0], VR_READ, -1), VR_READ);
    tear_down();
}

TEST(fd_wait, takes_what_was_hung_up_for_ready)
{
    int pipe_ends[2];

    check(!pipe(pipe_ends));
    check_int(vr_fd_wait(NULL, pipe_ends[0], VR_READ, 0), 0);
    check(!close(pipe_ends[1]));
    check_int(vr_fd_wait(NULL, pipe_ends[0], VR_READ, -1), VR_READ);
    check(!close(pipe_ends[0]));
}

TEST(fd_wait, refuses_what_it_cannot_wait_for)
{
    set_up();
    check_int(look(0), -EINVAL);
    check_int(look(4), -EINVAL);
    check_int(vr_fd_wait(NULL, -1, VR_READ, -1), -EBADF);
    tear_down();
    check_int(look(VR_READ), -EBADF);
}

TEST(fd_wait, ends_when_its_time_is_over)
{
    set_up();
    vr_time begin = vr_now(NULL);
    check_int(vr_fd_wait(NULL, ends[0], VR_READ, 3 * VR_MSEC), 0);
    check(vr_now(NULL) - begin >= 3 * VR_MSEC);
    tear_down();
}

/* ---- in a wait that is a test's ---- */

static struct vr_test_env test;
static vr_time asked[3];
static int waits;

/* A signal comes after a second, twice, and then the descriptor is ready. */
static int interrupted_poll(struct pollfd *fds, size_t count, vr_time timeout)
{
    check_int(count, 1);
    check(waits < 3);
    asked[waits++] = timeout;
    if (waits == 3) {
        fds->revents = POLLIN;
        return 1;
    }
    vr_test_advance(&test, VR_SEC);
    errno = EINTR;
    return -1;
}

static int wait_interrupted(vr_time timeout)
{
    struct vr_sys sys = VR_SYS_INIT;

    waits = 0;
    sys.poll = interrupted_poll;
    vr_test_env_init(&test, 0);
    test.env.sys = &sys;
    return vr_fd_wait(&test.env, 0, VR_READ, timeout);
}

static void check_waits(vr_time first, vr_time second, vr_time third)
{
    check_int(waits, 3);
    check_int(asked[0], first);
    check_int(asked[1], second);
    check_int(asked[2], third);
}

/* promise loops-5 */
TEST(fd_wait, goes_on_after_a_signal_for_what_is_left_of_its_time)
{
    check_int(wait_interrupted(3 * VR_SEC), VR_READ);
    check_waits(3 * VR_SEC, 2 * VR_SEC, VR_SEC);
    check_int(wait_interrupted(-1), VR_READ);
    check_waits(-1, -1, -1);
    check_int(wait_interrupted(2 * VR_SEC), VR_READ);
    check_waits(2 * VR_SEC, VR_SEC, 0);
    check_int(wait_interrupted(VR_SEC), 0); /* a signal was the last of it */
    check_int(waits, 2);
}
