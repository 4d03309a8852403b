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
 * that the kernel does not take, at most one write window.  Small pieces that
 * are offered with VR_MORE wait for the one behind them, and one call writes
 * them all; should none come they go all the same.  The end of the
 * outbound bytes shuts down writing after the queue; reading goes on.  When
 * all links of its chain are over and the queue is written the socket closes
 * the chain: what a filter holds for the program is delivered before, unless
 * the program itself has broken off.
 *
 * What the program says before there is a connection, its end and an abort,
 * too, is sent once there is one.
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
 * Reading is aborted then, too.  A reset throws away what has not arrived: so
 * the one after the queue waits until the peer's system has all of it, or until
 * none of it arrives for `linger_time`.  vr_chain_close() ends it at once.  A
 * chain that is closed with bytes queued, or after some were lost, resets its
 * connection as well.
 *
 * A program that stops reading before the peer's end, and not in order, as
 * after a request that is too long, may have an answer on its way.  A
 * connection closed with bytes unread is reset, which would overtake that
 * answer.  So after it has shut down writing the socket lingers: it reads and
 * drops what the peer still sends, until the peer's end, and closes then, or
 * after `linger_bytes` or `linger_time`.  One that resets its connection does
 * not linger, and vr_chain_close() ends it at once.
 *
 * When all links of the chain are over the program has no hook left by which to
 * guard the bytes that the socket has queued.  So a peer that takes none of
 * them for `flush_time` is given up: the connection is reset, and `closed`
 * hears TIMEOUT.
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
#include <vreactor/base/time.h>
#include <vreactor/io/name/address.h>
#include <vreactor/io/wire/wire.h>

VR_BEGIN_DECLS

struct vr_listener;

/** Options of a socket; 0 is the default. */
struct vr_socket_options {
    size_t size; /**< by VR_SOCKET_OPTIONS_INIT */
    enum vr_half_close half_close;
    size_t write_window; /**< most bytes to queue, below 4 GiB; 0: 256 KiB */
    bool delay;          /**< TCP: let the system keep small pieces back
                              (Nagle's algorithm), though what a program writes
                              at a time is sent at a time as it is */
    bool keep_alive;     /**< TCP: find out when a silent peer is gone */
    size_t linger_bytes; /**< most to drop while it lingers, below 4 GiB;
                              0: 1 MiB */
    vr_time linger_time; /**< most nanoseconds to linger, or to wait with a
                              reset while nothing arrives; 0: 5 s; less than
                              0: it does neither */
    vr_time flush_time;  /**< most nanoseconds that a peer takes none of what is
                              queued when all else is over; 0: 60 s; less than
                              0: no limit */
};

#define VR_SOCKET_OPTIONS_INIT VR_SIZED_INIT(struct vr_socket_options)

/** Put its member element into a chain.  Other members are private. */
struct vr_socket {
    union {
        struct vr_element element; /**< that of the wire, its first member */
        struct vr_wire wire;
    };
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

/**
 * Take @p fd, which @p listener has accepted, inside its `accepted`.  It is
 * known what that is: the system is asked nothing.
 * @param peer  as `accepted` was given it
 * @return 0: the socket owns @p fd.  On failure @p fd is still the caller's:
 * the codes of vr_socket_connect()
 */
VR_MUST_CHECK
int vr_socket_accept(struct vr_socket *socket,
                     const struct vr_listener *listener, int fd,
                     const struct vr_address *peer);

/** Connect two sockets, each in a chain, with each other, as socketpair(2).
 *  @return as vr_socket_adopt(); on failure neither is connected */
VR_MUST_CHECK
int vr_socket_pair(struct vr_socket *a, struct vr_socket *b);

/**
 * Give the descriptor away, as to another chain, library or process: it stays
 * open and non-blocking, and the peer hears nothing.  The chain is closed, with
 * LOCAL.  Where a connection changes hands behind a line of text:
 *
 *     static void hand_over(struct session *session, struct vr_socket *other)
 *     {
 *         struct vr_buffer left;
 *         int fd;
 *
 *         int err = vr_socket_release(&session->socket, &fd, &left);
 *         if (err)
 *             return;
 *         err = vr_socket_adopt(other, fd, NULL);
 *         if (!err)
 *             err = vr_socket_unread(other, &left);
 *         vr_buffer_clear(&left);
 *         ...
 *     }
 *
 * Not from inside a hook to which the socket offers bytes, as nobody knows yet
 * which of them are taken: the program takes its line, pauses
 * (vr_link_pause()), and releases from the loop, as by vr_call_after().  What a
 * filter holds is lost: it leaves before.  And no other thread writes any more.
 *
 * @param ret_left  made here: bytes that were read and that the program has not
 * taken; to be given back by vr_buffer_clear() before the reactor is freed
 * @return 0: @p *ret_fd is the caller's.  On failure nothing has changed:
 * -ENOTCONN while there is no connection; -VR_ECLOSED after a direction, or the
 * chain, is over; -EBUSY while bytes are queued outbound, by the program or the
 * socket, while posts or an end are still to go, and inside such a hook: no
 * hook tells when that is over, a call asks again; -VR_ENOCONTROL if a producer
 * does not say how much is queued, see vr_control_queued() of io/control.h
 */
VR_MUST_CHECK
int vr_socket_release(struct vr_socket *socket, int *ret_fd,
                      struct vr_buffer *ret_left);

/** Have the program read @p bytes, which are moved out of there, before what
 *  comes: such as those that vr_socket_release() has left.
 *  @return 0.  On failure nothing has changed: -EBUSY while other bytes wait to
 *  be taken; -VR_ECLOSED after the end was read, or where nothing is read any
 *  more; -ENOMEM */
VR_MUST_CHECK
int vr_socket_unread(struct vr_socket *socket, struct vr_buffer *bytes);

/** The address of this side. @return 0 or -errno, -ENOTCONN while new or
 *  closed */
VR_MUST_CHECK
int vr_socket_local(const struct vr_socket *socket,
                    struct vr_address *ret_address);

/** The descriptor, to set options of the system; -1 while new or closed. */
int vr_socket_fd(const struct vr_socket *socket);

VR_END_DECLS

#endif
