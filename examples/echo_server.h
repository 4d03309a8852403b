/* SPDX-License-Identifier: MIT */
/**
 * @file echo_server.h
 * Example: a listener whose agents send back what they get.
 */
#ifndef VR_EXAMPLES_ECHO_SERVER_H
#define VR_EXAMPLES_ECHO_SERVER_H

#include <stdbool.h>

#include <vreactor/io/listener.h>

struct echo_server {
    struct vr_listener listener;
    bool is_open;
};

/** Serve at 127.0.0.1, on a port that the kernel chooses.
 *  @param ret_peer  where it is reached */
int echo_server_open(struct echo_server *server, struct vr_reactor *reactor,
                     struct vr_peer *ret_peer);

/** Accept nobody any more, if @p server is open. */
void echo_server_close(struct echo_server *server);

#endif
