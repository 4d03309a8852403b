/* SPDX-License-Identifier: MIT */
#include "bench/pipes.h"

#include <ev.h>

#include "bench/peer.h"

static struct ev_loop *loop;
static ev_io *readers;
static ev_io writer; /* of the first */
static size_t reader_count;

static void on_readable(struct ev_loop *at, ev_io *reader, int what)
{
    (void)what;
    if (pipes_act((size_t)(reader - readers)))
        ev_break(at, EVBREAK_ONE);
}

static void on_writable(struct ev_loop *at, ev_io *io, int what)
{
    (void)at, (void)io, (void)what;
}

static void open_loop(const int *fds, size_t count)
{
    loop = ev_loop_new(EVFLAG_AUTO);
    must(loop != NULL, "ev_loop_new");
    readers = must_alloc(count, sizeof(*readers));
    reader_count = count;
    for (size_t i = 0; i < count; i++) {
        ev_io_init(&readers[i], on_readable, fds[i], EV_READ);
        ev_io_start(loop, &readers[i]);
    }
    ev_io_init(&writer, on_writable, fds[0], EV_WRITE);
}

static void run(void)
{
    ev_run(loop, 0);
}

static void toggle(long times)
{
    while (times-- > 0) {
        ev_io_start(loop, &writer);
        ev_io_stop(loop, &writer);
    }
}

static void close_loop(void)
{
    for (size_t i = 0; i < reader_count; i++)
        ev_io_stop(loop, &readers[i]);
    ev_loop_destroy(loop);
    free(readers);
}

const struct piping pipes_libev = {"libev", open_loop, run, toggle, close_loop};
