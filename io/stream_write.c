/* SPDX-License-Identifier: MIT */
/**
 * @file stream_write.c
 * Writing to a stream, and closing it.
 */
#include <vreactor/io/stream_impl.h>

#include <errno.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/pending/coroutine.h>

/** A write that waits for room, or a flush that waits until all is taken. */
struct wait {
    struct vr_list link;
    const struct vr_env *env;
    struct vr_pending *pending;
    bool for_all;
};

static struct vr_stream *stream_of(struct vr_writer *writer)
{
    return vr_container_of(writer, struct vr_stream, agent.writer);
}

struct vr_result vr_stream_of_end(const struct vr_stream *stream,
                                  const struct vr_end *end)
{
    return vr_fail(vr_failure_of_end(vr_stream_env(stream), end));
}

/* Why written bytes did not go, or will not. */
static struct vr_result lost(const struct vr_stream *stream, int err)
{
    return stream->has_stopped ? vr_stream_of_end(stream, &stream->stop)
                               : vr_stream_failed(stream, err, "write");
}

/* In a closed chain queued bytes and the end are lost. */
static bool has_given_up(const struct vr_stream *stream)
{
    const struct vr_writer *writer = &stream->agent.writer;

    return stream->has_stopped && writer->out.finished &&
           vr_writer_is_queued(writer);
}

/* Is something written still to go? */
static bool is_going(const struct vr_stream *stream)
{
    return vr_writer_is_queued(&stream->agent.writer) && !has_given_up(stream);
}

static struct vr_result gone(const struct vr_stream *stream)
{
    return vr_writer_has_dropped(&stream->agent.writer) || has_given_up(stream)
               ? lost(stream, -VR_ECLOSED)
               : vr_ok(vr_value_none());
}

/* ---- waiting ---- */

static void forget_wait(void *arg, struct vr_pending *pending)
{
    struct wait *wait = arg;

    (void)pending;
    vr_list_remove(&wait->link);
    vr_dealloc(wait->env, wait);
}

static struct vr_pending *wait_for(struct vr_stream *stream, bool all)
{
    const struct vr_env *env = vr_stream_env(stream);
    struct wait *wait = vr_alloc(env, sizeof(*wait));
    if (!wait)
        return NULL;

    wait->pending = (vr_pending_new)(env, forget_wait, wait);
    if (!wait->pending) {
        vr_dealloc(env, wait);
        return NULL;
    }
    wait->env = env;
    wait->for_all = all;
    vr_list_append(&stream->waits, &wait->link);
    return wait->pending;
}

static void settle_wait(const struct vr_stream *stream, struct wait *wait)
{
    struct vr_pending *pending = wait->pending;

    vr_dealloc(wait->env, wait);
    (void)vr_pending_settle(pending, gone(stream));
}

/* Calls made by these handlers wait for the next time. */
static void settle_waits(struct vr_stream *stream, bool all)
{
    struct vr_list now, *link, *next;

    vr_list_init(&now);
    for (link = stream->waits.next; link != &stream->waits; link = next) {
        next = link->next;
        if (!all && vr_container_of(link, struct wait, link)->for_all)
            continue;
        vr_list_remove(link);
        vr_list_append(&now, link);
    }
    while ((link = vr_list_pop(&now)))
        settle_wait(stream, vr_container_of(link, struct wait, link));
}

static void on_drained(struct vr_writer *writer)
{
    settle_waits(stream_of(writer), !vr_writer_is_queued(writer));
}

static void on_emptied(struct vr_writer *writer)
{
    struct vr_stream *stream = stream_of(writer);

    settle_waits(stream, true);
    vr_stream_check_closed(stream);
}

/* The loop runs `emptied` next, which settles what waits. */
static void on_stopped(struct vr_writer *writer, const struct vr_end *why)
{
    struct vr_stream *stream = stream_of(writer);

    stream->has_stopped = true;
    vr_end_keep(&stream->stop, why);
}

const struct vr_writer_ops vr_stream_writer_ops = {
    .drained = on_drained,
    .emptied = on_emptied,
    .stopped = on_stopped,
};

/* ---- writing ---- */

/* The deferred comes first: bytes that were appended cannot be taken back. */
#undef vr_stream_write /* the macro adds the place */
struct vr_pending *vr_stream_write(struct vr_stream *stream, const void *data,
                                   size_t len)
{
    const struct vr_writer *writer = &stream->agent.writer;
    bool fills = writer->queue.len >= writer->limit ||
                 len >= writer->limit - writer->queue.len;
    struct vr_pending *pending =
        fills ? wait_for(stream, false)
              : vr_stream_done(stream, vr_ok(vr_value_none()));
    if (!pending)
        return NULL;

    int err = vr_writer_append(&stream->agent.writer, data, len);
    if (err >= 0)
        return pending;

    vr_pending_free(pending);
    return err == -ENOMEM ? NULL : vr_stream_done(stream, lost(stream, err));
}

#undef vr_stream_text /* the macro adds the place */
struct vr_pending *vr_stream_text(struct vr_stream *stream, const char *text)
{
    return (vr_stream_write)(stream, text, strlen(text));
}

#undef vr_stream_flush /* the macro adds the place */
struct vr_pending *vr_stream_flush(struct vr_stream *stream)
{
    return is_going(stream) ? wait_for(stream, true)
                            : vr_stream_done(stream, gone(stream));
}

void vr_stream_end(struct vr_stream *stream)
{
    vr_writer_end(&stream->agent.writer);
}

void vr_stream_abort(struct vr_stream *stream, const struct vr_end *why)
{
    struct vr_element *element = &stream->agent.element;

    if (!vr_element_is_open(element))
        return;
    vr_writer_abort(&stream->agent.writer, why);
    if (vr_element_is_open(element))
        vr_chain_close(element->chain, why);
}

void vr_stream_give_up_writing(struct vr_stream *stream)
{
    if (!stream->has_stopped) {
        stream->has_stopped = true;
        vr_end_keep(&stream->stop, &stream->end);
    }
    settle_waits(stream, true);
    vr_stream_check_closed(stream);
}

/* ---- closing ---- */

static bool broke_off(const struct vr_end *end)
{
    return end->kind != VR_END_LOCAL && !vr_end_is_clean(end);
}

/* Writing may have broken off after all bytes were taken. */
static struct vr_result closed(const struct vr_stream *stream)
{
    if (!vr_end_is_clean(&stream->end))
        return vr_stream_of_end(stream, &stream->end);

    return stream->has_stopped && broke_off(&stream->stop)
               ? vr_stream_of_end(stream, &stream->stop)
               : gone(stream);
}

void vr_stream_check_closed(struct vr_stream *stream)
{
    struct vr_pending *closing = stream->closing;

    if (!closing || !vr_stream_why(stream) || is_going(stream))
        return;

    stream->closing = NULL;
    (void)vr_pending_settle(closing, closed(stream));
}

static void close_at_once(struct vr_stream *stream, enum vr_end_kind kind,
                          int code)
{
    vr_chain_close(stream->agent.element.chain,
                   &(struct vr_end){
                       .kind = kind, .stage = VR_STAGE_SHUTDOWN, .code = code});
}

static void give_up_closing(void *arg, struct vr_pending *pending)
{
    struct vr_stream *stream = arg;

    (void)pending;
    stream->closing = NULL;
    close_at_once(stream, VR_END_CANCELLED, -VR_ECANCELLED);
}

/* What came by an unclean end leaves by one. */
static void end_as_reading_did(struct vr_stream *stream)
{
    const struct vr_end *why = vr_stream_why(stream);

    if (why && !vr_end_is_clean(why))
        vr_writer_end_unclean(&stream->agent.writer);
    else
        vr_writer_end(&stream->agent.writer);
}

static void begin_to_close(struct vr_stream *stream)
{
    if (stream->state != VR_STREAM_HAS_ENDED)
        stream->state = VR_STREAM_AWAITS_END;
    end_as_reading_did(stream);
    vr_link_need(&stream->agent.inbound, 0);
    vr_link_grant(&stream->agent.inbound, VR_UNLIMITED);
    vr_link_resume(&stream->agent.inbound);
    if (stream->reading)
        vr_stream_settle_read(stream,
                              vr_stream_failed(stream, -VR_ECLOSED, "read"));
    vr_stream_check_closed(stream);
}

#undef vr_stream_close /* the macro adds the place */
struct vr_pending *vr_stream_close(struct vr_stream *stream)
{
    if (!vr_element_is_open(&stream->agent.element))
        return vr_stream_done(
            stream, vr_stream_why(stream)
                        ? closed(stream)
                        : vr_stream_failed(stream, -ENOTCONN, "shutdown"));
    if (stream->closing)
        return vr_stream_done(stream,
                              vr_stream_failed(stream, -EBUSY, "shutdown"));
    struct vr_pending *pending =
        (vr_pending_new)(vr_stream_env(stream), give_up_closing, stream);
    if (!pending) {
        close_at_once(stream, VR_END_ERROR, -ENOMEM);
        return NULL;
    }

    stream->closing = pending;
    begin_to_close(stream);
    return vr_shield(pending);
}
