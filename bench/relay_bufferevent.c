/* SPDX-License-Identifier: MIT */
/* Two of them, each of which stops reading while the other has a MiB to write.
 */
#include "bench/relay_servers.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <sys/socket.h>

#include "bench/libevent_server.h"
#include "bench/network.h"
#include "bench/peer.h"

enum { MOST = 1 << 20 };

struct session;

struct side {
    struct session *session;
    struct bufferevent *connection;
    bool at_end;
};

struct session {
    struct side sides[2];
};

static int backend_port;

static struct side *other_than(struct side *side)
{
    struct side *sides = side->session->sides;

    return &sides[side == sides];
}

static struct evbuffer *output_of(struct side *side)
{
    return bufferevent_get_output(side->connection);
}

static void close_session(struct session *session)
{
    for (int i = 0; i < 2; i++)
        bufferevent_free(session->sides[i].connection);
    free(session);
}

/* Once all that came before the end is written. */
static void pass_end(struct side *side)
{
    struct side *other = other_than(side);

    if (side->at_end && !evbuffer_get_length(output_of(other)))
        shutdown(bufferevent_getfd(other->connection), SHUT_WR);
}

static bool is_done(struct session *session)
{
    struct side *sides = session->sides;

    return sides[0].at_end && sides[1].at_end &&
           !evbuffer_get_length(output_of(&sides[0])) &&
           !evbuffer_get_length(output_of(&sides[1]));
}

static void on_bytes(struct bufferevent *connection, void *arg)
{
    struct side *side = arg, *other = other_than(side);

    must(!bufferevent_read_buffer(connection, output_of(other)),
         "bufferevent_read_buffer");
    if (evbuffer_get_length(output_of(other)) >= MOST)
        bufferevent_disable(connection, EV_READ);
}

static void on_written(struct bufferevent *connection, void *arg)
{
    struct side *side = arg, *other = other_than(side);

    (void)connection;
    pass_end(other);
    if (is_done(side->session))
        close_session(side->session);
    else if (!other->at_end)
        bufferevent_enable(other->connection, EV_READ);
}

static void on_event(struct bufferevent *connection, short what, void *arg)
{
    struct side *side = arg;

    (void)connection;
    if (what & BEV_EVENT_CONNECTED)
        return;
    side->at_end = true;
    pass_end(side);
    if (what & BEV_EVENT_ERROR || is_done(side->session))
        close_session(side->session);
}

static void open_side(struct session *session, int which,
                      struct event_base *base, int fd)
{
    struct side *side = &session->sides[which];

    side->session = session;
    side->connection = bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);
    must(side->connection != NULL, "bufferevent_socket_new");
    bufferevent_setcb(side->connection, on_bytes, on_written, on_event, side);
    must(!bufferevent_enable(side->connection, EV_READ | EV_WRITE),
         "bufferevent_enable");
}

static void on_accepted(struct event_base *base, int fd)
{
    struct session *session = must_alloc(1, sizeof(*session));

    open_side(session, 0, base, fd);
    open_side(session, 1, base, network_begin_connect(backend_port));
}

static void serve(int port, int backend)
{
    backend_port = backend;
    libevent_serve(port, on_accepted);
}

const struct server relay_bufferevent = {.name = "libevent-bufferevent",
                                         .serve = serve};
