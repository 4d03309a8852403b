/* SPDX-License-Identifier: MIT */
#include "bench/turn.h"

#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/watch.h>

#include "bench/peer.h"
#include "bench/selector.h"

static struct vr_reactor *reactor;
static struct vr_watch watch;
static long left;

static void on_readable(struct vr_watch *readable)
{
    (void)readable;
    if (!--left)
        vr_reactor_stop(reactor);
}

static void open_loop(int ready)
{
    static const struct vr_watch_ops ops = {.readable = on_readable};
    struct vr_reactor_options options = bench_options();

    must(!vr_reactor_new(&options, &reactor), "vr_reactor_new");
    must(!vr_watch_open(&watch, reactor, ready, VR_READ, &ops),
         "vr_watch_open");
}

static void run(long count)
{
    left = count;
    must(!vr_reactor_run(reactor), "vr_reactor_run");
}

static void turn(long count)
{
    for (left = count + 1; left > 1;)
        must(!vr_reactor_turn(reactor, 0), "vr_reactor_turn");
}

static void close_loop(void)
{
    vr_watch_close(&watch);
    must(!vr_reactor_free(reactor), "vr_reactor_free");
}

const struct looping turn_vreactor = {"vreactor", open_loop, run, turn,
                                      close_loop};
