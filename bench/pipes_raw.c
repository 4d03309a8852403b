/* SPDX-License-Identifier: MIT */
#include "bench/pipes.h"

#include <sys/epoll.h>
#include <unistd.h>

#include "bench/peer.h"

enum { BATCH = 256 };

static int epfd, first;

static void tell(int how, int fd, uint32_t events, size_t which)
{
    struct epoll_event event = {.events = events, .data.u64 = which};

    must(!epoll_ctl(epfd, how, fd, &event), "epoll_ctl");
}

static void open_loop(const int *fds, size_t count)
{
    epfd = epoll_create1(EPOLL_CLOEXEC);
    must(epfd >= 0, "epoll_create1");
    first = fds[0];
    for (size_t i = 0; i < count; i++)
        tell(EPOLL_CTL_ADD, fds[i], EPOLLIN, i);
}

static void run(void)
{
    struct epoll_event events[BATCH];
    bool done = false;

    while (!done) {
        int count = epoll_wait(epfd, events, BATCH, -1);
        for (int i = 0; i < count && !done; i++)
            done = pipes_act(events[i].data.u64);
    }
}

static void toggle(long times)
{
    while (times-- > 0) {
        tell(EPOLL_CTL_MOD, first, EPOLLIN | EPOLLOUT, 0);
        tell(EPOLL_CTL_MOD, first, EPOLLIN, 0);
    }
}

static void close_loop(void)
{
    close(epfd);
}

const struct piping pipes_raw = {"raw", open_loop, run, toggle, close_loop};
