/* SPDX-License-Identifier: MIT */
#include "bench/posts.h"

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "bench/peer.h"

/* What senders touch is on a line of its own. */
static struct sleeper {
    _Alignas(64) struct message *_Atomic newest;
    atomic_bool asleep;
    _Alignas(64) int epfd;
    int wake;
} sleepers[2];

static void open_loop(int loop)
{
    struct sleeper *sleeper = &sleepers[loop];
    struct epoll_event event = {.events = EPOLLIN};

    sleeper->epfd = epoll_create1(EPOLL_CLOEXEC);
    sleeper->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    must(sleeper->epfd >= 0 && sleeper->wake >= 0, "epoll_create1, eventfd");
    must(!epoll_ctl(sleeper->epfd, EPOLL_CTL_ADD, sleeper->wake, &event),
         "epoll_ctl");
    atomic_store(&sleeper->newest, NULL);
    atomic_store(&sleeper->asleep, false);
}

static void send_to(int loop, struct message *message)
{
    struct sleeper *sleeper = &sleepers[loop];

    message->next = atomic_load(&sleeper->newest);
    while (!atomic_compare_exchange_weak(&sleeper->newest, &message->next,
                                         message))
        ;
    if (atomic_load(&sleeper->asleep) &&
        atomic_exchange(&sleeper->asleep, false))
        must(!eventfd_write(sleeper->wake, 1), "eventfd_write");
}

static struct message *reversed(struct message *message)
{
    struct message *oldest = NULL;

    for (struct message *next; message; message = next) {
        next = message->next;
        message->next = oldest;
        oldest = message;
    }
    return oldest;
}

static bool deliver(int loop, struct message *message)
{
    bool stops = false;

    for (struct message *next; message; message = next) {
        next = message->next; /* one that has come is sent again */
        stops = posts_arrive(loop, message);
    }
    return stops;
}

static void sleep_until_sent(struct sleeper *sleeper)
{
    struct epoll_event event;
    eventfd_t count;

    atomic_store(&sleeper->asleep, true);
    if (atomic_load(&sleeper->newest) &&
        atomic_exchange(&sleeper->asleep, false))
        return; /* nobody has seen it asleep */
    must(epoll_wait(sleeper->epfd, &event, 1, -1) == 1, "epoll_wait");
    must(!eventfd_read(sleeper->wake, &count), "eventfd_read");
}

static void run(int loop)
{
    struct sleeper *sleeper = &sleepers[loop];

    for (bool stops = false; !stops;) {
        struct message *newest = atomic_exchange(&sleeper->newest, NULL);
        if (newest)
            stops = deliver(loop, reversed(newest));
        else
            sleep_until_sent(sleeper);
    }
}

static void close_loop(int loop)
{
    close(sleepers[loop].epfd);
    close(sleepers[loop].wake);
}

const struct posting posts_raw = {"raw", open_loop, send_to, run, close_loop};
