/* SPDX-License-Identifier: MIT */
/**
 * @file echo.h
 * Example: an echo server, which sends back each byte, and a client that checks
 * it.  Both are written three times, as echo_callbacks_*.c,
 * echo_deferreds_*.c and echo_coroutines_*.c; a program links one of each.
 */
#ifndef VR_EXAMPLES_ECHO_H
#define VR_EXAMPLES_ECHO_H

#include <errno.h>
#include <stdlib.h>

#include <vreactor/vreactor.h>

enum { ECHO_LINE = 100 }; /* bytes of a client's line, with its end */

#define ECHO_PATIENCE (60 * VR_SEC) /* how long a guest may be silent */
#define ECHO_ANSWER (5 * VR_SEC)    /* for the server to answer, or to end */

/* ---- the server ---- */

/** Serve the guest at @p fd; the `accepted` of a listener. */
int echo_server_accept(struct vr_listener *listener, int fd,
                       const struct vr_address *peer);

/** Listen at @p place, which is updated with the port that the kernel chose.
 *  @return as vr_listener_open() */
int echo_server_open(struct vr_listener *listener, struct vr_reactor *reactor,
                     struct vr_address *place);

/* ---- by deferreds and coroutines ---- */

/** A connection with a stream, of either side. */
struct echo_stream {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_stream stream;
};

/** Join them.  @return 0; else the caller closes the chain */
int echo_stream_join(struct echo_stream *wire, struct vr_reactor *reactor,
                     vr_chain_closed_fn *closed);

/* ---- the client ---- */

/** Sends a client to a server.  Embedded by its owner until `over`. */
struct echo_visit {
    /** The client is done.  @p err: 0 if each of its lines came back in time;
     *  -VR_EPROTOCOL if one had changed; or another error. */
    void (*over)(struct echo_visit *visit, int err);
};

/** Send a client to @p peer.  @return 0: `over` of @p visit will run; else it
 *  will not */
int echo_client_open(struct vr_reactor *reactor, const struct vr_address *peer,
                     struct echo_visit *visit);

/** What a client sends: each line after the one before it has come back. */
extern const char *const echo_lines[];
enum { ECHO_LINES = 3 };

/** A client, as far as it is the same in all three. */
struct echo_client {
    struct echo_visit *visit;
    int count; /* of lines that came back */
    int err;   /* below 0 until all came back */
};

/** Print a line that came back, of @p len bytes without its end, and count it.
 *  @return 0 if it is the line that was sent; else -VR_EPROTOCOL */
int echo_check(struct echo_client *client, const char *line, size_t len);

/** Run `over` of its visit, if it has one.  For the chain's `closed`. */
void echo_client_over(struct echo_client *client);

#endif
