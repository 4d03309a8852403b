/* SPDX-License-Identifier: MIT */
/**
 * @file control.h
 * Messages beside the bytes, and questions, from one end of a chain to the
 * other: "you are connected", "may I connect?".
 *
 * Whoever does not know a message answers -VR_ENOCONTROL, which senders take
 * for "no objection"; a filter passes it on.
 *
 * Threads: the reactor's.
 */
#ifndef VR_IO_CONTROL_H
#define VR_IO_CONTROL_H

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_consumer;
struct vr_peer;
struct vr_producer;

enum vr_control_kind {
    /** Question, running up before a connection is tried: may @p peer be
     *  connected to?  < 0 refuses. */
    VR_CAN_CONNECT,

    /** The connection to @p peer stands.  Once to each program, before any
     *  byte, also to one attached later. */
    VR_CONNECTED,

    /** Question, after a handshake: is who proved to be @p data welcome?
     *  < 0 refuses. */
    VR_AUTHORIZE,

    /** Request, running up: reading is over, and by the policy of the socket
     *  writing is not to go on alone.  A producer answers 0, and ends behind
     *  what it has queued; a vr_writer does.  One that does not know the
     *  request is stopped, and the connection reset. */
    VR_END_WRITING,

    /** Kinds from here on are the program's own. */
    VR_CONTROL_USER = 1000,
};

/** A message.  Borrowed for the call. */
struct vr_control {
    int kind; /**< enum vr_control_kind, or the program's own */
    const struct vr_peer *peer; /**< NULL where there is none */
    void *data;                 /**< as the kind says */
};

/** Send @p msg from a producer down to its consumer.
 *  @return its answer; -ENOTCONN if there is none to hear it;
 *  -VR_ENOCONTROL */
int vr_control_down(struct vr_producer *out, const struct vr_control *msg);

/** Send @p msg from a consumer up to its producer. @return as above */
int vr_control_up(struct vr_consumer *in, const struct vr_control *msg);

VR_END_DECLS

#endif
