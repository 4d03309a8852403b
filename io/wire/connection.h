/* SPDX-License-Identifier: MIT */
/**
 * @file connection.h
 * A connection, TCP or unix: a chain of a socket and the program, in one
 * struct, with the program's hooks in one table.  These echo:
 *
 *     static size_t on_bytes(struct vr_connection *client,
 *                            const struct vr_offer *offer)
 *     {
 *         if (vr_connection_write(client, offer->data, offer->len))
 *             vr_connection_close(client, NULL);
 *         return offer->len;
 *     }
 *     static void on_closed(struct vr_connection *client,
 *                           const struct vr_end *why)
 *     {
 *         (void)why;
 *         free(client);
 *     }
 *     static const struct vr_connection_ops echoing = {.consume = on_bytes,
 *                                                      .closed = on_closed};
 *
 *     static int on_accepted(struct vr_listener *listener, int fd,
 *                            const struct vr_address *peer)
 *     {
 *         struct vr_connection *client = malloc(sizeof(*client));
 *         if (!client)
 *             return -ENOMEM;
 *         vr_connection_accept(client, listener, fd, peer, NULL, &echoing);
 *         return 0;
 *     }
 *
 * To begin cannot fail: what goes wrong, then or later, `closed` is told.  It
 * runs once for each connection that was begun, last, from the loop.
 *
 * Where the peer does not read as fast as the program writes there are two
 * ways. An answer to what came is written by vr_connection_write(), which lets
 * no more come until the peer has caught up.  A program with bytes of its own
 * to send writes them by the writer, vr_writer_write(&connection->agent.writer,
 * ...), which refuses what is too much, and goes on in `drained`.
 *
 * Other members to use are `chain`, for vr_chain_peer() and for filters, which
 * vr_chain_insert() puts beside the socket, and `socket`.
 *
 * Ownership: embedded by its owner, in place from its beginning until `closed`.
 * Threads: the reactor's, but for vr_writer_post().
 */
#ifndef VR_IO_WIRE_CONNECTION_H
#define VR_IO_WIRE_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/io/agent.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/wire/socket.h>

VR_BEGIN_DECLS

struct vr_connection;
struct vr_control;
struct vr_element;
struct vr_end;
struct vr_listener;
struct vr_offer;

/** The hooks of a program.  Only `consume` is required. */
struct vr_connection_ops {
    /** Most bytes that `consume` leaves to wait for more, as for
     *  vr_link_need(); 0: it can take any byte. */
    size_t need;

    /** The peer is there: vr_chain_peer().  Before any byte. */
    void (*connected)(struct vr_connection *connection);

    /** Take bytes from the front of @p offer.  @return how many; see `consume`
     *  of io/link.h */
    size_t (*consume)(struct vr_connection *connection,
                      const struct vr_offer *offer);

    /** No more bytes come: all have if @p why is clean, else some may be
     *  missing.  Runs once; writing may go on.  NULL: writing ends, too, behind
     *  what is queued, or is aborted where reading was. */
    void (*ended)(struct vr_connection *connection, const struct vr_end *why);

    /** After the writer has refused bytes, or was told that it is full: go on,
     *  see io/writer.h. */
    void (*drained)(struct vr_connection *connection);

    /** The peer takes no more bytes; reading may go on.  For a program that has
     *  paused, and may hear of it by nothing else. */
    void (*stopped)(struct vr_connection *connection, const struct vr_end *why);

    /** A message or question of the socket or of a filter, see io/control.h.
     *  NULL: the answer is -VR_ENOCONTROL. */
    int (*control)(struct vr_connection *connection,
                   const struct vr_control *msg);

    /** It is over, or could not begin, because of @p why: its memory is the
     *  owner's.  vr_chain_peer() tells of whom. */
    void (*closed)(struct vr_connection *connection, const struct vr_end *why);

    void *reserved[4]; /**< NULL */
};

/** Members that are not named above are private. */
struct vr_connection {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_agent agent;
    const struct vr_connection_ops *ops;
    bool paused; /* by the program */
    bool full;   /* until the peer has caught up */
    void *spare[2];
};

/**
 * Begin with a connection that @p listener has accepted, inside its `accepted`.
 * @param fd  the connection's, whatever happens
 * @param peer  as `accepted` was given it
 * @param options  of its socket; NULL: all defaults
 * @param ops  kept
 */
void vr_connection_accept(struct vr_connection *connection,
                          struct vr_listener *listener, int fd,
                          const struct vr_address *peer,
                          const struct vr_socket_options *options,
                          const struct vr_connection_ops *ops);

/** Begin with @p fd, as vr_socket_adopt() takes it; it is the connection's,
 *  whatever happens.  Keeps @p reactor and @p ops.
 *  @param peer     as for vr_socket_adopt()
 *  @param options  of its socket; NULL: all defaults */
void vr_connection_adopt(struct vr_connection *connection,
                         struct vr_reactor *reactor, int fd,
                         const struct vr_address *peer,
                         const struct vr_socket_options *options,
                         const struct vr_connection_ops *ops);

/** Begin to connect to @p peer.  What is written meanwhile is sent once it is
 *  connected.  Keeps @p reactor and @p ops.
 *  @param options  of its socket; NULL: all defaults */
void vr_connection_connect(struct vr_connection *connection,
                           struct vr_reactor *reactor,
                           const struct vr_address *peer,
                           const struct vr_socket_options *options,
                           const struct vr_connection_ops *ops);

/** Begin with @p wire in place of a socket: one of another kind, or a test's,
 *  which tries a program without a network.  `socket` is not used then.  The
 * wire ends with the connection; one that is in a chain already (-EBUSY), or
 * cannot be in one (-EINVAL), stays the caller's.  Keeps @p reactor and @p ops.
 */
void vr_connection_join(struct vr_connection *connection,
                        struct vr_reactor *reactor, struct vr_element *wire,
                        const struct vr_connection_ops *ops);

/**
 * Write @p len bytes, which are copied, also where the writer's queue is at its
 * limit: but then nothing more comes from the peer until it has taken enough.
 * @return 0: all of them will go, in order, unless the connection breaks.  On
 * failure none will: -VR_ECLOSED after the end of writing or a close; -ENOMEM
 */
VR_MUST_CHECK
int vr_connection_write(struct vr_connection *connection, const void *data,
                        size_t len);

/** Let nothing more come from the peer, until vr_connection_resume().  Not by
 *  vr_link_pause(): that ends where the peer catches up. */
void vr_connection_pause(struct vr_connection *connection);
void vr_connection_resume(struct vr_connection *connection);

/** Close in order, behind what was written: nothing more is read. */
void vr_connection_finish(struct vr_connection *connection);

/** Close at once: what is queued is dropped, as by vr_chain_close().
 *  @param why  NULL: LOCAL */
void vr_connection_close(struct vr_connection *connection,
                         const struct vr_end *why);

VR_END_DECLS

#endif
