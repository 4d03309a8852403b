/* SPDX-License-Identifier: MIT */
#include "bench/pipes.h"

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/watch.h>

#include "bench/peer.h"
#include "bench/selector.h"

static struct vr_reactor *reactor;
static struct vr_watch *readers;
static size_t reader_count;

static void on_readable(struct vr_watch *reader)
{
    if (pipes_act((size_t)(reader - readers)))
        vr_reactor_stop(reactor);
}

static void on_writable(struct vr_watch *writer)
{
    (void)writer;
}

static void open_loop(const int *fds, size_t count)
{
    static const struct vr_watch_ops ops = {.readable = on_readable,
                                            .writable = on_writable};
    struct vr_reactor_options options = bench_options();

    must(!vr_reactor_new(&options, &reactor), "vr_reactor_new");
    readers = must_alloc(count, sizeof(*readers));
    reader_count = count;
    for (size_t i = 0; i < count; i++)
        must(!vr_watch_open(&readers[i], reactor, fds[i], VR_READ, &ops),
             "vr_watch_open");
}

static void run(void)
{
    must(!vr_reactor_run(reactor), "vr_reactor_run");
}

static void toggle(long times)
{
    while (times-- > 0) {
        vr_watch_want(&readers[0], VR_READ | VR_WRITE);
        vr_watch_want(&readers[0], VR_READ);
    }
}

static void close_loop(void)
{
    for (size_t i = 0; i < reader_count; i++)
        vr_watch_close(&readers[i]);
    must(!vr_reactor_free(reactor), "vr_reactor_free");
    free(readers);
}

const struct piping pipes_vreactor = {"vreactor", open_loop, run, toggle,
                                      close_loop};
