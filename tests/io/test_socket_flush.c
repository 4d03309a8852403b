/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_flush.c
 * Tests of io/wire/socket.h: last words to a peer that does not read.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/testing/env.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { MUCH = 48 << 10, LITTLE = 4096, SECONDS = 60 };

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct session session;
static unsigned char bytes[MUCH];

/* @return the other side: it has ended, and has to read what the program, which
 * has ended, too, has said */
static int set_up(const struct vr_socket_options *options)
{
    struct vr_reactor_options its = {.size = sizeof(its), .env = &test.env};
    int size = LITTLE;

    vr_test_env_init(&test, VR_SEC);
    check_int(vr_reactor_new(&its, &reactor), 0);
    session_init(&session, reactor, options);
    int fd = session_adopt_raw(&session, AF_UNIX);
    check_int(setsockopt(vr_socket_fd(&session.socket), SOL_SOCKET, SO_SNDBUF,
                         &size, sizeof(size)),
              0);
    check_int(vr_writer_write(&session.agent.writer, bytes, MUCH), 0);
    vr_writer_end(&session.agent.writer);
    check_int(shutdown(fd, SHUT_WR), 0);
    turn_until(reactor, vr_chain_is_over(&session.chain));
    turn_some(reactor, 2);
    check(session.socket.wire.queue.len > LITTLE && !session.is_closed);
    return fd;
}

static void tear_down(int fd)
{
    check_int(close(fd), 0);
    turn_until(reactor, session.is_closed);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static void pass_time(vr_time span)
{
    vr_test_advance(&test, span);
    turn_some(reactor, 2);
}

/* @return what it was able to read */
static size_t read_some(int fd, size_t most)
{
    size_t all = 0;
    long len = 1;

    while (all < most && len > 0) {
        len = recv(fd, bytes, most - all, MSG_DONTWAIT);
        all += len > 0 ? (size_t)len : 0;
        turn_some(reactor, 1);
    }
    return all;
}

/* promise sockets-23 */
TEST(socket_flush, gives_up_a_peer_that_takes_nothing)
{
    int fd = set_up(NULL);

    pass_time(SECONDS * VR_SEC - 1);
    check(!session.is_closed);
    pass_time(1);
    check(session.is_closed);
    check_int(session.why.kind, VR_END_TIMEOUT);
    check_int(session.why.stage, VR_STAGE_WRITE);
    tear_down(fd);
}

/* promise sockets-23 */
TEST(socket_flush, waits_for_one_that_takes_some_now_and_then)
{
    int fd = set_up(NULL);

    for (int i = 0; i < 3; i++) {
        pass_time(SECONDS * VR_SEC - 1);
        check(read_some(fd, 2 * LITTLE) > 0);
        pass_time(1);
        check(!session.is_closed);
    }
    check(read_some(fd, MUCH) > 0);
    check(session.is_closed);
    check_int(session.why.kind, VR_END_EOF);
    tear_down(fd);
}

TEST(socket_flush, has_the_time_of_its_options)
{
    struct vr_socket_options options = VR_SOCKET_OPTIONS_INIT;

    options.flush_time = 7;
    int fd = set_up(&options);
    pass_time(7);
    check(session.is_closed);
    tear_down(fd);
}

TEST(socket_flush, has_no_limit_where_told_so)
{
    struct vr_socket_options options = VR_SOCKET_OPTIONS_INIT;

    options.flush_time = -1;
    int fd = set_up(&options);
    pass_time(VR_SEC * 1000 * SECONDS);
    check(!session.is_closed && !session.socket.wire.linger);
    check_int(read_some(fd, MUCH), MUCH);
    check(session.is_closed);
    tear_down(fd);
}

TEST(socket_flush, ends_when_the_chain_is_closed)
{
    int fd = set_up(NULL);

    vr_chain_close(&session.chain, NULL);
    turn_some(reactor, 1);
    check(session.is_closed);
    pass_time(SECONDS * VR_SEC);
    tear_down(fd);
}
