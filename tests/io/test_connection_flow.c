/* SPDX-License-Identifier: MIT */
/**
 * @file test_connection_flow.c
 * Tests of io/wire/connection.h: who waits for whom.
 */
#include <errno.h>
#include <fcntl.h>

#include <vreactor/base/err.h>

#include "tests/io/connection_fixture.h"

enum { LIMIT = 1000, MUCH = 64 << 20, QUIET = 20 };

static struct vr_reactor *reactor;
static struct user user;
static int peer;
static char block[64 * 1024];

static void set_up_with(int (*adopt)(struct user *user,
                                     struct vr_reactor *reactor,
                                     const struct vr_connection_ops *ops))
{
    reactor = session_reactor(NULL);
    user = (struct user){.echoes = true};
    peer = adopt(&user, reactor, &user_ops);
    check_int(fcntl(peer, F_SETFL, O_NONBLOCK), 0);
    turn_until(reactor, user.story[0]);
}

static void set_up(void)
{
    set_up_with(user_adopt);
}

static void tear_down(void)
{
    vr_connection_close(&user.connection, NULL);
    turn_until(reactor, user.is_closed);
    check_int(close(peer), 0);
    check_int(vr_reactor_free(reactor), 0);
}

/* Send until nobody takes anything, or too much. @return how much */
static size_t fill(void)
{
    size_t sent = 0;

    for (int quiet = 0; quiet < QUIET && sent < MUCH; quiet++) {
        ssize_t len = send(peer, block, sizeof(block), MSG_NOSIGNAL);
        if (len > 0) {
            sent += (size_t)len;
            quiet = 0;
        }
        turn_some(reactor, 1);
    }
    return sent;
}

/* Read all that comes back. @return how much */
static size_t drain(void)
{
    size_t got = 0;

    for (int quiet = 0; quiet < QUIET; quiet++) {
        ssize_t len = recv(peer, block, sizeof(block), 0);
        if (len > 0) {
            got += (size_t)len;
            quiet = 0;
        }
        turn_some(reactor, 1);
    }
    return got;
}

/* promise connections-5 */
TEST(connection_flow, an_answer_that_nobody_reads_lets_no_more_come)
{
    set_up();
    vr_writer_set_limit(&user.connection.agent.writer, LIMIT);
    size_t sent = fill();
    check(sent < MUCH);
    check(user.received < sent);
    check(user.connection.full);

    check_int(drain(), sent); /* and then it goes on */
    check_int(user.received, sent);
    check(strstr(user.story, "drained"));
    check(!user.connection.full);
    tear_down();
}

TEST(connection_flow, a_peer_that_goes_while_it_does_not_read_is_noticed)
{
    set_up_with(user_adopt_tcp);
    vr_writer_set_limit(&user.connection.agent.writer, LIMIT);
    (void)fill();
    raw_reset(peer);
    turn_until(reactor, user.is_closed);
    check_int(vr_reactor_free(reactor), 0);
}

/* promise connections-7 */
TEST(connection_flow, a_pause_of_the_program_outlasts_that_of_the_peer)
{
    set_up();
    vr_writer_set_limit(&user.connection.agent.writer, LIMIT);
    (void)fill();
    vr_connection_pause(&user.connection);
    (void)drain();
    check(strstr(user.story, "drained"));
    size_t received = user.received;
    turn_some(reactor, 5);
    check_int(user.received, received);

    vr_connection_resume(&user.connection);
    turn_until(reactor, user.received > received);
    tear_down();
}

TEST(connection_flow, a_program_that_goes_on_waits_for_the_peer_all_the_same)
{
    set_up();
    vr_writer_set_limit(&user.connection.agent.writer, LIMIT);
    (void)fill();
    size_t received = user.received;
    vr_connection_pause(&user.connection);
    vr_connection_resume(&user.connection);
    turn_some(reactor, 5);
    check_int(user.received, received);
    tear_down();
}

TEST(connection_flow, a_program_may_leave_bytes_up_to_its_need)
{
    static struct vr_connection_ops ops;

    reactor = session_reactor(NULL);
    ops = user_ops;
    ops.need = 5;
    user = (struct user){.least = 5};
    peer = user_adopt(&user, reactor, &ops);
    raw_send(peer, "hel", 3);
    turn_some(reactor, 5);
    check_int(user.received, 0);
    raw_send(peer, "lo", 2);
    turn_until(reactor, user.received == 5);
    check_str(user.text, "hello");
    tear_down();
}

TEST(connection_flow, a_writer_that_refuses_tells_when_to_go_on)
{
    struct vr_writer *writer = &user.connection.agent.writer;

    set_up();
    vr_writer_set_limit(writer, LIMIT);
    while (!vr_writer_write(writer, block, sizeof(block)))
        turn_some(reactor, 1);
    check_int(vr_writer_write(writer, block, 1), -EAGAIN);
    raw_send(peer, "x", 1); /* reading goes on */
    turn_until(reactor, user.received == 1);
    (void)drain();
    check(strstr(user.story, "drained"));
    tear_down();
}
