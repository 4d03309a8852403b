/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_flow.c
 * Tests of io/wire/socket.h: bytes both ways, windows, and half-closed
 * connections.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { MEBIBYTE = 1 << 20 };

static struct vr_reactor *reactor;
static struct session session, other;
static struct vr_address place;
static unsigned char bytes[MEBIBYTE];

/* How both sessions of a test are joined. */
static void join_pair(void)
{
    check_int(vr_socket_pair(&session.socket, &other.socket), 0);
}

static void join_over(int family)
{
    int fd = session_adopt_raw(&session, family);

    check_int(vr_socket_adopt(&other.socket, fd, NULL), 0);
}

static void join_tcp(void)
{
    join_over(AF_INET);
}

static void join_unix(void)
{
    join_over(AF_UNIX);
}

static void set_up(const struct vr_socket_options *options)
{
    reactor = session_reactor(NULL);
    session_init(&session, reactor, options);
    session_init(&other, reactor, options);
}

static void tear_down(void)
{
    session_close(&session);
    session_close(&other);
    check_int(vr_reactor_free(reactor), 0);
}

/* Both sides of a raw connection: session and the returned descriptor. */
static int set_up_raw(int family, const struct vr_socket_options *options)
{
    set_up(options);
    session_close(&other);
    return session_adopt_raw(&session, family);
}

static void check_echo(void (*join)(void))
{
    size_t total = (test_light() ? 1 : 10) * (size_t)MEBIBYTE;

    set_up(NULL);
    other.echoes = true;
    session.is_pattern = true;
    session.to_send = total;
    session.then_ends = true;
    join();
    turn_until(reactor, session.is_closed && other.is_closed);

    check_int(session.received, total);
    check_str(session.story, "connected data ended:eof closed:eof ");
    check_str(other.story, "connected data ended:eof closed:eof ");
    tear_down();
}

TEST(socket_flow, echoes_every_byte_over_a_pair)
{
    check_echo(join_pair);
}

TEST(socket_flow, echoes_every_byte_over_a_unix_socket)
{
    check_echo(join_unix);
}

TEST(socket_flow, echoes_every_byte_over_tcp)
{
    check_echo(join_tcp);
}

static void check_slow_reader(void (*join)(void))
{
    const size_t total = 8 * (size_t)MEBIBYTE;

    set_up(NULL);
    session_narrow(&other, 1000);
    other.is_pattern = true;
    session.to_send = total;
    session.then_ends = true;
    join();
    turn_until(reactor, other.received == 1000);
    turn_some(reactor, 300);

    check_int(other.received, 1000);
    check(session.sent < total);              /* it is blocked, in the end */
    check(session.most_queued <= 256 * 1024); /* its socket queues a window */
    check(session.socket.wire.queue.len > 0); /* and waits for the kernel */
    check_int(other.socket.wire.left.len, 0); /* nothing was read in vain */

    vr_link_grant(&other.agent.inbound, 1);
    turn_until(reactor, other.received == 1001);
    vr_link_grant(&other.agent.inbound, VR_UNLIMITED);
    turn_until(reactor, other.is_over);
    check_int(other.received, total);
    check_int(other.end.kind, VR_END_EOF);
    tear_down();
}

/* promises sockets-4, sockets-5 */
TEST(socket_flow, a_closed_window_stops_the_sender_and_loses_nothing)
{
    check_slow_reader(join_pair);
}

/* promises sockets-4, sockets-5 */
TEST(socket_flow, a_closed_window_stops_the_sender_over_tcp)
{
    check_slow_reader(join_tcp);
}

static void pause_each_time(struct session *one, enum session_word word)
{
    if (word == HEARD_DATA)
        vr_link_pause(&one->agent.inbound);
}

/* promises sockets-4, links-4 */
TEST(socket_flow, a_paused_reader_goes_on_where_it_was)
{
    size_t before = 0;

    set_up(NULL);
    other.is_pattern = true;
    other.hear = pause_each_time;
    session.to_send = MEBIBYTE;
    session.then_ends = true;
    join_pair();
    while (!other.is_over) {
        turn_until(reactor, other.received > before || other.is_over);
        before = other.received;
        turn_some(reactor, 2);
        check_int(other.received, before);
        vr_link_resume(&other.agent.inbound);
        check_int(other.received, before); /* not inside the call */
    }
    check_int(other.received, MEBIBYTE);
    tear_down();
}

/* promise links-5 */
TEST(socket_flow, a_reader_that_needs_more_gets_it_with_what_is_there)
{
    int fd = set_up_raw(AF_INET, NULL);

    session.least = 10;
    vr_link_need(&session.agent.inbound, 10);
    raw_send(fd, "12345", 5);
    turn_until(reactor, session.socket.wire.left.len == 5);
    check_int(session.received, 0);
    raw_send(fd, "67890", 5);
    turn_until(reactor, session.received == 10);
    check_str(session.text, "1234567890");
    raw_send(fd, "abc", 3);
    check_int(close(fd), 0);
    turn_until(reactor, session.is_over);
    check_str(session.text, "1234567890abc");
    check_int(session.end.kind, VR_END_EOF);
    tear_down();
}

static void check_half_close(int family)
{
    int fd = set_up_raw(family, NULL);
    static unsigned char want[100000];

    session_fill(want, sizeof(want), 0);
    session.to_send = sizeof(want);
    session.then_ends = true;
    turn_until(reactor, session.socket.wire.write_over);
    check_int(raw_read(fd, bytes, sizeof(bytes)), sizeof(want));
    check_mem(bytes, want, sizeof(want));

    raw_send(fd, "late", 4);
    turn_until(reactor, session.received == 4);
    check(!session.is_closed);
    check_int(close(fd), 0);
    turn_until(reactor, session.is_closed);

    check_str(session.story, "connected data ended:eof closed:eof ");
    check_str(session.text, "late");
    tear_down();
}

/* promises sockets-6, sockets-7 */
TEST(socket_flow, reads_on_when_it_has_ended_writing)
{
    check_half_close(AF_INET);
}

/* promises sockets-6, sockets-7 */
TEST(socket_flow, reads_on_when_it_has_ended_writing_a_unix_socket)
{
    check_half_close(AF_UNIX);
}

/* More than the kernel takes at once */
/* promise sockets-6 */
TEST(socket_flow, the_end_comes_behind_all_that_is_queued)
{
    int fd = set_up_raw(AF_UNIX, NULL);
    const size_t total = 8 * (size_t)MEBIBYTE;
    size_t got = 0;

    session.to_send = total;
    session.then_ends = true;
    turn_until(reactor, session.socket.wire.queue.len > 0);
    while (got < total) {
        turn_some(reactor, 1);
        while (got < total && raw_is_readable(fd)) {
            long len = recv(fd, bytes, sizeof(bytes), 0);
            check(len > 0);
            check_int(bytes[0], session_pattern(got));
            got += (size_t)len;
        }
    }
    turn_until(reactor, session.socket.wire.write_over);
    check_int(raw_read(fd, bytes, 1), 0);
    check_int(close(fd), 0);
    turn_until(reactor, session.is_closed);
    tear_down();
}

/* The other order */
static void check_peer_ends_first(int family)
{
    int fd = set_up_raw(family, NULL);

    raw_send(fd, "request", 7);
    check_int(shutdown(fd, SHUT_WR), 0);
    turn_until(reactor, session.is_over);
    turn_some(reactor, 3);
    check(!session.is_closed);

    session_say(&session, "an answer");
    vr_writer_end(&session.agent.writer);
    turn_until(reactor, session.is_closed);
    check_int(raw_read(fd, bytes, sizeof(bytes)), 9);
    check_mem(bytes, "an answer", 9);

    check_str(session.story, "connected data ended:eof closed:eof ");
    check_int(close(fd), 0);
    tear_down();
}

/* promise sockets-7 */
TEST(socket_flow, writes_on_when_the_peer_has_ended)
{
    check_peer_ends_first(AF_INET);
}

/* promise sockets-7 */
TEST(socket_flow, writes_on_when_the_peer_of_a_unix_socket_has_ended)
{
    check_peer_ends_first(AF_UNIX);
}

static struct vr_socket_options half(enum vr_half_close half_close)
{
    return (struct vr_socket_options){.size = sizeof(struct vr_socket_options),
                                      .half_close = half_close};
}

/* The writer's end closes both, or not */
static void check_end_of_writing(enum vr_half_close half_close, bool both)
{
    struct vr_socket_options options = half(half_close);
    int fd = set_up_raw(AF_INET, &options);

    session_say(&session, "text");
    vr_writer_end(&session.agent.writer);
    turn_until(reactor, session.socket.wire.write_over);
    turn_some(reactor, 3);

    check_int(session.is_over, both);
    check(!session.is_closed); /* it lingers */
    check_int(raw_read(fd, bytes, sizeof(bytes)), 4);
    check_int(close(fd), 0);
    if (both) {
        turn_until(reactor, session.is_closed);
        check_str(session.story, "connected aborted:closed here closed:eof ");
    }
    tear_down();
}

TEST(socket_flow, ends_both_directions_with_writing_where_told_so)
{
    check_end_of_writing(VR_HALF_CLOSE_NONE, true);
    check_end_of_writing(VR_HALF_CLOSE_INPUT, true);
}

TEST(socket_flow, ends_one_direction_with_writing_where_told_so)
{
    check_end_of_writing(VR_HALF_CLOSE_BOTH, false);
    check_end_of_writing(VR_HALF_CLOSE_OUTPUT, false);
}

/* The peer's end closes both, or not */
static void check_end_of_reading(enum vr_half_close half_close, bool both)
{
    struct vr_socket_options options = half(half_close);
    int fd = set_up_raw(AF_INET, &options);

    session_say(&session, "text");
    check_int(shutdown(fd, SHUT_WR), 0);
    turn_until(reactor, session.is_over);
    turn_some(reactor, 4);

    check_int(session.is_closed, both);
    if (both)
        check_str(session.story, "connected ended:eof closed:eof ");
    else
        session_close(&session);
    check_int(raw_read(fd, bytes, sizeof(bytes)), 4);
    check_int(close(fd), 0);
    tear_down();
}

/* promise sockets-11 */
TEST(socket_flow, ends_both_directions_with_reading_where_told_so)
{
    check_end_of_reading(VR_HALF_CLOSE_NONE, true);
    check_end_of_reading(VR_HALF_CLOSE_OUTPUT, true);
}

TEST(socket_flow, ends_one_direction_with_reading_where_told_so)
{
    check_end_of_reading(VR_HALF_CLOSE_BOTH, false);
    check_end_of_reading(VR_HALF_CLOSE_INPUT, false);
}

TEST(socket_flow, sends_what_was_written_before_it_was_connected)
{
    set_up(NULL);
    session_close(&other);
    int listening = raw_listen(AF_INET, &place);
    session_say(&session, "early ");
    turn_some(reactor, 2);
    check_int(vr_socket_connect(&session.socket, &place), 0);
    session_say(&session, "bird");
    vr_writer_end(&session.agent.writer);
    int fd = raw_accept(listening);
    turn_until(reactor, session.socket.wire.write_over);

    check_int(raw_read(fd, bytes, sizeof(bytes)), 10);
    check_mem(bytes, "early bird", 10);
    check_int(close(fd), 0);
    raw_close_listening(listening);
    tear_down();
}
