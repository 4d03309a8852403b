/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_adopt.c
 * Tests of io/wire/socket.h: which descriptors it takes, and as what.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/err.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

static struct vr_reactor *reactor;
static struct session session;
static struct vr_address place, known; /* known: what a proxy said */

static void set_up(void)
{
    struct vr_socket_options options = {.size = sizeof(options),
                                        .keep_alive = true};

    reactor = session_reactor(NULL);
    session_init(&session, reactor, &options);
    raw_place(AF_INET, &known);
}

static void tear_down(void)
{
    session_close(&session);
    check_int(vr_reactor_free(reactor), 0);
}

/* Whatever the program knows of its peer.  It stays as it was. */
static void check_refused(int fd, int err)
{
    int flags = fcntl(fd, F_GETFL), own = fcntl(fd, F_GETFD);

    check_int(vr_socket_adopt(&session.socket, fd, NULL), err);
    check_int(vr_socket_adopt(&session.socket, fd, &known), err);
    check_int(fcntl(fd, F_GETFL), flags);
    check_int(fcntl(fd, F_GETFD), own);
    check_int(vr_socket_fd(&session.socket), -1);
}

static void close_both(const int ends[2])
{
    check_int(close(ends[0]), 0);
    check_int(close(ends[1]), 0);
}

TEST(socket_adopt, what_is_no_socket_is_refused_at_once)
{
    int ends[2];

    set_up();
    check_int(pipe(ends), 0);
    check_refused(ends[0], -ENOTSOCK);
    check_refused(ends[1], -ENOTSOCK);
    close_both(ends);
    tear_down();
}

static void check_type_refused(int type)
{
    int ends[2];

    check_int(socketpair(AF_UNIX, type, 0, ends), 0);
    check_refused(ends[0], -EPROTOTYPE);
    close_both(ends);
}

TEST(socket_adopt, what_is_no_stream_is_refused_at_once)
{
    set_up();
    check_type_refused(SOCK_DGRAM);
    check_type_refused(SOCK_SEQPACKET);
    tear_down();
}

static void check_unconnected_refused(int family)
{
    int fd = socket(family, SOCK_STREAM, 0);

    check(fd >= 0);
    check_refused(fd, -ENOTCONN);
    check_int(close(fd), 0);
}

TEST(socket_adopt, what_is_not_connected_is_refused_at_once)
{
    set_up();
    check_unconnected_refused(AF_INET);
    check_unconnected_refused(AF_UNIX);
    tear_down();
}

static void check_listening_refused(int family)
{
    int listening = raw_listen(family, &place);

    check_refused(listening, -ENOTCONN);
    int fd = raw_connect(&place);
    check_refused(listening, -ENOTCONN); /* readable now */
    check_int(close(fd), 0);
    raw_close_listening(listening);
}

TEST(socket_adopt, what_listens_is_refused_at_once)
{
    set_up();
    check_listening_refused(AF_INET);
    check_listening_refused(AF_UNIX);
    tear_down();
}

/* promise sockets-12 */
TEST(socket_adopt, what_cannot_be_watched_still_blocks)
{
    int ends[2];

    set_up();
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_reactor_close(reactor), 0);
    check_refused(ends[0], -VR_ECLOSED);
    close_both(ends);
    vr_chain_close(&session.chain, NULL);
    check_int(vr_reactor_free(reactor), 0);
    check(session.is_closed);
}

TEST(socket_adopt, what_was_refused_leaves_the_socket_as_new)
{
    int ends[2];

    set_up();
    check_unconnected_refused(AF_INET);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&session.socket, ends[0], NULL), 0);
    turn_until(reactor, session.peer[0]);
    check_int(close(ends[1]), 0);
    tear_down();
}

/* ---- TCP or unix ---- */

/* Behind a proxy the peer's address is not the socket's. */
TEST(socket_adopt, a_unix_socket_is_one_whoever_is_there)
{
    int ends[2];

    set_up();
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&session.socket, ends[0], &known), 0);
    const struct vr_address peer = vr_chain_peer(&session.chain);
    check(vr_address_is_equal(&peer, &known));
    check_int(close(ends[1]), 0);
    tear_down();
}

TEST(socket_adopt, a_tcp_socket_is_one_whoever_is_there)
{
    int on = 0;
    socklen_t len = sizeof(on);

    set_up();
    raw_place(AF_UNIX, &known);
    int listening = raw_listen(AF_INET, &place);
    int client = raw_connect(&place);
    int fd = raw_accept(listening);
    check_int(vr_socket_adopt(&session.socket, fd, &known), 0);
    check_int(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &len), 0);
    check(on != 0);
    check_int(close(client), 0);
    raw_close_listening(listening);
    tear_down();
}

/* ---- what was lost meanwhile ---- */

/* Or clients would decide what a program is refused. */
TEST(socket_adopt, a_connection_reset_before_ends_so_if_its_peer_is_known)
{
    set_up();
    int listening = raw_listen(AF_INET, &place);
    int client = raw_connect(&place);
    int fd = raw_accept(listening);
    raw_reset(client);
    while (!raw_is_readable(fd))
        ;

    check_int(vr_socket_adopt(&session.socket, fd, NULL), -ENOTCONN);
    check_int(vr_socket_adopt(&session.socket, fd, &known), 0);
    turn_until(reactor, session.is_closed);
    check_int(session.end.kind, VR_END_RESET);
    raw_close_listening(listening);
    tear_down();
}
