/* SPDX-License-Identifier: MIT */
/**
 * @file hello_server.h
 * Example: a server that answers every HTTP request with the same few words,
 * for programs that want to try a client without a server of others.  Bodies of
 * requests are dropped; a client that wishes to ask again may.  When the server
 * finishes it answers those who have begun to ask.
 *
 * Limits: a head of HELLO_HEAD_MAX bytes; no Transfer-Encoding.
 */
#ifndef VR_EXAMPLES_HELLO_SERVER_H
#define VR_EXAMPLES_HELLO_SERVER_H

#include <vreactor/io/wire/server.h>

enum { HELLO_HEAD_MAX = 16 * 1024 };

extern const struct vr_server_ops hello_server_ops;
extern const struct vr_server_options hello_server_options;

/** Serve at @p place, which is updated with the port that the kernel chose; if
 *  it is empty, at some port of 127.0.0.1. */
int hello_server_open(struct vr_server *server, struct vr_reactor *reactor,
                      struct vr_address *place);

#endif
