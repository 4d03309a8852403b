/* SPDX-License-Identifier: MIT */
/**
 * @file writer.h
 * A producer for programs: write bytes as they come, end when done.
 *
 * What is written is queued, and offered to the consumer from the loop as its
 * window allows.  The queue is bounded: above its limit, writing says "not
 * now", and `drained` tells when to go on.
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

struct vr_writer;

/** What a writer tells its owner.  All may be NULL.  One of `drained` and
 *  `emptied` a turn, and in them the writer may be undone. */
struct vr_writer_ops {
    /** A write or a post was told that the queue is at its limit, by -EAGAIN or
     *  1, and what is queued or posted is half of that or less again; or it was
     *  dropped, and a write now says -VR_ECLOSED.  From the loop. */
    void (*drained)(struct vr_writer *writer);

    /** All that was written has been taken, and the end, if it was written; or
     *  it was dropped: see vr_writer_has_dropped().  From the loop. */
    void (*emptied)(struct vr_writer *writer);

    /** The consumer takes no more; what was queued is dropped.  Once.  May run
     *  inside another agent's call: record and schedule. */
    void (*stopped)(struct vr_writer *writer, const struct vr_end *why);
};

/** Attach by its member out.  Other members are private. */
struct vr_writer {
    struct vr_producer out;
    const struct vr_writer_ops *ops;
    struct vr_buffer queue;
    size_t limit; /* atomic */
    size_t held;  /* bytes written or posted, and not yet taken; atomic */
    bool refused; /* who waits for `drained`; atomic */
    bool ending;
    bool dropped; /* bytes that were written, or the end, will not go */
    int posts;    /* on their way; atomic */
};

enum { VR_WRITER_LIMIT = 1 << 20 };

/** Make a writer.  Keeps @p reactor and @p ops; @p ops may be NULL. */
void vr_writer_init(struct vr_writer *writer, struct vr_reactor *reactor,
                    const struct vr_writer_ops *ops);

/** Detach, and drop what is queued: no hook runs any more.  Not inside an
 *  offer of @p writer, whose consumer may still look at the bytes; but inside
 *  its `drained` or `emptied`, and then its memory is the owner's at once. */
void vr_writer_fini(struct vr_writer *writer);

/** How many queued bytes are too many; 0: VR_WRITER_LIMIT, 1 MiB. */
void vr_writer_set_limit(struct vr_writer *writer, size_t limit);

/**
 * Write @p len bytes, which are copied.  Never calls anybody.
 * @return 0: all of them will go, in order, unless the consumer stops or the
 * writer aborts; else none will: -EAGAIN while the queue is at its limit;
 * -ENOTCONN if there is no consumer; -VR_ECLOSED after the end; -ENOMEM
 */
VR_MUST_CHECK
int vr_writer_write(struct vr_writer *writer, const void *data, size_t len);

/**
 * vr_writer_write() whatever the limit.
 * @return 0; 1 if the queue is at its limit now: all will go, but who writes
 * more should wait for `drained`; -ENOTCONN, -VR_ECLOSED, -ENOMEM
 */
VR_MUST_CHECK
int vr_writer_append(struct vr_writer *writer, const void *data, size_t len);

/** vr_writer_write() of a text without its final zero. */
VR_MUST_CHECK
int vr_writer_text(struct vr_writer *writer, const char *text);

/**
 * Copy @p len bytes and write them on the reactor's thread, in the order of
 * this thread's posts.  Those that come after the end are dropped.
 *
 * What is posted counts with what is queued, and is bounded with it: at the
 * limit a post is refused, and `drained` tells, on the reactor's thread, when
 * to go on.  So a thread faster than its peer takes no more memory than the
 * limit and one post.
 * @return 0; 1 if the limit is reached now: all will go, but the thread should
 * wait for `drained` before it posts more; -EAGAIN at the limit, and -ENOMEM:
 * nothing is posted
 * Threads: any; the writer must live until this returns.  A chain's `closed`
 * waits for posts on their way, the owner of a lone writer waits himself.
 */
VR_MUST_CHECK
int vr_writer_post(struct vr_writer *writer, const void *data, size_t len);

/** Is something queued, or the end still to go? */
bool vr_writer_is_queued(const struct vr_writer *writer);

/** Was something dropped that was written, because the consumer stopped, or
 *  the writer aborted? */
bool vr_writer_has_dropped(const struct vr_writer *writer);

/** Are there posts on their way?  Threads: any. */
bool vr_writer_is_posting(const struct vr_writer *writer);

/** Nothing follows: an orderly end comes behind what is queued.  Again:
 *  nothing more happens.  VR_END_WRITING of io/control.h does the same. */
void vr_writer_end(struct vr_writer *writer);

/** Nothing follows, and what is queued is dropped.  Again, or after the end
 *  went out: nothing happens. */
void vr_writer_abort(struct vr_writer *writer, const struct vr_end *why);

VR_END_DECLS

#endif
