/* SPDX-License-Identifier: MIT */
/**
 * @file writer.h
 * A producer with a bounded queue, for programs: write bytes as they come, end
 * when done.
 *
 *     err = vr_writer_text(&agent->writer, "220 ready\r\n");
 *     if (err == -EAGAIN)
 *         vr_link_pause(&agent->inbound); // until the hook `drained`
 *
 * Written bytes are queued, and offered to the consumer from the loop as its
 * window allows: after the event whose callback wrote them, after the turn's
 * posts, or after its calls.  While the queue is at its limit, writing fails
 * with -EAGAIN, and `drained` tells when to go on.
 *
 * What one event wrote is offered as one.  It is gathered in spare memory of
 * the reactor, 260 KiB for all writers, so that nothing is allocated for it.
 * Only bytes that the consumer does not take then are kept by the writer, in
 * memory of its own: an idle writer has none.
 *
 * Ownership: embedded by its owner; see vr_writer_fini().
 * Threads: the reactor's, but for vr_writer_post().
 */
#ifndef VR_IO_WRITER_H
#define VR_IO_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/end.h>
#include <vreactor/io/buffer.h>
#include <vreactor/io/link.h>

VR_BEGIN_DECLS

struct iovec;
struct vr_writer;

/** The hooks of a writer's owner.  Each may be NULL: not told.  `drained` and
 *  `emptied` run from the loop, one of them a turn, and may undo the writer. */
struct vr_writer_ops {
    /** After -EAGAIN, or 1, to a write or a post: at most half of the limit is
     *  queued and posted now.  Also where the queue was dropped: then a write
     *  fails with -VR_ECLOSED. */
    void (*drained)(struct vr_writer *writer);

    /** The consumer has taken all that was written, and the end if there was
     *  one; or it was dropped: see vr_writer_has_dropped(). */
    void (*emptied)(struct vr_writer *writer);

    /** The consumer takes no more bytes, and the queue is dropped.  Runs once,
     *  perhaps inside a hook of another element.  Never offers: it may record
     *  and schedule, and close the chain. */
    void (*stopped)(struct vr_writer *writer, const struct vr_end *why);

    void *reserved[4]; /**< NULL */
};

/** Attach by its member out.  Other members are private. */
struct vr_writer {
    struct vr_producer out;
    const struct vr_writer_ops *ops;
    struct vr_buffer queue;
    size_t limit;   /* atomic */
    size_t held;    /* bytes written or posted, and not yet taken; atomic */
    bool refused;   /* `drained` is owed; atomic */
    bool lost_post; /* one was turned away with the reactor; atomic */
    bool ending : 1;
    bool dropped : 1; /* bytes that were written, or the end, will not go */
    bool unclean : 1; /* so is its end */
    bool asked : 1;   /* the consumer alone wants the end, as yet */
    int posts;        /* on their way; atomic */
};

enum { VR_WRITER_LIMIT = 1 << 20 };

/** Make a writer.  Keeps @p reactor and @p ops; @p ops may be NULL.  Asserts
 *  that nothing reserved is set. */
void vr_writer_init(struct vr_writer *writer, struct vr_reactor *reactor,
                    const struct vr_writer_ops *ops);

/** Detach @p writer and drop its queue: no hook runs any more, and its memory
 *  is the owner's at once.  Allowed inside `drained` and `emptied`, not inside
 *  an offer, whose consumer may still look at the bytes. */
void vr_writer_fini(struct vr_writer *writer);

/** Set the limit, in bytes: a queue that long is full.  0: VR_WRITER_LIMIT,
 *  1 MiB. */
void vr_writer_set_limit(struct vr_writer *writer, size_t limit);

/**
 * Write @p len bytes, which are copied.  No hook runs inside.
 * @return 0: all of them will go, in order, unless the consumer stops or the
 * writer aborts.  On failure none will: -EAGAIN while the queue is at its
 * limit; -ENOTCONN if there is no consumer; -VR_ECLOSED after the end; -ENOMEM
 */
VR_MUST_CHECK
int vr_writer_write(struct vr_writer *writer, const void *data, size_t len);

/**
 * vr_writer_write() without regard to the limit.
 * @return 0; 1 if the queue is at its limit now: all will go, but the program
 * should wait for `drained` before it writes more; -ENOTCONN, -VR_ECLOSED,
 * -ENOMEM
 */
VR_MUST_CHECK
int vr_writer_append(struct vr_writer *writer, const void *data, size_t len);

/** vr_writer_write() of the @p count pieces at @p iov one behind the other, all
 *  of them or none. */
VR_MUST_CHECK
int vr_writer_writev(struct vr_writer *writer, const struct iovec *iov,
                     size_t count);

/**
 * vr_writer_write() without a copy: the bytes stay where they are until the
 * writer calls @p drop with @p arg, once, when they were taken or dropped.
 * `drop` gives memory back, and calls nothing of this library beyond that: it
 * runs inside other functions, inside this one if @p len is 0.
 *
 * Large bytes gain by it.  Small ones are better copied: each piece that is
 * handed over is offered by itself.
 * @param drop  NULL: nothing is to be given back
 * @return as vr_writer_write().  On failure the memory is still the caller's:
 * @p drop is not called
 */
VR_MUST_CHECK
int vr_writer_give(struct vr_writer *writer, const void *data, size_t len,
                   void (*drop)(void *arg), void *arg);

/** vr_writer_write() of a text without its final zero. */
VR_MUST_CHECK
int vr_writer_text(struct vr_writer *writer, const char *text);

/**
 * Copy @p len bytes and write them on the reactor's thread, in the order of
 * this thread's posts.  Posts that arrive after the end are dropped.
 *
 * Posted bytes count with the queued ones.  At the limit a post is refused, and
 * `drained` tells, on the reactor's thread, when to go on: so a thread faster
 * than the peer takes no more memory than the limit and one post.
 * @return 0; 1 if the limit is reached now: all will go, but the thread should
 * wait for `drained` before it posts more; -EAGAIN at the limit, and -ENOMEM:
 * nothing is posted
 * Threads: any; the writer must live until this returns.  A chain's `closed`
 * waits for posts on their way; the owner of a writer outside a chain waits
 * until vr_writer_is_posting() is false.
 */
VR_MUST_CHECK
int vr_writer_post(struct vr_writer *writer, const void *data, size_t len);

/** Are bytes queued, or is the end still to go? */
bool vr_writer_is_queued(const struct vr_writer *writer);

/** Were written bytes or the end dropped, because the consumer stopped or the
 *  writer aborted? */
bool vr_writer_has_dropped(const struct vr_writer *writer);

/** Are there posts on their way?  Threads: any. */
bool vr_writer_is_posting(const struct vr_writer *writer);

/** Write no more: an orderly end follows the queued bytes.  Again: nothing
 *  happens.  The message vr_control_end_writing() of io/control.h does the
 *  same. */
void vr_writer_end(struct vr_writer *writer);

/** vr_writer_end(), but not in order: the end is what the chain has noted by
 *  vr_chain_blame(), or TRUNCATED.  So what is queued goes before, and the peer
 *  does not take that for all there was.  After vr_writer_end() nothing
 *  happens; an end that only the consumer has asked for, and that has not gone
 *  yet, is not in order from then on. */
void vr_writer_end_unclean(struct vr_writer *writer);

/** Write no more, and drop the queue: the consumer's `aborted` runs, and a
 *  socket resets its connection.  Does nothing if the end went out, or again.
 *  @param why  NULL: LOCAL */
void vr_writer_abort(struct vr_writer *writer, const struct vr_end *why);

VR_END_DECLS

#endif
