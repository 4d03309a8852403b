/* SPDX-License-Identifier: MIT */
#include "bench/echo_servers.h"

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/watch.h>

#include "bench/line.h"
#include "bench/peer.h"
#include "bench/vreactor_server.h"

struct connection {
    struct vr_watch watch;
    struct line line;
};

static void on_ready(struct vr_watch *watch)
{
    struct connection *connection =
        vr_container_of(watch, struct connection, watch);
    enum line_wants before = line_wanted(&connection->line);
    enum line_wants now = line_act(&connection->line);

    if (now == LINE_OVER) {
        vr_watch_close(watch);
        line_close(&connection->line);
        free(connection);
    } else if (now != before) {
        vr_watch_want(watch, now == LINE_READS ? VR_READ : VR_WRITE);
    }
}

static const struct vr_watch_ops watching = {.readable = on_ready,
                                             .writable = on_ready};

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    struct connection *connection = must_alloc(1, sizeof(*connection));

    (void)peer;
    connection->line.fd = fd;
    must(!vr_watch_open(&connection->watch, listener->reactor, fd, VR_READ,
                        &watching),
         "vr_watch_open");
    return 0;
}

static void serve(int port, int backend)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};

    (void)backend;
    vreactor_serve(port, &ops);
}

const struct server echo_readers = {.name = "vreactor-readers", .serve = serve};
