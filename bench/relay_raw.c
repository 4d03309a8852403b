/* SPDX-License-Identifier: MIT */
/* The limit: what the system alone costs, where bytes are copied. */
#include "bench/relay_servers.h"

#include "bench/epoll_server.h"
#include "bench/pair.h"
#include "bench/peer.h"

struct connection {
    struct pair pair;
    unsigned told[2]; /* to epoll */
    bool is_over;     /* the other side has an event still, perhaps */
};

static int backend_port;

static uint32_t bits_of(unsigned wanted)
{
    return (wanted & SIDE_READS ? EPOLLIN : 0u) |
           (wanted & SIDE_WRITES ? EPOLLOUT : 0u);
}

static void tell(struct connection *connection, int side, int how)
{
    struct side *it = &connection->pair.sides[side];
    unsigned wanted = side_wanted(it);

    if (how == EPOLL_CTL_MOD && wanted == connection->told[side])
        return;
    connection->told[side] = wanted;
    epoll_tell(how, it->fd, bits_of(wanted), it);
}

static void on_accepted(int fd)
{
    struct connection *connection = must_alloc(1, sizeof(*connection));

    pair_open(&connection->pair, fd, backend_port);
    tell(connection, 0, EPOLL_CTL_ADD);
    tell(connection, 1, EPOLL_CTL_ADD);
}

static void on_ready(void *ptr, uint32_t events)
{
    struct side *side = ptr;
    struct connection *connection = (struct connection *)side->pair;
    unsigned what = (events & ~(uint32_t)EPOLLOUT ? SIDE_READS : 0u) |
                    (events & ~(uint32_t)EPOLLIN ? SIDE_WRITES : 0u);

    if (connection->is_over)
        return;
    if (side_act(side, what)) {
        tell(connection, 0, EPOLL_CTL_MOD);
        tell(connection, 1, EPOLL_CTL_MOD);
        return;
    }
    pair_close(&connection->pair);
    connection->is_over = true;
    epoll_free_later(connection);
}

static void serve(int port, int backend)
{
    static const struct epoll_hooks hooks = {on_accepted, on_ready};

    backend_port = backend;
    epoll_serve(port, &hooks);
}

const struct server relay_raw = {.name = "raw", .serve = serve};
