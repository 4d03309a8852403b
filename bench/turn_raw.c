/* SPDX-License-Identifier: MIT */
#include "bench/turn.h"

#include <sys/epoll.h>
#include <unistd.h>

#include "bench/peer.h"

static int epfd;

static void open_loop(int ready)
{
    struct epoll_event event = {.events = EPOLLIN};

    epfd = epoll_create1(EPOLL_CLOEXEC);
    must(epfd >= 0, "epoll_create1");
    must(!epoll_ctl(epfd, EPOLL_CTL_ADD, ready, &event), "epoll_ctl");
}

static void wait_often(long count, int ms)
{
    struct epoll_event event;

    for (long i = 0; i < count; i++)
        must(epoll_wait(epfd, &event, 1, ms) == 1, "epoll_wait");
}

static void run(long count)
{
    wait_often(count, -1);
}

static void turn(long count)
{
    wait_often(count, 0);
}

static void close_loop(void)
{
    close(epfd);
}

const struct looping turn_raw = {"raw", open_loop, run, turn, close_loop};
