/* SPDX-License-Identifier: MIT */
/* The limit: what the system alone costs. */
#include "bench/echo_servers.h"

#include "bench/epoll_server.h"
#include "bench/line.h"
#include "bench/peer.h"

static void want(struct line *line, int how, enum line_wants wants)
{
    epoll_tell(how, line->fd, wants == LINE_READS ? EPOLLIN : EPOLLOUT, line);
}

static void on_accepted(int fd)
{
    struct line *line = must_alloc(1, sizeof(*line));

    line->fd = fd;
    want(line, EPOLL_CTL_ADD, LINE_READS);
}

static void on_ready(void *ptr, uint32_t events)
{
    struct line *line = ptr;
    enum line_wants before = line_wanted(line), now = line_act(line);

    (void)events;
    if (now == LINE_OVER) {
        line_close(line);
        free(line);
    } else if (now != before) {
        want(line, EPOLL_CTL_MOD, now);
    }
}

static void serve(int port, int backend)
{
    static const struct epoll_hooks hooks = {on_accepted, on_ready};

    (void)backend;
    epoll_serve(port, &hooks);
}

const struct server echo_raw = {.name = "raw", .serve = serve};
