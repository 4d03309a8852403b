/* SPDX-License-Identifier: MIT */
/**
 * @file stream.c
 * Reading from a stream, and its place in a chain.
 *
 * Bytes are copied from the offer into the value of the call that reads.  Its
 * handler runs inside consume(), and may read on there: the rest of the offer
 * is served to the next call, as long as the link is the same.
 */
#include <vreactor/io/stream_impl.h>

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/copied.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/io/agent_impl.h>
#include <vreactor/io/link_impl.h>
#include <vreactor/reactor/reactor.h>

enum { DEFAULT_MOST = 64 * 1024 };

static struct vr_stream *stream_of(struct vr_consumer *in)
{
    return vr_container_of(in, struct vr_stream, agent.inbound);
}

const struct vr_env *vr_stream_env(const struct vr_stream *stream)
{
    return stream->agent.writer.queue.env;
}

struct vr_pending *vr_stream_done(const struct vr_stream *stream,
                                  struct vr_result result)
{
    return (vr_pending_done)(vr_stream_env(stream), result);
}

struct vr_result vr_stream_failed(const struct vr_stream *stream, int err,
                                  const char *stage)
{
    return vr_fail(
        (vr_failure_new)(vr_stream_env(stream), err, stage, NULL, NULL));
}

/* ---- what was read ---- */

/** The bytes follow it in memory. */
struct chunk {
    struct vr_bytes bytes;
    struct vr_allocator memory; /* may outlive the stream, and its reactor */
};

static void free_chunk(void *ptr)
{
    struct chunk *chunk = vr_container_of(ptr, struct chunk, bytes);

    vr_allocator_free(chunk->memory, chunk);
}

static struct vr_result copy(const struct vr_stream *stream,
                             const unsigned char *data, size_t len)
{
    struct vr_allocator memory = vr_allocator_of(vr_stream_env(stream));
    struct chunk *chunk =
        len < SIZE_MAX / 2
            ? vr_allocator_alloc(memory, sizeof(*chunk) + len + 1)
            : NULL;
    if (!chunk)
        return vr_fail(NULL);

    chunk->memory = memory;
    chunk->bytes.len = len;
    chunk->bytes.data = (char *)(chunk + 1);
    vr_copy(chunk->bytes.data, data, len);
    return vr_ok(vr_value_of(&chunk->bytes, free_chunk));
}

/* ---- the call that reads ---- */

/* @return its deferred, which is to be settled, or is cancelled; or NULL */
static struct vr_pending *end_call(struct vr_stream *stream)
{
    struct vr_pending *reading = stream->reading;

    stream->reading = NULL;
    if (reading && stream->state < VR_STREAM_AWAITS_END)
        stream->state = VR_STREAM_AWAITS_CALL;
    return reading;
}

void vr_stream_settle_read(struct vr_stream *stream, struct vr_result result)
{
    struct vr_pending *reading = end_call(stream);

    if (reading)
        (void)vr_pending_settle(reading, result);
    else
        vr_result_free(result);
}

/* Grant what the call may take, less what is on offer already. */
static void let_come(struct vr_stream *stream)
{
    size_t more =
        stream->most > stream->in_sight ? stream->most - stream->in_sight : 0;

    if (stream->state == VR_STREAM_AWAITS_EXACTLY)
        vr_link_need_all(&stream->agent.inbound, stream->most);
    else
        vr_link_need(&stream->agent.inbound,
                     stream->state == VR_STREAM_AWAITS_LINE ? stream->most : 0);
    vr_link_grant(&stream->agent.inbound, more);
    vr_link_resume(&stream->agent.inbound);
}

static void take_back(void *arg, struct vr_pending *pending)
{
    struct vr_stream *stream = arg;

    (void)pending;
    (void)end_call(stream);
    vr_link_pause(&stream->agent.inbound);
}

/* Why no call may begin to read now. */
static struct vr_result no_read(const struct vr_stream *stream)
{
    if (stream->state == VR_STREAM_HAS_ENDED)
        return vr_stream_of_end(stream, &stream->end);

    bool closes = stream->state == VR_STREAM_AWAITS_END;
    return vr_stream_failed(stream, closes ? -VR_ECLOSED : -EBUSY, "read");
}

static struct vr_pending *read_so(struct vr_stream *stream,
                                  enum vr_stream_state state, size_t most)
{
    if (stream->state != VR_STREAM_AWAITS_CALL)
        return vr_stream_done(stream, no_read(stream));
    struct vr_pending *pending =
        (vr_pending_new)(vr_stream_env(stream), take_back, stream);
    if (!pending)
        return NULL;

    stream->reading = pending;
    stream->state = state;
    stream->most = most;
    stream->seen = 0;
    let_come(stream); /* a hook may close the chain, and settle this */
    return pending;
}

#undef vr_stream_read_some /* the macro adds the place */
struct vr_pending *vr_stream_read_some(struct vr_stream *stream, size_t most)
{
    return read_so(stream, VR_STREAM_AWAITS_SOME, most ? most : DEFAULT_MOST);
}

#undef vr_stream_read_exactly /* the macro adds the place */
struct vr_pending *vr_stream_read_exactly(struct vr_stream *stream, size_t len)
{
    return len ? read_so(stream, VR_STREAM_AWAITS_EXACTLY, len)
               : vr_stream_done(stream, copy(stream, NULL, 0));
}

#undef vr_stream_read_line /* the macro adds the place */
struct vr_pending *vr_stream_read_line(struct vr_stream *stream, size_t most)
{
    assert(most);
    return read_so(stream, VR_STREAM_AWAITS_LINE, most);
}

const struct vr_end *vr_stream_why(const struct vr_stream *stream)
{
    return stream->state == VR_STREAM_HAS_ENDED ? &stream->end : NULL;
}

/* ---- what comes ---- */

/* Settle the call that reads with @len bytes at @data; without memory it fails,
 * and the bytes stay.  @return how many are taken, with @dropped after them */
static size_t give(struct vr_stream *stream, const unsigned char *data,
                   size_t len, size_t dropped)
{
    struct vr_result result = copy(stream, data, len);
    size_t took = result.failure ? 0 : len + dropped;

    stream->in_sight -= took;
    vr_stream_settle_read(stream, result);
    return took;
}

/* @return false if there is no end of line among the @len bytes at @data yet */
static bool serve_line(struct vr_stream *stream, const unsigned char *data,
                       size_t len, size_t *ret_took)
{
    size_t seen = stream->seen;
    size_t most = len < stream->most ? len : stream->most;
    const unsigned char *end =
        most > seen ? memchr(data + seen, '\n', most - seen) : NULL;

    *ret_took = 0;
    if (end) {
        size_t with_return = end > data && end[-1] == '\r';
        size_t line = (size_t)(end - data) - with_return;
        *ret_took = give(stream, data, line, with_return + 1);
        return true;
    }

    stream->seen = most > seen ? most : seen;
    if (most < stream->most)
        return false;
    vr_stream_settle_read(stream, vr_stream_failed(stream, -VR_ELIMIT, "read"));
    return true;
}

/* @return false if the @len bytes at @data are too few for the call */
static bool serve(struct vr_stream *stream, const unsigned char *data,
                  size_t len, size_t *ret_took)
{
    if (stream->state == VR_STREAM_AWAITS_LINE)
        return serve_line(stream, data, len, ret_took);
    if (stream->state == VR_STREAM_AWAITS_EXACTLY && len < stream->most) {
        *ret_took = 0;
        return false;
    }

    *ret_took = give(stream, data, len < stream->most ? len : stream->most, 0);
    return true;
}

static bool is_stopping(const struct vr_stream *stream)
{
    return vr_reactor_is_stopping(stream->agent.writer.out.reactor);
}

/* The rest of the offer is not for the next call: it comes later, or by way of
 * a filter that enters. */
static bool is_cut_short(const struct vr_stream *stream)
{
    return is_stopping(stream) || vr_link_is_held(&stream->agent.inbound);
}

/* A handler may read on, until a stop.  @return how many bytes were taken */
static size_t serve_all(struct vr_stream *stream, const struct vr_offer *offer)
{
    unsigned joined = stream->joined;
    size_t used = 0, took;
    bool served = true;

    while (served && stream->reading && stream->joined == joined &&
           used < offer->len && !is_cut_short(stream)) {
        served = serve(stream, offer->data + used, offer->len - used, &took);
        used += took;
    }
    return used;
}

/* A call that failed for want of memory may be followed by another. */
static size_t serve_record(struct vr_stream *stream,
                           const struct vr_offer *record)
{
    unsigned joined = stream->joined;
    bool took = false;

    while (!took && stream->reading && stream->joined == joined &&
           !is_stopping(stream)) {
        struct vr_result result = copy(stream, record->data, record->len);
        took = !result.failure;
        vr_stream_settle_read(stream, result);
    }
    return took;
}

static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct vr_stream *stream = stream_of(in);
    bool whole = offer->flags & VR_WHOLE;
    unsigned joined = stream->joined;

    stream->in_sight = whole ? 0 : offer->len;
    size_t took =
        whole ? serve_record(stream, offer) : serve_all(stream, offer);
    stream->in_sight = 0;
    if (stream->joined != joined)
        return took;
    if (stream->state == VR_STREAM_AWAITS_END)
        return whole ? 1 : offer->len;
    if (!stream->reading)
        vr_link_pause(in);
    else if (took < (whole ? 1 : offer->len) && is_stopping(stream))
        vr_link_pause_briefly(in);
    return took;
}

/* Bytes seen on the former link are offered anew. */
static void on_attached(struct vr_consumer *in)
{
    struct vr_stream *stream = stream_of(in);

    stream->joined++;
    stream->seen = 0;
    stream->in_sight = 0;
    if (stream->state == VR_STREAM_AWAITS_END)
        vr_link_grant(in, VR_UNLIMITED);
    else if (stream->reading)
        let_come(stream);
}

static void end_reading(struct vr_stream *stream, const struct vr_end *why)
{
    if (stream->state == VR_STREAM_HAS_ENDED)
        return;

    stream->state = VR_STREAM_HAS_ENDED;
    vr_end_keep(&stream->end, why);
    vr_stream_give_up_connecting(stream, why);
    if (stream->reading)
        vr_stream_settle_read(stream, vr_stream_of_end(stream, why));
    vr_stream_check_closed(stream);
}

static void on_end(struct vr_consumer *in, const struct vr_end *why)
{
    end_reading(stream_of(in), why);
}

static const struct vr_consumer_ops stream_in = {
    .knows = VR_WHOLE,
    .attached = on_attached,
    .consume = on_consume,
    .ended = on_end,
    .aborted = on_end,
    .control = vr_stream_hear_control,
};

/* ---- in a chain ---- */

static void close_stream(struct vr_element *element)
{
    struct vr_stream *stream =
        vr_container_of(element, struct vr_stream, agent.element);

    vr_agent_close(element);
    end_reading(stream, &element->chain->why);
    vr_stream_give_up_writing(stream);
}

/* Whoever waits for vr_stream_close() may close the chain by that. */
static bool is_busy(struct vr_element *element)
{
    const struct vr_stream *stream =
        vr_container_of(element, struct vr_stream, agent.element);

    return stream->closing || vr_agent_is_busy(element);
}

/* What is asked after `closed` is told the end without its cause. */
static void give_back_cause(struct vr_end *end)
{
    const struct vr_end bare = {.kind = end->kind,
                                .stage = end->stage,
                                .code = end->code,
                                .after = end->after};

    vr_end_drop(end);
    vr_end_keep(end, &bare);
}

static void fini_stream(struct vr_element *element)
{
    struct vr_stream *stream =
        vr_container_of(element, struct vr_stream, agent.element);

    give_back_cause(&stream->end);
    give_back_cause(&stream->stop);
    vr_agent_fini(element);
}

static const struct vr_element_ops stream_ops = {
    .name = "stream",
    .close = close_stream,
    .is_busy = is_busy,
    .fini = fini_stream,
};

void vr_stream_init(struct vr_stream *stream, struct vr_reactor *reactor)
{
    *stream = (struct vr_stream){.state = VR_STREAM_AWAITS_CALL};
    vr_list_init(&stream->waits);
    vr_agent_init(&stream->agent, reactor, &stream_in);
    vr_agent_hear_writer(&stream->agent, &vr_stream_writer_ops);
    stream->agent.element.ops = &stream_ops;
}
