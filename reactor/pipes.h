/* SPDX-License-Identifier: MIT */
/**
 * @file pipes.h
 * Pipes of a reactor, through which bytes go from one descriptor to another
 * without a copy.  Internal.
 *
 *     pipe = vr_pipes_take(vr_reactor_pipes(reactor));
 *     len = vr_fd_splice_in(env, from, pipe->ends[1], size);
 *     ... // pipe->held counts what is in it
 *     vr_pipes_give(vr_reactor_pipes(reactor), pipe);
 *
 * They are shared by all connections: one that has nothing in a pipe has none.
 * At most 8 are made, when first needed, and kept until the reactor is freed.
 *
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_PIPES_H
#define VR_REACTOR_PIPES_H

#include <stdbool.h>
#include <stddef.h>

struct vr_env;
struct vr_reactor;

enum {
    VR_PIPES_MOST = 8,
    VR_PIPE_SIZE = 1 << 20, /* a packet may fill a page, however small it is */
};

struct vr_pipe {
    int ends[2];          /* read from the first, written to the second */
    size_t held;          /* bytes in it: its taker counts them */
    struct vr_pipe *next; /* private */
};

/** Members are private.  All zero but for env: nothing was needed yet. */
struct vr_pipes {
    const struct vr_env *env;
    struct vr_pipe *idle;
    unsigned count;  /* of all that were made, idle or taken */
    bool is_refused; /* the system has no such pipes */
};

/** The pipes of @p reactor. */
struct vr_pipes *vr_reactor_pipes(struct vr_reactor *reactor);

/** Take an empty pipe. @return NULL: all are taken, or the system gives none */
struct vr_pipe *vr_pipes_take(struct vr_pipes *pipes);

/** Give @p pipe back; what it holds is dropped. */
void vr_pipes_give(struct vr_pipes *pipes, struct vr_pipe *pipe);

/** Free those that are idle, which must be all. */
void vr_pipes_free(struct vr_pipes *pipes);

#endif
