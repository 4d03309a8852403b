/* SPDX-License-Identifier: MIT */
#include "bench/turn.h"

#include <event2/event.h>

#include "bench/peer.h"

static struct event_base *base;
static struct event *event;
static long left;

static void on_event(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what, (void)arg;
    if (!--left)
        event_base_loopbreak(base);
}

static void open_loop(int ready)
{
    base = event_base_new();
    must(base != NULL, "event_base_new");
    event = event_new(base, ready, EV_READ | EV_PERSIST, on_event, NULL);
    must(event && !event_add(event, NULL), "event_add");
}

static void run(long count)
{
    left = count;
    must(event_base_dispatch(base) >= 0, "event_base_dispatch");
}

static void turn(long count)
{
    for (left = count + 1; left > 1;)
        must(event_base_loop(base, EVLOOP_NONBLOCK) >= 0, "event_base_loop");
}

static void close_loop(void)
{
    event_free(event);
    event_base_free(base);
}

const struct looping turn_libevent = {"libevent", open_loop, run, turn,
                                      close_loop};
