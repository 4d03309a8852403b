/* SPDX-License-Identifier: MIT */
/**
 * @file test_wire_pipe.c
 * Tests of io/wire/wire.h: a pipe needs a table, and no engine of its own.
 */
#include "tests/io/pipe_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <vreactor/base/err.h>
#include <vreactor/io/agent.h>
#include <vreactor/io/control.h>
#include <vreactor/vreactor.h>

#include "tests/support/counting.h"
#include "tests/support/session.h"

enum { MEBIBYTE = 1 << 20 };

/* A program above a pipe, which remembers what it heard. */
struct program {
    struct vr_chain chain;
    struct pipe_wire pipe;
    struct vr_agent agent;
    char text[64];
    size_t received;
    bool leaves; /* it takes nothing, and waits for more */
    enum vr_end_kind ended, aborted, stopped, closed;
    bool is_greeted, is_closed;
};

static struct vr_reactor *reactor;
static struct program program;
static int far_in, far_out; /* the peer's: to read and to write; -1: none */
static unsigned char bytes[MEBIBYTE];

static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    if (program.leaves)
        return 0;
    for (size_t i = 0; i < offer->len; i++, program.received++)
        if (program.received < sizeof(program.text) - 1)
            program.text[program.received] = (char)offer->data[i];
    return offer->len;
}

static void on_attached(struct vr_consumer *in)
{
    vr_link_need(in, 100);
    vr_link_grant(in, VR_UNLIMITED);
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    (void)in;
    program.ended = why->kind;
}

static void on_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    (void)in;
    program.aborted = why->kind;
}

static int on_control(struct vr_consumer *in, const struct vr_control *msg)
{
    (void)in;
    program.is_greeted = vr_control_is(msg, vr_control_connected());
    return 0;
}

static const struct vr_consumer_ops reading = {
    .attached = on_attached,
    .consume = on_consume,
    .ended = on_ended,
    .aborted = on_aborted,
    .control = on_control,
};

static void on_stopped(struct vr_writer *writer, const struct vr_end *why)
{
    (void)writer;
    program.stopped = why->kind;
}

static const struct vr_writer_ops writing = {.stopped = on_stopped};

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    (void)chain;
    program.closed = why->kind;
    program.is_closed = true;
}

static void make_pipe(int *ret_in, int *ret_out)
{
    int ends[2];

    check_int(pipe(ends), 0);
    *ret_in = ends[0];
    *ret_out = ends[1];
}

static void unblock(int fd)
{
    check_int(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
}

static void set_up(bool reads, bool writes)
{
    int in = -1, out = -1;

    reactor = session_reactor(NULL);
    memset(&program, 0, sizeof(program));
    far_in = far_out = -1;
    if (reads) {
        make_pipe(&in, &far_out);
        unblock(in);
    }
    if (writes) {
        make_pipe(&far_in, &out);
        unblock(out);
    }
    vr_chain_init(&program.chain, reactor, on_closed);
    check_int(pipe_init(&program.pipe, reactor), 0);
    vr_agent_init(&program.agent, reactor, &reading);
    vr_agent_hear_writer(&program.agent, &writing);
    check_int(pipe_open(&program.pipe, in, out), -EINVAL); /* in no chain */
    check_int(vr_chain(&program.chain, &program.pipe.wire.element,
                       &program.agent.element),
              0);
    check_int(pipe_open(&program.pipe, in, out), 0);
    check_int(pipe_open(&program.pipe, in, out), -EISCONN);
}

static void close_far(int *fd)
{
    if (*fd >= 0)
        check_int(close(*fd), 0);
    *fd = -1;
}

static void tear_down(void)
{
    vr_chain_close(&program.chain, NULL);
    turn_until(reactor, program.is_closed);
    check_int(pipe_open(&program.pipe, -1, -1), -VR_ECLOSED);
    check_int(vr_reactor_free(reactor), 0);
    close_far(&far_in);
    close_far(&far_out);
}

static void say(const char *text)
{
    check_int(vr_writer_text(&program.agent.writer, text), 0);
}

static void far_say(const char *text)
{
    check_int(write(far_out, text, strlen(text)), strlen(text));
}

/* The peer reads @p text, and an end behind it if there is no writer left. */
static void check_far_hears(const char *text)
{
    char data[64] = "";

    check_int(read(far_in, data, sizeof(data) - 1), strlen(text));
    check_str(data, text);
}

TEST(wire_pipe, carries_bytes_both_ways_and_their_ends)
{
    set_up(true, true);
    far_say("ping");
    turn_until(reactor, program.received == 4);
    check(program.is_greeted);
    check_str(program.text, "ping");
    close_far(&far_out);
    turn_until(reactor, program.ended);
    check_int(program.ended, VR_END_EOF);

    say("pong"); /* each direction ends by itself */
    vr_writer_end(&program.agent.writer);
    turn_until(reactor, program.is_closed);
    check_int(program.closed, VR_END_EOF);
    check_far_hears("pong");
    check_far_hears("");
    tear_down();
}

TEST(wire_pipe, has_its_name_in_descriptions)
{
    char text[VR_CHAIN_TEXT_SIZE];

    set_up(true, true);
    check_str(vr_chain_describe(&program.chain, text, sizeof(text)),
              "pipe <> agent");
    tear_down();
}

TEST(wire_pipe, queues_what_a_full_pipe_does_not_take)
{
    size_t len = 0;

    set_up(true, true);
    unblock(far_in);
    session_fill(bytes, sizeof(bytes), 0);
    check_int(vr_writer_write(&program.agent.writer, bytes, sizeof(bytes)), 0);
    vr_writer_end(&program.agent.writer);
    turn_until(reactor, program.pipe.wire.queue.len > 0);
    turn_some(reactor, 3);
    int woken = counting_woken;
    turn_some(reactor, 3);
    check_int(counting_woken, woken); /* a full pipe wakes nobody */

    for (ssize_t got; (got = read(far_in, bytes, 5000)) != 0;) {
        for (ssize_t i = 0; i < got; i++)
            check_int(bytes[i], session_pattern(len + (size_t)i));
        len += got > 0 ? (size_t)got : 0;
        turn_some(reactor, 1);
    }
    check_int(len, MEBIBYTE);
    check(!program.stopped);
    tear_down();
}

TEST(wire_pipe, without_a_reader_stops_the_producer_and_reads_on)
{
    set_up(true, true);
    close_far(&far_in);
    say("to nobody"); /* and no SIGPIPE */
    turn_until(reactor, program.stopped);
    check_int(program.stopped, VR_END_RESET);
    far_say("still here");
    turn_until(reactor, program.received == 10);
    check(!program.ended && !program.is_closed);
    close_far(&far_out);
    turn_until(reactor, program.is_closed);
    check_int(program.ended, VR_END_EOF);
    check_int(program.closed, VR_END_RESET);
    tear_down();
}

TEST(wire_pipe, reads_nothing_for_a_program_that_has_paused)
{
    set_up(true, true);
    vr_link_pause(&program.agent.inbound);
    far_say("later");
    turn_some(reactor, 3);
    int woken = counting_woken;
    turn_some(reactor, 3);
    check_int(counting_woken, woken);
    check_int(program.received, 0);
    check_int(program.pipe.wire.left.len, 0);

    vr_link_resume(&program.agent.inbound);
    turn_until(reactor, program.received == 5);
    tear_down();
}

TEST(wire_pipe, that_only_reads_ends_with_its_end)
{
    set_up(true, false);
    far_say("all");
    close_far(&far_out);
    turn_until(reactor, program.is_closed);
    check_str(program.text, "all");
    check_int(program.ended, VR_END_EOF);
    check_int(program.closed, VR_END_EOF);
    tear_down();
}

TEST(wire_pipe, that_only_reads_takes_no_bytes)
{
    set_up(true, false);
    say("nowhere to go");
    turn_until(reactor, program.stopped);
    check_int(program.stopped, VR_END_ERROR);
    tear_down();
}

TEST(wire_pipe, that_only_writes_ends_when_all_is_written)
{
    set_up(false, true);
    say("all");
    vr_writer_end(&program.agent.writer);
    turn_until(reactor, program.is_closed);
    check_far_hears("all");
    check_far_hears("");
    check_int(program.aborted, VR_END_LOCAL);
    check_int(program.closed, VR_END_EOF);
    tear_down();
}

TEST(wire_pipe, that_only_writes_ends_when_nobody_reads)
{
    set_up(false, true);
    close_far(&far_in);
    say("to nobody");
    turn_until(reactor, program.is_closed);
    check_int(program.stopped, VR_END_RESET);
    check_int(program.closed, VR_END_RESET);
    tear_down();
}

TEST(wire_pipe, closes_both_descriptors_with_its_chain)
{
    set_up(true, true);
    int in = program.pipe.wire.fd, out = program.pipe.out_fd;

    vr_chain_close(&program.chain, NULL);
    check_int(fcntl(in, F_GETFD), -1);
    check_int(fcntl(out, F_GETFD), -1);
    check_far_hears("");
    tear_down();
}

TEST(wire_pipe, is_given_away_with_what_was_not_taken)
{
    struct vr_buffer left;
    char text[8] = "";
    int in, out;

    set_up(true, true);
    program.leaves = true;
    far_say("hello");
    turn_until(reactor, program.pipe.wire.left.len == 5);
    check_int(pipe_release(&program.pipe, &in, &out, &left), 0);
    turn_until(reactor, program.is_closed);
    check_int(program.closed, VR_END_LOCAL);
    check_int(vr_buffer_pop(&left, text, sizeof(text)), 5);
    check_str(text, "hello");
    far_say("more");
    check_int(read(in, text, sizeof(text)), 4);
    check_int(write(out, "bye", 3), 3);
    check_far_hears("bye");
    check_int(close(in), 0);
    check_int(close(out), 0);
    tear_down();
}

TEST(wire_pipe, ends_with_its_reactor)
{
    set_up(true, true);
    say("last");
    turn_some(reactor, 1);
    check_int(vr_reactor_free(reactor), 0);
    check(program.is_closed);
    check_far_hears("last");
    check_far_hears("");
    close_far(&far_in);
    close_far(&far_out);
}

TEST(wire_pipe, a_kind_that_lacks_a_hook_of_its_element_is_refused)
{
    const struct vr_element_ops whole = {.name = "wire",
                                         .close = vr_wire_close,
                                         .over = vr_wire_over,
                                         .inbound_over = vr_wire_inbound_over,
                                         .fini = vr_wire_fini};
    struct vr_wire_ops lacks[4];
    struct vr_wire wire;

    for (int i = 0; i < 4; i++)
        lacks[i] = (struct vr_wire_ops){.element = whole};
    lacks[0].element.close = NULL;
    lacks[1].element.over = NULL;
    lacks[2].element.inbound_over = NULL;
    lacks[3].element.fini = NULL;
    for (int i = 0; i < 4; i++)
        check_int(vr_wire_init(&wire, NULL, &lacks[i]), -EINVAL);
}
