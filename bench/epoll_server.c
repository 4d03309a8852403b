/* SPDX-License-Identifier: MIT */
#include "bench/epoll_server.h"

#include "bench/network.h"
#include "bench/peer.h"

enum { EVENTS = 256 };

static int epfd;
static void *over[EVENTS];
static int over_count;

void epoll_tell(int how, int fd, uint32_t events, void *ptr)
{
    struct epoll_event event = {.events = events, .data.ptr = ptr};

    must(!epoll_ctl(epfd, how, fd, &event), "epoll_ctl");
}

void epoll_free_later(void *ptr)
{
    over[over_count++] = ptr;
}

static void accept_all(int listener, const struct epoll_hooks *hooks)
{
    for (int fd; (fd = network_accept(listener)) >= 0;)
        hooks->accepted(fd);
}

void epoll_serve(int port, const struct epoll_hooks *hooks)
{
    struct epoll_event events[EVENTS];
    int listener = network_listen(port);

    epfd = epoll_create1(EPOLL_CLOEXEC);
    must(epfd >= 0, "epoll_create1");
    epoll_tell(EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
    for (;;) {
        int count = epoll_wait(epfd, events, EVENTS, -1);
        for (int i = 0; i < count; i++)
            if (events[i].data.ptr)
                hooks->ready(events[i].data.ptr, events[i].events);
            else
                accept_all(listener, hooks);
        while (over_count)
            free(over[--over_count]);
    }
}
