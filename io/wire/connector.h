/* SPDX-License-Identifier: MIT */
/**
 * @file connector.h
 * Connecting a stream socket, TCP or unix, to one address, as an object of its
 * own: it ends with a connected descriptor, or with why there is none.
 *
 *     static void on_done(struct vr_connector *connector, int fd,
 *                         const struct vr_end *why)
 *     {
 *         struct session *session =
 *             vr_container_of(connector, struct session, connector);
 *
 *         if (fd < 0)
 *             vr_chain_close(&session->chain, why);
 *         else if (vr_socket_adopt(&session->socket, fd, NULL))
 *             close(fd);
 *     }
 *
 *     vr_connector_init(&session->connector, reactor, on_done);
 *     err = vr_connector_start(&session->connector, &peer, NULL);
 *
 * It knows no chain and closes none: so a program may try several addresses,
 * one after the other or at once, and keep the first that is connected.  A
 * socket that stands in a chain connects by itself: vr_socket_connect() of
 * io/wire/socket.h.
 *
 * It has no deadline but the system's: a call (reactor/call.h) may cancel it.
 *
 * Ownership: embedded by its owner, whose memory it is while it is not
 * connecting: as soon as `done` is called, or it is cancelled.
 * Threads: the reactor's.
 */
#ifndef VR_IO_WIRE_CONNECTOR_H
#define VR_IO_WIRE_CONNECTOR_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/reactor/soon.h>
#include <vreactor/reactor/watch.h>

VR_BEGIN_DECLS

struct vr_address;
struct vr_connector;
struct vr_end;
struct vr_reactor;

/**
 * Connecting has ended.  Runs from the loop, once for each start that was not
 * cancelled.  May start @p connector again, or free it.
 * @param fd  connected, non-blocking and close-on-exec, the program's from here
 * on; -1: none
 * @param why  why there is none; of kind VR_END_NONE if there is one.  Its
 * `after` is the time that it took, in both cases
 */
typedef void vr_connector_done_fn(struct vr_connector *connector, int fd,
                                  const struct vr_end *why);

/** Options of a start; 0 is the default. */
struct vr_connector_options {
    size_t size; /**< by VR_CONNECTOR_OPTIONS_INIT */

    /** The IP address to connect from, of the peer's family; its port may be 0:
     *  any.  Borrowed for the call.  NULL: as the system chooses. */
    const struct vr_address *source;
};

#define VR_CONNECTOR_OPTIONS_INIT VR_SIZED_INIT(struct vr_connector_options)

/** Members are private. */
struct vr_connector {
    struct vr_reactor *reactor;
    vr_connector_done_fn *done;
    struct vr_watch watch;
    struct vr_soon
        failing; /* connect(2) failed at once, which the loop tells */
    vr_time began;
    int fd;    /* -1: it is not connecting */
    int error; /* of connect(2) */
    void *spare[2];
};

/** Make a connector, which is not connecting.  Keeps @p reactor; @p done is not
 *  NULL. */
void vr_connector_init(struct vr_connector *connector,
                       struct vr_reactor *reactor, vr_connector_done_fn *done);

/**
 * Begin to connect to @p peer.
 * @param options  NULL: all defaults
 * @return 0: `done` will run, from the loop, also where connect(2) fails at
 * once.  On failure it will not: -EINVAL if @p peer is neither an IP address
 * nor that of a unix socket, or the source is none for it; -E2BIG for options
 * that this version does not know; -EALREADY if it is connecting; -EADDRINUSE
 * or -EADDRNOTAVAIL of the source; -VR_ECLOSED if the reactor is closed;
 * -ECHILD in a child of fork(2); -EMFILE and others of the system
 */
VR_MUST_CHECK
int vr_connector_start(struct vr_connector *connector,
                       const struct vr_address *peer,
                       const struct vr_connector_options *options);

/** Is it connecting? */
bool vr_connector_is_connecting(const struct vr_connector *connector);

/** Give up: the descriptor is closed, and `done` does not run.  If it is not
 *  connecting nothing happens. */
void vr_connector_cancel(struct vr_connector *connector);

VR_END_DECLS

#endif
