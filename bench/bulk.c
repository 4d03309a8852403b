/* SPDX-License-Identifier: MIT */
#include "bench/bulk.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/network.h"
#include "bench/peer.h"

enum { EVENTS = 64, PIECE = 256 * 1024, PATIENCE_MS = 10000 };

static unsigned char bytes[PIECE];

/* ---- who gets them ---- */

struct drain {
    int fd;
    size_t got; /* since the last answer */
};

static void accept_all(int listener, int epfd)
{
    for (int fd; (fd = network_accept(listener)) >= 0;) {
        struct drain *drain = must_alloc(1, sizeof(*drain));
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = drain};
        drain->fd = fd;
        must(!epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
    }
}

/* MSG_TRUNC has TCP drop the bytes where they are. */
static void swallow(struct drain *drain)
{
    ssize_t got = recv(drain->fd, NULL, BULK_STEP - drain->got, MSG_TRUNC);

    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        close(drain->fd);
        free(drain);
        return;
    }
    drain->got += (size_t)got;
    if (drain->got < BULK_STEP)
        return;
    drain->got = 0;
    must(send(drain->fd, "", 1, MSG_NOSIGNAL) == 1, "answering");
}

static void serve(int port, int backend)
{
    struct epoll_event events[EVENTS] = {{.events = EPOLLIN}};
    int listener = network_listen(port), epfd = epoll_create1(EPOLL_CLOEXEC);

    (void)backend;
    must(epfd >= 0, "epoll_create1");
    must(!epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &events[0]), "epoll_ctl");
    for (;;) {
        int count = epoll_wait(epfd, events, EVENTS, -1);
        for (int i = 0; i < count; i++)
            if (events[i].data.ptr)
                swallow(events[i].data.ptr);
            else
                accept_all(listener, epfd);
    }
}

const struct server bulk_sink = {.name = "sink", .serve = serve};

/* ---- who sends them ---- */

struct source {
    int fd;
    size_t unsent;     /* bytes */
    size_t unanswered; /* steps */
};

struct bulk {
    int epfd;
    size_t count;
    size_t busy; /* sources that are not done */
    struct source sources[];
};

static void want(struct bulk *bulk, struct source *source, int how)
{
    struct epoll_event event = {.events = source->unsent ? EPOLLIN | EPOLLOUT
                                                         : EPOLLIN,
                                .data.ptr = source};

    must(!epoll_ctl(bulk->epfd, how, source->fd, &event), "epoll_ctl");
}

static void send_some(struct bulk *bulk, struct source *source)
{
    size_t piece = source->unsent < PIECE ? source->unsent : PIECE;
    ssize_t sent = send(source->fd, bytes, piece, MSG_NOSIGNAL);

    must(sent > 0 || errno == EAGAIN, "send");
    source->unsent -= sent > 0 ? (size_t)sent : 0;
    if (!source->unsent)
        want(bulk, source, EPOLL_CTL_MOD);
}

static void hear(struct bulk *bulk, struct source *source)
{
    unsigned char answers[EVENTS];
    ssize_t got = recv(source->fd, answers, sizeof(answers), 0);

    must(got > 0 && (size_t)got <= source->unanswered, "recv");
    source->unanswered -= (size_t)got;
    if (!source->unanswered)
        bulk->busy--;
}

void bulk_run(struct bulk *bulk, size_t steps)
{
    struct epoll_event events[EVENTS];

    for (size_t i = 0; i < bulk->count; i++) {
        bulk->sources[i].unsent = steps * BULK_STEP;
        bulk->sources[i].unanswered = steps;
        want(bulk, &bulk->sources[i], EPOLL_CTL_MOD);
    }
    bulk->busy = bulk->count;
    while (bulk->busy) {
        int count = epoll_wait(bulk->epfd, events, EVENTS, PATIENCE_MS);
        must(count > 0, "waiting for the relay");
        for (int i = 0; i < count; i++) {
            if (events[i].events & EPOLLOUT)
                send_some(bulk, events[i].data.ptr);
            if (events[i].events & ~(uint32_t)EPOLLOUT)
                hear(bulk, events[i].data.ptr);
        }
    }
}

struct bulk *bulk_open(int port, size_t count)
{
    struct bulk *bulk =
        must_alloc(1, sizeof(*bulk) + count * sizeof(*bulk->sources));

    bulk->epfd = epoll_create1(EPOLL_CLOEXEC);
    must(bulk->epfd >= 0, "epoll_create1");
    bulk->count = count;
    for (size_t i = 0; i < count; i++) {
        bulk->sources[i].fd = network_connect(port);
        network_unblock(bulk->sources[i].fd);
        want(bulk, &bulk->sources[i], EPOLL_CTL_ADD);
    }
    bulk_run(bulk, 1);
    return bulk;
}

void bulk_close(struct bulk *bulk)
{
    for (size_t i = 0; i < bulk->count; i++)
        close(bulk->sources[i].fd);
    close(bulk->epfd);
    free(bulk);
}
