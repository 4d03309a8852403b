/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_traps.c
 * Tests of io/wire/socket.h among what a system and its other users may do:
 * keep notices, send signals, be busy, meet themselves.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/env.h>

#include "tests/support/counting.h"
#include "tests/support/raw.h"
#include "tests/support/script.h"
#include "tests/support/session.h"
#include "tests/support/storm.h"

enum { MEBIBYTE = 1 << 20 };

static struct vr_reactor *reactor;
static struct session session, other;
static struct vr_address place;
static char bytes[MEBIBYTE];

/* @return the other side of a connection */
static int set_up(void)
{
    reactor = session_reactor(NULL);
    session_init(&session, reactor, NULL);
    int fd = session_adopt_raw(&session, AF_INET);
    turn_until(reactor, session.peer[0]);
    return fd;
}

static void tear_down(void)
{
    session_close(&session);
    check_int(vr_reactor_free(reactor), 0);
}

/* ---- notices ---- */

/* Turn until nothing becomes ready any more; a hang is the runner's to find. */
static void turn_until_quiet(void)
{
    for (int quiet = 0; quiet < 20; quiet++) {
        int woken = counting_woken;
        turn_some(reactor, 1);
        if (counting_woken != woken)
            quiet = 0;
    }
}

/* Send a byte in the way that leaves a notice when it was sent.
 * @return false if the system knows no such way */
static bool send_with_notice(int fd)
{
#if defined(MSG_ZEROCOPY) && defined(SO_ZEROCOPY)
    struct pollfd one = {.fd = fd};
    int on = 1;

    if (setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)) < 0)
        return false;
    check_int(send(fd, "z", 1, MSG_ZEROCOPY), 1);
    check_int(poll(&one, 1, -1), 1);
    check(one.revents & POLLERR);
    return true;
#else
    (void)fd;
    return false;
#endif
}

TEST(socket_traps, a_notice_keeps_no_reader_awake)
{
    int fd = set_up();

    if (send_with_notice(vr_socket_fd(&session.socket))) {
        turn_until_quiet();
        check_str(session.story, "connected ");
        raw_send(fd, "data", 4);
        turn_until(reactor, session.received == 4);
    }
    check_int(close(fd), 0);
    tear_down();
}

TEST(socket_traps, a_notice_keeps_no_writer_awake)
{
    int fd = set_up();

    session_narrow(&session, 0);
    if (send_with_notice(vr_socket_fd(&session.socket))) {
        session.to_send = 64 * MEBIBYTE;
        session_send_on(&session);
        turn_until(reactor, session.socket.wire.queue.len > 0);
        turn_until_quiet();
    }
    check_int(close(fd), 0);
    tear_down();
}

/* A unix socket has no such queue: what looked into it would take bytes. */
TEST(socket_traps, ready_for_nothing_takes_no_bytes)
{
    int ends[2];

    reactor = session_reactor(NULL);
    session_init(&session, reactor, NULL);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&session.socket, ends[0], NULL), 0);
    session_narrow(&session, 0);
    raw_send(ends[1], "data", 4);
    session.to_send = 16 * MEBIBYTE;
    session_send_on(&session);
    turn_until(reactor, session.socket.wire.queue.len > 0);
    session.socket.wire.watch.ops->writable(
        &session.socket.wire.watch); /* and was full */
    vr_link_grant(&session.agent.inbound, VR_UNLIMITED);
    turn_until(reactor, session.received == 4);
    check_str(session.text, "data");
    check_int(close(ends[1]), 0);
    tear_down();
}

/* ---- closing ---- */

/* The peer is not to take it for an orderly end. */
TEST(socket_traps, a_chain_closed_over_unread_bytes_tells_so_by_a_reset)
{
    int fd = set_up();

    session_narrow(&session, 0);
    raw_send(fd, "unread", 6);
    raw_wait_sent(fd);
    session_close(&session);
    check_int(raw_read(fd, bytes, 1), -ECONNRESET);
    check_int(close(fd), 0);
    tear_down();
}

/* Who wants an orderly one ends writing and reads to the end. */
TEST(socket_traps, a_chain_that_reads_to_the_end_ends_in_order)
{
    int fd = set_up();

    raw_send(fd, "the rest", 8);
    vr_writer_end(&session.agent.writer);
    turn_until(reactor, session.received == 8);
    check_int(raw_read(fd, bytes, 1), 0);
    check_int(close(fd), 0);
    turn_until(reactor, session.is_closed);
    check_int(session.end.kind, VR_END_EOF);
    tear_down();
}

/* ---- connecting ---- */

static struct vr_env env;
static struct vr_sys sys;

static void set_up_connecting(int (*connect_fd)(int, const struct sockaddr *,
                                                socklen_t))
{
    sys = (struct vr_sys)VR_SYS_INIT;
    sys.connect = connect_fd;
    env = (struct vr_env)VR_ENV_INIT;
    env.sys = &sys;
    reactor = session_reactor(&env);
    session_init(&session, reactor, NULL);
}

/* The test connects it, or nobody does. */
static int connect_later(int fd, const struct sockaddr *addr, socklen_t len)
{
    (void)fd;
    (void)addr;
    (void)len;
    errno = EINPROGRESS;
    return -1;
}

static int poll_found; /* what poll(2) is to say */

static int poll_as_told(struct pollfd *fds, size_t count, vr_time timeout)
{
    (void)count;
    (void)timeout;
    fds->revents = poll_found ? fds->events : 0;
    return poll_found;
}

static struct vr_test_env test;
static struct vr_test_script script;

/* On its way, by a selector that says what it is told. */
static int set_up_on_its_way(void)
{
    sys = (struct vr_sys)VR_SYS_INIT;
    sys.connect = connect_later;
    sys.poll = poll_as_told;
    vr_test_env_init(&test, VR_SEC);
    test.env.sys = &sys;
    vr_test_script_init(&script, &test);
    check_int(vr_test_script_reactor(&script, NULL, &reactor), 0);
    session_init(&session, reactor, NULL);
    int listening = raw_listen(AF_INET, &place);
    check_int(vr_socket_connect(&session.socket, &place), 0);
    return listening;
}

static void say_it_is_writable(void)
{
    script_ready(&script, vr_socket_fd(&session.socket), VR_WRITE);
    turn_some(reactor, 2);
}

TEST(socket_traps, a_socket_is_not_connected_because_it_is_called_ready)
{
    int listening = set_up_on_its_way();

    say_it_is_writable();
    check_str(session.story, "can_connect ");

    struct pollfd one = {.fd = vr_socket_fd(&session.socket),
                         .events = POLLOUT};
    (void)connect(one.fd, (const struct sockaddr *)&place.addr, place.len);
    check_int(poll(&one, 1, -1), 1);
    say_it_is_writable();
    check_str(session.story, "can_connect connected ");
    raw_close_listening(listening);
    tear_down();
}

/* Who looks for errors takes them away, and the socket is ready for ever. */
TEST(socket_traps, a_connect_whose_error_was_taken_has_failed)
{
    int listening = set_up_on_its_way();

    poll_found = 1;
    say_it_is_writable();
    check_int(session.end.code, -ENOTCONN);
    check_int(session.end.stage, VR_STAGE_CONNECT);
    check(!strstr(session.story, "connected"));
    raw_close_listening(listening);
    tear_down();
}

/* A signal ends the call, and not the attempt. */
static int connect_interrupted(int fd, const struct sockaddr *addr,
                               socklen_t len)
{
    (void)connect(fd, addr, len);
    errno = EINTR;
    return -1;
}

TEST(socket_traps, a_connect_that_was_interrupted_goes_on)
{
    set_up_connecting(connect_interrupted);
    int listening = raw_listen(AF_INET, &place);
    check_int(vr_socket_connect(&session.socket, &place), 0);
    turn_until(reactor, session.peer[0]);

    check_str(session.story, "can_connect connected ");
    raw_close_listening(listening);
    tear_down();
}

/* ---- a storm of signals ---- */

TEST(socket_traps, no_byte_is_lost_in_a_storm_of_signals)
{
    const size_t total = (test_light() ? 1 : 8) * (size_t)MEBIBYTE;

    reactor = session_reactor(NULL);
    session_init(&session, reactor, NULL);
    session_init(&other, reactor, NULL);
    int listening = raw_listen(AF_INET, &place);
    other.echoes = session.is_pattern = session.then_ends = true;
    session.to_send = total;
    begin_storm();
    check_int(vr_socket_connect(&session.socket, &place), 0);
    turn_until(reactor, raw_is_readable(listening));
    check_int(vr_socket_adopt(&other.socket, raw_accept(listening), NULL), 0);
    turn_until(reactor, session.is_closed && other.is_closed);
    end_storm();

    check_int(session.received, total);
    check_int(session.end.kind, VR_END_EOF);
    raw_close_listening(listening);
    check_int(vr_reactor_free(reactor), 0);
}

/* ---- a busy neighbour ---- */

enum { SLOW = 20, SHARE = 10000 };

static struct session slow[SLOW];
static int slow_ends[SLOW];

static int open_slow(struct session *one)
{
    int ends[2];

    session_init(one, reactor, NULL);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&one->socket, ends[0], NULL), 0);
    turn_until(reactor, one->peer[0]);
    check_int(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    return ends[1];
}

/* As fast as can be. */
static void refill(int fd)
{
    while (send(fd, bytes, SHARE, MSG_NOSIGNAL) > 0)
        ;
    check(errno == EAGAIN || errno == EWOULDBLOCK);
}

/* The one has its share of bytes in each turn, and no more. */
TEST(socket_traps, a_busy_connection_lets_slow_ones_be_served_every_turn)
{
    check_int(vr_reactor_new(
                  &(struct vr_reactor_options){
                      .size = sizeof(struct vr_reactor_options),
                      .bytes_per_turn = SHARE,
                  },
                  &reactor),
              0);
    int busy = open_slow(&session);
    for (int i = 0; i < SLOW; i++)
        slow_ends[i] = open_slow(&slow[i]);
    for (size_t turns = 1; turns <= 20; turns++) {
        size_t before = session.received;
        refill(busy);
        for (int i = 0; i < SLOW; i++)
            raw_send(slow_ends[i], "x", 1);
        turn_some(reactor, 1);
        check_int(session.received - before, SHARE);
        for (int i = 0; i < SLOW; i++)
            check_int(slow[i].received, turns);
    }
    check_int(close(busy), 0);
    for (int i = 0; i < SLOW; i++) {
        check_int(close(slow_ends[i]), 0);
        session_close(&slow[i]);
    }
    tear_down();
}
