/* SPDX-License-Identifier: MIT */
/* The limit where nothing is copied: bytes go from socket to socket through a
 * pipe in the kernel, one a direction. */
#include "bench/relay_servers.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/epoll_server.h"
#include "bench/network.h"
#include "bench/peer.h"

enum { PIPE = 1 << 20 };

/* A direction, named by the socket that it reads. */
struct way {
    struct connection *connection;
    int fd;
    int pipe[2];
    size_t held; /* in the pipe */
    bool at_end;
    uint32_t told; /* to epoll, of fd */
};

struct connection {
    struct way ways[2];
    bool is_over; /* the other way has an event still, perhaps */
};

static int backend_port;

static struct way *other_than(struct way *way)
{
    struct way *ways = way->connection->ways;

    return &ways[way == ways];
}

static void tell(struct way *way, int how)
{
    uint32_t bits = (!way->at_end && !way->held ? EPOLLIN : 0u) |
                    (other_than(way)->held ? EPOLLOUT : 0u);

    if (how == EPOLL_CTL_MOD && bits == way->told)
        return;
    way->told = bits;
    epoll_tell(how, way->fd, bits, way);
}

static void open_way(struct connection *connection, int which, int fd)
{
    struct way *way = &connection->ways[which];

    way->connection = connection;
    way->fd = fd;
    must(!pipe2(way->pipe, O_CLOEXEC | O_NONBLOCK), "pipe2");
    must(fcntl(way->pipe[0], F_SETPIPE_SZ, PIPE) >= 0, "F_SETPIPE_SZ");
}

static void on_accepted(int fd)
{
    struct connection *connection = must_alloc(1, sizeof(*connection));

    open_way(connection, 0, fd);
    open_way(connection, 1, network_begin_connect(backend_port));
    tell(&connection->ways[0], EPOLL_CTL_ADD);
    tell(&connection->ways[1], EPOLL_CTL_ADD);
}

/* @return false: it failed */
static bool push(struct way *way)
{
    ssize_t went = splice(way->pipe[0], NULL, other_than(way)->fd, NULL,
                          way->held, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

    way->held -= went > 0 ? (size_t)went : 0;
    return went > 0 || errno == EAGAIN;
}

/* @return false: both are at their end, or it failed */
static bool pull(struct way *way)
{
    ssize_t came = splice(way->fd, NULL, way->pipe[1], NULL, PIPE,
                          SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

    if (came > 0) {
        way->held = (size_t)came;
        return push(way);
    }
    if (came < 0)
        return errno == EAGAIN;
    way->at_end = true;
    return !other_than(way)->at_end && !shutdown(other_than(way)->fd, SHUT_WR);
}

static void close_connection(struct connection *connection)
{
    for (int i = 0; i < 2; i++) {
        close(connection->ways[i].fd);
        close(connection->ways[i].pipe[0]);
        close(connection->ways[i].pipe[1]);
    }
    connection->is_over = true;
    epoll_free_later(connection);
}

static void on_ready(void *ptr, uint32_t events)
{
    struct way *way = ptr, *other = other_than(way);

    (void)events;
    if (way->connection->is_over)
        return;
    if ((other->held && !push(other)) ||
        (!way->held && !way->at_end && !pull(way))) {
        close_connection(way->connection);
        return;
    }
    tell(way, EPOLL_CTL_MOD);
    tell(other, EPOLL_CTL_MOD);
}

static void serve(int port, int backend)
{
    static const struct epoll_hooks hooks = {on_accepted, on_ready};

    backend_port = backend;
    epoll_serve(port, &hooks);
}

const struct server relay_splice = {.name = "raw-splice", .serve = serve};
