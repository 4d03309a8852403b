/* SPDX-License-Identifier: MIT */
/**
 * @file pipes.c
 * A list of pipes that are idle.
 */
#include <vreactor/reactor/pipes.h>

#include <errno.h>

#include <vreactor/base/env.h>
#include <vreactor/base/fd.h>

static void drop(struct vr_pipes *pipes, struct vr_pipe *pipe)
{
    vr_fd_close(pipes->env, pipe->ends[0]);
    vr_fd_close(pipes->env, pipe->ends[1]);
    vr_dealloc(pipes->env, pipe);
    pipes->count--;
}

/* Without memory or descriptors another time may be better; a system that has
 * no splice(2), or no pipes of this size for us, is not asked again. */
static int open_ends(struct vr_pipes *pipes, int ends[2])
{
    int err = vr_fd_pipe(pipes->env, VR_PIPE_SIZE, ends);

    pipes->is_refused = err == -ENOSYS;
    return err;
}

static struct vr_pipe *make(struct vr_pipes *pipes)
{
    if (pipes->is_refused || pipes->count == VR_PIPES_MOST)
        return NULL;
    struct vr_pipe *pipe = vr_alloc(pipes->env, sizeof(*pipe));
    if (!pipe)
        return NULL;
    if (open_ends(pipes, pipe->ends)) {
        vr_dealloc(pipes->env, pipe);
        return NULL;
    }
    pipes->count++;
    return pipe;
}

struct vr_pipe *vr_pipes_take(struct vr_pipes *pipes)
{
    struct vr_pipe *pipe = pipes->idle;

    if (!pipe)
        return make(pipes);
    pipes->idle = pipe->next;
    pipe->next = NULL;
    return pipe;
}

void vr_pipes_give(struct vr_pipes *pipes, struct vr_pipe *pipe)
{
    if (pipe->held) {
        drop(pipes, pipe);
        return;
    }
    pipe->next = pipes->idle;
    pipes->idle = pipe;
}

void vr_pipes_free(struct vr_pipes *pipes)
{
    while (pipes->idle)
        drop(pipes, vr_pipes_take(pipes));
}
