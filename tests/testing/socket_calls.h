/* SPDX-License-Identifier: MIT */
/**
 * @file socket_calls.h
 * The counted system calls of pipes and sockets, each made once: a part of
 * sys_calls.h.
 */
#ifndef VR_TESTS_TESTING_SOCKET_CALLS_H
#define VR_TESTS_TESTING_SOCKET_CALLS_H

#include <sys/socket.h>

#include <vreactor/testing/sys.h>

#include "tests/support/test.h"

static int ends[2]; /* of a socket pair, by the test */

/* Close what a call made, if it did. */
static inline long closed(int fd)
{
    if (fd >= 0)
        check_int(vr_sys_default()->close(fd), 0);
    return fd;
}

static inline long both_closed(long result, const int made[2])
{
    if (!result) {
        closed(made[0]);
        closed(made[1]);
    }
    return result;
}

static inline long do_pipe(void)
{
    int made[2];
    return both_closed(vr_test_sys()->pipe(made), made);
}

static inline long do_socket(void)
{
    return closed(vr_test_sys()->socket(AF_UNIX, SOCK_STREAM, 0));
}

static inline long do_socketpair(void)
{
    int made[2];
    return both_closed(vr_test_sys()->socketpair(AF_UNIX, SOCK_STREAM, 0, made),
                       made);
}

static inline long do_bind(void)
{
    struct sockaddr addr = {.sa_family = AF_UNSPEC};
    return vr_test_sys()->bind(ends[0], &addr, sizeof(addr));
}

static inline long do_listen(void)
{
    return vr_test_sys()->listen(ends[0], 1);
}

static inline long do_accept(void)
{
    return vr_test_sys()->accept(ends[0], NULL, NULL);
}

static inline long do_accept4(void)
{
    return vr_test_sys()->accept4(ends[0], NULL, NULL, 0);
}

static inline long do_connect(void)
{
    struct sockaddr addr = {.sa_family = AF_INET};
    return vr_test_sys()->connect(ends[0], &addr, sizeof(addr));
}

static inline long do_shutdown(void)
{
    return vr_test_sys()->shutdown(ends[0], SHUT_WR);
}

static inline long do_getsockopt(void)
{
    int value;
    socklen_t len = sizeof(value);
    return vr_test_sys()->getsockopt(ends[0], SOL_SOCKET, SO_TYPE, &value,
                                     &len);
}

static inline long do_setsockopt(void)
{
    int value = 4096;
    return vr_test_sys()->setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &value,
                                     sizeof(value));
}

static inline long do_unsent(void)
{
    int bytes;
    return vr_test_sys()->unsent(ends[0], &bytes);
}

static inline long do_getsockname(void)
{
    struct sockaddr_storage addr;
    socklen_t len = sizeof(addr);
    return vr_test_sys()->getsockname(ends[0], (struct sockaddr *)&addr, &len);
}

static inline long do_getpeername(void)
{
    struct sockaddr_storage addr;
    socklen_t len = sizeof(addr);
    return vr_test_sys()->getpeername(ends[0], (struct sockaddr *)&addr, &len);
}

#endif
