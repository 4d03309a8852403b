/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_socket.c
 * Tests of io/socket.h when memory or the system fails.
 */
#include <vreactor/io/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/testing/sys.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"
#include "tests/support/survive.h"

static struct session session, other;
static struct vr_peer place;
static int listening, fds[2];

/* ---- what sessions hear ---- */

static int count_in_story(const struct session *heard, const char *word)
{
    int count = 0;

    for (const char *at = heard->story; (at = strstr(at, word)); at++)
        count++;
    return count;
}

/* Close it, unless it is, and see that it heard so once and last. */
static void close_session(struct session *closed)
{
    vr_chain_close(&closed->chain, NULL);
    survive_turns(2);
    check_int(count_in_story(closed, "closed:"), 1);
    check(count_in_story(closed, "connected") <= 1);
    check_int(vr_socket_fd(&closed->socket), -1);
}

static void check_new(const struct session *unconnected)
{
    struct vr_peer local;

    check(!strstr(unconnected->story, "connected"));
    check_int(vr_socket_fd(&unconnected->socket), -1);
    check_int(vr_socket_local(&unconnected->socket, &local), -ENOTCONN);
    check_int(vr_peer_family(vr_socket_peer(&unconnected->socket)), AF_UNSPEC);
}

/* ---- connecting ---- */

static void set_up_at(int family)
{
    static const struct vr_socket_options options = {
        .size = sizeof(options), .no_delay = true, .keep_alive = true};

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
    int result = 0;

    for (int i = 0; i < 10 && result >= 0; i++)
        result = vr_reactor_turn(survive_reactor, 0);
    return result;
}

/* Or it failed, and said so. */
static void is_connected_or_closed(int err)
{
    (void)err;
    survive_turns(3);
    check((session.peer[0] != 0) || session.is_closed);
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
    check_int(vr_peer_family(&place), err ? AF_UNSPEC : AF_INET);
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
    if (err) {
        check_new(&session);
        check(fcntl(fds[0], F_GETFD) >= 0);
        check_int(adopt(), 0);
    }
    check_int(write(fds[1], "hello", 5), 5);
    survive_turns(3);
    check_str(session.text, "hello");
    close_session(&session);
    check(fcntl(fds[0], F_GETFD) < 0);
    check(!close(fds[1]));
}

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
    check_int(count_in_story(&session, "connected"), 1);
    check_int(count_in_story(&other, "connected"), 1);
    close_two();
}

TEST(survives_socket, joining_two)
{
    check(survive(set_up_two, pair, both_are_joined_or_neither) > 6);
}

/* ---- moving bytes ---- */

enum { BYTES = 5000, PIECE = 700 };

/* By TCP: a unix socket cannot say that bytes are missing. */
static void set_up_to_send(void)
{
    set_up_two();
    listening = raw_listen(AF_INET, &place);
    check_int(do_connect(), 0);
    check_int(vr_socket_adopt(&other.socket, raw_accept(listening), NULL), 0);
    survive_turns(3);
    other.is_pattern = true;
    other.ends_with_it = true;
    session.to_send = BYTES;
    session.then_ends = true;
    vr_test_sys_limit(PIECE);
}

static int send_all(void)
{
    session_send_on(&session);
    return turn_some_more();
}

/* An orderly end means that nothing is missing. */
static void all_came_or_it_was_told(int err)
{
    (void)err;
    session_send_on(&session); /* what it had no memory for */
    survive_turns(50);
    check(other.is_over || session.is_over || strstr(session.story, "stopped"));
    close_session(&session);
    survive_turns(10);
    check(other.is_over);
    if (other.end.kind == VR_END_EOF)
        check_int(other.received, BYTES);
    close_session(&other);
    raw_close_listening(listening);
}

TEST(survives_socket, moving_bytes)
{
    check(survive_one(set_up_to_send, send_all, all_came_or_it_was_told) > 20);
}

/* With all that follows failing too, not even a reset can be asked for. */
static void all_can_be_closed(int err)
{
    (void)err;
    survive_turns(10);
    close_session(&session);
    close_session(&other);
    raw_close_listening(listening);
}

TEST(survives_socket, moving_bytes_where_nothing_works_any_more)
{
    check(survive(set_up_to_send, send_all, all_can_be_closed) > 20);
}

/* The program has ended, so reading is what it hears it by. */
static void fail_behind_the_end(enum vr_test_sys_call call, int nth,
                                size_t received)
{
    survive_begin();
    set_up_to_send();
    session_say(&other, "reply");
    survive_turns(2);
    vr_test_sys_fail(call, nth, 1, ENOBUFS);
    session_send_on(&session);
    survive_turns(20);

    check_str(session.text, "reply");
    check_int(count_in_story(&session, "stopped"), 0);
    check_int(session.end.code, -ENOBUFS);
    check_int(session.end.stage, VR_STAGE_WRITE);
    check(session.is_closed);
    check_int(other.end.kind, VR_END_RESET);
    check_int(other.received, received);
    all_can_be_closed(0);
    survive_end();
}

TEST(survives_socket, writing_that_fails_behind_the_end_is_told_by_reading)
{
    fail_behind_the_end(VR_TEST_SYS_SENDMSG, 2, PIECE);
    fail_behind_the_end(VR_TEST_SYS_SHUTDOWN, 1, BYTES);
}

/* ---- closing ---- */

static void set_up_busy(void)
{
    set_up_to_send();
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 2, 1, EAGAIN);
    session_send_on(&session);
    survive_turns(1);
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 0, 0, 0);
}

static int close_both(void)
{
    vr_chain_close(&session.chain, NULL);
    vr_chain_close(&other.chain, NULL);
    return 0;
}

TEST(survives_socket, closing)
{
    check(survive(set_up_busy, close_both, all_can_be_closed) > 2);
}

static int close_reactor(void)
{
    return vr_reactor_close(survive_reactor);
}

static void both_were_closed(int err)
{
    check_int(err, 0);
    check_int(count_in_story(&session, "closed:"), 1);
    check_int(count_in_story(&other, "closed:"), 1);
    check_int(vr_reactor_free(survive_reactor), 0);
    survive_reactor = NULL;
    raw_close_listening(listening);
}

TEST(survives_socket, the_closing_of_its_reactor)
{
    check(survive(set_up_busy, close_reactor, both_were_closed) > 2);
}
