/* SPDX-License-Identifier: MIT */
/**
 * @file server.h
 * A server: a listener whose connections the library makes, counts, ends in
 * order and frees, with a limit, and with SIGINT and SIGTERM if asked for.
 *
 *     static size_t echo(struct vr_connection *client,
 *                        const struct vr_offer *offer)
 *     {
 *         if (vr_connection_write(client, offer->data, offer->len))
 *             vr_connection_close(client, NULL);
 *         return offer->len;
 *     }
 *     static const struct vr_server_ops echoing = {.connection.consume = echo};
 *
 *     struct vr_server_options options = VR_SERVER_OPTIONS_INIT;
 *     options.limit = 1000;
 *     err = vr_server_open(&server, reactor, &place, &options, &echoing);
 *     ...
 *     vr_server_finish(&server);
 *
 * A program that does nothing else calls vr_serve() in its main(), which makes
 * the reactor, too, and returns when it has finished.
 *
 * Each connection stands in memory of its own, which the server allocates, all
 * 0, and frees after the connection's `closed`.  A program with something to
 * keep for each embeds struct vr_connection as the first member of a struct of
 * its own, and says how large that is:
 *
 *     struct session {
 *         struct vr_connection connection; // the first
 *         struct vr_call idle;
 *     };
 *
 *     options.connection_size = sizeof(struct session);
 *
 * `accepted` is where to set it up, and the connection's `closed` where to give
 * up what it has, a timer for one: they run in pairs.
 *
 * Ownership: embedded by its owner, in place from vr_server_open() until
 * `closed`.  Threads: the reactor's; vr_serve(): any.
 */
#ifndef VR_IO_WIRE_SERVER_H
#define VR_IO_WIRE_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>
#include <vreactor/base/time.h>
#include <vreactor/io/name/address.h>
#include <vreactor/io/wire/connection.h>
#include <vreactor/io/wire/listener.h>
#include <vreactor/io/wire/socket.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/signal.h>
#include <vreactor/reactor/soon.h>

VR_BEGIN_DECLS

struct vr_server;

/** The hooks of a server's owner.  Only `connection.consume` is required. */
struct vr_server_ops {
    /** The hooks of each connection, which may close any connection and the
     *  server.  `closed` runs when the connection is no longer counted; the
     *  server frees its memory behind it. */
    struct vr_connection_ops connection;

    /** Of vr_serve(): the server is open, and its reactor does not run yet.
     *  The place to print vr_server_text(), and to show the log of
     *  server->reactor.  Where vr_server_open() was called it does not run. */
    void (*opened)(struct vr_server *server);

    /** @p connection has begun, as by vr_connection_accept(): set up what is
     *  behind it in memory, put filters into its chain, write a greeting.
     *  Before any other of its hooks, and once for each, also for one that
     *  could not begin, of which `closed` is told. */
    void (*accepted)(struct vr_server *server,
                     struct vr_connection *connection);

    /** The server finishes: end @p connection in order, now or later, as behind
     *  the answer to a request that is half there.  Runs once for each that is
     *  open then, from the loop.  NULL: vr_connection_finish() ends it. */
    void (*finish)(struct vr_connection *connection);

    /** The server and all of its connections are closed: its memory is the
     *  owner's.  Runs once, last, from the loop.  NULL: not told.
     *  @param err  0 after vr_server_finish() or vr_server_close(), also where
     *  a signal or the end of `drain_time` did that; else why the server ended
     *  by itself: -VR_ECLOSED with its reactor, or the error of the selector
     *  that gave up the listener */
    void (*closed)(struct vr_server *server, int err);

    void *reserved[4]; /**< NULL */
};

/** Options of a server; 0 and NULL are the default. */
struct vr_server_options {
    size_t size; /**< by VR_SERVER_OPTIONS_INIT */

    /** Bytes of the struct that begins with struct vr_connection; 0: that is
     *  all there is. */
    size_t connection_size;

    /** Most connections at a time: others wait in the kernel until one has
     *  closed, or are turned away by it where too many wait; 0: no limit. */
    size_t limit;

    /** SIGINT and SIGTERM finish the server, see reactor/signal.h; and SIGINT
     *  once more, while it finishes, closes it at once. */
    bool signals;

    /** Most nanoseconds from vr_server_finish() on, after which what is left is
     *  closed; its `closed` hears TIMEOUT.  0: no limit but those of the
     *  connections. */
    vr_time drain_time;

    /** Of its sockets; copied.  NULL: all defaults. */
    const struct vr_socket_options *socket;

    /** Of its listener, whose `controlled` means nothing here; copied.  NULL:
     *  all defaults. */
    const struct vr_listener_options *listener;
};

#define VR_SERVER_OPTIONS_INIT VR_SIZED_INIT(struct vr_server_options)

/** Members are private, but for reactor. */
struct vr_server {
    struct vr_reactor *reactor;
    const struct vr_server_ops *ops;
    struct vr_connection_ops hooks; /* those of the ops, but for `closed` */
    struct vr_listener listener;
    struct vr_list members; /* its connections */
    size_t count;           /* of them */
    size_t connection_size;
    struct vr_socket_options socket;
    vr_time drain_time;
    struct vr_call drained;
    struct vr_soon finishing;
    struct vr_signal interrupted, terminated;
    bool *over; /* set when it has ended; NULL: nobody runs it */
    int *status;
    int state; /* enum of server.c; 0: closed */
    int err;   /* for `closed` */
    bool is_listener_closed;
    char text[VR_ADDRESS_TEXT_SIZE];
    void *spare[2];
};

/**
 * Listen at @p place, and serve whoever connects.  Keeps @p reactor and @p ops.
 * @param options  NULL: all defaults
 * @return 0.  On failure nothing has begun, and no hook runs: -EINVAL for a
 * `connection_size` without room for a connection, hooks without `consume` or
 * with what is reserved, a negative `drain_time`, or as vr_listener_open() and
 * vr_socket_init(); -E2BIG for options that this version does not know; or as
 * vr_listener_open() and vr_signal_open()
 */
VR_MUST_CHECK
int vr_server_open(struct vr_server *server, struct vr_reactor *reactor,
                   const struct vr_address *place,
                   const struct vr_server_options *options,
                   const struct vr_server_ops *ops);

/**
 * Accept no more connections, and end those that there are in order, each by
 * the hook `finish`, from the loop; `closed` runs when the last one has gone.
 * A client that has all, and does not close its side, keeps a connection for
 * the `linger_time` of its socket, as one that takes nothing does for the
 * `flush_time`.  On a server that finishes, was closed, or is all 0, nothing
 * happens.
 */
void vr_server_finish(struct vr_server *server);

/** Close at once: from here on no hook runs but `closed`, of each connection
 *  and then of the server.  What the connections have queued is dropped, as by
 *  vr_connection_close().  On one that was closed, or is all 0, nothing
 *  happens. */
void vr_server_close(struct vr_server *server);

/** How many connections there are: those whose `closed` has not run. */
size_t vr_server_count(const struct vr_server *server);

/** The connections of @p server, one after the other, in the order in which
 *  they came:
 *
 *     struct vr_connection *each = NULL;
 *     while ((each = vr_server_next(&server, each)))
 *         vr_connection_pause(each);
 *
 *  @param after  the one that was returned before, whose `closed` has not run
 *  since; NULL: begin
 *  @return NULL: there are no more */
struct vr_connection *vr_server_next(const struct vr_server *server,
                                     const struct vr_connection *after);

/** The server that has made @p connection; in the hooks of its connections. */
struct vr_server *vr_server_of(const struct vr_connection *connection);

/** The address it listens at, with the port that the kernel chose. */
const struct vr_address *vr_server_local(const struct vr_server *server);

/** That address as text, which is safe for a terminal and for a line of a log,
 *  in place as long as the server. */
const char *vr_server_text(const struct vr_server *server);

/**
 * Run the reactor of @p server, which is open, until the server is closed; then
 * the reactor stops.
 * @return 0 or what `closed` is told; 0 too where something else has stopped
 * the reactor: the server is open still; -VR_ECLOSED if it is not open; or as
 * vr_reactor_run()
 */
VR_MUST_CHECK
int vr_server_run(struct vr_server *server);

/**
 * Serve at @p where, until SIGINT or SIGTERM: make a reactor, open a server on
 * it with `signals`, run it until it has finished, and free both.
 * @param where  an address, as for vr_address_parse()
 * @param options  NULL: all defaults
 * @return 0, for an exit status of 0, when it has finished; or why it could not
 * serve: as vr_address_parse(), vr_reactor_new(), vr_server_open() and
 * vr_server_run()
 */
VR_MUST_CHECK
int vr_serve(const char *where, const struct vr_server_options *options,
             const struct vr_server_ops *ops);

VR_END_DECLS

#endif
