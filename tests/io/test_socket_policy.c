/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_policy.c
 * Tests of io/wire/socket.h: what the end of one direction does to the other
 * where it may not be over alone.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/err.h>

#include "tests/io/counting_filter.h"
#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { MUCH = 4 << 20, PIECE = 16 << 10 };

static struct vr_reactor *reactor;
static struct session session;
static struct filter filter;
static unsigned char bytes[MUCH + 1];

/* @return the descriptor of the other side, ours being adopted */
static int set_up(int family, enum vr_half_close half_close)
{
    struct vr_socket_options options = {.size = sizeof(options),
                                        .half_close = half_close};

    reactor = session_reactor(NULL);
    session_init(&session, reactor, &options);
    session.is_pattern = true;
    int fd = session_adopt_raw(&session, family);
    turn_until(reactor, session.peer[0]);
    return fd;
}

static void tear_down(int fd)
{
    check_int(close(fd), 0);
    session_close(&session);
    check_int(vr_reactor_free(reactor), 0);
}

static void put_filter_in(void)
{
    init_filter(&filter, reactor);
    check_int(vr_chain_insert(&session.socket.element, &filter.filter.element),
              0);
}

/* @return what the peer reads, before @p ret_end: 0 or -errno */
static size_t read_all(int fd, int *ret_end)
{
    return session_read_all(reactor, fd, bytes, sizeof(bytes), ret_end);
}

static void check_pattern(size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != session_pattern(i))
            check_int(i, -1); /* the first that is wrong */
}

/* ---- reading is over ---- */

/* A client says all, and ends, before it reads what comes back. */
static void send_much(int fd)
{
    session.echoes = true;
    vr_writer_set_limit(&session.agent.writer, MUCH + PIECE);
    session_fill(bytes, MUCH, 0);
    for (size_t done = 0; done < MUCH; done += PIECE) {
        raw_send(fd, bytes + done, PIECE);
        turn_until(reactor, session.received == done + PIECE);
    }
    check_int(shutdown(fd, SHUT_WR), 0);
}

static void check_echo(int family, enum vr_half_close half_close, bool through)
{
    int end, fd = set_up(family, half_close);

    if (through)
        put_filter_in();
    send_much(fd);
    turn_until(reactor, session.is_over);
    check_int(read_all(fd, &end), MUCH);
    check_int(end, 0);
    check_pattern(MUCH);
    turn_until(reactor, session.is_closed);
    check_str(session.story, "connected data ended:eof closed:eof ");
    tear_down(fd);
}

/* promise sockets-11 */
TEST(socket_policy, what_is_queued_goes_before_the_end_of_both)
{
    check_echo(AF_INET, VR_HALF_CLOSE_NONE, false);
    check_echo(AF_UNIX, VR_HALF_CLOSE_NONE, false);
}

/* promise sockets-11 */
TEST(socket_policy, what_is_queued_goes_where_writing_may_not_be_alone)
{
    check_echo(AF_INET, VR_HALF_CLOSE_OUTPUT, false);
}

/* promise sockets-11 */
TEST(socket_policy, what_is_queued_goes_through_a_filter)
{
    check_echo(AF_INET, VR_HALF_CLOSE_NONE, true);
}

/* One that ends nothing by itself. */
TEST(socket_policy, a_program_that_goes_on_is_ended_behind_its_queue)
{
    int end, fd = set_up(AF_INET, VR_HALF_CLOSE_NONE);

    session.to_send = MUCH;
    vr_writer_set_limit(&session.agent.writer, 2 * MUCH);
    session_send_on(&session);
    check_int(shutdown(fd, SHUT_WR), 0);
    turn_until(reactor, session.is_over);
    turn_some(reactor, 2);
    check_int(vr_writer_text(&session.agent.writer, "x"), -VR_ECLOSED);
    check_int(read_all(fd, &end), MUCH);
    check_int(end, 0);
    check_pattern(MUCH);
    turn_until(reactor, session.is_closed);
    check_str(session.story, "connected ended:eof closed:eof ");
    tear_down(fd);
}

TEST(socket_policy, a_program_that_stops_reading_is_ended_behind_its_queue)
{
    int end, fd = set_up(AF_INET, VR_HALF_CLOSE_NONE);

    session.to_send = MUCH;
    vr_writer_set_limit(&session.agent.writer, 2 * MUCH);
    session_send_on(&session);
    vr_link_stop(&session.agent.inbound,
                 &(struct vr_end){.kind = VR_END_LOCAL});
    check_int(read_all(fd, &end), MUCH);
    check_int(end, 0);
    check_int(shutdown(fd, SHUT_WR), 0); /* else the socket lingers */
    turn_until(reactor, session.is_closed);
    tear_down(fd);
}

/* A producer that cannot be asked: what it has is lost, and that is told. */
/* promise sockets-10 */
TEST(socket_policy, what_is_cut_off_is_told_by_a_reset)
{
    static const struct vr_producer_ops deaf = {0};
    struct vr_producer out;
    int end, fd = set_up(AF_INET, VR_HALF_CLOSE_NONE);

    vr_link_detach(&session.agent.writer.out);
    vr_producer_init(&out, reactor, &deaf);
    check_int(vr_link_attach(&out, &session.socket.wire.outbound), 0);
    check_int(shutdown(fd, SHUT_WR), 0);
    check_int(read_all(fd, &end), 0);
    check_int(end, -ECONNRESET);
    turn_until(reactor, session.is_closed);
    vr_producer_fini(&out);
    tear_down(fd);
}

/* The program's writer, which was detached, hears that it is late. */
static void attach_writer_again(void)
{
    turn_some(reactor, 3);
    check(!session.is_closed);
    check_int(vr_link_attach(&session.agent.writer.out,
                             &session.socket.wire.outbound),
              0);
    turn_until(reactor, session.is_closed);
    check_int(session_count(&session, "stopped"), 1);
}

TEST(socket_policy, with_nobody_who_writes_the_end_is_in_order)
{
    int end, fd = set_up(AF_INET, VR_HALF_CLOSE_NONE);

    vr_link_detach(&session.agent.writer.out);
    check_int(shutdown(fd, SHUT_WR), 0);
    check_int(read_all(fd, &end), 0);
    check_int(end, 0);
    attach_writer_again();
    tear_down(fd);
}

/* ---- writing is over ---- */

static int end_of_abort(enum vr_half_close half_close)
{
    int end, fd = set_up(AF_INET, half_close);

    session_say(&session, "half a");
    turn_some(reactor, 2);
    vr_writer_abort(&session.agent.writer,
                    &(struct vr_end){.kind = VR_END_CANCELLED});
    turn_until(reactor, session.is_closed || raw_is_readable(fd));
    (void)read_all(fd, &end);
    if (end)
        check_str(session.story,
                  "connected aborted:cancelled closed:cancelled ");
    tear_down(fd);
    return end;
}

/* promise sockets-20 */
TEST(socket_policy, an_abort_is_told_by_a_reset)
{
    check_int(end_of_abort(VR_HALF_CLOSE_BOTH), -ECONNRESET);
    check_int(end_of_abort(VR_HALF_CLOSE_NONE), -ECONNRESET);
    check_int(end_of_abort(VR_HALF_CLOSE_INPUT), -ECONNRESET);
    check_int(end_of_abort(VR_HALF_CLOSE_OUTPUT), -ECONNRESET);
}
