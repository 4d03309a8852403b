/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_stream.c
 * Tests of io/stream.h when memory or the system fails: what was written goes,
 * what came stays to be read.
 */
#include "tests/io/stream_pair.h"
#include "tests/support/survive.h"

static struct vr_pending *call;
static struct outcome outcome;

static void connect_sides(void)
{
    reactor = survive_reactor;
    side_init(&left);
    side_init(&right);
    check_int(vr_socket_pair(&left.socket, &right.socket), 0);
    survive_turns(2);
}

static void close_sides(void)
{
    vr_chain_close(&left.chain, NULL);
    vr_chain_close(&right.chain, NULL);
    survive_turns(3);
    check(left.is_closed && right.is_closed);
}

/* A call that needs memory for its deferred, or gives none. */
static int told(struct vr_pending *pending)
{
    call = pending;
    return pending ? 0 : -ENOMEM;
}

/* What comes of the call, with nothing failing. */
static void check_comes(int err, const char *want)
{
    if (err)
        return;
    expect(&outcome, call);
    survive_turns(6);
    check_str(outcome.is_there ? outcome.text : "nothing", want);
    vr_pending_free(call);
}

/* ---- making ---- */

static int make(void)
{
    struct vr_stream stream;

    vr_stream_init(&stream, survive_reactor);
    vr_stream_end(&stream);
    check(!vr_stream_why(&stream));
    vr_writer_fini(&stream.agent.writer);
    return 0;
}

TEST(survives_stream, making_it_needs_nothing)
{
    check_int(survive(NULL, make, NULL), 0);
}

/* ---- beginning to read ---- */

static void connect_and_send(void)
{
    connect_sides();
    vr_pending_free(vr_stream_text(&right.stream, "ab\n"));
    survive_turns(2);
}

static int begin_some(void)
{
    return told(vr_stream_read_some(&left.stream, 2));
}

static int begin_exactly(void)
{
    return told(vr_stream_read_exactly(&left.stream, 2));
}

static int begin_line(void)
{
    return told(vr_stream_read_line(&left.stream, 9));
}

static void reads_ab(int err)
{
    check_comes(err, "ab");
    close_sides();
}

TEST(survives_stream, beginning_to_read)
{
    check(survive(connect_and_send, begin_some, reads_ab) > 0);
    check(survive(connect_and_send, begin_exactly, reads_ab) > 0);
    check(survive(connect_and_send, begin_line, reads_ab) > 0);
}

/* ---- at another place ---- */

static bool missed;

static void take_back(struct vr_pending *pending)
{
    missed = missed || !pending;
    vr_pending_free(pending);
}

static int begin_each(void)
{
    struct vr_stream *stream = &left.stream;

    missed = false;
    take_back(vr_stream_connected(stream));
    take_back(vr_stream_read_some(stream, 2));
    take_back(vr_stream_read_exactly(stream, 2));
    take_back(vr_stream_read_line(stream, 9));
    take_back(vr_stream_write(stream, "ab", 2));
    take_back(vr_stream_text(stream, "ab"));
    take_back(vr_stream_flush(stream));
    take_back(vr_stream_close(stream));
    return missed ? -ENOMEM : 0;
}

static void it_is_closed(int err)
{
    (void)err;
    survive_turns(3);
    check(left.is_closed);
    close_sides();
}

TEST(survives_stream, beginning_each_and_taking_it_back)
{
    check(survive(connect_and_send, begin_each, it_is_closed) > 0);
}

/* ---- reading ---- */

static void read_line_later(void)
{
    connect_and_send();
    expect(&outcome, vr_stream_read_line(&left.stream, 9));
}

static int read_on(void)
{
    return survive_act_turns(4);
}

/* What failed may have ended the connection; else the line is there, or stays
 * until there is memory. */
static void line_is_there(int err)
{
    (void)err;
    survive_turns(4);
    check(outcome.is_there);
    vr_pending_free(outcome.pending);
    if (!vr_stream_why(&left.stream) && strcmp(outcome.text, "ENOMEM:") == 0) {
        expect(&outcome, vr_stream_read_line(&left.stream, 9));
        survive_turns(4);
        vr_pending_free(outcome.pending);
    }
    check(vr_stream_why(&left.stream) || strcmp(outcome.text, "ab") == 0);
    close_sides();
}

TEST(survives_stream, reading)
{
    check(survive(read_line_later, read_on, line_is_there) > 0);
}

/* ---- writing ---- */

static int write_text(void)
{
    return told(vr_stream_text(&left.stream, "x"));
}

static void is_done(int err)
{
    check_comes(err, "done");
    close_sides();
}

/* All of it, or nothing. */
static void is_written(int err)
{
    check(vr_writer_is_queued(&left.stream.agent.writer) == !err);
    is_done(err);
}

static void fill(void)
{
    connect_sides();
    vr_writer_set_limit(&left.stream.agent.writer, 1);
    vr_pending_free(vr_stream_write(&left.stream, "ab", 2));
}

static int flush(void)
{
    return told(vr_stream_flush(&left.stream));
}

TEST(survives_stream, writing_and_waiting_until_it_goes)
{
    check(survive(connect_sides, write_text, is_written) > 0);
    check(survive(fill, write_text, is_done) > 0);
    check(survive(fill, flush, is_done) > 0);
}

/* ---- closing ---- */

static int close_it(void)
{
    return told(vr_stream_close(&left.stream));
}

/* Whoever is not told when it is closed need not care. */
static void is_closed_when_both_are(int err)
{
    survive_turns(2);
    check_int(left.is_closed, err != 0);
    vr_stream_end(&right.stream);
    check_comes(err, "done");
    close_sides();
}

static int abort_it(void)
{
    vr_stream_abort(&left.stream, NULL);
    return 0;
}

TEST(survives_stream, aborting)
{
    check(survive(connect_and_send, abort_it, it_is_closed) > 0);
}

TEST(survives_stream, closing)
{
    check(survive(connect_sides, close_it, is_closed_when_both_are) > 0);
}
