/* SPDX-License-Identifier: MIT */
/**
 * @file test_linear.c
 * Reading in crumbs, by streams and agents.
 */
#include <vreactor/io/stream.h>

#include <vreactor/base/container_of.h>

#include "tests/io/linear.h"

/* ---- a stream ---- */

struct reader {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_stream stream;
    struct vr_pending *reading;
    size_t got;
    bool is_closed;
};

static struct reader reader;

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    (void)why;
    vr_container_of(chain, struct reader, chain)->is_closed = true;
}

static struct vr_result on_read(void *arg, struct vr_result result)
{
    struct reader *self = arg;
    const struct vr_bytes *got = result.value.ptr;

    check(!result.failure);
    self->got = got->len;
    vr_result_free(result);
    return vr_ok(vr_value_none());
}

/* @return the peer */
static int set_up_reader(size_t crumb)
{
    int ends[2];

    set_up(crumb);
    reader = (struct reader){0};
    vr_chain_init(&reader.chain, reactor, on_closed);
    check_int(vr_socket_init(&reader.socket, reactor, NULL), 0);
    vr_stream_init(&reader.stream, reactor);
    check_int(vr_chain(&reader.chain, &reader.socket.element,
                       &reader.stream.agent.element),
              0);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&reader.socket, ends[0], NULL), 0);
    turn_some(reactor, 2);
    vr_test_sys_limit(crumb);
    return ends[1];
}

static void tear_down_reader(int peer)
{
    vr_pending_free(reader.reading);
    vr_chain_close(&reader.chain, NULL);
    turn_until(reactor, reader.is_closed);
    check_int(close(peer), 0);
    tear_down();
}

/* Send what is to be read, a piece at a time, as the kernel has room. */
static void read_all(int peer, struct vr_pending *pending, size_t len)
{
    enum { PIECE = 8192 };

    reader.reading = pending;
    check_int(vr_pending_both(pending, on_read, &reader), 0);
    for (size_t sent = 0; sent < total; sent += PIECE) {
        size_t piece = total - sent < PIECE ? total - sent : PIECE;
        raw_send(peer, bytes + sent, piece);
        turn_until(reactor, !raw_is_readable(vr_socket_fd(&reader.socket)));
    }
    turn_until(reactor, reader.got);
    check_int(reader.got, len);
}

TEST(linear, reading_a_long_line)
{
    for (int i = 0; i < CRUMBS; i++) {
        int peer = set_up_reader(crumbs[i]);
        begin_to_count();
        bytes[total - 1] = '\n';
        read_all(peer, vr_stream_read_line(&reader.stream, total), total - 1);
        check_linear();
        tear_down_reader(peer);
    }
}

TEST(linear, reading_exactly_so_many)
{
    for (int i = 0; i < CRUMBS; i++) {
        int peer = set_up_reader(crumbs[i]);
        begin_to_count();
        read_all(peer, vr_stream_read_exactly(&reader.stream, total), total);
        check_linear();
        tear_down_reader(peer);
    }
}

/* ---- an agent ---- */

/* Another consumer in the place of the session's. */
static void listen_by(struct vr_consumer *in)
{
    vr_link_detach(&session.socket.wire.inbound);
    vr_consumer_init(in, &counting);
    check_int(vr_link_attach(&session.socket.wire.inbound, in), 0);
}

static void send_all(int peer, struct vr_consumer *in)
{
    enum { PIECE = 8192 };

    for (size_t sent = 0; sent < total; sent += PIECE) {
        size_t piece = total - sent < PIECE ? total - sent : PIECE;
        raw_send(peer, bytes + sent, piece);
        while (raw_is_readable(vr_socket_fd(&session.socket))) {
            turn_some(reactor, 1);
            vr_link_resume(in);
        }
    }
    turn_some(reactor, 2);
}

TEST(linear, gathering_for_one_who_needs_more)
{
    for (int i = 0; i < CRUMBS; i++) {
        struct vr_consumer in;
        int peer = set_up_agent(crumbs[i], NULL);
        listen_by(&in);
        vr_link_need(&in, total);
        begin_to_count();
        send_all(peer, &in);
        check_int(session.socket.wire.left.len, 0);
        check_linear();
        vr_link_detach(&session.socket.wire.inbound);
        tear_down_agent(peer);
    }
}

TEST(linear, gathering_for_one_who_needs_all_and_is_not_asked_before)
{
    for (int i = 0; i < CRUMBS; i++) {
        struct vr_consumer in;
        int peer = set_up_agent(crumbs[i], NULL);
        listen_by(&in);
        vr_link_need_all(&in, total);
        begin_to_count();
        send_all(peer, &in);
        check_int(offers, 1);
        check_linear();
        vr_link_detach(&session.socket.wire.inbound);
        tear_down_agent(peer);
    }
}

/* Paused while it waits; resumed, it is offered what it left, and as it leaves
 * that again unpaused, more is read. */
static size_t pause_and_leave(struct vr_consumer *in,
                              const struct vr_offer *offer)
{
    offers++;
    if (offer->len == total)
        return total;

    if (offers % 2)
        vr_link_pause(in);
    return 0;
}

static const struct vr_consumer_ops pausing = {.consume = pause_and_leave};

TEST(linear, gathering_behind_a_reader_that_pauses)
{
    const char *selector = getenv("VR_SELECTOR");

    if (selector && !strcmp(selector, "libevent"))
        test_skip("libevent takes memory for each change of interest");
    for (int i = 0; i < CRUMBS; i++) {
        struct vr_consumer in;
        int peer = set_up_agent(crumbs[i], NULL);
        vr_link_detach(&session.socket.wire.inbound);
        vr_consumer_init(&in, &pausing);
        check_int(vr_link_attach(&session.socket.wire.inbound, &in), 0);
        vr_link_need(&in, total);
        begin_to_count();
        send_all(peer, &in);
        check_int(session.socket.wire.left.len, 0);
        check_linear();
        vr_link_detach(&session.socket.wire.inbound);
        tear_down_agent(peer);
    }
}

/* What was left because it was too little is not offered for another reason,
 * such as room to write. */
TEST(linear, offering_nothing_twice)
{
    struct vr_consumer in;
    int peer = set_up_agent(1, NULL);

    listen_by(&in);
    vr_link_need(&in, total);
    vr_test_sys_limit(0);
    raw_send(peer, "abc", 3);
    turn_until(reactor, offers == 1);
    for (int i = 0; i < 10; i++) {
        vr_pump_later(&session.socket.wire.inbound);
        turn_some(reactor, 2);
    }
    check_int(offers, 1);
    raw_send(peer, "d", 1);
    turn_until(reactor, offers == 2);
    vr_link_detach(&session.socket.wire.inbound);
    tear_down_agent(peer);
}
