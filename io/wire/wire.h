/* SPDX-License-Identifier: MIT */
/**
 * @file wire.h
 * A wire is the end of a chain that has a descriptor: one engine, which reads,
 * writes, queues and ends, under sockets and whatever else carries bytes.
 *
 * Programs take io/wire/socket.h; this is for authors of another kind, who fill
 * a table.  A terminal, or another descriptor that is read and written:
 *
 *     struct tty {
 *         struct vr_chain chain;
 *         struct vr_wire wire;
 *         struct vr_agent agent;
 *     };
 *
 *     static ssize_t read_tty(struct vr_wire *wire, void *data, size_t size)
 *     {
 *         ssize_t len = read(wire->fd, data, size);
 *         return len < 0 ? -errno : len;
 *     }
 *     static ssize_t write_tty(struct vr_wire *wire, const struct iovec *iov,
 *                              size_t count)
 *     {
 *         ssize_t len = writev(wire->fd, iov, (int)count);
 *         return len < 0 ? -errno : len;
 *     }
 *     static const struct vr_wire_ops tty_ops = {
 *         .element = {.name = "tty",
 *                     .close = vr_wire_close,
 *                     .over = vr_wire_over,
 *                     .inbound_over = vr_wire_inbound_over,
 *                     .fini = vr_wire_fini},
 *         .read = read_tty,
 *         .write = write_tty,
 *     };
 *
 *     int err = vr_wire_init(&tty->wire, reactor, &tty_ops);
 *     if (!err)
 *         err = vr_chain(&tty->chain, &tty->wire.element,
 *                        &tty->agent.element);
 *     if (!err)
 *         err = vr_wire_watch(&tty->wire, fd, 0);
 *     if (!err)
 *         vr_wire_open(&tty->wire);
 *
 * How a wire reads, writes and ends is told in io/wire/socket.h: it reads into
 * scratch of the reactor and offers from there, keeps only what the consumer
 * leaves, and queues only what the kernel refuses.
 *
 * Where two chains meet in stages that pass bytes on (vr_stage_init() with
 * NULL), and no filter on the way has a `consume`, one wire writes what the
 * other reads.  In bulk those bytes go by a pipe in the kernel, if both kinds
 * have hooks for it, and nothing is copied.  All else is as if the second wire
 * had queued them.
 *
 * Errors: -errno.  Ownership: embedded by a kind; the descriptor is the wire's
 * once it is watched, and closed with the chain.  Threads: the reactor's.
 */
#ifndef VR_IO_WIRE_WIRE_H
#define VR_IO_WIRE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/end.h>
#include <vreactor/base/time.h>
#include <vreactor/io/buffer.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/link.h>
#include <vreactor/reactor/watch.h>

VR_BEGIN_DECLS

struct iovec;
struct vr_pipe;
struct vr_wire;

/** What a kind of wire does.  Hooks return -errno where they fail; those that
 *  may be NULL say so. */
struct vr_wire_ops {
    /** Its name, and how it ends: by vr_wire_close(), vr_wire_over(),
     *  vr_wire_inbound_over() and vr_wire_fini(), or by hooks that call
     *  these; none is NULL. */
    struct vr_element_ops element;

    /** Read at most @p size bytes, which are not 0. @return how many; 0: no
     *  more will come; -EAGAIN: none now */
    ssize_t (*read)(struct vr_wire *wire, void *data, size_t size);

    /** Write from @p count buffers, which are not empty.  Raises no SIGPIPE.
     *  @return how many bytes; -EAGAIN: none now */
    ssize_t (*write)(struct vr_wire *wire, const struct iovec *iov,
                     size_t count);

    /** All is written: let the peer read an end.  NULL: it hears of it when the
     *  chain closes. @return 0 */
    int (*end_writing)(struct vr_wire *wire);

    /** What comes next to be read, as `read` would return it, stays there:
     * asked after a write failed with -ECONNRESET, -EPIPE or -ETIMEDOUT, to
     * find the end of reading.  NULL: there is no such way. */
    ssize_t (*peek)(struct vr_wire *wire);

    /** Have the peer hear a reset when the descriptor is closed, which comes
     *  next.  NULL: it hears an end. */
    void (*reset)(struct vr_wire *wire);

    /** How many bytes that were written a reset would overtake, as the peer's
     *  system has not got them yet.  NULL: it overtakes none. */
    size_t (*unsent)(struct vr_wire *wire);

    /** It was ready, and yet nothing could be read or written: drop what else
     *  may keep it ready.  NULL: there is nothing of that sort. */
    void (*drop_notices)(struct vr_wire *wire);

    /** Between vr_wire_begin() and vr_wire_open() the descriptor has become
     *  writable. @return 0: it is open; -EINPROGRESS: not yet; or why not.
     *  NULL: it is open. */
    int (*opened)(struct vr_wire *wire);

    /** Have vr_wire_writable() called, if @p want has VR_WRITE, when another
     *  descriptor than that of the wire can be written; the wire's is watched
     *  by itself.  NULL: both ways use the same. */
    void (*want)(struct vr_wire *wire, unsigned want);

    /** Move at most @p size bytes, which are not 0, into the end @p pipe of a
     *  pipe of the library, without a copy, as by splice(2) without waiting.
     *  @return as `read`; 0 and -EAGAIN: `read` is asked next, which tells;
     *  -EINVAL: it cannot.  NULL: bytes are read only. */
    ssize_t (*pull)(struct vr_wire *wire, int pipe, size_t size);

    /** Write the @p size bytes that the end @p pipe of a pipe holds, without a
     *  copy.  Raises no SIGPIPE.  @return as `write`; -EINVAL: it cannot, and
     *  they are written by `write`.  NULL: bytes are written only. */
    ssize_t (*push)(struct vr_wire *wire, int pipe, size_t size);

    void *reserved[4]; /**< NULL */
};

/**
 * May one direction be over while the other goes on?  Where writing may not go
 * on alone, it ends after the program has heard the end of reading, behind what
 * filters held for it, and its queued bytes are written: see
 * vr_control_end_writing() of io/control.h.  Where reading may not, it is
 * aborted when writing is over.
 */
enum vr_half_close {
    VR_HALF_CLOSE_BOTH,   /**< each may be over alone */
    VR_HALF_CLOSE_NONE,   /**< the end of one is the end of both */
    VR_HALF_CLOSE_INPUT,  /**< only reading may be over alone */
    VR_HALF_CLOSE_OUTPUT, /**< only writing may be over alone */
};

enum vr_wire_state {
    VR_WIRE_NEW,
    VR_WIRE_OPENING,
    VR_WIRE_OPEN,
    VR_WIRE_CLOSED,
};

/** Members are private, but for the first two parts. */
struct vr_wire {
    struct vr_element element; /**< put this into the chain */
    struct vr_reactor *reactor;
    int fd; /**< -1: none */
    enum vr_wire_state state : 2;

    /* For a kind to change between vr_wire_init() and vr_wire_open(). */
    enum vr_half_close half_close : 2; /**< VR_HALF_CLOSE_BOTH */
    unsigned own : 8;                  /**< what a kind has to remember */
    unsigned bulk : 20;    /**< three reads in a row of so many bytes have the
                                next ones go by `pull` and `push`, where another
                                wire writes them as they are: 64 KiB */
    uint32_t write_window; /**< most bytes to queue: 256 KiB */
    uint32_t linger_bytes; /**< most to drop while it lingers: 1 MiB */
    vr_time linger_time;   /**< most time to linger, and that nothing arrives
                                before a reset: 5 s; less than 0: none */
    vr_time flush_time;    /**< most time that none of what is queued is taken
                                when all else is over: 60 s; less than 0: any */

    vr_time began; /* to open */
    const struct vr_wire_ops *ops;
    struct vr_watch watch;
    struct vr_wire_linger *linger; /* NULL: it does not */

    struct vr_producer inbound; /* offers bytes that were read */
    struct vr_buffer left;      /* read and not taken yet */
    int open_error;  /* why it cannot be opened, told from the loop */
    int write_error; /* of the write that failed; 0: none did */
    int end_code;    /* why reading ended; 0: in order */
    enum vr_end_stage end_stage : 4; /* where; NONE: it has not */
    bool hungry : 1;                 /* the bytes left are too few: read more */
    bool offering : 1; /* `consume` runs: the window is looked at afterwards */
    bool stopped_early : 1; /* before the peer's end and not in order */

    bool asked_to_end : 1; /* the request was sent */
    bool write_ending : 1; /* to end when the queue is empty */
    bool write_over : 1;
    bool cut_off : 1;       /* bytes were lost: close by a reset */
    bool broken : 1;        /* by what came from the program: read no more */
    bool reset_waits : 1;   /* is to wait for what was written to arrive */
    unsigned much_read : 2; /* how often in a row */
    bool cannot_pull : 1;
    bool cannot_push : 1;
    bool gathers : 1; /* the queue waits for what follows, not for the kernel */
    struct vr_consumer outbound; /* takes bytes to write */
    struct vr_buffer queue;      /* to be written */
    struct vr_pipe *pipe; /* with bytes that go before; NULL: with none */
    void *spare;
};

/** Make a wire.  Keeps @p reactor and @p ops.
 *  @return 0; -EINVAL if @p ops sets what is reserved, or lacks a hook of its
 *  element */
VR_MUST_CHECK
int vr_wire_init(struct vr_wire *wire, struct vr_reactor *reactor,
                 const struct vr_wire_ops *ops);

/** May it be opened? @return 0; -EINVAL if it is in no chain; -EISCONN if it is
 *  not new; -VR_ECLOSED if its chain is closed */
VR_MUST_CHECK
int vr_wire_may_open(const struct vr_wire *wire);

/** Take @p fd, which is non-blocking, and watch it for @p want, VR_WRITE or 0
 *  as vr_wire_begin() or vr_wire_open() is to follow.
 *  @return 0, or what vr_watch_open() says */
VR_MUST_CHECK
int vr_wire_watch(struct vr_wire *wire, int fd, unsigned want);

/** Undo vr_wire_watch(), and what followed in the same callback.
 *  @return the descriptor, which is the caller's again */
int vr_wire_unwatch(struct vr_wire *wire);

/** It is being opened: `opened` is asked when it is writable.
 *  @param err  0, or why it has failed already, which the loop tells: both
 *  directions are aborted, with the time since, and the chain closes */
void vr_wire_begin(struct vr_wire *wire, int err);

/** It is open.  The program is greeted, as of vr_chain_peer(), from the loop.
 */
void vr_wire_open(struct vr_wire *wire);

/**
 * Give the descriptor away, and close the chain: see vr_socket_release().  A
 * kind that has another descriptor knows in `close` by wire->state, which is
 * VR_WIRE_CLOSED already, that this one was not closed either.
 * @return 0; -ENOTCONN if it is not open; -VR_ECLOSED if it is closed, or a
 * direction is over; -EBUSY; -VR_ENOCONTROL
 */
VR_MUST_CHECK
int vr_wire_release(struct vr_wire *wire, int *ret_fd,
                    struct vr_buffer *ret_left);

/** Have @p bytes, which are moved, read before what comes: see
 *  vr_socket_unread().  @return 0; -EBUSY; -VR_ECLOSED; -ENOMEM */
VR_MUST_CHECK
int vr_wire_unread(struct vr_wire *wire, struct vr_buffer *bytes);

/** The other descriptor, of the hook `want`, can be written. */
void vr_wire_writable(struct vr_wire *wire);

/** Abort both directions for the error @p err, and close the chain.
 * -VR_ECLOSED: the reactor is being closed. */
void vr_wire_fail(struct vr_wire *wire, int err);

/** Hooks of the element of every wire. */
void vr_wire_close(struct vr_element *element);
void vr_wire_over(struct vr_element *element);
void vr_wire_inbound_over(struct vr_element *element);
void vr_wire_fini(struct vr_element *element);

VR_END_DECLS

#endif
