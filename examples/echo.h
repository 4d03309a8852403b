/* SPDX-License-Identifier: MIT */
/**
 * @file echo.h
 * Example: a server that gives back what it is sent, and a client who sees
 * whether it does.  Both are written three times, as echo_callbacks_*.c,
 * echo_deferreds_*.c and echo_coroutines_*.c; a program links one of each.
 */
#ifndef VR_EXAMPLES_ECHO_H
#define VR_EXAMPLES_ECHO_H

#include <errno.h>
#include <stdlib.h>

#include <vreactor/vreactor.h>

enum { ECHO_LINE = 100 }; /* bytes of a client's line, with its end */

#define ECHO_PATIENCE (60 * VR_SEC) /* with guests who are silent */
#define ECHO_ANSWER (5 * VR_SEC)    /* a server's time for a line, or to end */

/* ---- the server ---- */

/** Serve who is at @p fd; for a listener. */
int echo_server_accept(struct vr_listener *listener, int fd,
                       const struct vr_peer *peer);

/** What is the same in every guest of the server. */
struct echo_guest {
    struct vr_chain chain;
    struct vr_socket socket;
};

/** Make his chain, in which @p program is above a socket.
 *  @return 0; else the chain is to be closed */
int echo_guest_join(struct echo_guest *guest, struct vr_reactor *reactor,
                    struct vr_element *program, vr_chain_closed_fn *closed);

/** Listen at @p place, to which a port is added that the kernel chose.
 *  @return as vr_listener_open() */
int echo_server_open(struct vr_listener *listener, struct vr_reactor *reactor,
                     struct vr_peer *place);

/* ---- the client ---- */

/** Who sends a client.  Embedded by its owner until `over`. */
struct echo_visit {
    /** The client is back.  @p err: 0 if each of his lines came back as well,
     *  in time; -VR_EPROTOCOL if it had changed; or why not. */
    void (*over)(struct echo_visit *visit, int err);
};

/** Send a client to @p peer.  @return 0: @p visit will hear when it is over;
 *  else it will not */
int echo_client_open(struct vr_reactor *reactor, const struct vr_peer *peer,
                     struct echo_visit *visit);

/** What a client says, line by line, each when the last has come back. */
extern const char *const echo_lines[];
enum { ECHO_LINES = 3 };

/** What is the same in every client. */
struct echo_client {
    struct echo_visit *visit;
    struct vr_chain chain;
    struct vr_socket socket;
    int count; /* of lines that came back */
    int err;   /* below 0 until all came back */
};

/** Make its chain, in which @p program is above a socket, and connect that to
 *  @p peer.  @return 0; else the chain is closed */
int echo_client_connect(struct echo_client *client, struct vr_reactor *reactor,
                        const struct vr_peer *peer, struct vr_element *program,
                        vr_chain_closed_fn *closed);

/** Print a line that came back, of @p len bytes without its end, and count it.
 *  @return 0 if it is the one that was said; else -VR_EPROTOCOL */
int echo_check(struct echo_client *client, const char *line, size_t len);

/** Tell who sent it, if it was sent.  For the chain's `closed`. */
void echo_client_over(struct echo_client *client);

#endif
