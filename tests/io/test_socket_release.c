/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_release.c
 * Tests of io/wire/socket.h: a descriptor is given away, and no byte with it is
 * lost.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/call.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { MEBIBYTE = 1 << 20 };

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct session session, other;
static struct vr_buffer left;
static int fd, peer; /* what was given away, and the other end of it */

/* A session that leaves what is shorter than @p least. */
static void set_up(int family, size_t least)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, 0);
    reactor = session_reactor(&test.env);
    session_init(&session, reactor, NULL);
    session.least = least;
    session_narrow(&session, VR_UNLIMITED);
    peer = session_adopt_raw(&session, family);
    turn_until(reactor, session.socket.wire.inbound.greeted);
}

static void tear_down(void)
{
    if (!session.is_closed)
        session_close(&session);
    check_int(close(peer), 0);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static int release(void)
{
    return vr_socket_release(&session.socket, &fd, &left);
}

static void check_refused(int err)
{
    fd = -7;
    check_int(release(), err);
    check_int(fd, -7);
}

/* Let another chain have it, and what was left. */
static void hand_over(void)
{
    session_init(&other, reactor, NULL);
    check_int(vr_socket_adopt(&other.socket, fd, NULL), 0);
    check_int(vr_socket_unread(&other.socket, &left), 0);
    check_int(left.len, 0);
}

static void check_goes_on(const char *text)
{
    char answer[8];

    raw_send(peer, " world", 6);
    turn_until(reactor, other.received == strlen(text));
    check_str(other.text, text);
    session_say(&other, "bye");
    vr_writer_end(&other.agent.writer);
    turn_until(reactor, raw_is_readable(peer));
    check_int(raw_read(peer, answer, sizeof(answer)), 3);
    session_close(&other);
}

static void check_handed_over(int family)
{
    set_up(family, 8);
    raw_send(peer, "hello", 5);
    turn_until(reactor, session.socket.wire.left.len == 5);
    check_int(release(), 0);
    check_int(left.len, 5);
    check(fcntl(fd, F_GETFL) & O_NONBLOCK);
    check_int(vr_socket_fd(&session.socket), -1);
    check(!session.is_closed); /* not inside the call */
    turn_until(reactor, session.is_closed);
    check_str(session.story, "connected closed:closed here ");
    check(!raw_is_readable(peer)); /* it hears nothing of that */
    hand_over();
    check_goes_on("hello world");
    tear_down();
}

/* promise sockets-27 */
TEST(socket_release, gives_the_descriptor_and_the_bytes_left)
{
    check_handed_over(AF_INET);
    check_handed_over(AF_UNIX);
}

/* A program that takes a line, and leaves what follows to a successor. */
static struct vr_call soon;

static size_t take_line(struct vr_consumer *in, const struct vr_offer *offer)
{
    const unsigned char *end = memchr(offer->data, '\n', offer->len);

    check_refused(-EBUSY); /* nobody knows yet what is left */
    if (!end)
        return 0;
    vr_link_pause(in);
    vr_call_after(&soon, 0);
    return (size_t)(end + 1 - offer->data);
}

static void attach_taker(struct vr_consumer *in)
{
    vr_link_need(in, 100);
    vr_link_grant(in, VR_UNLIMITED);
}

static void release_soon(struct vr_call *call)
{
    (void)call;
    check_int(release(), 0);
    hand_over();
}

/* promise sockets-27 */
TEST(socket_release, from_a_callback_after_a_line_leaves_what_follows_it)
{
    static const struct vr_consumer_ops ops = {.attached = attach_taker,
                                               .consume = take_line};
    struct vr_consumer taker;

    set_up(AF_INET, 0);
    vr_call_init(&soon, reactor, release_soon);
    other.received = 0;
    vr_consumer_init(&taker, &ops);
    vr_link_detach(&session.socket.wire.inbound);
    check_int(vr_link_attach(&session.socket.wire.inbound, &taker), 0);
    raw_send(peer, "upgrade\nhello", 13);
    turn_until(reactor, session.is_closed && other.received == 5);
    check_goes_on("hello world");
    tear_down();
}

TEST(socket_release, goes_to_code_that_knows_nothing_of_chains)
{
    char text[8];

    set_up(AF_INET, 0);
    check_int(release(), 0);
    check_int(left.len, 0);
    raw_send(fd, "raw", 3);
    check_int(raw_read(peer, text, 3), 3);
    check_int(close(fd), 0);
    tear_down();
}

/* promise sockets-28 */
TEST(socket_release, is_refused_without_a_connection)
{
    struct vr_address place;
    int listening = raw_listen(AF_INET, &place);

    set_up(AF_INET, 0);
    session_init(&other, reactor, NULL);
    check_int(vr_socket_release(&other.socket, &fd, &left), -ENOTCONN);
    check_int(vr_socket_connect(&other.socket, &place), 0);
    check_int(vr_socket_release(&other.socket, &fd, &left), -ENOTCONN);
    session_close(&other);
    check_int(vr_socket_release(&other.socket, &fd, &left), -VR_ECLOSED);
    raw_close_listening(listening);
    tear_down();
}

/* promise sockets-28 */
TEST(socket_release, is_refused_while_bytes_are_queued_outbound)
{
    static char bytes[MEBIBYTE];

    set_up(AF_INET, 0);
    session_say(&session, "wait");
    check_refused(-EBUSY); /* by the program's writer */
    turn_until(reactor, raw_is_readable(peer));
    check_int(vr_writer_append(&session.agent.writer, bytes, sizeof(bytes)), 1);
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 1, 1000, EAGAIN);
    turn_until(reactor, session.socket.wire.queue.len > 0);
    check_refused(-EBUSY); /* by the socket */
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 0, 0, 0);
    check(!session.is_closed);
    tear_down();
}

/* promise sockets-28 */
TEST(socket_release, is_refused_while_posts_are_on_their_way)
{
    char byte;

    set_up(AF_INET, 0);
    check_int(vr_writer_post(&session.agent.writer, "x", 1), 0);
    check_refused(-EBUSY);
    turn_until(reactor, raw_is_readable(peer));
    check_int(raw_read(peer, &byte, 1), 1);
    check_int(release(), 0);
    check_int(close(fd), 0);
    tear_down();
}

/* promise sockets-28 */
TEST(socket_release, is_refused_once_a_direction_is_over)
{
    set_up(AF_INET, 0);
    vr_writer_end(&session.agent.writer);
    check_refused(-EBUSY); /* the end is still to go */
    turn_until(reactor, session.socket.wire.write_over);
    check_refused(-VR_ECLOSED);
    tear_down();

    set_up(AF_INET, 0);
    check_int(shutdown(peer, SHUT_WR), 0);
    turn_until(reactor, session.is_over);
    check_refused(-VR_ECLOSED);
    tear_down();
}

TEST(socket_unread, is_read_before_what_comes)
{
    set_up(AF_INET, 0);
    vr_buffer_init(&left, &test.env);
    check_int(vr_buffer_append(&left, "first ", 6), 0);
    check_int(vr_socket_unread(&session.socket, &left), 0);
    raw_send(peer, "second", 6);
    turn_until(reactor, session.received == 12);
    check_str(session.text, "first second");
    tear_down();
}

TEST(socket_unread, is_refused_where_bytes_wait_or_none_are_taken)
{
    set_up(AF_INET, 8);
    vr_buffer_init(&left, &test.env);
    check_int(vr_buffer_append(&left, "few", 3), 0);
    check_int(vr_socket_unread(&session.socket, &left), 0);
    check_int(vr_buffer_append(&left, "more", 4), 0);
    check_int(vr_socket_unread(&session.socket, &left), -EBUSY);
    check_int(left.len, 4);
    session_close(&session);
    check_int(vr_socket_unread(&session.socket, &left), -VR_ECLOSED);
    vr_buffer_clear(&left);
    tear_down();
}

/* Also where it has offered others before, and nothing more comes. */
TEST(socket_unread, is_read_behind_what_came)
{
    set_up(AF_INET, 0);
    raw_send(peer, "a", 1);
    turn_until(reactor, session.received == 1);
    vr_buffer_init(&left, &test.env);
    check_int(vr_buffer_append(&left, "b", 1), 0);
    check_int(vr_socket_unread(&session.socket, &left), 0);
    turn_until(reactor, session.received == 2);
    check_str(session.text, "ab");
    tear_down();
}

static void unread_early(bool connecting)
{
    struct vr_address place;
    int listening = raw_listen(AF_INET, &place), guest;

    set_up(AF_INET, 0);
    session_init(&other, reactor, NULL);
    session_narrow(&other, VR_UNLIMITED);
    if (connecting)
        check_int(vr_socket_connect(&other.socket, &place), 0);
    vr_buffer_init(&left, &test.env);
    check_int(vr_buffer_append(&left, "hello", 5), 0);
    check_int(vr_socket_unread(&other.socket, &left), 0);
    turn_some(reactor, connecting ? 0 : 1);
    if (!connecting)
        check_int(vr_socket_connect(&other.socket, &place), 0);
    guest = raw_accept(listening);
    raw_send(guest, " world", 6);
    turn_until(reactor, other.received == 11);
    check_str(other.text, "hello world");
    session_close(&other);
    check_int(close(guest), 0);
    raw_close_listening(listening);
    tear_down();
}

TEST(socket_unread, is_read_once_there_is_a_connection)
{
    unread_early(true);
    unread_early(false);
}

TEST(socket_unread, needs_no_chain_yet)
{
    struct vr_socket alone;

    set_up(AF_INET, 0);
    check_int(vr_socket_init(&alone, reactor, NULL), 0);
    vr_buffer_init(&left, &test.env);
    check_int(vr_buffer_append(&left, "hello", 5), 0);
    check_int(vr_socket_unread(&alone, &left), 0);
    turn_some(reactor, 2);
    vr_buffer_clear(&alone.wire.left);
    tear_down();
}
