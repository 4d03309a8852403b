/* SPDX-License-Identifier: MIT */
/**
 * @file hello_fetch.h
 * Example: work for a reactor inside another loop.  Both a hello server and its
 * client are on that reactor; the host says when to fetch.
 */
#ifndef VR_EXAMPLES_HELLO_FETCH_H
#define VR_EXAMPLES_HELLO_FETCH_H

#include <stdbool.h>

#include "hello_server.h"
#include "http_reply.h"

struct hello_fetch {
    struct vr_reactor *reactor;
    struct vr_server server;
    struct vr_address peer; /* the server */
    struct url url;
    struct http_reply reply;
    bool is_busy;
    int pages; /* still to fetch; 0: it is done */
    int err;   /* below 0 until all came */
};

/** Open the server.  When @p pages have come, or one has failed, the reactor is
 *  stopped.  @return 0, or below 0 */
int hello_fetch_open(struct hello_fetch *fetch, struct vr_reactor *reactor,
                     int pages);

/** Fetch the next page and print how it went, unless one is on its way or all
 *  is done. */
void hello_fetch_begin(struct hello_fetch *fetch);

/** Close the server.  @p fetch is in use until the reactor has made a turn or
 *  is freed. */
void hello_fetch_close(struct hello_fetch *fetch);

#endif
