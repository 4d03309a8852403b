/* SPDX-License-Identifier: MIT */
/**
 * @file test_agent.c
 * Tests of io/agent.h: what becomes of one that has no hooks for the end.
 */
#include <vreactor/io/agent.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/io/wire/socket.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { MUCH = 4 << 20, PIECE = 16 << 10, HALF = MUCH / 2 };

/* As in io/agent.h. */
struct echo {
    struct vr_agent agent;
    struct vr_chain chain;
    struct vr_socket socket;
    size_t taken;
    struct vr_end why;
    bool is_closed;
};

static struct vr_reactor *reactor;
static struct echo echo;
static unsigned char bytes[MUCH + 1];

static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    int err = vr_writer_write(&echo.agent.writer, offer->data, offer->len);

    if (err == -EAGAIN)
        vr_link_pause(in);
    else if (err)
        vr_chain_close(&echo.chain, NULL);
    else
        echo.taken += offer->len;
    return err ? 0 : offer->len;
}

static void on_drained(struct vr_writer *writer)
{
    (void)writer;
    vr_link_resume(&echo.agent.inbound);
}

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    (void)chain;
    vr_end_keep(&echo.why, why);
    echo.is_closed = true;
}

static const struct vr_consumer_ops reading = {.consume = on_consume};
static const struct vr_writer_ops writing = {.drained = on_drained};

static void init_echo(enum vr_half_close half_close)
{
    struct vr_socket_options options = {.size = sizeof(options),
                                        .half_close = half_close};

    echo = (struct echo){.taken = 0};
    reactor = session_reactor(NULL);
    vr_chain_init(&echo.chain, reactor, on_closed);
    check_int(vr_socket_init(&echo.socket, reactor, &options), 0);
    vr_agent_init(&echo.agent, reactor, &reading);
    vr_agent_hear_writer(&echo.agent, &writing);
    check_int(vr_chain(&echo.chain, &echo.socket.element, &echo.agent.element),
              0);
}

/* @return the other side of its connection */
static int set_up(int family, enum vr_half_close half_close)
{
    struct vr_address place;

    init_echo(half_close);
    int listening = raw_listen(family, &place);
    int fd = raw_connect(&place);
    check_int(vr_socket_adopt(&echo.socket, raw_accept(listening), NULL), 0);
    raw_close_listening(listening);
    return fd;
}

static void tear_down(int fd)
{
    check_int(close(fd), 0);
    turn_until(reactor, echo.is_closed);
    vr_end_drop(&echo.why);
    check_int(vr_reactor_free(reactor), 0);
}

/* @return what the peer reads, before @p ret_end: 0 or -errno */
static size_t read_all(int fd, int *ret_end)
{
    return session_read_all(reactor, fd, bytes, sizeof(bytes), ret_end);
}

/* A client says all, and ends, before it reads what comes back. */
static void send_much(int fd)
{
    session_fill(bytes, MUCH, 0);
    for (size_t done = 0; done < MUCH; done += PIECE) {
        raw_send(fd, bytes + done, PIECE);
        turn_until(reactor, echo.taken == done + PIECE);
    }
    check_int(shutdown(fd, SHUT_WR), 0);
}

static void check_echo(int family, enum vr_half_close half_close)
{
    int end, fd = set_up(family, half_close);

    vr_writer_set_limit(&echo.agent.writer, MUCH + PIECE);
    send_much(fd);
    turn_some(reactor, 5);
    check_int(read_all(fd, &end), MUCH);
    check_int(end, 0);
    for (size_t i = 0; i < MUCH; i++)
        if (bytes[i] != session_pattern(i))
            check_int(i, -1); /* the first that is wrong */
    turn_until(reactor, echo.is_closed);
    check_int(echo.why.kind, VR_END_EOF);
    tear_down(fd);
}

/* promises links-35, sockets-11 */
TEST(agent, ends_its_writer_behind_what_is_queued_under_each_policy)
{
    for (int policy = 0; policy <= VR_HALF_CLOSE_OUTPUT; policy++) {
        check_echo(AF_INET, (enum vr_half_close)policy);
        check_echo(AF_UNIX, (enum vr_half_close)policy);
    }
}

/* It pauses and resumes with its writer, which holds less than what comes. */
static void check_slow_echo(int family, enum vr_half_close half_close)
{
    size_t sent = 0, got = 0;
    ssize_t len = 1;
    int fd = set_up(family, half_close);

    vr_writer_set_limit(&echo.agent.writer, 3 * PIECE);
    session_fill(bytes, MUCH, 0);
    while (len) {
        unsigned char back[PIECE];
        len = sent < MUCH ? send(fd, bytes + sent, MUCH - sent, MSG_DONTWAIT)
                          : -1;
        sent += len > 0 ? (size_t)len : 0;
        if (len > 0 && sent == MUCH)
            check_int(shutdown(fd, SHUT_WR), 0);
        turn_some(reactor, 1);
        len = recv(fd, back, sizeof(back), MSG_DONTWAIT);
        check(len >= 0 || errno == EAGAIN);
        if (len > 0)
            check_mem(back, bytes + got, (size_t)len);
        got += len > 0 ? (size_t)len : 0;
    }
    check_int(got, MUCH);
    tear_down(fd);
}

/* promise links-35 */
TEST(agent, echoes_all_with_a_small_queue_under_each_policy)
{
    for (int policy = 0; policy <= VR_HALF_CLOSE_OUTPUT; policy++) {
        check_slow_echo(AF_INET, (enum vr_half_close)policy);
        check_slow_echo(AF_UNIX, (enum vr_half_close)policy);
    }
}

static void pause_echo(int fd)
{
    vr_writer_set_limit(&echo.agent.writer, PIECE);
    session_fill(bytes, HALF, 0);
    while (!echo.socket.wire.inbound.paused) {
        (void)send(fd, bytes, HALF, MSG_DONTWAIT);
        turn_some(reactor, 1);
    }
}

/* `drained` also tells one that has paused that its writer was stopped. */
TEST(agent, that_has_paused_hears_that_its_peer_is_gone)
{
    int fd = set_up(AF_INET, VR_HALF_CLOSE_BOTH);

    pause_echo(fd);
    raw_reset(fd);
    turn_until(reactor, echo.is_closed);
    check_int(echo.why.kind, VR_END_RESET);
    check_int(vr_reactor_free(reactor), 0);
}

/* promise links-35 */
TEST(agent, aborts_its_writer_when_reading_is_aborted)
{
    static const struct vr_end limit = {.kind = VR_END_LIMIT};
    int end, fd = set_up(AF_INET, VR_HALF_CLOSE_BOTH);

    raw_send(fd, "x", 1);
    turn_until(reactor, echo.taken == 1);
    vr_link_abort(&echo.socket.wire.inbound, &limit);
    turn_until(reactor, echo.is_closed);
    (void)read_all(fd, &end);
    check_int(end, -ECONNRESET);
    check_int(echo.why.kind, VR_END_LIMIT);
    tear_down(fd);
}

/* promise links-35 */
TEST(agent, ends_its_writer_not_in_order_where_reading_did_not)
{
    static const struct vr_end truncated = {.kind = VR_END_TRUNCATED};
    int end, fd = set_up(AF_INET, VR_HALF_CLOSE_BOTH);

    (void)vr_link_offer(&echo.socket.wire.inbound,
                        &(struct vr_offer){.data = (const void *)"xyz",
                                           .len = 3,
                                           .end = &truncated});
    turn_until(reactor, echo.is_closed);
    check_int(read_all(fd, &end), 3);
    check_int(end, -ECONNRESET);
    check_int(echo.why.kind, VR_END_TRUNCATED);
    tear_down(fd);
}

/* promise links-35 */
TEST(agent, is_the_only_consumer_that_ends_something_by_itself)
{
    static const struct vr_end eof = {.kind = VR_END_EOF};
    struct vr_producer out;
    struct {
        struct vr_consumer in;
        struct vr_writer writer;
    } bare;
    struct vr_consumer other;

    reactor = session_reactor(NULL);
    vr_producer_init(&out, reactor, &(const struct vr_producer_ops){.uses = 0});
    vr_consumer_init(&bare.in, &reading);
    vr_writer_init(&bare.writer, reactor, NULL);
    vr_consumer_init(&other, &reading);
    check_int(vr_link_attach(&out, &bare.in), 0);
    check_int(vr_link_attach(&bare.writer.out, &other), 0);
    (void)vr_link_offer(&out, &(struct vr_offer){.end = &eof});
    check_int(out.state, VR_LINK_OVER);
    check_int(bare.writer.out.state, VR_LINK_OPEN);
    check(!bare.writer.ending);
    vr_writer_fini(&bare.writer);
    check_int(vr_reactor_free(reactor), 0);
}

/* ---- what is said before there is a connection ---- */

static int adopt_late(int family)
{
    struct vr_address place;
    int listening = raw_listen(family, &place);
    int fd = raw_connect(&place);

    turn_some(reactor, 3);
    check_int(vr_socket_adopt(&echo.socket, raw_accept(listening), NULL), 0);
    raw_close_listening(listening);
    return fd;
}

static void check_said_before(int family, const char *text)
{
    int end;

    init_echo(VR_HALF_CLOSE_BOTH);
    check_int(vr_writer_text(&echo.agent.writer, text), 0);
    vr_writer_end(&echo.agent.writer);
    int fd = adopt_late(family);
    check_int(read_all(fd, &end), strlen(text));
    check_int(end, 0);
    check_mem(bytes, text, strlen(text));
    tear_down(fd);
}

/* promise sockets-21 */
TEST(agent, that_ended_before_the_adoption_is_heard)
{
    check_said_before(AF_INET, "");
    check_said_before(AF_INET, "all there is");
    check_said_before(AF_UNIX, "");
    check_said_before(AF_UNIX, "all there is");
}

/* @return how the peer hears of a reactor that is closed: 0 or -errno */
static int hear_close(int fd)
{
    char text[64];
    ssize_t len;

    check_int(vr_reactor_close(reactor), 0);
    check(echo.is_closed);
    do
        len = recv(fd, text, sizeof(text), 0);
    while (len > 0);
    return len < 0 ? -errno : 0;
}

TEST(agent, ends_in_order_with_its_reactor_if_nothing_is_queued)
{
    int fd = set_up(AF_INET, VR_HALF_CLOSE_BOTH);

    raw_send(fd, "text", 4);
    turn_until(reactor, echo.taken == 4);
    turn_some(reactor, 2);
    check_int(hear_close(fd), 0);
    tear_down(fd);
}

TEST(agent, with_bytes_queued_is_reset_with_its_reactor)
{
    int fd = set_up(AF_INET, VR_HALF_CLOSE_BOTH);

    raw_send(fd, "text", 4);
    turn_until(reactor, echo.taken == 4);
    check_int(vr_writer_text(&echo.agent.writer, "more"), 0);
    check_int(hear_close(fd), -ECONNRESET);
    tear_down(fd);
}

/* promise sockets-21 */
TEST(agent, that_aborted_before_the_adoption_resets_the_connection)
{
    int end;

    init_echo(VR_HALF_CLOSE_BOTH);
    check_int(vr_writer_text(&echo.agent.writer, "half"), 0);
    vr_writer_abort(&echo.agent.writer, NULL);
    int fd = adopt_late(AF_INET);
    check_int(read_all(fd, &end), 0);
    check_int(end, -ECONNRESET);
    tear_down(fd);
}

static int connect_said(bool aborts)
{
    struct vr_address place;
    int end, listening = raw_listen(AF_INET, &place);

    init_echo(VR_HALF_CLOSE_BOTH);
    check_int(vr_socket_connect(&echo.socket, &place), 0);
    if (aborts)
        vr_writer_abort(&echo.agent.writer, NULL);
    else
        vr_writer_end(&echo.agent.writer);
    int fd = raw_accept(listening);
    raw_close_listening(listening);
    check_int(read_all(fd, &end), 0);
    tear_down(fd);
    return end;
}

/* promise sockets-21 */
TEST(agent, what_is_said_while_it_connects_is_heard)
{
    check_int(connect_said(false), 0);
    check_int(connect_said(true), -ECONNRESET);
}
