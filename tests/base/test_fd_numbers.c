/* SPDX-License-Identifier: MIT */
/**
 * @file test_fd_numbers.c
 * Tests of base/fd.h where the program was started without descriptors 0 to 2:
 * none of ours becomes one of them.
 */
#include <vreactor/base/fd.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>

#include <vreactor/base/env.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/no_stdio.h"

/* Of its three numbers one is left for what is not ours. */
static int make_all(void)
{
    struct sockaddr_in addr = {.sin_family = AF_INET};
    socklen_t len = sizeof(addr);
    int ends[2], wake[2];

    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    close_stdio();
    int listener = vr_fd_socket(vr_env_default(), AF_INET, SOCK_STREAM);
    child_check(listener > 2 && is_stdio_free());
    child_check(!bind(listener, (struct sockaddr *)&addr, len));
    child_check(!listen(listener, 1));
    child_check(!getsockname(listener, (struct sockaddr *)&addr, &len));
    int client = socket(AF_INET, SOCK_STREAM, 0);
    child_check(client == 0);
    child_check(!connect(client, (struct sockaddr *)&addr, len));
    int conn = vr_fd_accept(vr_env_default(), listener, NULL, NULL);
    child_check(conn > 2);
    child_check(fcntl(conn, F_GETFD) == FD_CLOEXEC);
    child_check(fcntl(conn, F_GETFL) & O_NONBLOCK);
    child_check(!vr_fd_pair(vr_env_default(), AF_UNIX, SOCK_STREAM, ends));
    child_check(ends[0] > 2 && ends[1] > 2);
    child_check(!vr_fd_wake_open(vr_env_default(), wake));
    child_check(wake[0] > 2 && wake[1] > 2);
    (void)close(client);
    child_check(is_stdio_free());
    return 0;
}

TEST(fd_numbers, are_above_those_of_input_output_and_errors)
{
    check_in_child(make_all);
}

/* Nothing is left open, and nothing else is closed. */
static int make_none(void)
{
    struct vr_test_env test;
    int ends[2];

    close_stdio();
    vr_test_env_init(&test, 0);
    vr_test_sys_fail(VR_TEST_SYS_DUP_FD, 1, INT_MAX, EMFILE);
    child_check(vr_fd_socket(&test.env, AF_INET, SOCK_STREAM) == -EMFILE);
    child_check(vr_fd_wake_open(&test.env, ends) == -EMFILE);
    child_check(is_stdio_free());
    vr_test_sys_fail(VR_TEST_SYS_DUP_FD, 2, INT_MAX, EMFILE);
    child_check(vr_fd_pair(&test.env, AF_UNIX, SOCK_STREAM, ends) == -EMFILE);
    child_check(is_stdio_free());
    return 0;
}

TEST(fd_numbers, are_none_where_there_is_none_left_above)
{
    check_in_child(make_none);
}

static ssize_t fail_write(int fd, const void *buf, size_t size)
{
    (void)fd;
    (void)buf;
    (void)size;
    errno = EAGAIN;
    return -1;
}

TEST(fd_wake, leaves_errno_to_what_a_signal_has_interrupted)
{
    struct vr_sys sys = VR_SYS_INIT;
    struct vr_env mine = VR_ENV_INIT;

    mine.sys = &sys;
    sys.write = fail_write;
    errno = EDOM;
    check_int(vr_fd_wake(&mine, 7), 0);
    check_int(errno, EDOM);
}
