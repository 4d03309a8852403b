/* SPDX-License-Identifier: MIT */
/**
 * @file control.h
 * Messages and questions beside the bytes, from one element of a chain to the
 * next: "you are connected", "may I connect?".
 *
 *     static int control(struct vr_consumer *in, const struct vr_control *msg)
 *     {
 *         (void)in;
 *         if (!vr_control_is(msg, vr_control_can_connect()))
 *             return -VR_ENOCONTROL;
 *         return vr_address_is_local(msg->peer) ? 0 : -EACCES;
 *     }
 *
 * An element that does not know a message answers -VR_ENOCONTROL, which the
 * sender takes for "no objection"; a filter passes the message on.
 *
 * A program makes kinds of its own, one constant each, whose name begins with
 * its own:
 *
 *     static const struct vr_control_kind rotate = {"example.rotate"};
 *
 * Threads: the reactor's; questions about kinds: any.
 */
#ifndef VR_IO_CONTROL_H
#define VR_IO_CONTROL_H

#include <stdbool.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_consumer;
struct vr_address;
struct vr_producer;

/** What a message says. */
struct vr_control_kind {
    const char *name; /**< prefixed by its library: "vreactor.connected" */
};

/** A message.  Borrowed for the call. */
struct vr_control {
    const struct vr_control_kind *kind;
    const struct vr_address *peer; /**< NULL where there is none */
    void *data;                    /**< as the kind says */
};

/** Is @p msg of this kind?  Two kinds of one name, as in a program and in its
 *  plugin, are the same. */
bool vr_control_is(const struct vr_control *msg,
                   const struct vr_control_kind *kind);

/** "vreactor.can_connect": the socket asks the program before it connects: may
 *  @p peer of the message be connected to?  < 0 refuses. */
const struct vr_control_kind *vr_control_can_connect(void);

/** "vreactor.connected": the socket tells the program that it is connected to
 *  the peer.  Once to each program, before any byte, also to one attached
 *  later.  Sent by vr_greet(). */
const struct vr_control_kind *vr_control_connected(void);

/** "vreactor.secured": a filter tells that its handshake is done, also to a
 *  program that was greeted before the filter was inserted.  Behind
 *  `connected`.  Sent by vr_tell_secured(). */
const struct vr_control_kind *vr_control_secured(void);

/** "vreactor.authorize": a filter asks after a handshake: may the peer, which
 *  proved to be the data of the message, go on?  < 0 refuses. */
const struct vr_control_kind *vr_control_authorize(void);

/** "vreactor.end_writing": the socket asks the program's producer to end:
 *  reading is over, and by the socket's half_close writing is not to go on
 *  alone.  A producer that answers 0 ends after its queued bytes, as a
 *  vr_writer does.  One that refuses or does not know the request is stopped,
 *  and the connection is reset. */
const struct vr_control_kind *vr_control_end_writing(void);

/** "vreactor.queued": an element asks upstream how many bytes are queued there:
 *  each element adds its own to the data, a uint64_t.  A vr_writer answers: 0;
 *  1 where an orderly end is still to go; 2 where posts are, or an end that is
 *  not orderly; -EBUSY while its bytes are on offer.  A filter whose outbound
 * direction says VR_FILTER_RESIZES answers -VR_ENOCONTROL unless it has a hook
 * for it; one that holds bytes without resizing them has one that adds those.
 */
const struct vr_control_kind *vr_control_queued(void);

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
