/* SPDX-License-Identifier: MIT */
/**
 * @file test_stream_coroutine.c
 * Coroutines that talk through streams, as if they had all the time.
 */
#include <vreactor/pending/coroutine.h>

#include <vreactor/reactor/async/sleep.h>
#include "tests/io/dice.h"
#include "tests/io/stream_pair.h"

static struct vr_pending *begin(vr_coroutine_fn *fn, void *arg)
{
    struct vr_coroutine_options options = {.size = sizeof(options),
                                           .reactor = reactor};
    struct vr_pending *pending = vr_spawn(&test.env, &options, fn, arg);

    check(pending);
    return pending;
}

static struct vr_result finish(struct vr_stream *stream)
{
    return vr_wait_for(vr_within(vr_stream_close(stream), NULL, VR_SEC));
}

/* ---- lines ---- */

static struct vr_result echo_lines(void *arg)
{
    struct vr_stream *stream = arg;
    struct vr_value value;

    while (!vr_await(vr_stream_read_line(stream, 100), &value, NULL)) {
        const struct vr_bytes *line = value.ptr;
        struct vr_pending *written =
            vr_stream_write(stream, line->data, line->len);
        vr_value_free(value);
        check_int(vr_await(written, NULL, NULL), 0);
        check_int(vr_await(vr_stream_text(stream, ".\n"), NULL, NULL), 0);
    }
    return finish(stream);
}

static struct vr_result ask(void *arg)
{
    struct vr_stream *stream = arg;
    char text[32];
    struct vr_value value;

    for (int i = 0; i < 1000; i++) {
        (void)snprintf(text, sizeof(text), "line %d\r\n", i);
        check_int(vr_await(vr_stream_text(stream, text), NULL, NULL), 0);
        check_int(vr_await(vr_stream_read_line(stream, 100), &value, NULL), 0);
        (void)snprintf(text, sizeof(text), "line %d.", i);
        check_str(((const struct vr_bytes *)value.ptr)->data, text);
        vr_value_free(value);
    }
    return finish(stream);
}

TEST(stream, carries_a_talk_of_coroutines)
{
    struct outcome asked, echoed;
    set_up();
    expect(&echoed, begin(echo_lines, &right.stream));
    expect(&asked, begin(ask, &left.stream));

    check_outcome(&asked, "done");
    check_outcome(&echoed, "done");
    turn_until(left.is_closed && right.is_closed);
    tear_down();
}

/* ---- more than anybody holds ---- */

enum { TOTAL = 4 << 20, PIECE = 30000, LIMIT = 50000 };

static size_t most_queued;

static unsigned char pattern(size_t place)
{
    return (unsigned char)(place * 7 + place / 251);
}

static struct vr_result send_all(void *arg)
{
    struct vr_stream *stream = arg;
    unsigned char piece[PIECE];
    size_t sent = 0;

    while (sent < TOTAL) {
        size_t len = 1 + below(PIECE);
        len = len < TOTAL - sent ? len : TOTAL - sent;
        for (size_t i = 0; i < len; i++)
            piece[i] = pattern(sent + i);
        check_int(vr_await(vr_stream_write(stream, piece, len), NULL, NULL), 0);
        sent += len;
        if (stream->agent.writer.queue.len > most_queued)
            most_queued = stream->agent.writer.queue.len;
    }
    return finish(stream);
}

static struct vr_pending *read_any(struct vr_stream *stream, size_t left_over)
{
    size_t len = 1 + below(PIECE);

    return one_in(2) || len > left_over ? vr_stream_read_some(stream, len)
                                        : vr_stream_read_exactly(stream, len);
}

static struct vr_result receive_all(void *arg)
{
    struct vr_stream *stream = arg;
    struct vr_value value;
    size_t got = 0;

    while (!vr_await(read_any(stream, TOTAL - got), &value, NULL)) {
        const struct vr_bytes *bytes = value.ptr;
        for (size_t i = 0; i < bytes->len; i++)
            check((unsigned char)bytes->data[i] == pattern(got + i));
        got += bytes->len;
        vr_value_free(value);
    }
    check_int(got, TOTAL);
    check(vr_end_is_clean(vr_stream_why(stream)));
    return finish(stream);
}

/* Behaviour: who awaits what he writes keeps no more than the limit. */
TEST(stream, carries_more_than_it_holds)
{
    struct outcome sent, received;
    throw_from(1);
    set_up();
    vr_writer_set_limit(&left.stream.agent.writer, LIMIT);
    expect(&received, begin(receive_all, &right.stream));
    expect(&sent, begin(send_all, &left.stream));

    check_outcome(&sent, "done");
    check_outcome(&received, "done");
    check(most_queued > 0);
    check(most_queued < LIMIT + PIECE);
    tear_down();
}

/* ---- no time left ---- */

static struct vr_result wait_for_a_line(void *arg)
{
    struct vr_stream *stream = arg;
    struct vr_pending *line = vr_stream_read_line(stream, 100);
    int err = vr_await(vr_within(line, NULL, 3 * VR_SEC), NULL, NULL);

    check_int(err, -ETIMEDOUT);
    check_int(vr_await(vr_stream_text(stream, "too late\n"), NULL, NULL), 0);
    return finish(stream);
}

TEST(stream, ends_an_await_in_time)
{
    struct outcome waited;
    set_up();
    expect(&waited, begin(wait_for_a_line, &right.stream));

    check_call(vr_stream_read_line(&left.stream, 100), "too late");
    check_int(vr_test_now(&test), 3 * VR_SEC);
    vr_stream_end(&left.stream);
    check_outcome(&waited, "done");
    tear_down();
}

/* ---- cancelled ---- */

static struct vr_result close_in_any_case(void *arg)
{
    struct vr_stream *stream = arg;

    check_int(vr_await(vr_stream_read_line(stream, 100), NULL, NULL),
              -VR_ECANCELLED);
    check_int(vr_sleep(VR_SEC), -VR_ECANCELLED);
    return finish(stream);
}

TEST(stream, is_closed_in_order_by_a_coroutine_that_was_cancelled)
{
    struct outcome waited;
    set_up();
    struct vr_pending *pending = begin(close_in_any_case, &right.stream);

    expect(&waited, pending);
    check(vr_pending_cancel(pending));
    check_call(vr_stream_read_line(&left.stream, 100), "VR_ECLOSED:eof");
    vr_stream_end(&left.stream);
    check_outcome(&waited, "done");
    tear_down();
}

/* ---- freed ---- */

TEST(stream, is_left_by_a_coroutine_that_is_freed)
{
    set_up();
    struct vr_pending *pending = begin(echo_lines, &right.stream);
    check_call(vr_stream_text(&left.stream, "x\ny"), "done");
    check_call(vr_stream_read_line(&left.stream, 9), "x.");

    vr_pending_free(pending);
    turn_until(right.is_closed);
    tear_down();
}

/* ---- a stop ---- */

static int lines_read;

static struct vr_result stop_at_each_line(void *arg)
{
    struct vr_stream *stream = arg;

    while (!vr_await(vr_stream_read_line(stream, 100), NULL, NULL)) {
        lines_read++;
        vr_reactor_stop(reactor);
    }
    return finish(stream);
}

/* Though all lines came at once. */
TEST(stream_coroutine, a_stop_leaves_the_next_line_to_the_next_run)
{
    set_up();
    struct vr_pending *reader = begin(stop_at_each_line, &right.stream);
    vr_pending_free(vr_stream_text(&left.stream, "one\ntwo\nthree\n"));
    for (int i = 1; i <= 3; i++) {
        check_int(vr_reactor_run(reactor), 0);
        check_int(lines_read, i);
    }
    vr_pending_free(reader);
    tear_down();
}
