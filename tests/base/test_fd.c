/* SPDX-License-Identifier: MIT */
/**
 * @file test_fd.c
 * Tests of base/fd.h: what descriptors are like, and what happens where the
 * system refuses.
 */
#include <vreactor/base/fd.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <vreactor/base/env.h>

#include "tests/support/test.h"

/* The system, of which a test replaces calls by failing ones. */
static struct vr_sys sys;
static struct vr_env env;

/* How many more calls of interrupted_...() a signal breaks off. */
static int interruptions;

static void set_up(void)
{
    sys = (struct vr_sys)VR_SYS_INIT;
    env = (struct vr_env)VR_ENV_INIT;
    env.sys = &sys;
}

static int fail_fd(int fd)
{
    (void)fd;
    errno = EBADF;
    return -1;
}

static int fail_flags(int fd, int flags)
{
    (void)fd;
    (void)flags;
    errno = EPERM;
    return -1;
}

static int fail_socket(int domain, int type, int protocol)
{
    (void)domain;
    (void)type;
    (void)protocol;
    errno = EMFILE;
    return -1;
}

static int fail_pair(int domain, int type, int protocol, int ends[2])
{
    (void)ends;
    return fail_socket(domain, type, protocol);
}

static int fail_eventfd(unsigned initial, int flags)
{
    (void)initial;
    (void)flags;
    errno = ENFILE;
    return -1;
}

static int fail_pipe(int ends[2])
{
    (void)ends;
    errno = ENFILE;
    return -1;
}

static int interrupted_close(int fd)
{
    interruptions++;
    (void)close(fd);
    errno = EINTR;
    return -1;
}

static ssize_t interrupted_write(int fd, const void *buf, size_t size)
{
    if (interruptions-- <= 0)
        return write(fd, buf, size);

    errno = EINTR;
    return -1;
}

static ssize_t interrupted_read(int fd, void *buf, size_t size)
{
    if (interruptions-- <= 0)
        return read(fd, buf, size);

    errno = EINTR;
    return -1;
}

static bool is_ours(int fd)
{
    return fcntl(fd, F_GETFL) & O_NONBLOCK && fcntl(fd, F_GETFD) & FD_CLOEXEC;
}

static bool is_readable(int fd)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};

    return poll(&ready, 1, 0) == 1;
}

/* A socket that listens on the loopback, and one that connects to it. */
static void open_connection(int *ret_listener, int *ret_client)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t len = sizeof(at);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *ret_listener = socket(AF_INET, SOCK_STREAM, 0);
    *ret_client = socket(AF_INET, SOCK_STREAM, 0);
    check_int(bind(*ret_listener, (struct sockaddr *)&at, len), 0);
    check_int(listen(*ret_listener, 1), 0);
    check_int(getsockname(*ret_listener, (struct sockaddr *)&at, &len), 0);
    check_int(connect(*ret_client, (struct sockaddr *)&at, len), 0);
}

TEST(fd, prepares_a_descriptor_from_anywhere)
{
    int ends[2];
    set_up();
    check_int(pipe(ends), 0);
    check(!is_ours(ends[0]));

    check_int(vr_fd_prepare(&env, ends[0]), 0);
    check(is_ours(ends[0]));
    check_int(vr_fd_prepare(&env, ends[0]), 0);

    close(ends[0]);
    close(ends[1]);
}

TEST(fd, leaves_flags_alone_that_are_set)
{
    int fd;
    set_up();
    fd = vr_fd_socket(&env, AF_UNIX, SOCK_STREAM);

    sys.set_fl_flags = fail_flags;
    sys.set_fd_flags = fail_flags;
    check_int(vr_fd_prepare(&env, fd), 0);

    close(fd);
}

TEST(fd, says_which_step_of_preparing_failed)
{
    int ends[2];
    set_up();
    check_int(pipe(ends), 0);

    sys.set_fl_flags = fail_flags;
    check_int(vr_fd_prepare(&env, ends[0]), -EPERM);
    sys.get_fl_flags = fail_fd;
    check_int(vr_fd_prepare(&env, ends[0]), -EBADF);
    sys.set_fd_flags = fail_flags;
    check_int(vr_fd_prepare(&env, ends[1]), -EPERM);
    sys.get_fd_flags = fail_fd;
    check_int(vr_fd_prepare(&env, ends[1]), -EBADF);
    check_int(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);

    close(ends[0]);
    close(ends[1]);
}

TEST(fd, refuses_what_is_not_open)
{
    set_up();
    check_int(vr_fd_prepare(&env, -1), -EBADF);
}

TEST(fd, opens_sockets_as_wanted)
{
    int fd;
    set_up();

    fd = vr_fd_socket(&env, AF_UNIX, SOCK_STREAM);
    check(fd >= 0);
    check(is_ours(fd));

    vr_fd_close(&env, fd);
}

TEST(fd, says_why_there_is_no_socket)
{
    int ends[2] = {-1, -1};
    set_up();

    sys.socket = fail_socket;
    sys.socketpair = fail_pair;
    check_int(vr_fd_socket(&env, AF_UNIX, SOCK_STREAM), -EMFILE);
    check_int(vr_fd_pair(&env, AF_UNIX, SOCK_STREAM, ends), -EMFILE);
    check_int(ends[0], -1);
}

TEST(fd, joins_two_sockets)
{
    int ends[2];
    char got;
    set_up();

    check_int(vr_fd_pair(&env, AF_UNIX, SOCK_STREAM, ends), 0);
    check(is_ours(ends[0]));
    check(is_ours(ends[1]));
    check_int(write(ends[0], "x", 1), 1);
    check_int(read(ends[1], &got, 1), 1);
    check_int(got, 'x');

    vr_fd_close(&env, ends[0]);
    vr_fd_close(&env, ends[1]);
}

static int no_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
    (void)fd, (void)addr, (void)len, (void)flags;
    errno = ENOSYS;
    return -1;
}

TEST(fd, accepts_with_accept4_and_without)
{
    set_up();

    for (int round = 0; round < 2; round++) {
        struct sockaddr_storage from = {0};
        socklen_t len = sizeof(from);
        int listener, client, conn;

        open_connection(&listener, &client);
        conn = vr_fd_accept(&env, listener, (struct sockaddr *)&from, &len);
        check(conn >= 0);
        check(is_ours(conn));
        check_int(from.ss_family, AF_INET);

        close(conn);
        close(client);
        close(listener);
        sys.accept4 = no_accept4;
    }
}

TEST(fd, closes_a_connection_it_cannot_prepare)
{
    int listener, client;
    set_up();
    open_connection(&listener, &client);

    sys.accept4 = no_accept4;
    sys.get_fl_flags = fail_fd;
    check_int(vr_fd_accept(&env, listener, NULL, NULL), -EBADF);

    close(client);
    close(listener);
}

TEST(fd, says_why_it_cannot_accept)
{
    int fd;
    set_up();
    fd = vr_fd_socket(&env, AF_UNIX, SOCK_STREAM);

    check_int(vr_fd_accept(&env, fd, NULL, NULL), -EINVAL);

    close(fd);
}

TEST(fd, sends_several_buffers_as_one)
{
    char hello[] = "hello, ", world[] = "world", got[16] = "";
    struct iovec iov[] = {{hello, 7}, {world, 5}};
    int ends[2];
    set_up();
    check_int(vr_fd_pair(&env, AF_UNIX, SOCK_STREAM, ends), 0);

    check_int(vr_fd_send(&env, ends[0], iov, 2), 12);
    check_int(read(ends[1], got, sizeof(got)), 12);
    check_str(got, "hello, world");

    close(ends[0]);
    close(ends[1]);
}

TEST(fd, gets_an_error_for_a_closed_peer_and_no_signal)
{
    char byte = 'x';
    struct iovec iov = {&byte, 1};
    int ends[2];
    set_up();
    check_int(vr_fd_pair(&env, AF_UNIX, SOCK_STREAM, ends), 0);
    close(ends[1]);

    check_int(vr_fd_send(&env, ends[0], &iov, 1), -EPIPE);

    close(ends[0]);
}

TEST(fd, closes_without_touching_errno)
{
    int fd;
    set_up();
    fd = vr_fd_socket(&env, AF_UNIX, SOCK_STREAM);

    errno = ENOENT;
    vr_fd_close(&env, fd);
    vr_fd_close(&env, fd); /* EBADF by now */
    vr_fd_close(&env, -1);
    check_int(errno, ENOENT);
}

TEST(fd, closes_once_though_a_signal_comes)
{
    int fd;
    set_up();
    fd = vr_fd_socket(&env, AF_UNIX, SOCK_STREAM);

    sys.close = interrupted_close;
    vr_fd_close(&env, fd);
    check_int(interruptions, 1);
}

TEST(fd, wakes_until_read)
{
    int ends[2];
    set_up();

    check_int(vr_fd_wake_open(&env, ends), 0);
    check(is_ours(ends[0]));
    check(is_ours(ends[1]));
    check(!is_readable(ends[0]));
    vr_fd_wake(&env, ends[1]);
    vr_fd_wake(&env, ends[1]);
    check(is_readable(ends[0]));
    vr_fd_wake_read(&env, ends[0]);
    check(!is_readable(ends[0]));
    vr_fd_wake_read(&env, ends[0]); /* nothing there: does not block */

    vr_fd_wake_close(&env, ends);
}

TEST(fd, says_why_there_is_no_wake_up)
{
    int ends[2] = {-1, -1};
    set_up();

    sys.eventfd = fail_eventfd;
    sys.pipe = fail_pipe;
    check_int(vr_fd_wake_open(&env, ends), -ENFILE);
    check_int(ends[0], -1);
}

TEST(fd, wakes_and_reads_through_interruptions)
{
    int ends[2];
    set_up();
    check_int(vr_fd_wake_open(&env, ends), 0);
    sys.write = interrupted_write;
    sys.read = interrupted_read;

    interruptions = 2;
    vr_fd_wake(&env, ends[1]);
    check(is_readable(ends[0]));
    interruptions = 2;
    vr_fd_wake_read(&env, ends[0]);
    check(!is_readable(ends[0]));

    vr_fd_wake_close(&env, ends);
}

TEST(fd, wakes_what_is_full_without_blocking)
{
    uint64_t nearly_full = UINT64_MAX - 1;
    int ends[2];
    set_up();
    check_int(vr_fd_wake_open(&env, ends), 0);

    while (write(ends[1], &nearly_full, sizeof(nearly_full)) > 0)
        ; /* an eventfd takes one, a pipe many */
    vr_fd_wake(&env, ends[1]);
    check(is_readable(ends[0]));
    vr_fd_wake_read(&env, ends[0]);
    check(!is_readable(ends[0]));

    vr_fd_wake_close(&env, ends);
}
