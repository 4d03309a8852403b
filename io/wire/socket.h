/* SPDX-License-Identifier: MIT */
/**
 * @file socket.h
 * A stream socket, TCP or unix, connected or accepted: the wire's end of a
 * chain.
 *
 *     err = vr_socket_init(&session->socket, reactor, NULL);
 *     if (!err)
 *         err = vr_chain(&session->chain, &session->socket.element,
 *                        &session->agent.element);
 *     if (!err)
 *         err = vr_socket_connect(&session->socket, &peer);
 *
 * Reading.  The program hears "connected", then the bytes, then the end: EOF,
 * RESET after the bytes that came, or another failure.  The socket reads only
 * bytes that its consumer has a window for.
 *
 * Writing.  The socket passes bytes to the kernel at once, and queues those
 * that the kernel does not take, at most one write window.  The end of the
 * outbound bytes shuts down writing after the queue; reading goes on.  When
 * both directions are over the socket closes its chain.
 *
 * A write that fails stops the producer, whose `stopped` runs, and reading goes
 * on; no write raises SIGPIPE.  If the producer has ended before the write
 * fails, `stopped` cannot run: then reading ends, too, after the bytes that
 * have come.
 *
 * After a reset a program that has paused hears the end if no bytes wait before
 * it.  If bytes wait, its `stopped` runs: there it resumes, or closes the
 * chain.
 *
 * What came by an unclean end leaves by one, so that the peer does not take
 * what it got for all there was: outbound bytes that end uncleanly reset the
 * connection, after the queue, or at once and without it if they are aborted.
 * Reading is aborted then, too; bytes that the system has not sent yet may be
 * lost with the connection.  A chain that is closed with bytes queued, or
 * after some were lost, resets its connection as well.
 *
 * A connect that fails aborts both directions, with an end that has the stage,
 * the error and the time it took, and closes the chain.  The address is that of
 * vr_chain_peer().
 *
 * Entries in the descriptor's error queue (MSG_ERRQUEUE), such as time stamps
 * that the program asked for, are dropped if they alone keep the socket ready.
 *
 * Ownership: embedded by its owner, in a chain before it is connected; the
 * descriptor is the socket's, closed with the chain.
 * Threads: the reactor's.
 */
#ifndef VR_IO_WIRE_SOCKET_H
#define VR_IO_WIRE_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/end.h>
#include <vreactor/base/time.h>
#include <vreactor/io/buffer.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/link.h>
#include <vreactor/io/name/address.h>
#include <vreactor/reactor/watch.h>

VR_BEGIN_DECLS

/**
 * May one direction be over while the other goes on?  Where writing may not go
 * on alone, it ends after reading has ended and the program's queued bytes are
 * written: see vr_control_end_writing() of io/control.h.  Where reading may
 * not, it is aborted when writing is over.
 */
enum vr_half_close {
    VR_HALF_CLOSE_BOTH,   /**< each may be over alone */
    VR_HALF_CLOSE_NONE,   /**< the end of one is the end of both */
    VR_HALF_CLOSE_INPUT,  /**< only reading may be over alone */
    VR_HALF_CLOSE_OUTPUT, /**< only writing may be over alone */
};

/** Options of a socket; 0 is the default. */
struct vr_socket_options {
    size_t size; /**< by VR_SOCKET_OPTIONS_INIT */
    enum vr_half_close half_close;
    size_t write_window; /**< most bytes to queue; 0: 64 KiB */
    bool no_delay;       /**< TCP: send small pieces at once */
    bool keep_alive;     /**< TCP: find out when a silent peer is gone */
};

#define VR_SOCKET_OPTIONS_INIT VR_SIZED_INIT(struct vr_socket_options)

enum vr_socket_state {
    VR_SOCKET_NEW,
    VR_SOCKET_CONNECTING,
    VR_SOCKET_OPEN,
    VR_SOCKET_CLOSED,
};

/** Put its member element into a chain.  Other members are private. */
struct vr_socket {
    struct vr_element element;
    struct vr_consumer outbound; /* takes bytes to write */
    struct vr_producer inbound;  /* offers bytes that were read */
    struct vr_reactor *reactor;
    struct vr_socket_options options;
    enum vr_socket_state state;
    int fd;
    struct vr_watch watch;
    struct vr_address peer;
    vr_time connect_began;
    int connect_error; /* of connect(2), told from the loop */

    struct vr_buffer left; /* read and not taken yet */
    struct vr_end end;     /* why no more bytes are read */
    bool at_end;
    bool hungry;   /* the bytes left are too few: read more */
    bool offering; /* `consume` runs: the window is looked at afterwards */

    struct vr_buffer queue; /* to be written */
    bool write_ending;      /* shut down when the queue is empty */
    bool write_over;
    int write_error;   /* of the write that failed; 0: none did */
    bool asked_to_end; /* the request was sent */
    bool cut_off;      /* bytes were lost: close by a reset */
    bool broken;       /* by what came from the program: read no more */
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
 * Connect to @p peer, after the question "can_connect" to the program.
 * @return 0: the chain will hear, from the loop, that the socket is connected
 * or why not.  On failure nothing has begun: -EINVAL if the socket is in no
 * chain, or @p peer is unknown or of another family; -EISCONN if the socket was
 * connected or adopted before; -VR_EREFUSED by the program's answer;
 * -VR_ECLOSED if the chain is closed; -EMFILE and others of the system
 */
VR_MUST_CHECK
int vr_socket_connect(struct vr_socket *socket, const struct vr_address *peer);

/**
 * Take @p fd, a connected stream socket, and make it non-blocking and
 * close-on-exec.
 * @param peer  the address of the other end, such as from a listener or a
 * proxy; NULL: the system is asked
 * @return 0: the socket owns @p fd.  On failure @p fd is still the caller's, as
 * it was: the codes of vr_socket_connect(), or -ENOTSOCK, -EPROTOTYPE if it is
 * no stream socket, -ENOTCONN if it is not connected or listens, or another of
 * the system.  A connection that was lost meanwhile is taken if @p peer is
 * given, and then ends as a lost one does.
 */
VR_MUST_CHECK
int vr_socket_adopt(struct vr_socket *socket, int fd,
                    const struct vr_address *peer);

/** Connect two sockets, each in a chain, with each other, as socketpair(2).
 *  @return as vr_socket_adopt(); on failure neither is connected */
VR_MUST_CHECK
int vr_socket_pair(struct vr_socket *a, struct vr_socket *b);

/** The address of this side. @return 0 or -errno, -ENOTCONN while new or
 *  closed */
VR_MUST_CHECK
int vr_socket_local(const struct vr_socket *socket,
                    struct vr_address *ret_address);

/** The descriptor, to set options of the system; -1 while new or closed. */
int vr_socket_fd(const struct vr_socket *socket);

VR_END_DECLS

#endif
