/* SPDX-License-Identifier: MIT */
/**
 * @file socket.h
 * A stream socket as the wire's end of a chain: TCP or unix, connected from
 * here or accepted.
 *
 *     vr_socket_init(&session->socket, reactor, NULL);
 *     ... vr_chain(&session->chain, &session->socket.element, ...);
 *     err = vr_socket_connect(&session->socket, &peer);
 *
 * Upwards it sends VR_CONNECTED, then what it reads, then the end: EOF, RESET
 * behind the bytes that came, or what failed.  It reads only what its consumer
 * has a window for.  Downwards it writes at once what the kernel takes and
 * queues the rest, at most one window of it.  The end of what it is given
 * closes its writing side, behind the queue; reading goes on.  When both
 * directions are over it closes its chain.  Where writing fails, `stopped` says
 * so, and reading goes on; where it fails behind the end, when `stopped` can
 * not, that ends reading too, behind what has come.  After a reset a program
 * that has paused hears the end all the same, if there is nothing in front of
 * it; else it is for `stopped` to resume, or to close the chain.
 *
 * An abort from above drops the queue and ends writing; TCP has no way to say
 * that bytes are missing, and go on.  So who must say it closes the chain: one
 * closed while bytes are queued, or after some were lost, resets the
 * connection, and the peer does not take what it got for all there was.
 *
 * A connection that fails aborts both directions, with the address, the stage,
 * the error and the time it took, and closes the chain.
 *
 * What is in the error queue of the descriptor (MSG_ERRQUEUE), because the
 * program asked for time stamps, say, is dropped where it would keep the socket
 * ready for nothing.
 *
 * Ownership: embedded by its owner, in a chain before it is connected; the
 * descriptor is the socket's, closed with the chain.
 * Threads: the reactor's.
 */
#ifndef VR_IO_SOCKET_H
#define VR_IO_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/end.h>
#include <vreactor/base/time.h>
#include <vreactor/io/buffer.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/link.h>
#include <vreactor/io/peer.h>
#include <vreactor/reactor/watch.h>

VR_BEGIN_DECLS

/**
 * May one direction be over while the other goes on?  Where writing may not, it
 * ends with reading, but behind all that the program has queued: see
 * VR_END_WRITING of io/control.h.  Where reading may not, it is aborted when
 * writing is over; and where that was an abort, the connection is reset.
 */
enum vr_half_close {
    VR_HALF_CLOSE_BOTH,   /**< either may */
    VR_HALF_CLOSE_NONE,   /**< the end of one is the end of both */
    VR_HALF_CLOSE_INPUT,  /**< only reading may be over alone */
    VR_HALF_CLOSE_OUTPUT, /**< only writing may be over alone */
};

/** How a socket is to be; 0 is the default. */
struct vr_socket_options {
    size_t size; /**< sizeof(struct vr_socket_options) */
    enum vr_half_close half_close;
    size_t write_window; /**< bytes it queues at most; 0: 64 KiB */
    bool no_delay;       /**< TCP: send small pieces at once */
    bool keep_alive;     /**< TCP: find out when a silent peer is gone */
};

enum vr_socket_state {
    VR_SOCKET_NEW,
    VR_SOCKET_CONNECTING,
    VR_SOCKET_OPEN,
    VR_SOCKET_CLOSED,
};

/** Put its member element into a chain.  Other members are private. */
struct vr_socket {
    struct vr_element element;
    struct vr_consumer in;  /* what is to be written */
    struct vr_producer out; /* what was read */
    struct vr_reactor *reactor;
    struct vr_socket_options options;
    enum vr_socket_state state;
    int fd;
    struct vr_watch watch;
    struct vr_peer peer;
    vr_time connect_began;
    int connect_error; /* of the call itself, told from the loop */

    struct vr_buffer left; /* read and not taken yet */
    struct vr_end end;     /* why nothing follows what was read */
    bool at_end;
    bool hungry;   /* what is left was too little, not unwanted */
    bool offering; /* our consumer runs: changes of window are seen after */

    struct vr_buffer queue; /* to be written */
    bool write_ending;      /* shut down when the queue is empty */
    bool write_over;
    bool asked_to_end; /* who writes, as reading is over */
    bool cut_off;      /* bytes were lost that the peer should have got */
    struct vr_end why; /* the chain's */
};

/**
 * Make a socket.  Keeps @p reactor.
 * @param options  copied; NULL: all defaults
 * @return 0, -EINVAL or -E2BIG for a bad size or policy
 */
VR_MUST_CHECK
int vr_socket_init(struct vr_socket *socket, struct vr_reactor *reactor,
                   const struct vr_socket_options *options);

/**
 * Connect to @p peer.  Asks VR_CAN_CONNECT above first.
 * @return 0: the chain will hear, from the loop, that it is connected or why
 * not; otherwise nothing has begun: -EINVAL if it is in no chain, or @p peer
 * is unknown or no stream address; -EISCONN if it was connected or adopted
 * before; -VR_EREFUSED by the chain; -VR_ECLOSED; -EMFILE and such
 */
VR_MUST_CHECK
int vr_socket_connect(struct vr_socket *socket, const struct vr_peer *peer);

/**
 * Take @p fd, a connected stream socket; its flags are set as needed.
 * @param peer  who is there, as the program knows it, such as from a proxy's
 * word; NULL: the system is asked
 * @return 0: @p fd is the socket's; otherwise it is still yours, as it was:
 * as vr_socket_connect(), or -ENOTSOCK, -EPROTOTYPE if it is a socket of
 * datagrams, -ENOTCONN if it is not connected or listens, or what else the
 * system said of it.  A connection that was lost meanwhile is taken, if
 * @p peer says whose it was, and ends so.
 */
VR_MUST_CHECK
int vr_socket_adopt(struct vr_socket *socket, int fd,
                    const struct vr_peer *peer);

/** Connect two sockets, each in a chain, with each other, without a name.
 *  @return as vr_socket_adopt(); on failure neither is connected */
VR_MUST_CHECK
int vr_socket_pair(struct vr_socket *a, struct vr_socket *b);

/** Who is there, or is being connected; unknown before. */
const struct vr_peer *vr_socket_peer(const struct vr_socket *socket);

/** The address of this side. @return 0 or -errno, -ENOTCONN while new or
 *  closed */
VR_MUST_CHECK
int vr_socket_local(const struct vr_socket *socket, struct vr_peer *ret_peer);

/** The descriptor, for options of its own; -1 while new or closed. */
int vr_socket_fd(const struct vr_socket *socket);

VR_END_DECLS

#endif
