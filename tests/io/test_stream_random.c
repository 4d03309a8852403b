/* SPDX-License-Identifier: MIT */
/**
 * @file test_stream_random.c
 * Whatever is written in whatever pieces, and read by whatever calls: the same
 * bytes come out, in order, once.
 */
#include <stdlib.h>

#include <vreactor/base/err.h>
#include <vreactor/io/stream.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/testing/clock.h>

#include "tests/io/dice.h"

enum { RUNS = 300, TOTAL = 3000, LONGEST = 40 };

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct vr_writer writer;
static struct vr_stream stream;
static char text[TOTAL];
static size_t written, got; /* so many of them */
static struct vr_pending *call;
static bool is_over;

/* Which call was made last. */
static enum { SOME, EXACTLY, LINE } kind;
static size_t most;

static void make_text(void)
{
    for (size_t i = 0; i < TOTAL; i++)
        text[i] = one_in(8) ? '\n' : one_in(8) ? '\r' : (char)('a' + below(26));
}

/* How many bytes of the text the line is that begins where @got is, without
 * its end, of which @ret_end has the length. */
static size_t line_length(size_t *ret_end)
{
    const char *end = memchr(text + got, '\n', TOTAL - got);
    sure(end);
    bool with_return = end > text + got && end[-1] == '\r';

    *ret_end = with_return ? 2u : 1u;
    return (size_t)(end - (text + got)) - with_return;
}

static void check_bytes(const struct vr_bytes *bytes)
{
    size_t end = 0;

    if (kind == SOME)
        sure(bytes->len >= 1 && bytes->len <= most);
    else if (kind == EXACTLY)
        sure(bytes->len == most);
    else
        sure(bytes->len == line_length(&end) && bytes->len + end <= most);
    sure(memcmp(bytes->data, text + got, bytes->len) == 0);
    sure(bytes->data[bytes->len] == '\0');
    got += bytes->len + end;
    sure(got <= written);
}

static bool is_line_there(size_t len)
{
    return memchr(text + got, '\n', len) != NULL;
}

/* Were the last bytes too few for the call? */
static void check_truncated(void)
{
    sure(got < TOTAL && kind != SOME);
    if (kind == EXACTLY)
        sure(TOTAL - got < most);
    else
        sure(!is_line_there(TOTAL - got));
}

static void check_failure(const struct vr_failure *failure)
{
    if (failure->code == -VR_ECANCELLED)
        return;
    if (failure->code == -VR_ELIMIT) {
        sure(kind == LINE && !is_line_there(most));
        return;
    }

    is_over = true;
    if (failure->code == -VR_ETRUNCATED)
        check_truncated();
    else
        sure(failure->end->kind == VR_END_EOF && got == TOTAL);
}

static void begin_to_read(void);

static struct vr_result on_result(void *arg, struct vr_result result)
{
    (void)arg;
    if (result.failure)
        check_failure(result.failure);
    else
        check_bytes(result.value.ptr);
    vr_result_free(result);
    if (!is_over && one_in(2))
        begin_to_read();
    return vr_ok(vr_value_none());
}

static void begin_to_read(void)
{
    struct vr_pending *old = call;

    kind = (int)below(3) == 0 ? SOME : one_in(2) ? EXACTLY : LINE;
    most = 1 + below(LONGEST);
    call = kind == SOME      ? vr_stream_read_some(&stream, most)
           : kind == EXACTLY ? vr_stream_read_exactly(&stream, most)
                             : vr_stream_read_line(&stream, most);
    vr_pending_free(old);
    struct vr_pending *mine = call;
    sure(mine && !vr_pending_both(mine, on_result, NULL));
}

static void write_some(void)
{
    size_t len = below(LONGEST);

    len = len < TOTAL - written ? len : TOTAL - written;
    sure(!vr_writer_write(&writer, text + written, len));
    written += len;
    if (written == TOTAL)
        vr_writer_end(&writer);
}

static void step(void)
{
    if (written < TOTAL && one_in(2))
        write_some();
    if (!stream.reading && one_in(2))
        begin_to_read();
    else if (stream.reading && one_in(20))
        (void)vr_pending_cancel(call);
    if (one_in(2))
        check_int(vr_reactor_turn(reactor, 0), 0);
}

static void run_from(uint64_t number)
{
    throw_from(number);
    make_text();
    written = got = 0;
    is_over = false;
    vr_writer_init(&writer, reactor, NULL);
    vr_stream_init(&stream, reactor);
    sure(!vr_link_attach(&writer.out, &stream.agent.inbound));
    while (!is_over)
        step();
    vr_pending_free(call);
    call = NULL;
    vr_writer_fini(&writer);
    vr_writer_fini(&stream.agent.writer);
}

TEST(stream, reads_what_was_written_whatever_the_pieces)
{
    vr_test_env_init(&test, 0);
    check_int(vr_test_reactor_new(&test, NULL, &reactor), 0);
    for (uint64_t number = 1; number <= RUNS; number++)
        run_from(number);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}
