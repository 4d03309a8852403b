/* SPDX-License-Identifier: MIT */
/**
 * @file test_connection_join.c
 * Tests of io/wire/connection.h: a connection over another wire than a socket.
 */
#include <errno.h>
#include <fcntl.h>

#include "tests/io/connection_fixture.h"
#include "tests/io/pipe_wire.h"

static struct vr_reactor *reactor;
static struct pipe_wire wire;
static struct user user, second;
static int to[2], from[2];

static void make_pipe(int *ends, int ours)
{
    check_int(pipe(ends), 0);
    check_int(fcntl(ends[ours], F_SETFL, O_NONBLOCK), 0);
}

static void set_up(void)
{
    reactor = session_reactor(NULL);
    user = second = (struct user){.echoes = true};
    make_pipe(to, 0);
    make_pipe(from, 1);
    check_int(pipe_init(&wire, reactor), 0);
    vr_connection_join(&user.connection, reactor, &wire.wire.element,
                       &user_ops);
    check_int(pipe_open(&wire, to[0], from[1]), 0);
}

/* The end of its peer's writing ends the connection. */
static void tear_down(void)
{
    check_int(close(to[1]), 0);
    turn_until(reactor, user.is_closed);
    check_int(close(from[0]), 0);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(connection_join, talks_over_pipes)
{
    char text[6] = "";

    set_up();
    check_int(vr_socket_fd(&user.connection.socket), -1);
    check_int(write(to[1], "hello", 5), 5);
    turn_until(reactor, user.received == 5);
    turn_until(reactor, raw_is_readable(from[0]));
    check_int(read(from[0], text, sizeof(text)), 5);
    check_str(text, "hello");
    tear_down();
    check_str(user.story, "connected data closed:eof ");
}

/* promise connections-4 */
TEST(connection_join, of_a_wire_that_is_in_use_is_closed_from_the_loop)
{
    set_up();
    vr_connection_join(&second.connection, reactor, &wire.wire.element,
                       &user_ops);
    check_str(second.story, "");
    turn_until(reactor, second.is_closed);
    check_str(second.story, "closed:error ");
    check_int(second.why.code, -EBUSY);
    check(!user.is_closed);
    tear_down();
}
