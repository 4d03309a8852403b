/* SPDX-License-Identifier: MIT */
/**
 * @file stream.h
 * The program's end of a chain for coroutines and deferreds: the program reads
 * and writes when it likes.
 *
 *     static struct vr_result serve(void *arg)
 *     {
 *         struct session *session = arg;
 *         struct vr_stream *stream = &session->stream;
 *         struct vr_value line;
 *         int err;
 *
 *         while (!(err = vr_await(vr_stream_read_line(stream, 1000), &line,
 *                                 NULL))) {
 *             struct vr_pending *answered = session_answer(session, line.ptr);
 *
 *             vr_value_free(line);
 *             err = vr_await(answered, NULL, NULL);
 *             if (err < 0)
 *                 break;
 *         }
 *         if (err == -ENOMEM)
 *             vr_stream_abort(stream, NULL); // there was more to be answered
 *         return vr_wait_for(vr_within(vr_stream_close(stream), NULL,
 *                                      5 * VR_SEC));
 *     }
 *
 * Each call returns a deferred of its result, which is the caller's; NULL if
 * there is no memory, which vr_await() and all functions that take deferreds
 * accept.  vr_within() of reactor/async/timeout.h gives it a deadline.  To
 * cancel or free the deferred takes the call back: bytes not read stay to be
 * read, bytes written will go.
 *
 * One call may read at a time.  The stream holds no bytes: it lets no more come
 * than the call may take, and none while no call reads.  Unread bytes stay in
 * the other elements, which slow the peer down; a filter that is inserted there
 * gets them.
 *
 * The value of a call that reads is a struct vr_bytes.  Where no more bytes
 * come the call fails, and the `end` of the failure says why: a clean end, such
 * as EOF, if no byte is missing; TRUNCATED if there were fewer bytes than the
 * call asked for, which are lost.
 *
 * A record (VR_WHOLE) is the value of one call, whichever reads, even if it is
 * longer than the call asked for.
 *
 * Ownership: embedded by its owner until the chain's `closed`.  Deferreds and
 * their results are freed before the reactor.  A handler runs in the turn that
 * brought the result, or inside the call that closes the chain.
 * Threads: the reactor's.
 */
#ifndef VR_IO_STREAM_H
#define VR_IO_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/end.h>
#include <vreactor/base/list.h>
#include <vreactor/io/agent.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_reactor;

/** What was read. */
struct vr_bytes {
    size_t len;
    char *data; /**< len bytes, followed by a zero */
};

/** What a stream awaits from its neighbour. */
enum vr_stream_state {
    VR_STREAM_AWAITS_CALL, /**< nobody reads */
    VR_STREAM_AWAITS_SOME,
    VR_STREAM_AWAITS_EXACTLY,
    VR_STREAM_AWAITS_LINE,
    VR_STREAM_AWAITS_END, /**< it closes: what comes is dropped */
    VR_STREAM_HAS_ENDED,
};

/** Put its member agent.element into a chain.  Other members are private. */
struct vr_stream {
    struct vr_agent agent;

    enum vr_stream_state state;
    struct vr_pending *reading; /* the call that reads; NULL: none */
    size_t most;                /* of what it reads */
    size_t seen;                /* bytes searched: they hold no end of line */
    size_t in_sight;            /* bytes of the present offer, not yet taken */
    unsigned joined;            /* how often it was attached */
    bool is_connected;
    struct vr_pending *connecting; /* NULL: no vr_stream_connected() waits */
    struct vr_end end;             /* why nothing comes, when it has ended */

    struct vr_list waits; /* deferreds of writes and flushes */
    bool has_stopped;
    struct vr_end stop;         /* why nothing goes, when it has stopped */
    struct vr_pending *closing; /* NULL: no vr_stream_close() waits */
};

/** Make a stream.  Keeps @p reactor. */
void vr_stream_init(struct vr_stream *stream, struct vr_reactor *reactor);

/**
 * Fires once the connection stands and nothing has come yet: vr_chain_peer()
 * tells who is there.  Where it stands already, the deferred has fired.  Fails
 * where what comes ends first, as no connection was made: the failure has the
 * code, such as -ECONNREFUSED.  One call may wait at a time, another fails with
 * -EBUSY.  Writing needs not wait: what is written is sent once there is a
 * connection.
 *
 *     pending = vr_stream_connected(stream);
 */
struct vr_pending *vr_stream_connected(struct vr_stream *stream);
#define vr_stream_connected(...) VR_PLACED((vr_stream_connected)(__VA_ARGS__))

/* ---- reading ---- */

/**
 * Read the bytes that are there, or the next to come: at least one, at most
 * @p most.
 *
 *     pending = vr_stream_read_some(stream, most);
 *
 * @param most  0: 64 KiB
 */
struct vr_pending *vr_stream_read_some(struct vr_stream *stream, size_t most);
#define vr_stream_read_some(...) VR_PLACED((vr_stream_read_some)(__VA_ARGS__))

/**
 * Read @p len bytes.
 *
 *     pending = vr_stream_read_exactly(stream, len);
 */
struct vr_pending *vr_stream_read_exactly(struct vr_stream *stream, size_t len);
#define vr_stream_read_exactly(...)                                            \
    VR_PLACED((vr_stream_read_exactly)(__VA_ARGS__))

/**
 * Read a line, which ends in "\n" or "\r\n"; the value is without that.  A
 * line of more than @p most bytes, which is 1 or more and counts the end of the
 * line, stays unread, and the call fails with -VR_ELIMIT.
 *
 *     pending = vr_stream_read_line(stream, most);
 */
struct vr_pending *vr_stream_read_line(struct vr_stream *stream, size_t most);
#define vr_stream_read_line(...) VR_PLACED((vr_stream_read_line)(__VA_ARGS__))

/** Why no more bytes come; NULL: more may. */
const struct vr_end *vr_stream_why(const struct vr_stream *stream);

/* ---- writing ---- */

/**
 * Write @p len bytes, which are copied at once and go in the order of the
 * calls.  Fires when more may be written: a program that awaits it has at most
 * VR_WRITER_LIMIT bytes and one write queued.  NULL: nothing is written.  Fails
 * with -ENOTCONN in no chain; with -VR_ECLOSED after the end, and with the
 * consumer's reason after it has stopped.
 *
 *     pending = vr_stream_write(stream, data, len);
 */
struct vr_pending *vr_stream_write(struct vr_stream *stream, const void *data,
                                   size_t len);
#define vr_stream_write(...) VR_PLACED((vr_stream_write)(__VA_ARGS__))

/**
 * vr_stream_write() of a text without its final zero.
 *
 *     pending = vr_stream_text(stream, "Hello.");
 */
struct vr_pending *vr_stream_text(struct vr_stream *stream, const char *text);
#define vr_stream_text(...) VR_PLACED((vr_stream_text)(__VA_ARGS__))

/**
 * Fires when the neighbour has taken all written bytes; fails if they were
 * dropped.  The neighbour may queue them: only an answer of the peer tells that
 * they arrived.
 *
 *     pending = vr_stream_flush(stream);
 */
struct vr_pending *vr_stream_flush(struct vr_stream *stream);
#define vr_stream_flush(...) VR_PLACED((vr_stream_flush)(__VA_ARGS__))

/** Write no more: an orderly end follows the written bytes.  Again: nothing
 *  happens. */
void vr_stream_end(struct vr_stream *stream);

/**
 * Close at once, so that the peer does not take what it got for all there was:
 * written bytes are dropped, and a socket resets its connection.  For a program
 * that could not do its part, as for want of memory.  An orderly end that has
 * gone before cannot be taken back.  Again, or where the chain is closed:
 * nothing happens.
 * @param why  NULL: LOCAL
 */
void vr_stream_abort(struct vr_stream *stream, const struct vr_end *why);

/**
 * Close in order: end writing, drop the bytes that still come, and fire when
 * both directions are over; a socket has closed its chain by then, or is about
 * to.  Where what came did not end in order, neither does what is written.  A
 * call that reads fails with -VR_ECLOSED.  Fails if a direction broke off.  To
 * cancel or free the deferred closes the chain at once; give it a deadline by
 * vr_within(), as the peer may never end.  It shields itself: a coroutine that
 * was cancelled may await it.  NULL, for want of memory, has closed the chain
 * at once, too.
 *
 *     pending = vr_stream_close(stream);
 */
struct vr_pending *vr_stream_close(struct vr_stream *stream);
#define vr_stream_close(...) VR_PLACED((vr_stream_close)(__VA_ARGS__))

VR_END_DECLS

#endif
