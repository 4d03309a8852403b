/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket.c
 * Tests of io/wire/socket.h: how a socket comes to be connected, or not.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/io/control.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

static struct vr_reactor *reactor;
static struct session session;
static struct vr_address place;

static void set_up(void)
{
    reactor = session_reactor(NULL);
    session_init(&session, reactor, NULL);
}

static void tear_down(void)
{
    session_close(&session);
    check_int(vr_reactor_free(reactor), 0);
}

/* A place where nobody listens, for now. */
static void nobody_at(int family)
{
    raw_close_listening(raw_listen(family, &place));
}

/* promise ends-4 */
static void check_connects(int family)
{
    char printed[VR_ADDRESS_TEXT_SIZE];

    set_up();
    int listening = raw_listen(family, &place);
    check_int(vr_socket_connect(&session.socket, &place), 0);
    check_str(session.story, "can_connect "); /* never inside the call */

    turn_until(reactor, session.peer[0]);
    int peer = raw_accept(listening);
    raw_send(peer, "hello", 5);
    turn_until(reactor, session.received == 5);

    check_str(session.story, "can_connect connected data ");
    check_str(session.text, "hello");
    check_str(session.peer,
              vr_address_format(&place, printed, sizeof(printed)));
    const struct vr_address there = vr_chain_peer(&session.chain);
    check(vr_address_is_equal(&there, &place));
    check_int(close(peer), 0);
    raw_close_listening(listening);
    tear_down();
}

/* promises sockets-1, sockets-2 */
TEST(socket, tells_once_that_it_is_connected_before_any_data)
{
    check_connects(AF_INET);
}

/* promises sockets-1, sockets-2 */
TEST(socket, tells_so_over_a_unix_socket_too)
{
    check_connects(AF_UNIX);
}

/* promise sockets-1 */
TEST(socket, that_was_adopted_tells_that_it_is_connected)
{
    int ends[2];

    set_up();
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&session.socket, ends[0], NULL), 0);
    check_str(session.story, "");
    raw_send(ends[1], "hello", 5);

    turn_until(reactor, session.received == 5);

    check_str(session.story, "connected data ");
    check_int(close(ends[1]), 0);
    tear_down();
}

/* A second program, for the same socket. */
struct late {
    struct vr_consumer in;
    char story[64];
    uint64_t window;
};

static struct late late;

static void late_attached(struct vr_consumer *in)
{
    vr_link_grant(in, late.window);
}

static size_t late_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    size_t used = strlen(late.story);

    (void)in;
    (void)snprintf(late.story + used, sizeof(late.story) - used, "%.*s ",
                   (int)offer->len, (const char *)offer->data);
    return offer->len;
}

static int late_control(struct vr_consumer *in, const struct vr_control *msg)
{
    (void)in;
    if (!vr_control_is(msg, vr_control_connected()))
        return -VR_ENOCONTROL;
    strcat(late.story, "connected ");
    return 0;
}

static void late_ended(struct vr_consumer *in, const struct vr_end *why)
{
    (void)in;
    strcat(late.story, vr_end_kind_name(why->kind));
}

static const struct vr_consumer_ops late_ops = {
    .attached = late_attached,
    .consume = late_consume,
    .ended = late_ended,
    .control = late_control,
};

static void init_late(uint64_t window)
{
    late = (struct late){.window = window};
    vr_consumer_init(&late.in, &late_ops);
}

static void attach_late(void)
{
    vr_link_detach(&session.socket.wire.inbound);
    check_int(vr_link_attach(&session.socket.wire.inbound, &late.in), 0);
}

/* promise sockets-1 */
TEST(socket, tells_also_a_consumer_that_was_attached_later)
{
    int ends[2];

    set_up();
    init_late(VR_UNLIMITED);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&session.socket, ends[0], NULL), 0);
    turn_until(reactor, session.peer[0]);

    attach_late();
    raw_send(ends[1], "hello", 5);
    turn_until(reactor, strlen(late.story) > 12);

    check_str(late.story, "connected hello ");
    check_str(session.story, "connected ");
    vr_link_detach(&session.socket.wire.inbound);
    check_int(close(ends[1]), 0);
    tear_down();
}

/* promise sockets-1 */
TEST(socket, tells_a_late_consumer_that_has_no_window_yet)
{
    int ends[2];

    set_up();
    init_late(0);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&session.socket, ends[0], NULL), 0);
    turn_until(reactor, session.peer[0]);

    attach_late();
    turn_until(reactor, late.story[0]);

    check_str(late.story, "connected ");
    vr_link_detach(&session.socket.wire.inbound);
    check_int(close(ends[1]), 0);
    tear_down();
}

static void hand_over(struct session *one, enum session_word word)
{
    if (word == HEARD_DATA && one->agent.inbound.from)
        attach_late();
}

/* The rest of what was read goes to the next consumer. */
/* promises sockets-1, links-9 */
TEST(socket, greets_who_takes_over_inside_consume_and_gives_him_the_rest)
{
    int ends[2];

    set_up();
    init_late(VR_UNLIMITED);
    session.hear = hand_over;
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&session.socket, ends[0], NULL), 0);
    raw_send(ends[1], "first", 5);
    turn_until(reactor, session.received == 5);
    raw_send(ends[1], "second", 6);
    check_int(close(ends[1]), 0);
    turn_until(reactor, strstr(late.story, "eof"));

    check_str(late.story, "connected second eof");
    vr_link_detach(&session.socket.wire.inbound);
    tear_down();
}

static void check_refused(int family)
{
    char printed[VR_ADDRESS_TEXT_SIZE];

    set_up();
    nobody_at(family);
    check_int(vr_socket_connect(&session.socket, &place), 0);
    check_str(session.story, "can_connect "); /* never inside the call */
    turn_until(reactor, session.is_closed);

    check_int(session.end.stage, VR_STAGE_CONNECT);
    check_str(session.closed_peer,
              vr_address_format(&place, printed, sizeof(printed)));
    check_int(session.why.code, session.end.code);
    check_int(session.why.stage, VR_STAGE_CONNECT);
    tear_down();
}

/* promise sockets-3 */
TEST(socket, tells_who_refused_a_connection)
{
    check_refused(AF_INET);
    check_int(session.end.code, -ECONNREFUSED);
    check_str(session.story,
              "can_connect aborted:error stopped:error closed:error ");
}

/* connect(2) itself says so. */
/* promises sockets-2, sockets-3 */
TEST(socket, tells_later_what_connect_refused_at_once)
{
    check_refused(AF_UNIX);
    check_int(session.end.code, -ENOENT);
    check_str(session.story,
              "can_connect aborted:error stopped:error closed:error ");
}

TEST(socket, does_not_try_where_it_may_not_connect)
{
    set_up();
    int listening = raw_listen(AF_INET, &place);
    session.refuses = true;

    check_int(vr_socket_connect(&session.socket, &place), -VR_EREFUSED);
    turn_some(reactor, 3);

    check_str(session.story, "can_connect ");
    check(!raw_is_readable(listening));
    check_int(vr_socket_fd(&session.socket), -1);
    raw_close_listening(listening);
    tear_down();
}

static void close_when_asked(struct session *one, enum session_word word)
{
    if (word == HEARD_CAN_CONNECT)
        vr_chain_close(&one->chain, NULL);
}

TEST(socket, does_not_try_where_the_answer_was_to_close)
{
    set_up();
    int listening = raw_listen(AF_INET, &place);
    session.hear = close_when_asked;

    check_int(vr_socket_connect(&session.socket, &place), -VR_ECLOSED);
    turn_until(reactor, session.is_closed);

    check_str(session.story, "can_connect closed:closed here ");
    check(!raw_is_readable(listening));
    raw_close_listening(listening);
    tear_down();
}

/* promise links-14 */
TEST(socket, answers_that_it_knows_no_such_message)
{
    static const struct vr_control_kind unknown = {"tests.unknown"};
    struct vr_control msg = {.kind = &unknown};

    set_up();
    check_int(vr_control_upstream(&session.agent.inbound, &msg),
              -VR_ENOCONTROL);
    check_int(vr_control_downstream(&session.socket.wire.inbound, &msg),
              -VR_ENOCONTROL);
    vr_link_detach(&session.socket.wire.inbound);
    check_int(vr_control_upstream(&session.agent.inbound, &msg), -ENOTCONN);
    check_int(vr_control_downstream(&session.socket.wire.inbound, &msg),
              -ENOTCONN);
    tear_down();
}

/* promise links-14 */
TEST(socket, takes_an_unknown_message_for_no_objection)
{
    static const struct vr_consumer_ops deaf = {.consume = late_consume};

    set_up();
    int listening = raw_listen(AF_INET, &place);
    vr_link_detach(&session.socket.wire.inbound);
    vr_consumer_init(&late.in, &deaf);
    check_int(vr_link_attach(&session.socket.wire.inbound, &late.in), 0);

    check_int(vr_socket_connect(&session.socket, &place), 0);
    turn_until(reactor, session.socket.wire.state == VR_WIRE_OPEN);

    vr_link_detach(&session.socket.wire.inbound);
    raw_close_listening(listening);
    tear_down();
}

TEST(socket, cancels_a_connect_that_is_under_way)
{
    set_up();
    int listening = raw_listen(AF_INET, &place);
    check_int(vr_socket_connect(&session.socket, &place), 0);

    vr_chain_close(&session.chain, &(struct vr_end){.kind = VR_END_CANCELLED});
    turn_until(reactor, session.is_closed);

    check_str(session.story, "can_connect closed:cancelled ");
    check_int(vr_socket_fd(&session.socket), -1);
    raw_close_listening(listening);
    tear_down();
}

TEST(socket, cancels_a_connect_that_was_refused_already)
{
    set_up();
    nobody_at(AF_UNIX);
    check_int(vr_socket_connect(&session.socket, &place), 0);

    session_close(&session);

    check_str(session.story, "can_connect closed:closed here ");
    tear_down();
}

static void close_when_connected(struct session *one, enum session_word word)
{
    if (word == HEARD_CONNECTED)
        vr_chain_close(&one->chain, NULL);
}

TEST(socket, may_be_closed_when_it_tells_that_it_is_connected)
{
    set_up();
    int listening = raw_listen(AF_INET, &place);
    session.hear = close_when_connected;
    check_int(vr_socket_connect(&session.socket, &place), 0);
    turn_until(reactor, session.is_closed);
    check_str(session.story, "can_connect connected closed:closed here ");
    raw_close_listening(listening);
    tear_down();
}
