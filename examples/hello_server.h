/* SPDX-License-Identifier: MIT */
/**
 * @file hello_server.h
 * Example: a listener whose agents answer every HTTP request with the same few
 * words, for programs that want to try a client without a server of others.
 */
#ifndef VR_EXAMPLES_HELLO_SERVER_H
#define VR_EXAMPLES_HELLO_SERVER_H

#include <stdbool.h>

#include <vreactor/io/wire/listener.h>

struct hello_server {
    struct vr_listener listener;
    bool is_open;
};

/** Serve at 127.0.0.1, on a port that the kernel chooses.
 *  @param ret_address  where it is reached */
int hello_server_open(struct hello_server *server, struct vr_reactor *reactor,
                      struct vr_address *ret_address);

/** Accept no more clients, if @p server is open. */
void hello_server_close(struct hello_server *server);

#endif
