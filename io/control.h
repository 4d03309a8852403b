/* SPDX-License-Identifier: MIT */
/**
 * @file control.h
 * Messages and questions beside the bytes, from one element of a chain to the
 * next: "you are connected", "may I connect?".
 *
 *     static int control(struct vr_consumer *in, const struct vr_control *msg)
 *     {
 *         (void)in;
 *         if (msg->kind != VR_CAN_CONNECT)
 *             return -VR_ENOCONTROL;
 *         return vr_address_is_local(msg->peer) ? 0 : -EACCES;
 *     }
 *
 * An element that does not know a message answers -VR_ENOCONTROL, which the
 * sender takes for "no objection"; a filter passes the message on.
 *
 * Threads: the reactor's.
 */
#ifndef VR_IO_CONTROL_H
#define VR_IO_CONTROL_H

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_consumer;
struct vr_address;
struct vr_producer;

enum vr_control_kind {
    /** The socket asks the program before it connects: may @p peer be
     *  connected to?  < 0 refuses. */
    VR_CAN_CONNECT,

    /** The socket tells the program that it is connected to @p peer.  Once to
     *  each program, before any byte, also to one attached later. */
    VR_CONNECTED,

    /** A filter asks after a handshake: may the peer, which proved to be
     *  @p data, go on?  < 0 refuses. */
    VR_AUTHORIZE,

    /** The socket asks the program's producer to end: reading is over, and by
     *  the socket's half_close writing is not to go on alone.  A producer that
     *  answers 0 ends after its queued bytes, as a vr_writer does.  One that
     *  refuses or does not know the request is stopped, and the connection is
     *  reset. */
    VR_END_WRITING,

    /** Kinds from here on are the program's own. */
    VR_CONTROL_USER = 1000,
};

/** A message.  Borrowed for the call. */
struct vr_control {
    int kind; /**< enum vr_control_kind, or the program's own */
    const struct vr_address *peer; /**< NULL where there is none */
    void *data;                    /**< as the kind says */
};

/** Send @p msg from a producer to its consumer.
 *  @return the answer: 0 or more, or < 0, such as -VR_ENOCONTROL; -ENOTCONN if
 *  @p out is not joined */
int vr_control_downstream(struct vr_producer *out,
                          const struct vr_control *msg);

/** Send @p msg from a consumer to its producer.  @return as
 *  vr_control_downstream() */
int vr_control_upstream(struct vr_consumer *in, const struct vr_control *msg);

VR_END_DECLS

#endif
