/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_socket.c
 * Tests of how sockets come to be connected when memory or the system fails.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/testing/sys.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"
#include "tests/support/survive.h"

static struct session session, other;
static struct vr_address place;
static int listening, fds[2];

/* Close it, unless it is, and see that it heard so once and last. */
static void close_session(struct session *closed)
{
    vr_chain_close(&closed->chain, NULL);
    survive_turns(2);
    check_int(session_count(closed, "closed:"), 1);
    check(session_count(closed, "connected") <= 1);
    check_int(vr_socket_fd(&closed->socket), -1);
}

static void check_new(const struct session *unconnected)
{
    const struct vr_address nobody = vr_chain_peer(&unconnected->chain);
    struct vr_address local;

    check(!strstr(unconnected->story, "connected"));
    check_int(vr_socket_fd(&unconnected->socket), -1);
    check_int(vr_socket_local(&unconnected->socket, &local), -ENOTCONN);
    check_int(vr_address_family(&nobody), AF_UNSPEC);
}

/* ---- connecting ---- */

static void set_up_at(int family)
{
    static const struct vr_socket_options options = {.size = sizeof(options),
                                                     .keep_alive = true};

    listening = raw_listen(family, &place);
    session_init(&session, survive_reactor, &options);
}

static void set_up_tcp(void)
{
    set_up_at(AF_INET);
}

static void set_up_unix(void)
{
    set_up_at(AF_UNIX);
}

static int init(void)
{
    struct vr_socket made;

    return vr_socket_init(&made, survive_reactor, NULL);
}

TEST(survives_socket, making_it_needs_nothing)
{
    check_int(survive(NULL, init, NULL), 0);
}

static int do_connect(void)
{
    return vr_socket_connect(&session.socket, &place);
}

static void tear_down(void)
{
    close_session(&session);
    raw_close_listening(listening);
}

/* What it says arrives. */
static void check_connection(void)
{
    char byte = 0;

    session_say(&session, "x");
    survive_turns(2);
    check_int(raw_is_readable(listening), 1);
    fds[0] = raw_accept(listening);
    check_int(raw_is_readable(fds[0]), 1);
    check(read(fds[0], &byte, 1) == 1 && byte == 'x');
    check(!close(fds[0]));
}

/* What failed at once can be tried again; what failed later was told. */
static void it_connects_or_says_why(int err)
{
    if (err) {
        check_new(&session);
        check_int(do_connect(), 0);
    }
    for (int i = 0; i < 100 && !session.peer[0] && !session.is_closed; i++)
        survive_turns(1);
    check((session.peer[0] != 0) != session.is_closed);
    if (session.is_closed) {
        check_int(session.why.stage, VR_STAGE_CONNECT);
        survive_check_told(session.why.code);
    } else {
        check_connection();
    }
    tear_down();
}

TEST(survives_socket, connecting)
{
    check(survive(set_up_tcp, do_connect, it_connects_or_says_why) > 4);
    check(survive(set_up_unix, do_connect, it_connects_or_says_why) > 2);
}

static void begin_connecting(void)
{
    set_up_tcp();
    check_int(do_connect(), 0);
}

/* Failures of waiting end a turn, those of the socket are told by it. */
static int turn_some_more(void)
{
    return survive_act_turns(10);
}

/* Or it failed, and said so; no answer from connect(2) is not a good one. */
static void is_connected_or_closed(int err)
{
    (void)err;
    survive_turns(3);
    check(session.peer[0] || session.is_closed);
    check(session.is_closed || vr_test_sys_failed() != VR_TEST_SYS_GETSOCKOPT);
    tear_down();
}

TEST(survives_socket, becoming_connected)
{
    check(survive(begin_connecting, turn_some_more, is_connected_or_closed) >
          3);
}

static void open_connected(void)
{
    set_up_tcp();
    check_int(do_connect(), 0);
    fds[0] = raw_accept(listening);
    while (!session.peer[0])
        survive_turns(1);
}

static int ask(void)
{
    memset(&place, 0, sizeof(place));
    return vr_socket_local(&session.socket, &place);
}

static void it_is_told_or_untouched(int err)
{
    check_int(vr_address_family(&place), err ? AF_UNSPEC : AF_INET);
    check(!close(fds[0]));
    tear_down();
}

TEST(survives_socket, asking_for_its_address)
{
    check_int(survive(open_connected, ask, it_is_told_or_untouched), 1);
}

/* ---- adopting ---- */

static void set_up_to_adopt(void)
{
    check(!socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
    session_init(&session, survive_reactor, NULL);
}

static int adopt(void)
{
    return vr_socket_adopt(&session.socket, fds[0], NULL);
}

/* What was not adopted is still ours, and may be once more. */
static void it_is_adopted_or_ours(int err)
{
    survive_check_all_told(err);
    if (err) {
        check_new(&session);
        check_int(fcntl(fds[0], F_GETFL) & O_NONBLOCK, 0); /* as it was */
        check_int(adopt(), 0);
    }
    check_int(write(fds[1], "hello", 5), 5);
    survive_turns(3);
    check_str(session.text, "hello");
    close_session(&session);
    check(fcntl(fds[0], F_GETFD) < 0);
    check(!close(fds[1]));
}

/* promise sockets-12 */
TEST(survives_socket, adopting)
{
    check(survive(set_up_to_adopt, adopt, it_is_adopted_or_ours) > 4);
}

static void set_up_two(void)
{
    session_init(&session, survive_reactor, NULL);
    session_init(&other, survive_reactor, NULL);
}

static int pair(void)
{
    return vr_socket_pair(&session.socket, &other.socket);
}

static void close_two(void)
{
    close_session(&session);
    close_session(&other);
}

static void both_are_joined_or_neither(int err)
{
    if (err) {
        check_new(&session);
        check_new(&other);
        check_int(pair(), 0);
    }
    survive_turns(1);
    session_say(&session, "hello");
    survive_turns(4);
    check_str(other.text, "hello");
    check_int(session_count(&session, "connected"), 1);
    check_int(session_count(&other, "connected"), 1);
    close_two();
}

TEST(survives_socket, joining_two)
{
    check(survive(set_up_two, pair, both_are_joined_or_neither) > 6);
}

/* ---- giving away ---- */

static struct vr_buffer left;

/* It leaves what is too short. */
static void set_up_with_bytes(void)
{
    set_up_to_adopt();
    session.least = 100;
    session_narrow(&session, VR_UNLIMITED);
    check_int(adopt(), 0);
    check_int(write(fds[1], "hello", 5), 5);
    survive_turns(3);
    check_int(session.socket.wire.left.len, 5);
}

static int release(void)
{
    return vr_socket_release(&session.socket, &fds[0], &left);
}

static void it_is_ours(int err)
{
    check_int(err, 0);
    check_int(left.len, 5);
    vr_buffer_clear(&left);
    check(!close(fds[0]) && !close(fds[1]));
    close_session(&session);
}

TEST(survives_socket, giving_it_away_cannot_fail)
{
    check(survive(set_up_with_bytes, release, it_is_ours) <= 1);
}

static void set_up_pieces(void)
{
    set_up_to_adopt();
    check_int(adopt(), 0);
    vr_buffer_init(&left, &survive_env.env);
    for (int i = 0; i < 1000; i++)
        check_int(vr_buffer_append(&left, "0123456789", 10), 0);
}

static int unread(void)
{
    return vr_socket_unread(&session.socket, &left);
}

static void they_are_read_or_here(int err)
{
    check_int(left.len, err ? 10000 : 0);
    vr_buffer_clear(&left);
    survive_turns(2);
    check_int(session.received, err ? 0 : 10000);
    close_session(&session);
    check(!close(fds[1]));
}

TEST(survives_socket, putting_bytes_back)
{
    check(survive(set_up_pieces, unread, they_are_read_or_here) > 0);
}
