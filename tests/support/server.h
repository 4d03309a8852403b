/* SPDX-License-Identifier: MIT */
/**
 * @file server.h
 * A listener whose connections are sessions that echo, each on the heap.
 */
#ifndef VR_TESTS_SUPPORT_SERVER_H
#define VR_TESTS_SUPPORT_SERVER_H

#include <stdbool.h>

#include <vreactor/io/wire/listener.h>

#include "tests/support/session.h"

struct server {
    int refuses; /* so many connections, from the first */

    /** Called as the first thing with each connection; NULL: not. */
    void (*on_accepted)(struct server *server);

    struct vr_reactor *reactor;
    struct vr_listener listener;
    int accepted;  /* connections handed out, also those it refused */
    int live;      /* sessions */
    int most_live; /* at once */
    bool is_closed;
};

/** What a listener hears that is nobody's, and takes nobody. */
extern const struct vr_listener_ops server_of_nobody;

/** Listen at the loopback, a port of the kernel's choice, or raw_path(). */
void server_open(struct server *server, struct vr_reactor *reactor, int family,
                 const struct vr_listener_options *options);

/** Listen with @p fd, which listens already. */
void server_adopt(struct server *server, struct vr_reactor *reactor, int fd,
                  const struct vr_listener_options *options);

/** Close it, and wait until it and all its sessions are. */
void server_close(struct server *server);

/** Where it listens. */
const struct vr_address *server_place(const struct server *server);

#endif
