/* SPDX-License-Identifier: MIT */
/**
 * @file forked_readers.h
 * Two watches, of a pipe and of a socket, that are heard on as if no child had
 * been forked.
 */
#ifndef VR_TESTS_REACTOR_FORKED_READERS_H
#define VR_TESTS_REACTOR_FORKED_READERS_H

#include "watches.h"

static struct probe probe, other;
static int ends[2], other_ends[2];

static inline void open_watches(void)
{
    make_pipe(ends);
    make_tcp_pair(other_ends);
    open_reader(&probe, ends[0]);
    open_reader(&other, other_ends[0]);
}

static inline void set_up_watching(void)
{
    set_up();
    open_watches();
}

static inline void tear_all_down(void)
{
    vr_watch_close_all(reactor);
    close_both(ends);
    close_both(other_ends);
    tear_down();
}

static inline void check_hearing(void)
{
    probe.act = other.act = act_take;
    probe.reads = other.reads = 0;
    put(ends[1], "x");
    put(other_ends[1], "x");
    turn_until(&probe.reads, 1);
    turn_until(&other.reads, 1);
}

#endif
