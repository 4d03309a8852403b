/* SPDX-License-Identifier: MIT */
/**
 * @file stream.h
 * The program's end of a chain, to read from and write to in its own time: for
 * coroutines, and whoever likes deferreds.
 *
 *     static struct vr_result serve(void *arg)
 *     {
 *         struct session *session = arg;
 *         struct vr_stream *stream = &session->stream;
 *         struct vr_value line;
 *
 *         while (!vr_await(vr_stream_read_line(stream, 1000), &line, NULL)) {
 *             struct vr_pending *answered = session_answer(session, line.ptr);
 *
 *             vr_value_free(line);
 *             if (vr_await(answered, NULL, NULL) < 0)
 *                 break;
 *         }
 *         return vr_wait_for(vr_within(NULL, 5 * VR_SEC,
 *                                      vr_stream_close(stream)));
 *     }
 *
 * Each call gives a deferred, which is yours, of what will come of it; NULL
 * when there is no memory, which vr_await() and all that take deferreds know.
 * A time for it is given by vr_within() of reactor/timed_pending.h.  To cancel
 * or free the deferred is to take the call back: what was not read stays to be
 * read, what was written will go.
 *
 * Reading: one call at a time.  The stream holds no bytes; it lets no more
 * come than the call may take, and none while there is no call.  So what is not
 * read is left in the agents below, which slow the peer down, and goes to the
 * next filter that is put there.
 *
 * The value of a call that reads is a struct vr_bytes.  Where nothing more
 * comes the call fails, with a failure whose `end` says why: a clean one, such
 * as EOF, if no byte is missing; TRUNCATED if there were some, but too few for
 * what was asked, and these are lost.
 *
 * Records (VR_WHOLE) come whole and one at a time, from whatever call, even if
 * they are longer than was asked.
 *
 * Ownership: embedded by its owner until the chain's `closed`.  Deferreds, and
 * what came of them, are freed before the reactor.  Handlers run in the turn
 * that brought what was awaited, or inside the call that closes the chain.
 * Threads: the reactor's.
 */
#ifndef VR_IO_STREAM_H
#define VR_IO_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/end.h>
#include <vreactor/base/list.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/link.h>
#include <vreactor/io/writer.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_reactor;

/** What was read. */
struct vr_bytes {
    size_t len;
    char *data; /**< so many, and a zero behind them */
};

/** Put its member element into a chain.  Other members are private. */
struct vr_stream {
    struct vr_element element;
    struct vr_consumer in;
    struct vr_writer writer;

    struct vr_pending *reading; /* NULL: nobody reads */
    int kind;                   /* what is read */
    size_t most;                /* of it */
    size_t seen;       /* bytes to come in which there is no end of line */
    size_t in_sight;   /* bytes on offer now, behind those taken */
    unsigned joined;   /* how often it was attached */
    struct vr_end end; /* why nothing comes */
    bool has_ended;

    struct vr_list waits; /* for what was written to go */
    struct vr_end stop;   /* why nothing goes */
    bool has_stopped;
    bool given_up;              /* what is queued, for the chain is closed */
    struct vr_pending *closing; /* NULL: nobody waits for that */
    bool drains;                /* what comes is dropped */
};

/** Make a stream. */
void vr_stream_init(struct vr_stream *stream, struct vr_reactor *reactor);

/* ---- reading ---- */

/**
 * Read what is there, or comes first: @p most bytes, or fewer, but one at
 * least.
 *
 *     pending = vr_stream_read_some(stream, most)
 *
 * @param most  0: 64 KiB
 */
#define vr_stream_read_some(stream, most)                                      \
    vr_stream_read_some_at(__FILE__, __LINE__, stream, most)

/** vr_stream_read_some() at another place; keeps @p file. */
struct vr_pending *vr_stream_read_some_at(const char *file, int line,
                                          struct vr_stream *stream,
                                          size_t most);

/**
 * Read @p len bytes.
 *
 *     pending = vr_stream_read_exactly(stream, len)
 */
#define vr_stream_read_exactly(stream, len)                                    \
    vr_stream_read_exactly_at(__FILE__, __LINE__, stream, len)

/** vr_stream_read_exactly() at another place; keeps @p file. */
struct vr_pending *vr_stream_read_exactly_at(const char *file, int line,
                                             struct vr_stream *stream,
                                             size_t len);

/**
 * Read a line, which ends in "\n" or "\r\n" and comes without that.  Fails
 * with -VR_ELIMIT, and leaves it there, if it has more than @p most bytes,
 * 1 or more, with its end.
 *
 *     pending = vr_stream_read_line(stream, most)
 */
#define vr_stream_read_line(stream, most)                                      \
    vr_stream_read_line_at(__FILE__, __LINE__, stream, most)

/** vr_stream_read_line() at another place; keeps @p file. */
struct vr_pending *vr_stream_read_line_at(const char *file, int line,
                                          struct vr_stream *stream,
                                          size_t most);

/** Why nothing more can be read; NULL: more may come. */
const struct vr_end *vr_stream_why(const struct vr_stream *stream);

/* ---- writing ---- */

/**
 * Write @p len bytes, which are copied at once, and go behind all that was
 * written before.  Fires when more may be written: who awaits that has at most
 * VR_WRITER_LIMIT bytes and this queued.  NULL: nothing is written.  Fails with
 * -ENOTCONN in no chain, and where nothing goes any more with -VR_ECLOSED or
 * why the consumer stopped.
 *
 *     pending = vr_stream_write(stream, data, len)
 */
#define vr_stream_write(stream, data, len)                                     \
    vr_stream_write_at(__FILE__, __LINE__, stream, data, len)

/** vr_stream_write() at another place; keeps @p file. */
struct vr_pending *vr_stream_write_at(const char *file, int line,
                                      struct vr_stream *stream,
                                      const void *data, size_t len);

/**
 * vr_stream_write() of a text without its final zero.
 *
 *     pending = vr_stream_text(stream, "Hello.")
 */
#define vr_stream_text(stream, text)                                           \
    vr_stream_text_at(__FILE__, __LINE__, stream, text)

/** vr_stream_text() at another place; keeps @p file. */
struct vr_pending *vr_stream_text_at(const char *file, int line,
                                     struct vr_stream *stream,
                                     const char *text);

/**
 * Fires when the agent below has taken all that was written; fails if it was
 * dropped.  That agent may queue it: only an answer says that the peer has got
 * it.
 *
 *     pending = vr_stream_flush(stream)
 */
#define vr_stream_flush(stream) vr_stream_flush_at(__FILE__, __LINE__, stream)

/** vr_stream_flush() at another place; keeps @p file. */
struct vr_pending *vr_stream_flush_at(const char *file, int line,
                                      struct vr_stream *stream);

/** Nothing more is written: an orderly end comes behind it.  Again: nothing
 *  happens. */
void vr_stream_end(struct vr_stream *stream);

/**
 * Close as friends do: end writing, drop what still comes, and fire when both
 * directions are over, by when a socket has closed its chain or does so soon.
 * A call that reads fails with -VR_ECLOSED.  Fails if either broke off.
 * To cancel or free the deferred closes the chain at once: a peer that does not
 * end is no friend, so this should be given a time.  NULL, for want of memory,
 * has closed it at once, too.
 *
 *     pending = vr_stream_close(stream)
 */
#define vr_stream_close(stream) vr_stream_close_at(__FILE__, __LINE__, stream)

/** vr_stream_close() at another place; keeps @p file. */
struct vr_pending *vr_stream_close_at(const char *file, int line,
                                      struct vr_stream *stream);

VR_END_DECLS

#endif
