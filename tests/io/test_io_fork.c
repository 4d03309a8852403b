/* SPDX-License-Identifier: MIT */
/**
 * @file test_io_fork.c
 * A child of fork(2) that closes its copies of listeners and
 * connections, and a parent to whom they are still there.
 */
#include <vreactor/io/wire/listener.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/reactor/after_fork.h>

#include "tests/io/connection_fixture.h"
#include "tests/support/child.h"
#include "tests/support/raw.h"
#include "tests/support/server.h"

enum { MEBIBYTE = 1 << 20 };

static struct vr_reactor *reactor;
static struct server server;
static struct session session;
static unsigned char bytes[MEBIBYTE];

static int close_listener(void)
{
    vr_listener_close(&server.listener);
    child_check(vr_reactor_free(reactor) == 0);
    child_check(!server.is_closed);
    return 0;
}

static void check_listens_on(int family)
{
    reactor = session_reactor(NULL);
    server_open(&server, reactor, family, NULL);
    check_in_child(close_listener);
    if (family == AF_UNIX)
        check_int(access(raw_path(), F_OK), 0);

    int fd = raw_connect(server_place(&server));
    raw_send(fd, "x", 1);
    turn_until(reactor, raw_is_readable(fd));
    check_int(raw_read(fd, bytes, 1), 1);
    check_int(close(fd), 0);
    server_close(&server);
    check_int(vr_reactor_free(reactor), 0);
}

/* promise fork-2 */
TEST(io_fork, a_listener_closed_in_a_child_listens_on_in_its_parent)
{
    check_listens_on(AF_INET);
    check_listens_on(AF_UNIX);
}

/* The next to connect comes to the child, which is alone in listening. */
static int serve_one(void)
{
    child_check(vr_reactor_after_fork(reactor) == 0);
    int fd = raw_connect(server_place(&server));
    raw_send(fd, "x", 1);
    turn_until(reactor, raw_is_readable(fd));
    child_check(raw_read(fd, bytes, 1) == 1);
    child_check(close(fd) == 0);
    server_close(&server);
    child_check(vr_reactor_free(reactor) == 0);
    return 0;
}

static void check_serves_in_both(int family)
{
    reactor = session_reactor(NULL);
    server_open(&server, reactor, family, NULL);
    check_in_child(serve_one);
    if (family == AF_UNIX)
        check_int(access(raw_path(), F_OK), 0);
    check_int(serve_one(), 0);
}

/* promises reactor-43, reactor-44 */
TEST(io_fork, a_listener_serves_in_a_child_that_goes_on)
{
    check_serves_in_both(AF_INET);
    check_serves_in_both(AF_UNIX);
}

/* It says so in a turn, as ever. */
static int close_and_go_on(void)
{
    vr_listener_close(&server.listener);
    child_check(vr_reactor_after_fork(reactor) == 0);
    child_check(!server.is_closed);
    turn_some(reactor, 1);
    child_check(server.is_closed);
    child_check(vr_reactor_free(reactor) == 0);
    return 0;
}

/* promise reactor-48 */
TEST(io_fork, a_listener_closed_before_a_child_goes_on_is_the_parent_s)
{
    reactor = session_reactor(NULL);
    server_open(&server, reactor, AF_UNIX, NULL);
    check_in_child(close_and_go_on);
    check_int(access(raw_path(), F_OK), 0);
    check_int(serve_one(), 0);
}

static int close_chain(void)
{
    int fd = vr_socket_fd(&session.socket);

    vr_chain_close(&session.chain, NULL);
    child_check(close(fd) < 0 && errno == EBADF); /* it is already */
    child_check(vr_reactor_free(reactor) == 0);
    child_check(!session.is_closed);
    return 0;
}

/* Read all there is now.  @return how many bytes */
static size_t drain(int fd, size_t before)
{
    size_t got = 0;

    while (raw_is_readable(fd)) {
        ssize_t len = recv(fd, bytes, sizeof(bytes), 0);
        if (len == 0)
            break;
        check(len > 0); /* a reset would be an error */
        for (ssize_t i = 0; i < len; i += 997)
            check_int(bytes[i], session_pattern(before + got + (size_t)i));
        got += (size_t)len;
    }
    return got;
}

/* In the parent, closing with bytes queued would reset the connection; in the
 * child it must not even prepare for that. */
static void check_goes_on(int family)
{
    const size_t total = 8 * (size_t)MEBIBYTE;
    size_t got = 0;

    reactor = session_reactor(NULL);
    session_init(&session, reactor, NULL);
    int fd = session_adopt_raw(&session, family);
    session.to_send = total;
    turn_until(reactor, session.socket.wire.queue.len > 0);
    check_in_child(close_chain);
    while (got < total) {
        turn_some(reactor, 1);
        got += drain(fd, got);
    }

    session_close(&session);
    check_int(raw_read(fd, bytes, 1), 0); /* an end, and no reset */
    check_int(close(fd), 0);
    check_int(vr_reactor_free(reactor), 0);
}

/* promise fork-2 */
TEST(io_fork, a_connection_closed_in_a_child_goes_on_in_its_parent)
{
    check_goes_on(AF_INET);
    check_goes_on(AF_UNIX);
}

/* A child that has a copy of every descriptor until @ends, a pipe's, are closed
 * by us. */
static pid_t make_holder(const int ends[2])
{
    char byte;
    pid_t pid = fork();

    if (pid == 0) {
        alarm(TEST_SECONDS);
        _exit(close(ends[1]) || read(ends[0], &byte, 1) != 0);
    }
    check(pid > 0);
    return pid;
}

/* close(2) says nothing while a child has the connection, too: shutdown(2) has
 * to. */
TEST(io_fork, a_connection_ends_for_its_peer_though_a_child_has_it)
{
    static struct user user;
    int ends[2];

    reactor = session_reactor(NULL);
    user = (struct user){.echoes = false};
    int fd = user_adopt_tcp(&user, reactor, &user_ops);
    turn_until(reactor, user.story[0]);
    check_int(pipe(ends), 0);
    pid_t child = make_holder(ends);
    check_int(shutdown(fd, SHUT_WR), 0);
    turn_until(reactor, user.is_closed);
    check(raw_is_readable(fd));
    check_int(raw_read(fd, bytes, 1), 0);
    check_int(close(ends[0]), 0);
    check_int(close(ends[1]), 0);
    check_child(child);
    check_int(close(fd), 0);
    check_int(vr_reactor_free(reactor), 0);
}
