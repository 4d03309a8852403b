/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_options.c
 * Tests of io/wire/socket.h: what it refuses, what it can be told, and its
 * close.
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
static struct session session, other;
static struct vr_address place;

static void set_up(const struct vr_socket_options *options)
{
    reactor = session_reactor(NULL);
    session_init(&session, reactor, options);
}

static void tear_down(void)
{
    session_close(&session);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(socket_options, are_refused_where_they_make_no_sense)
{
    struct vr_socket socket;
    struct vr_socket_options options = {.size = sizeof(options),
                                        .half_close = VR_HALF_CLOSE_OUTPUT + 1};

    set_up(NULL);
    check_int(vr_socket_init(&socket, reactor, &options), -EINVAL);
    tear_down();
}

TEST(socket_options, no_peer_is_tried_that_is_no_stream_address)
{
    struct vr_address unknown = {0};
    struct vr_address odd = {.len = sizeof(struct sockaddr)};

    set_up(NULL);
    odd.addr.ss_family = AF_UNSPEC;
    check_int(vr_socket_connect(&session.socket, &unknown), -EINVAL);
    check_int(vr_socket_connect(&session.socket, &odd), -EINVAL);
    check_str(session.story, "");
    tear_down();
}

TEST(socket_options, nothing_is_connected_twice)
{
    int ends[2];

    set_up(NULL);
    int listening = raw_listen(AF_INET, &place);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_connect(&session.socket, &place), 0);

    check_int(vr_socket_connect(&session.socket, &place), -EISCONN);
    check_int(vr_socket_adopt(&session.socket, ends[0], NULL), -EISCONN);

    check_int(close(ends[0]), 0); /* still ours */
    check_int(close(ends[1]), 0);
    raw_close_listening(listening);
    tear_down();
}

TEST(socket_options, nothing_is_connected_outside_a_chain_or_after_its_close)
{
    struct vr_socket alone;

    set_up(NULL);
    raw_place(AF_INET, &place);
    check_int(vr_socket_init(&alone, reactor, NULL), 0);
    check_int(vr_socket_connect(&alone, &place), -EINVAL);
    check_int(vr_socket_adopt(&alone, 0, NULL), -EINVAL);

    session_close(&session);
    check_int(vr_socket_connect(&session.socket, &place), -VR_ECLOSED);
    check_int(vr_socket_adopt(&session.socket, 0, NULL), -VR_ECLOSED);
    tear_down();
}

/* promise sockets-12 */
TEST(socket_options, what_is_no_connected_socket_stays_yours)
{
    int ends[2];

    set_up(NULL);
    int lonely = socket(AF_INET, SOCK_STREAM, 0);
    check_int(pipe(ends), 0);

    check_int(vr_socket_adopt(&session.socket, -1, NULL), -EBADF);
    check_int(vr_socket_adopt(&session.socket, ends[0], NULL), -ENOTSOCK);
    check_int(vr_socket_adopt(&session.socket, lonely, NULL), -ENOTCONN);

    const struct vr_address nobody = vr_chain_peer(&session.chain);
    check_int(vr_address_family(&nobody), AF_UNSPEC);
    check_int(close(lonely), 0);
    check_int(close(ends[0]), 0);
    check_int(close(ends[1]), 0);
    tear_down();
}

TEST(socket_options, a_pair_is_refused_as_a_whole)
{
    set_up(NULL);
    session_init(&other, reactor, NULL);
    session_close(&other);

    check_int(vr_socket_pair(&session.socket, &other.socket), -VR_ECLOSED);
    check_int(vr_socket_pair(&other.socket, &session.socket), -VR_ECLOSED);
    turn_some(reactor, 3);

    check_int(vr_socket_fd(&session.socket), -1);
    check_str(session.story, "");
    session_init(&other, reactor, NULL);
    check_int(vr_socket_pair(&session.socket, &other.socket), 0);
    turn_until(reactor, other.peer[0] && session.peer[0]);
    session_close(&other);
    tear_down();
}

static int tcp_flag(int level, int name)
{
    int on = 0;
    socklen_t len = sizeof(on);

    check_int(getsockopt(vr_socket_fd(&session.socket), level, name, &on, &len),
              0);
    return on != 0;
}

/* Small pieces are not delayed unless asked for. */
static void check_flags(bool want)
{
    set_up(&(struct vr_socket_options){.size = sizeof(struct vr_socket_options),
                                       .delay = want,
                                       .keep_alive = want});
    int listening = raw_listen(AF_INET, &place);
    check_int(vr_socket_connect(&session.socket, &place), 0);

    check_int(tcp_flag(IPPROTO_TCP, TCP_NODELAY), !want);
    check_int(tcp_flag(SOL_SOCKET, SO_KEEPALIVE), want);

    raw_close_listening(listening);
    tear_down();
}

TEST(socket_options, reach_the_descriptor)
{
    check_flags(true);
}

TEST(socket_options, are_off_unless_asked_for)
{
    check_flags(false);
}

TEST(socket_options, an_adopted_descriptor_is_not_inherited_and_never_waits)
{
    int ends[2];

    set_up(NULL);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&session.socket, ends[0], NULL), 0);

    check(fcntl(ends[0], F_GETFD) & FD_CLOEXEC);
    check(fcntl(ends[0], F_GETFL) & O_NONBLOCK);

    check_int(close(ends[1]), 0);
    tear_down();
}

TEST(socket_options, the_address_of_this_side_is_known_while_it_is_open)
{
    struct vr_address local;

    set_up(NULL);
    check_int(vr_socket_local(&session.socket, &local), -ENOTCONN);
    int listening = raw_listen(AF_INET, &place);
    check_int(vr_socket_connect(&session.socket, &place), 0);
    turn_until(reactor, session.peer[0]);

    check_int(vr_socket_local(&session.socket, &local), 0);
    check_int(vr_address_family(&local), AF_INET);
    check(vr_address_port(&local) > 0);
    check(!vr_address_is_equal(&local, &place));

    session_close(&session);
    check_int(vr_socket_local(&session.socket, &local), -ENOTCONN);
    raw_close_listening(listening);
    tear_down();
}

/* promise links-12 */
TEST(socket_options, closed_comes_once_however_often_it_is_closed)
{
    struct vr_end first = {.kind = VR_END_LIMIT},
                  second = {.kind = VR_END_RESET};

    set_up(NULL);
    session_init(&other, reactor, NULL);
    check_int(vr_socket_pair(&session.socket, &other.socket), 0);
    turn_until(reactor, session.peer[0]);

    vr_chain_close(&session.chain, &first);
    vr_chain_close(&session.chain, &second);
    check_str(session.story, "connected "); /* not inside the call */
    turn_until(reactor, session.is_closed);
    vr_chain_close(&session.chain, &second);
    turn_some(reactor, 3);

    check_str(session.story, "connected closed:limit ");
    session_close(&other);
    tear_down();
}

TEST(socket_options, closing_the_reactor_closes_what_is_open)
{
    set_up(NULL);
    session_init(&other, reactor, NULL);
    check_int(vr_socket_pair(&session.socket, &other.socket), 0);
    turn_until(reactor, session.peer[0] && other.peer[0]);

    check_int(vr_reactor_close(reactor), 0);

    check_str(session.story, "connected stopped:closed here aborted:closed "
                             "here closed:closed here ");
    check_int(session.why.code, -VR_ECLOSED);
    check_int(session.end.code, -VR_ECLOSED);
    check(other.is_closed);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(socket_options, closing_the_reactor_ends_a_connect)
{
    set_up(NULL);
    int listening = raw_listen(AF_INET, &place);
    check_int(vr_socket_connect(&session.socket, &place), 0);

    check_int(vr_reactor_close(reactor), 0);

    check_str(session.story, "can_connect aborted:closed here stopped:closed "
                             "here closed:closed here ");
    check_int(session.why.stage, VR_STAGE_CONNECT);
    raw_close_listening(listening);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(socket_options, a_chain_closed_after_its_reactor_hears_so_in_free)
{
    set_up(NULL);
    check_int(vr_reactor_close(reactor), 0);
    vr_chain_close(&session.chain, NULL);
    check_int(vr_reactor_free(reactor), 0);
    check_str(session.story, "closed:closed here ");
}
