/* SPDX-License-Identifier: MIT */
/**
 * @file forked_roles.h
 * Three watches, of a pipe and of both roles of a socket, that are heard on as
 * if no child had been forked; and callbacks of any kind that count.
 */
#ifndef VR_TESTS_REACTOR_FORKED_ROLES_H
#define VR_TESTS_REACTOR_FORKED_ROLES_H

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/soon.h>

#include "watches.h"

static struct probe probes[3]; /* a pipe, the two roles of a socket */
static int pipe_ends[2], socket_ends[2];

static inline void open_roles(void)
{
    make_pipe(pipe_ends);
    make_tcp_pair(socket_ends);
    open_as(&probes[0], pipe_ends[0], VR_READ);
    open_as(&probes[1], socket_ends[0], VR_READ);
    open_as(&probes[2], socket_ends[0], VR_WRITE);
}

static inline void close_watches(void)
{
    vr_watch_close_all(reactor);
    close_both(pipe_ends);
    close_both(socket_ends);
}

static int ran; /* callbacks of any kind */

static inline void count_call(struct vr_call *which)
{
    (void)which;
    ran++;
}

static inline void count_post(struct vr_post *which)
{
    (void)which;
    ran++;
}

static inline void count_soon(struct vr_soon *which)
{
    (void)which;
    ran++;
}

static inline void count_task(void *arg)
{
    (void)arg;
    ran++;
}

/* What comes is taken here, by whom it is heard or not. */
static inline void check_hearing(void)
{
    for (int i = 0; i < 3; i++)
        probes[i].reads = probes[i].writes = 0;
    put(pipe_ends[1], "x");
    put(socket_ends[1], "x");
    turn_until(&probes[0].reads, 1);
    turn_until(&probes[1].reads, 1);
    turn_until(&probes[2].writes, 1);
    check_int(take(pipe_ends[0]), 1);
    check_int(take(socket_ends[0]), 1);
}

#endif
