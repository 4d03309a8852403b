/* SPDX-License-Identifier: MIT */
#include "bench/turn.h"

#include <ev.h>

#include "bench/peer.h"

static struct ev_loop *loop;
static ev_io io;
static long left;

static void on_io(struct ev_loop *at, ev_io *watcher, int what)
{
    (void)watcher, (void)what;
    if (!--left)
        ev_break(at, EVBREAK_ONE);
}

static void open_loop(int ready)
{
    loop = ev_loop_new(EVFLAG_AUTO);
    must(loop != NULL, "ev_loop_new");
    ev_io_init(&io, on_io, ready, EV_READ);
    ev_io_start(loop, &io);
}

static void run(long count)
{
    left = count;
    ev_run(loop, 0);
}

static void turn(long count)
{
    for (left = count + 1; left > 1;)
        ev_run(loop, EVRUN_NOWAIT);
}

static void close_loop(void)
{
    ev_io_stop(loop, &io);
    ev_loop_destroy(loop);
}

const struct looping turn_libev = {"libev", open_loop, run, turn, close_loop};
