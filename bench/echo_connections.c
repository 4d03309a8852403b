/* SPDX-License-Identifier: MIT */
#include "bench/echo_servers.h"

#include <vreactor/io/link.h>
#include <vreactor/io/wire/connection.h>

#include "bench/peer.h"
#include "bench/vreactor_server.h"

static size_t on_bytes(struct vr_connection *client,
                       const struct vr_offer *offer)
{
    if (vr_connection_write(client, offer->data, offer->len))
        vr_connection_close(client, NULL);
    return offer->len;
}

static void on_closed(struct vr_connection *client, const struct vr_end *why)
{
    (void)why;
    free(client);
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    static const struct vr_connection_ops echoing = {.consume = on_bytes,
                                                     .closed = on_closed};

    vr_connection_accept(must_alloc(1, sizeof(struct vr_connection)), listener,
                         fd, peer, NULL, &echoing);
    return 0;
}

static void serve(int port, int backend)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};

    (void)backend;
    vreactor_serve(port, &ops);
}

const struct server echo_connections = {.name = "vreactor-connections",
                                        .serve = serve};
