/* SPDX-License-Identifier: MIT */
#include "bench/pipes.h"

#include <event2/event.h>
#include <event2/event_struct.h>

#include "bench/peer.h"

static struct event_base *base;
static struct event *readers;
static struct event writer; /* of the first */
static size_t reader_count;

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    struct event *reader = arg;

    (void)fd, (void)what;
    if (pipes_act((size_t)(reader - readers)))
        event_base_loopbreak(base);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what, (void)arg;
}

static void open_loop(const int *fds, size_t count)
{
    base = event_base_new();
    must(base != NULL, "event_base_new");
    readers = must_alloc(count, sizeof(*readers));
    reader_count = count;
    for (size_t i = 0; i < count; i++) {
        event_assign(&readers[i], base, fds[i], EV_READ | EV_PERSIST,
                     on_readable, &readers[i]);
        must(!event_add(&readers[i], NULL), "event_add");
    }
    event_assign(&writer, base, fds[0], EV_WRITE | EV_PERSIST, on_writable,
                 NULL);
}

static void run(void)
{
    must(event_base_dispatch(base) >= 0, "event_base_dispatch");
}

static void toggle(long times)
{
    while (times-- > 0) {
        must(!event_add(&writer, NULL), "event_add");
        must(!event_del(&writer), "event_del");
    }
}

static void close_loop(void)
{
    for (size_t i = 0; i < reader_count; i++)
        event_del(&readers[i]);
    free(readers);
    event_base_free(base);
}

const struct piping pipes_libevent = {"libevent", open_loop, run, toggle,
                                      close_loop};
