/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_closed.c
 * Tests of io/wire/socket.h: a chain or a reactor is closed before all was
 * sent.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { MEBIBYTE = 1 << 20 };

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct session session;
static unsigned char bytes[MEBIBYTE];

/* @return the descriptor of the other side, ours being adopted */
static int set_up(int family)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    session_init(&session, reactor, NULL);
    int fd = session_adopt_raw(&session, family);
    turn_until(reactor, session.peer[0]);
    return fd;
}

static void tear_down(void)
{
    if (!session.is_closed)
        session_close(&session);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

/* @return what reading said in the end: 0 for an orderly end, or -1 */
static long read_to_the_end(int fd)
{
    long len;

    check_int(fcntl(fd, F_SETFL, 0), 0); /* to wait */
    do
        len = recv(fd, bytes, sizeof(bytes), 0);
    while (len > 0);
    return len;
}

/* promise sockets-10 */
TEST(socket_closed, a_chain_closed_with_bytes_queued_tells_so_by_a_reset)
{
    int fd = set_up(AF_INET);

    session.to_send = 64 * MEBIBYTE;
    session_send_on(&session);
    turn_until(reactor, session.socket.wire.queue.len > 0);
    vr_chain_close(&session.chain, NULL);
    check_int(read_to_the_end(fd), -1);
    check_int(errno, ECONNRESET);
    check_int(close(fd), 0);
    tear_down();
}

/* promise sockets-10 */
TEST(socket_closed, a_chain_closed_with_bytes_in_its_writer_resets_too)
{
    int fd = set_up(AF_INET);

    session_say(&session, "part of it");
    turn_some(reactor, 3);
    session_say(&session, "and more");
    check(!session.socket.wire.queue.len);
    vr_chain_close(&session.chain, NULL);
    check_int(read_to_the_end(fd), -1);
    check_int(errno, ECONNRESET);
    check_int(close(fd), 0);
    tear_down();
}

/* promise sockets-10 */
TEST(socket_closed, a_chain_closed_with_a_post_on_its_way_resets_too)
{
    int fd = set_up(AF_INET);

    session_say(&session, "part of it");
    turn_some(reactor, 3);
    check_int(vr_writer_post(&session.agent.writer, "and more", 8), 0);
    vr_chain_close(&session.chain, NULL);
    check_int(read_to_the_end(fd), -1);
    check_int(errno, ECONNRESET);
    check_int(close(fd), 0);
    tear_down();
}

/* promise sockets-10 */
TEST(socket_closed, a_reactor_closed_with_a_post_on_its_way_resets_too)
{
    int fd = set_up(AF_INET);

    session_say(&session, "part of it");
    turn_some(reactor, 3);
    check_int(vr_writer_post(&session.agent.writer, "and more", 8), 0);
    vr_reactor_close(reactor);
    check_int(read_to_the_end(fd), -1);
    check_int(errno, ECONNRESET);
    check_int(close(fd), 0);
    tear_down();
}

TEST(socket_closed, a_post_of_nothing_is_no_loss)
{
    int fd = set_up(AF_INET);

    session_say(&session, "all there is");
    turn_some(reactor, 3);
    check_int(vr_writer_post(&session.agent.writer, NULL, 0), 0);
    vr_chain_close(&session.chain, NULL);
    check_int(read_to_the_end(fd), 0);
    check_int(close(fd), 0);
    tear_down();
}

/* An end that is not orderly has not gone when its chain or reactor closes. */
static void close_behind_an_unclean_end(bool with_reactor)
{
    int fd = set_up(AF_INET);

    session_say(&session, "part of it");
    turn_some(reactor, 3);
    vr_writer_end_unclean(&session.agent.writer);
    if (with_reactor)
        vr_reactor_close(reactor);
    else
        vr_chain_close(&session.chain, NULL);
    check_int(read_to_the_end(fd), -1);
    check_int(errno, ECONNRESET);
    check_int(close(fd), 0);
    tear_down();
}

TEST(socket_closed, an_unclean_end_stays_one)
{
    close_behind_an_unclean_end(false);
    close_behind_an_unclean_end(true);
}

/* It would not have gone. */
TEST(socket_closed, a_chain_closed_with_a_post_behind_its_end_ends_in_order)
{
    int fd = set_up(AF_INET);

    session_say(&session, "all there is");
    vr_writer_end(&session.agent.writer);
    turn_some(reactor, 3);
    check_int(vr_writer_post(&session.agent.writer, "and more", 8), 0);
    vr_chain_close(&session.chain, NULL);
    check_int(read_to_the_end(fd), 0);
    check_int(close(fd), 0);
    tear_down();
}

TEST(socket_closed, a_chain_closed_when_all_was_sent_ends_in_order)
{
    int fd = set_up(AF_INET);

    session_say(&session, "all there is");
    turn_some(reactor, 3);
    vr_chain_close(&session.chain, NULL);
    check_int(read_to_the_end(fd), 0);
    check_int(close(fd), 0);
    tear_down();
}
