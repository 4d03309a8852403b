/* SPDX-License-Identifier: MIT */
/**
 * @file wire_impl.h
 * The files of a wire: wire_read.c and wire_write.c move one direction each,
 * wire_splice.c moves bytes between two wires, wire_linger.c waits for the peer
 * in the end, wire_open.c hears of the descriptor, wire.c holds them together.
 * Internal.
 */
#ifndef VR_IO_WIRE_WIRE_IMPL_H
#define VR_IO_WIRE_WIRE_IMPL_H

#include <vreactor/io/wire/wire.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/pipes.h>

extern const struct vr_producer_ops vr_wire_out; /* wire_read.c */
extern const struct vr_consumer_ops vr_wire_in;  /* wire_write.c */

/** What a wire does for its peer when the program is gone. */
enum vr_wire_task {
    VR_WIRE_FLUSHES, /* the queue */
    VR_WIRE_LINGERS, /* and drops what comes */
    VR_WIRE_WAITS,   /* until what was written has arrived */
};

struct vr_wire_linger {
    struct vr_wire *wire;
    struct vr_call deadline;
    enum vr_wire_task task;
    size_t left;   /* bytes to write, when it was last looked at; that may
                    * still come; or that have not arrived */
    vr_time pause; /* before it is looked again what has arrived ... */
    vr_time until; /* ... and when, with nothing new, it is given up */
};

/** The end that error @p err (0: none) in @p stage means. */
struct vr_end vr_wire_end(const struct vr_wire *wire, int err,
                          enum vr_end_stage stage);

/** Is it known why no more bytes are read? */
static inline bool vr_wire_is_at_end(const struct vr_wire *wire)
{
    return wire->end_stage != VR_STAGE_NONE;
}

/** Why no more are read, where that is known. */
struct vr_end vr_wire_read_end(const struct vr_wire *wire);

/** Does error @p err (0: none) say that the connection is lost both ways? */
bool vr_wire_is_loss(int err);

/** How many bytes of the program are still to be written. */
static inline size_t vr_wire_unwritten(const struct vr_wire *wire)
{
    return wire->queue.len + (wire->pipe ? wire->pipe->held : 0);
}

/** Tell the selector which events are awaited now. */
void vr_wire_update(struct vr_wire *wire);

/** Greet the program, unless that was done. */
void vr_wire_greet(struct vr_wire *wire);

/** If nothing could be read or written though it was ready: drop what else may
 *  keep it ready. */
void vr_wire_drop_notices(struct vr_wire *wire);

/** From the loop, after any change: greet a program that was attached, offer
 *  what is left, end the other direction, close when all is over. */
void vr_wire_settle(struct vr_wire *wire);

/** How many bytes may be read: those for which the consumer has a window, or
 *  those that may still be dropped while it lingers. */
uint64_t vr_wire_room(const struct vr_wire *wire);

/** Read what is there, and offer it, or drop it while the wire lingers. */
void vr_wire_read(struct vr_wire *wire);

/** Offer again what is left, and the end, if the consumer is to see them before
 *  more is read. */
void vr_wire_offer_left(struct vr_wire *wire);

/**
 * Read at most @p room bytes, if much comes and another wire writes it as it
 * is: they have gone there, and are not to be offered.
 * @return how many; 0: read them; < 0: as the hook `read` of a wire
 */
ssize_t vr_wire_move(struct vr_wire *wire, size_t room);

/** A read brought @p len bytes of @p room. */
void vr_wire_note_read(struct vr_wire *wire, size_t len, size_t room);

/** Write what the pipe holds, as far as the kernel takes it.  @return 0 or
 *  -errno */
VR_MUST_CHECK
int vr_wire_push(struct vr_wire *wire);

/** The wire needs no pipe any more: drop what it holds. */
void vr_wire_give_pipe(struct vr_wire *wire);

/** Did a write fail after the producer had ended, so that `stopped` could not
 *  run?  Not after a reset, which reading finds out. */
bool vr_wire_is_unheard(const struct vr_wire *wire);

/** After a reset, while the program has no window: if no bytes are left to be
 *  read, deliver the end, which needs no window. */
void vr_wire_find_end(struct vr_wire *wire);

/** Writing is over, with bytes lost: stop the producer with @p why. */
void vr_wire_lose_write(struct vr_wire *wire, const struct vr_end *why);

/** Write what is queued, as far as the kernel takes it. */
void vr_wire_flush(struct vr_wire *wire);

/** All is over: is there reason to linger?  Then it does, and closes the chain
 *  by itself.  @return false: close it now */
bool vr_wire_linger(struct vr_wire *wire);

/** Does it? */
bool vr_wire_is_lingering(const struct vr_wire *wire);

/** All is over, and the connection is to be reset: would that overtake what was
 *  written?  Then it waits, and closes the chain by itself.
 *  @return false: close it now */
bool vr_wire_await_arrival(struct vr_wire *wire);

/** All is over but for what is queued: give up a peer that takes none of it for
 *  too long. */
void vr_wire_limit_flush(struct vr_wire *wire);

/** The peer has been heard out, or for long enough.  The chain may stay open,
 *  for what filters hold. */
void vr_wire_end_lingering(struct vr_wire *wire);

/** Give back what lingering needs. */
void vr_wire_stop_lingering(struct vr_wire *wire);

#endif
