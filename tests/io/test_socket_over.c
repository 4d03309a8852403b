/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_over.c
 * Tests of io/wire/socket.h: when both directions of a socket are over, its
 * chain closes, but not before a filter has handed on what it holds.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/io/holding_filter.h"
#include "tests/support/counting.h"
#include "tests/support/raw.h"
#include "tests/support/session.h"

static struct vr_reactor *reactor;
static struct holder holder;
static struct session session;

/* A peer that has said its last words, and a program that has not read them. */
static int set_up_held(int family, enum vr_half_close half_close)
{
    struct vr_socket_options options = VR_SOCKET_OPTIONS_INIT;

    options.half_close = half_close;
    reactor = session_reactor(NULL);
    session_init(&session, reactor, &options);
    holder_init(&holder, reactor);
    session.window = 0;
    check_int(vr_chain_insert(&session.socket.element, &holder.filter.element),
              0);
    vr_link_detach(&holder.filter.inbound.out);
    check_int(
        vr_link_attach(&holder.filter.inbound.out, &session.agent.inbound), 0);
    int fd = session_adopt_raw(&session, family);
    raw_send(fd, "last words", 10);
    turn_until(reactor, holder.len == 10);
    return fd;
}

/* The program has said its last words, too. */
static int set_up_socket(int family)
{
    int fd = set_up_held(family, VR_HALF_CLOSE_BOTH);

    session_say(&session, "bye");
    vr_writer_end(&session.agent.writer);
    return fd;
}

/* Has the holder the end, as it should, or is the chain gone? */
static bool has_end(void)
{
    return session.is_closed || holder.end.kind;
}

static void check_held_at_socket(int family)
{
    char bytes[8];
    int fd = set_up_socket(family);

    check_int(shutdown(fd, SHUT_WR), 0);
    turn_until(reactor, session.socket.wire.write_over && has_end());
    check_int(raw_read(fd, bytes, sizeof(bytes)), 3);
    turn_some(reactor, 3);
    check(!session.is_closed && !session.is_over);
    vr_link_grant(&session.agent.inbound, 100);
    turn_until(reactor, session.is_closed);
    check_str(session.story, "connected data ended:eof closed:eof ");
    check_str(session.text, "last words");
    check_int(close(fd), 0);
    check_int(vr_reactor_free(reactor), 0);
}

/* promise sockets-7 */
TEST(socket_over, what_is_held_for_the_program_is_delivered)
{
    check_held_at_socket(AF_INET);
    check_held_at_socket(AF_UNIX);
}

TEST(socket_over, what_is_held_is_delivered_after_a_reset)
{
    int fd = set_up_socket(AF_INET);

    turn_until(reactor, session.socket.wire.write_over);
    raw_reset(fd);
    turn_until(reactor, has_end());
    turn_some(reactor, 3);
    check(!session.is_closed);
    vr_link_grant(&session.agent.inbound, 100);
    turn_until(reactor, session.is_closed);
    check_str(session.story, "connected data ended:reset closed:reset ");
    check_str(session.text, "last words");
    check_int(vr_reactor_free(reactor), 0);
}

TEST(socket_over, one_that_only_waits_for_a_filter_wakes_nobody)
{
    int fd = set_up_socket(AF_INET);

    check_int(close(fd), 0);
    turn_until(reactor, session.socket.wire.write_over && has_end());
    turn_some(reactor, 3);
    int woken = counting_woken;
    turn_some(reactor, 50);
    check_int(counting_woken, woken);
    session_close(&session);
    check_int(vr_reactor_free(reactor), 0);
}

/* The bytes that were still on their way when it was detached are lost, and the
 * peer is told. */
TEST(socket_over, writing_that_was_broken_while_detached_is_told_by_a_reset)
{
    char bytes[8];
    int fd;

    reactor = session_reactor(NULL);
    session_init(&session, reactor, NULL);
    fd = session_adopt_raw(&session, AF_INET);
    turn_until(reactor, session.peer[0]);
    session_say(&session, "half");
    vr_link_detach(&session.agent.writer.out);
    vr_writer_abort(&session.agent.writer, NULL);
    vr_link_stop(&session.agent.inbound, NULL);
    turn_until(reactor, session.is_closed);
    check_int(raw_read(fd, bytes, sizeof(bytes)), -ECONNRESET);
    check_int(close(fd), 0);
    check_int(vr_reactor_free(reactor), 0);
}

static void check_answered(int family, enum vr_half_close half_close)
{
    char bytes[16];
    int fd = set_up_held(family, half_close);

    session.echoes = true;
    check_int(shutdown(fd, SHUT_WR), 0);
    turn_until(reactor, has_end());
    turn_some(reactor, 3);
    vr_link_grant(&session.agent.inbound, 100);
    turn_until(reactor, session.is_closed);
    check_int(raw_read(fd, bytes, sizeof(bytes)), 10);
    check_mem(bytes, "last words", 10);
    check_int(session.why.kind, VR_END_EOF);
    check_int(close(fd), 0);
    check_int(vr_reactor_free(reactor), 0);
}

/* Writing ends with reading, which goes on while a filter has bytes: promise
 * sockets-11 */
TEST(socket_over, a_program_can_answer_what_a_filter_held_under_each_policy)
{
    for (int policy = 0; policy <= VR_HALF_CLOSE_OUTPUT; policy++) {
        check_answered(AF_INET, (enum vr_half_close)policy);
        check_answered(AF_UNIX, (enum vr_half_close)policy);
    }
}
