/* SPDX-License-Identifier: MIT */
/**
 * @file hello_server.h
 * Example: a listener whose connections answer every HTTP request with the same
 * few words, for programs that want to try a client without a server of others.
 * Bodies of requests are dropped; a client that wishes to ask again may.
 *
 * Limits: a head of HELLO_HEAD_MAX bytes; no Transfer-Encoding.
 */
#ifndef VR_EXAMPLES_HELLO_SERVER_H
#define VR_EXAMPLES_HELLO_SERVER_H

#include <stdbool.h>

#include <vreactor/io/wire/listener.h>

enum { HELLO_HEAD_MAX = 16 * 1024 };

struct hello_server {
    struct vr_listener listener;
    bool is_open;
};

/** Serve at @p place, which is updated with the port that the kernel chose; if
 *  it is empty, at some port of 127.0.0.1. */
int hello_server_open(struct hello_server *server, struct vr_reactor *reactor,
                      struct vr_address *place);

/** Accept no more clients, if @p server is open. */
void hello_server_close(struct hello_server *server);

#endif
