/* SPDX-License-Identifier: MIT */
/**
 * @file test_stream_connected.c
 * Tests of vr_stream_connected().
 */
#include "tests/io/stream_fixture.h"

#include <errno.h>
#include <sys/socket.h>

#include <vreactor/io/control.h>
#include <vreactor/io/wire/socket.h>

#include "tests/support/raw.h"

#define waits() noted(vr_stream_connected(&stream), "")

/* ---- when it fires ---- */

TEST(stream_connected, fires_once_it_is_told_before_any_byte)
{
    set_up();
    struct vr_pending *pending = waits();
    reads(vr_stream_read_some(&stream, 9));
    check_heard("");
    vr_greet(&sender);
    check_heard("'' ");
    check_int(put(&sender, "abc"), 3);
    check_heard("'abc' ");
    vr_pending_free(pending);
    tear_down();
}

TEST(stream_connected, has_fired_where_it_stands_already)
{
    set_up();
    vr_greet(&sender);
    vr_pending_free(waits());
    check_heard("'' ");
    vr_link_abort(&sender, &(struct vr_end){.kind = VR_END_RESET});
    vr_pending_free(waits()); /* it was */
    check_heard("'' ");
    tear_down();
}

TEST(stream_connected, fails_with_what_kept_it_from_being_made)
{
    static const struct vr_end refused = {
        .kind = VR_END_ERROR, .stage = VR_STAGE_CONNECT, .code = -ECONNREFUSED};

    set_up();
    struct vr_pending *pending = waits();
    vr_link_abort(&sender, &refused);
    check_heard("ECONNREFUSED:error ");
    vr_pending_free(pending);
    vr_pending_free(waits());
    check_heard("ECONNREFUSED:error ");
    tear_down();
}

/* ---- one at a time ---- */

TEST(stream_connected, is_waited_for_once_at_a_time)
{
    set_up();
    struct vr_pending *pending = waits();
    vr_pending_free(waits());
    check_heard("EBUSY: ");
    vr_pending_free(pending); /* which takes it back */
    check_heard("VR_ECANCELLED: ");
    pending = waits();
    vr_greet(&sender);
    check_heard("'' ");
    vr_pending_free(pending);
    tear_down();
}

TEST(stream_connected, is_null_for_want_of_memory)
{
    set_up();
    vr_test_fail_allocation(&test, 1, 1);
    check(!vr_stream_connected(&stream));
    struct vr_pending *pending = waits();
    vr_greet(&sender);
    check_heard("'' ");
    vr_pending_free(pending);
    tear_down();
}

/* ---- what a handler may do ---- */

static struct vr_result detach(void *arg, struct vr_result result)
{
    (void)arg;
    vr_link_detach(&sender);
    return result;
}

TEST(stream_connected, may_be_the_end_of_the_link)
{
    set_up();
    struct vr_pending *pending = vr_stream_connected(&stream);
    check_int(vr_pending_both(pending, detach, NULL), 0);
    vr_greet(&sender);
    check(!sender.to);
    vr_pending_free(pending);
    tear_down();
}

/* ---- over a socket ---- */

static struct vr_chain chain;
static struct vr_socket wire;
static bool is_closed;

static void on_closed(struct vr_chain *which, const struct vr_end *why)
{
    (void)why;
    is_closed = which == &chain;
}

static void connect_to(const struct vr_address *place)
{
    is_closed = false;
    check_int(vr_reactor_new(NULL, &reactor), 0);
    vr_chain_init(&chain, reactor, on_closed);
    check_int(vr_socket_init(&wire, reactor, NULL), 0);
    vr_stream_init(&stream, reactor);
    check_int(vr_chain(&chain, &wire.element, &stream.agent.element), 0);
    check_int(vr_socket_connect(&wire, place), 0);
}

static void close_socket(void)
{
    vr_chain_close(&chain, NULL);
    while (!is_closed)
        check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(vr_reactor_free(reactor), 0);
}

/* @p want of a connection to @p place */
static void check_connecting(const struct vr_address *place, const char *want)
{
    connect_to(place);
    struct vr_pending *pending = waits();
    while (!*heard)
        check_int(vr_reactor_turn(reactor, -1), 0);
    check_heard(want);
    vr_pending_free(pending);
    close_socket();
}

TEST(stream_connected, tells_of_a_socket)
{
    struct vr_address place;
    int listening = raw_listen(AF_INET, &place);

    check_connecting(&place, "'' ");
    raw_close_listening(listening);
    check_connecting(&place, "ECONNREFUSED:error ");
}
