/* SPDX-License-Identifier: MIT */
#include "bench/echo_servers.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "bench/libevent_server.h"
#include "bench/peer.h"

static void on_bytes(struct bufferevent *connection, void *arg)
{
    (void)arg;
    must(!bufferevent_read_buffer(connection,
                                  bufferevent_get_output(connection)),
         "bufferevent_read_buffer");
}

/* Loses what a peer that does not read had coming. */
static void on_end(struct bufferevent *connection, short what, void *arg)
{
    (void)what, (void)arg;
    bufferevent_free(connection);
}

static void on_accepted(struct event_base *base, int fd)
{
    struct bufferevent *connection =
        bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);

    must(connection != NULL, "bufferevent_socket_new");
    bufferevent_setcb(connection, on_bytes, NULL, on_end, NULL);
    must(!bufferevent_enable(connection, EV_READ | EV_WRITE),
         "bufferevent_enable");
}

static void serve(int port, int backend)
{
    (void)backend;
    libevent_serve(port, on_accepted);
}

const struct server echo_bufferevent = {.name = "libevent-bufferevent",
                                        .serve = serve};
