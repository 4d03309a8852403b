/* SPDX-License-Identifier: MIT */
/**
 * @file http_reply.h
 * Example: a connection that sends one GET, and collects the reply.
 *
 *     http_reply_init(&reply, reactor, &url, on_over);
 *     vr_connection_connect(&reply.connection, reactor, &peer, NULL,
 *                           &http_reply_ops);
 *
 * It closes with an EOF when the reply is complete, and with the error when it
 * cannot be: so `over` hears the outcome.  A reply is complete with as many
 * bytes as Content-Length says; without that, at the end of data.
 *
 * Limits: a line of the head HTTP_LINE_MAX bytes, HTTP_LINES_MAX lines,
 * HTTP_BODY_MAX bytes of body.
 */
#ifndef VR_EXAMPLES_HTTP_REPLY_H
#define VR_EXAMPLES_HTTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/end.h>
#include <vreactor/io/buffer.h>
#include <vreactor/io/name/address.h>
#include <vreactor/io/wire/connection.h>

#include "url.h"

enum {
    HTTP_LINE_MAX = 8 * 1024,
    HTTP_LINES_MAX = 100,
    HTTP_BODY_MAX = 1 << 30,
};

enum http_part { HTTP_STATUS_LINE, HTTP_HEADERS, HTTP_BODY };

struct http_reply {
    struct vr_connection connection;
    void (*over)(struct http_reply *reply, const struct vr_end *why);
    const struct url *url;
    enum http_part part;
    int status; /* 200, 404, ... */
    int lines;
    bool has_length, is_complete;
    size_t length; /* Content-Length */
    struct vr_buffer body;
    char peer[VR_ADDRESS_TEXT_SIZE];
};

/** The hooks of its connection. */
extern const struct vr_connection_ops http_reply_ops;

/** Prepare GET @p url, which it keeps.  @p over runs once, last, when the
 *  connection is closed. */
void http_reply_init(struct http_reply *reply, struct vr_reactor *reactor,
                     const struct url *url,
                     void (*over)(struct http_reply *reply,
                                  const struct vr_end *why));

/**
 * Report the outcome.  If the reply is complete and the status is 200, write
 * the body to @p file (NULL: to none), and print what was received and from
 * where; else print one line on stderr.  Empties the body.
 * @return the exit status of a program: 0 or 1
 */
int http_reply_print(struct http_reply *reply, const struct vr_end *why,
                     const char *file);

/** Give back the body's memory, once it is over. */
void http_reply_fini(struct http_reply *reply);

#endif
