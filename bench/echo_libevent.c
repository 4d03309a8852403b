/* SPDX-License-Identifier: MIT */
#include "bench/echo_servers.h"

#include <event2/event.h>
#include <event2/event_struct.h>

#include "bench/libevent_server.h"
#include "bench/line.h"
#include "bench/peer.h"

struct connection {
    struct event event;
    struct line line;
};

static void on_ready(evutil_socket_t fd, short what, void *arg);

static void want(struct connection *connection, struct event_base *base,
                 enum line_wants wants)
{
    short what = wants == LINE_READS ? EV_READ : EV_WRITE;

    must(!event_assign(&connection->event, base, connection->line.fd,
                       what | EV_PERSIST, on_ready, connection),
         "event_assign");
    must(!event_add(&connection->event, NULL), "event_add");
}

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
    struct connection *connection = arg;
    enum line_wants before = line_wanted(&connection->line);
    enum line_wants now = line_act(&connection->line);

    (void)fd, (void)what;
    if (now == before)
        return;
    event_del(&connection->event);
    if (now == LINE_OVER) {
        line_close(&connection->line);
        free(connection);
    } else {
        want(connection, event_get_base(&connection->event), now);
    }
}

static void on_accepted(struct event_base *base, int fd)
{
    struct connection *connection = must_alloc(1, sizeof(*connection));

    connection->line.fd = fd;
    want(connection, base, LINE_READS);
}

static void serve(int port, int backend)
{
    (void)backend;
    libevent_serve(port, on_accepted);
}

const struct server echo_libevent = {.name = "libevent", .serve = serve};
