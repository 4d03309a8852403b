/* SPDX-License-Identifier: MIT */
#include "bench/load.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/network.h"
#include "bench/peer.h"
#include "bench/rounds.h"

enum {
    SHIFTS = 251,
    EVENTS = 256,
    PATIENCE_MS = 10000,
    MEASURED_NS = 300000000
};

struct line {
    int fd;
    size_t shift; /* its message: text + shift */
    size_t unsent, unheard;
};

struct load {
    int epfd;
    size_t count, size;
    size_t busy; /* lines that wait for their message */
    size_t trips;
    bool ending; /* no line begins anew */
    struct line lines[];
};

static unsigned char text[LOAD_LARGEST + SHIFTS], heard[LOAD_LARGEST];

static void fill_text(void)
{
    uint32_t state = 2463534242u;

    for (size_t i = 0; i < sizeof(text); i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        text[i] = (unsigned char)state;
    }
}

static void await_room(struct load *load, struct line *line, bool wanted)
{
    struct epoll_event event = {.events = wanted ? EPOLLIN | EPOLLOUT : EPOLLIN,
                                .data.ptr = line};

    must(!epoll_ctl(load->epfd, EPOLL_CTL_MOD, line->fd, &event), "epoll_ctl");
}

static void send_some(struct load *load, struct line *line)
{
    const unsigned char *end = text + line->shift + load->size;
    ssize_t sent =
        send(line->fd, end - line->unsent, line->unsent, MSG_NOSIGNAL);

    must(sent > 0 || errno == EAGAIN, "send");
    line->unsent -= sent > 0 ? (size_t)sent : 0;
}

static void begin_trip(struct load *load, struct line *line)
{
    line->shift = (line->shift + 1) % SHIFTS;
    line->unsent = line->unheard = load->size;
    load->busy++;
    send_some(load, line);
    if (line->unsent)
        await_room(load, line, true);
}

static void hear(struct load *load, struct line *line)
{
    const unsigned char *end = text + line->shift + load->size;
    ssize_t got = recv(line->fd, heard, line->unheard, 0);

    if (got < 0 && errno == EAGAIN)
        return;
    must(got > 0, "recv");
    must(!memcmp(heard, end - line->unheard, (size_t)got), "comparing");
    line->unheard -= (size_t)got;
    if (line->unheard)
        return;

    load->busy--;
    load->trips++;
    if (!load->ending)
        begin_trip(load, line);
}

static void act(struct load *load, struct line *line, uint32_t events)
{
    if (line->unsent && events & EPOLLOUT) {
        send_some(load, line);
        if (!line->unsent)
            await_room(load, line, false);
    }
    if (line->unheard && events & ~(uint32_t)EPOLLOUT)
        hear(load, line);
}

static void take_events(struct load *load)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(load->epfd, events, EVENTS, PATIENCE_MS);

    must(count > 0, "waiting for the server");
    for (int i = 0; i < count; i++)
        act(load, events[i].data.ptr, events[i].events);
}

size_t load_run(struct load *load, double ns)
{
    double end = now_ns() + ns;

    load->trips = 0;
    load->ending = false;
    for (size_t i = 0; i < load->count; i++)
        begin_trip(load, &load->lines[i]);
    while (load->busy) {
        take_events(load);
        load->ending = now_ns() >= end;
    }
    return load->trips;
}

static void open_line(struct load *load, struct line *line, int port)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = line};

    line->fd = network_connect(port);
    network_unblock(line->fd);
    must(!epoll_ctl(load->epfd, EPOLL_CTL_ADD, line->fd, &event), "epoll_ctl");
}

struct load *load_open(int port, size_t count, size_t size)
{
    struct load *load =
        must_alloc(1, sizeof(*load) + count * sizeof(*load->lines));

    must(size <= LOAD_LARGEST, "a message so large");
    fill_text();
    load->count = count;
    load->size = size;
    load->epfd = epoll_create1(EPOLL_CLOEXEC);
    must(load->epfd >= 0, "epoll_create1");
    for (size_t i = 0; i < count; i++) {
        load->lines[i].shift = i % SHIFTS;
        open_line(load, &load->lines[i], port);
    }
    for (int i = 0; i < 2; i++)
        must(load_run(load, 0) >= count, "the first round trips");
    return load;
}

void load_close(struct load *load)
{
    for (size_t i = 0; i < load->count; i++)
        must(!shutdown(load->lines[i].fd, SHUT_WR), "shutdown");
    for (size_t i = 0; i < load->count; i++) {
        struct line *line = &load->lines[i];
        struct epoll_event event = {0};
        ssize_t got = recv(line->fd, heard, sizeof(heard), 0);
        for (; got < 0 && errno == EAGAIN;
             got = recv(line->fd, heard, sizeof(heard), 0))
            must(epoll_wait(load->epfd, &event, 1, PATIENCE_MS) > 0,
                 "waiting for the end");
        must(!got, "the end");
        close(line->fd);
    }
    close(load->epfd);
    free(load);
}

/* ---- what a server pays for it ---- */

struct cost load_exchange(const struct server_run *run, size_t count,
                          size_t size)
{
    struct load *load = load_open(run->port, count, size);
    struct cost before = server_cost(run);
    size_t trips = load_run(load, MEASURED_NS);
    struct cost cost = cost_between(before, server_cost(run), (double)trips);

    load_close(load);
    return cost;
}

/* A server that serves this one has done all that it had to do before. */
static void visit(const struct server_run *run, size_t size)
{
    load_close(load_open(run->port, 1, size));
}

struct cost load_idle(const struct server_run *run, size_t count, size_t size)
{
    visit(run, size);
    struct cost before = server_cost(run);
    struct load *load = load_open(run->port, count, size);
    visit(run, size);
    struct cost cost = cost_between(before, server_cost(run), (double)count);

    load_close(load);
    return cost;
}
