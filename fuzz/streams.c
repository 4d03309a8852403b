/* SPDX-License-Identifier: MIT */
/**
 * @file streams.c
 * A stream above a wire that is the input's: which pieces come, what windows
 * there are, which calls are made, taken back or made inside the handler of
 * another, how both sides end, and when memory fails.  What is read is compared
 * with what was sent, what was sent with what was written, and each call must
 * come to something that could have happened, once, before the chain is over.
 *
 *   reaches io/stream.c: stream->seen = most > seen ? most : seen;
 *   reaches io/stream.c: stream_failed(stream, -VR_ELIMIT, "read"));
 *   reaches io/stream.c: AWAITS_EXACTLY && len < stream->most) {
 *   reaches io/stream.c: vr_link_pause(&stream->agent.inbound);
 *   reaches io/stream.c: return whole ? 1 : offer->len;
 *   reaches io/stream_write.c: vr_end_keep(&stream->stop, &stream->end);
 *   reaches io/stream_write.c: settle_waits(stream_of(writer),
 *   reaches io/stream_write.c: close_at_once(stream, VR_END_CANCELLED
 */
#include "fuzz/fuzz.h"

#include <errno.h>
#include <limits.h>

#include <vreactor/base/err.h>
#include <vreactor/io/stream.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/testing/script.h>

#include "fuzz/wire.h"

const char fuzz_target[] = "streams";

enum { CALLS = 24, DEEPEST = 6, LAST_TURNS = 32 };
enum { SOME, EXACTLY, LINE, READS, WRITE = READS, FLUSH, CLOSE };

/* A call of the program's. */
struct call {
    struct vr_pending *pending;
    int kind;
    size_t most;    /* of what is read */
    size_t written; /* before it, and by it */
    bool used, settled;
};

static struct fuzz_input *input;
static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static struct vr_chain chain;
static struct vr_stream stream;
static struct call calls[CALLS];
static size_t got, written, taken;
static bool failing, over, closing, cancelled;
static int depth;

/* ---- the wire ---- */

/* What the program writes is this, byte after byte. */
static uint8_t byte_at(size_t at)
{
    return (uint8_t)(at * 7 + at / 64);
}

static void look(const struct vr_offer *offer, size_t took)
{
    for (size_t i = 0; i < offer->len; i++)
        fuzz_check(offer->data[i] == byte_at(taken + i));
    taken += took;
    fuzz_check(taken <= written);
}

/* Lines, some with "\r\n". */
static void send_some(size_t len)
{
    uint8_t bytes[64];

    for (size_t i = 0; i < len; i++) {
        uint8_t byte = fuzz_byte(input);
        bytes[i] = byte % 8 == 0   ? '\n'
                   : byte % 8 == 1 ? '\r'
                                   : 'a' + byte % 26;
    }
    wire_send(bytes, len);
}

static void take_more(void)
{
    wire.most = fuzz_byte(input);
    vr_link_grant(&wire.in, fuzz_byte(input));
    vr_link_resume(&wire.in);
}

/* ---- what comes of calls ---- */

/* @return the length of the line at @got with its end; 0: there is none */
static size_t line_length(void)
{
    const uint8_t *end = memchr(wire_sent + got, '\n', wire.sent_len - got);

    return end ? (size_t)(end - (wire_sent + got)) + 1 : 0;
}

static void check_bytes(const struct call *call, const struct vr_bytes *bytes)
{
    size_t len = bytes->len, line = line_length();

    fuzz_check(len <= wire.sent_len - got);
    fuzz_check((!closing && !over) || (call->kind == EXACTLY && !len));
    fuzz_check(!memcmp(bytes->data, wire_sent + got, len) && !bytes->data[len]);
    if (call->kind == SOME)
        fuzz_check(len >= 1 && len <= (call->most ? call->most : 65536));
    else if (call->kind == EXACTLY)
        fuzz_check(len == call->most);
    else {
        size_t end = line - len;
        fuzz_check(line && line <= call->most);
        fuzz_check(end == 1 || (end == 2 && wire_sent[got + len] == '\r'));
        fuzz_check(end == 2 || !len || wire_sent[got + len - 1] != '\r');
        len = line;
    }
    got += len;
}

/* Why nothing more comes: could it be? */
static void check_end(const struct call *call, const struct vr_end *end)
{
    size_t left = wire.sent_len - got;

    if (end->kind == VR_END_EOF && call->kind < READS)
        fuzz_check(wire.has_ended && (!left || closing));
    else if (end->kind == VR_END_TRUNCATED)
        fuzz_check(wire.has_ended && left);
    else if (end->kind == VR_END_RESET)
        fuzz_check(wire.was_reset || wire.has_stopped);
    else if (end->kind == VR_END_LOCAL || end->kind == VR_END_CANCELLED)
        fuzz_check(over);
}

static void check_failure(const struct call *call,
                          const struct vr_failure *failure)
{
    int code = failure->code;

    if (failure->end)
        check_end(call, failure->end);
    else if (code == -ENOMEM)
        fuzz_check(failing);
    else if (code == -VR_ECANCELLED)
        fuzz_check(cancelled || over);
    else if (code == -VR_ELIMIT)
        fuzz_check(call->kind == LINE && wire.sent_len - got >= call->most &&
                   !memchr(wire_sent + got, '\n', call->most));
    else if (code == -EBUSY)
        fuzz_check(call->kind < READS || call->kind == CLOSE);
    else
        fuzz_check(code == -VR_ECLOSED || code == -ENOTCONN);
}

static void step_inside(void);

static struct vr_result on_result(void *arg, struct vr_result result)
{
    struct call *call = arg;

    fuzz_check(!call->settled);
    call->settled = true;
    if (result.failure)
        check_failure(call, result.failure);
    else if (call->kind < READS)
        check_bytes(call, result.value.ptr);
    else if (call->kind == FLUSH)
        fuzz_check(taken >= call->written);
    vr_result_free(result);
    if (depth < DEEPEST) {
        depth++;
        step_inside();
        depth--;
    }
    return vr_ok(vr_value_none());
}

/* ---- calls ---- */

static struct call *free_call(void)
{
    struct call *call = calls;

    while (call < calls + CALLS && call->used)
        call++;
    if (call == calls + CALLS)
        return NULL;
    *call = (struct call){.used = true};
    return call;
}

static void give_up(struct call *call)
{
    struct vr_pending *pending = call->pending;

    cancelled = true;
    call->pending = NULL;
    vr_pending_free(pending); /* whose handler may make calls */
    call->used = false;
}

static void await(struct call *call, struct vr_pending *pending)
{
    fuzz_check(pending || failing);
    if (!pending) {
        call->used = false;
        return;
    }
    call->pending = pending;
    if (vr_pending_both(pending, on_result, call)) {
        fuzz_check(failing);
        call->settled = true;
        give_up(call);
    }
}

static void read_some(void)
{
    struct call *call = free_call();

    if (!call)
        return;
    call->kind = (int)fuzz_below(input, READS);
    call->most = fuzz_byte(input);
    if (call->kind == LINE)
        await(call, vr_stream_read_line(&stream, ++call->most));
    else if (call->kind == SOME)
        await(call, vr_stream_read_some(&stream, call->most));
    else
        await(call, vr_stream_read_exactly(&stream, call->most));
}

static void write_some(void)
{
    uint8_t bytes[256];
    size_t len = fuzz_byte(input);
    struct call *call = free_call();

    if (!call)
        return;
    for (size_t i = 0; i < len; i++)
        bytes[i] = byte_at(written + i);
    size_t queued = stream.agent.writer.queue.len;
    struct vr_pending *pending = vr_stream_write(&stream, bytes, len);
    if (pending && stream.agent.writer.queue.len > queued)
        written += len;
    call->kind = WRITE;
    await(call, pending);
}

static void flush(void)
{
    struct call *call = free_call();

    if (!call)
        return;
    call->kind = FLUSH;
    call->written = written;
    await(call, vr_stream_flush(&stream));
}

static void close_stream(void)
{
    struct call *call = free_call();

    if (!call)
        return;
    call->kind = CLOSE;
    if (stream.agent.element.chain && !chain.is_closed)
        closing = true;
    struct vr_pending *pending = vr_stream_close(&stream);
    over |= chain.is_closed;
    await(call, pending);
}

static void take_back(void)
{
    struct call *call = &calls[fuzz_below(input, CALLS)];

    if (!call->pending)
        return;
    cancelled = true;
    if (call->kind == CLOSE && !call->settled)
        over = true; /* at once */
    if (fuzz_below(input, 2))
        give_up(call);
    else
        (void)vr_pending_cancel(call->pending);
}

static void close_chain(void)
{
    over = true;
    vr_chain_close(&chain, NULL);
}

static void step_inside(void)
{
    static void (*const steps[])(void) = {
        read_some, write_some, flush,     close_stream, close_chain,
        wire_end,  take_back,  wire_stop, take_more,
    };
    enum { COUNT = sizeof(steps) / sizeof(*steps) };
    unsigned which = fuzz_below(input, 16);

    if (which && which <= COUNT)
        steps[which - 1]();
}

/* ---- a run ---- */

static void turn(void)
{
    fuzz_check(!vr_reactor_turn(reactor, 0) || failing);
}

static void fail_memory(void)
{
    unsigned nth = fuzz_below(input, 6);

    failing |= nth > 0;
    vr_test_fail_allocation(&test, (int)nth,
                            fuzz_below(input, 2) ? INT_MAX : 1);
}

static void step(void)
{
    unsigned which = fuzz_below(input, 24);

    if (which < 4)
        turn();
    else if (which < 8)
        send_some(fuzz_below(input, 64));
    else if (which < 12)
        read_some();
    else if (which == 12)
        wire_reset();
    else if (which == 13)
        fail_memory();
    else if (which == 14)
        vr_stream_end(&stream);
    else
        step_inside();
}

static void on_closed(struct vr_chain *closed, const struct vr_end *why)
{
    (void)closed;
    (void)why;
    over = true;
    for (int i = 0; i < CALLS; i++)
        fuzz_check(!calls[i].pending || calls[i].settled);
}

static void set_up(void)
{
    vr_test_env_init(&test, 0);
    vr_test_script_init(&script, &test);
    memset(calls, 0, sizeof(calls));
    got = written = taken = 0;
    failing = over = closing = cancelled = false;
    depth = 0;
    fuzz_check(!vr_test_script_reactor(&script, NULL, &reactor));
    wire = (struct wire){.look = look};
    wire.most = fuzz_byte(input);
    wire.window = fuzz_byte(input);
    wire_init(reactor);
    vr_stream_init(&stream, reactor);
    vr_writer_set_limit(&stream.agent.writer, fuzz_byte(input));
    vr_chain_init(&chain, reactor, on_closed);
    fuzz_check(!vr_chain(&chain, &wire.element, &stream.agent.element));
}

static void tear_down(void)
{
    vr_test_fail_allocation(&test, 0, 0);
    close_chain();
    for (int i = 0; i < LAST_TURNS && chain.reactor; i++)
        turn();
    for (int i = 0; i < CALLS; i++)
        vr_pending_free(calls[i].pending);
    fuzz_check(!vr_reactor_free(reactor));
    fuzz_check(!vr_test_blocks(&test));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = fuzz_input(data, size);

    input = &in;
    set_up();
    while (!fuzz_done(&in))
        step();
    tear_down();
    return 0;
}
