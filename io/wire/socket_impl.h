/* SPDX-License-Identifier: MIT */
/**
 * @file socket_impl.h
 * The files of a socket: socket_open.c connects, socket_read.c and
 * socket_write.c move one direction each, socket.c holds them together.
 * Internal.
 */
#ifndef VR_IO_WIRE_SOCKET_IMPL_H
#define VR_IO_WIRE_SOCKET_IMPL_H

#include <vreactor/io/wire/socket.h>

extern const struct vr_producer_ops vr_socket_out; /* socket_read.c */
extern const struct vr_consumer_ops vr_socket_in;  /* socket_write.c */
extern const struct vr_watch_ops vr_socket_events; /* socket.c */

/** The end that error @p err (0: none) in @p stage means. */
struct vr_end vr_socket_end(const struct vr_socket *socket, int err,
                            enum vr_end_stage stage);

/** Abort both directions, and close the chain. */
void vr_socket_fail(struct vr_socket *socket, int err, enum vr_end_stage stage);

/** The kernel has an answer to connect(2), most likely. */
void vr_socket_finish_connect(struct vr_socket *socket);

/** Tell the selector which events are awaited now. */
void vr_socket_update(struct vr_socket *socket);

/** May @p direction be over while the other goes on? */
bool vr_socket_may_end_alone(const struct vr_socket *socket,
                             enum vr_half_close direction);

/** From the loop, after any change: greet a program that was attached, offer
 *  what is left, end the other direction, close when both are over. */
void vr_socket_settle(struct vr_socket *socket);

/** Has the consumer a window for more bytes than were read already? */
bool vr_socket_wants_read(const struct vr_socket *socket);

/** Did a write fail after the producer had ended, so that `stopped` could not
 *  run?  Not after a reset, which reading finds out. */
bool vr_socket_is_unheard(const struct vr_socket *socket);

/** After a reset, while the program has no window: if no bytes are left to be
 *  read, deliver the end, which needs no window. */
void vr_socket_find_end(struct vr_socket *socket);

/** Read what is there and offer it. */
void vr_socket_read(struct vr_socket *socket);

/** Are there bytes, or an end, to offer before reading more?  Not bytes that
 *  the consumer left as too few. */
bool vr_socket_has_to_offer(const struct vr_socket *socket);

/** Offer again what is left, and the end. */
void vr_socket_offer_left(struct vr_socket *socket);

/** Writing is over, with bytes lost: stop the producer with @p why. */
void vr_socket_lose_write(struct vr_socket *socket, const struct vr_end *why);

/** Write what is queued, as far as the kernel takes it. */
void vr_socket_flush(struct vr_socket *socket);

#endif
