/* SPDX-License-Identifier: MIT */
/**
 * @file relay_session.h
 * What relays of this library have in common: two chains, each of a socket and
 * a program's end, that close together.
 */
#ifndef BENCH_RELAY_SESSION_H
#define BENCH_RELAY_SESSION_H

#include <stdbool.h>

#include <vreactor/io/chain.h>
#include <vreactor/io/wire/listener.h>
#include <vreactor/io/wire/socket.h>

struct relay_side {
    struct relay_side *other;
    struct vr_chain chain;
    struct vr_socket socket;
    bool is_front; /* that of the client, with which the session begins */
    bool is_closed;
};

/** Make a chain of a socket and @p program. */
void relay_open(struct relay_side *side, struct vr_reactor *reactor,
                struct vr_element *program);

/** Begin: @p front, in memory that is freed when both are closed, has what was
 *  accepted, and @p back is connected to the backend. */
void relay_begin(struct relay_side *front, struct relay_side *back,
                 struct vr_listener *listener, int fd,
                 const struct vr_address *peer);

/** Serve at @p port, for ever, with the server at port @p backend behind. */
void relay_serve(int port, int backend, const struct vr_listener_ops *ops);

#endif
