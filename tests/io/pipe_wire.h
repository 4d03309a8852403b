/* SPDX-License-Identifier: MIT */
/**
 * @file pipe_wire.h
 * A kind of wire over pipes: one descriptor to read, another to write, or only
 * one of them.
 */
#ifndef VR_TESTS_IO_PIPE_WIRE_H
#define VR_TESTS_IO_PIPE_WIRE_H

#include <vreactor/io/wire/wire.h>

#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/fd.h>
#include <vreactor/reactor/reactor.h>

struct pipe_wire {
    struct vr_wire wire;
    struct vr_watch out; /* of the descriptor to write */
    int out_fd;          /* -1: none */
};

static inline struct pipe_wire *pipe_of(struct vr_wire *wire)
{
    return vr_container_of(wire, struct pipe_wire, wire);
}

static inline ssize_t pipe_read(struct vr_wire *wire, void *data, size_t size)
{
    ssize_t len = read(wire->fd, data, size);
    return len < 0 ? -errno : len;
}

static inline ssize_t pipe_write(struct vr_wire *wire, const struct iovec *iov,
                                 size_t count)
{
    (void)count;
    return vr_fd_write(vr_reactor_env(wire->reactor), pipe_of(wire)->out_fd,
                       iov->iov_base, iov->iov_len);
}

static inline int pipe_end_writing(struct vr_wire *wire)
{
    struct pipe_wire *pipe = pipe_of(wire);

    vr_watch_close(&pipe->out);
    vr_fd_close(vr_reactor_env(wire->reactor), pipe->out_fd);
    pipe->out_fd = -1;
    return 0;
}

static inline void pipe_want(struct vr_wire *wire, unsigned want)
{
    vr_watch_want(&pipe_of(wire)->out, want);
}

static inline void pipe_close(struct vr_element *element)
{
    struct vr_wire *wire = vr_container_of(element, struct vr_wire, element);

    vr_watch_close(&pipe_of(wire)->out);
    if (wire->state != VR_WIRE_CLOSED) /* else it was given away */
        (void)pipe_end_writing(wire);
    vr_wire_close(element);
}

static const struct vr_wire_ops pipe_ops = {
    .element = {.name = "pipe",
                .close = pipe_close,
                .over = vr_wire_over,
                .inbound_over = vr_wire_inbound_over,
                .fini = vr_wire_fini},
    .read = pipe_read,
    .write = pipe_write,
    .end_writing = pipe_end_writing,
    .want = pipe_want,
};

static inline void pipe_writable(struct vr_watch *watch)
{
    vr_wire_writable(&vr_container_of(watch, struct pipe_wire, out)->wire);
}

static inline void pipe_failed(struct vr_watch *watch, int err)
{
    vr_wire_fail(&vr_container_of(watch, struct pipe_wire, out)->wire, err);
}

static const struct vr_watch_ops pipe_out_ops = {
    .writable = pipe_writable,
    .failed = pipe_failed,
};

static inline int pipe_init(struct pipe_wire *pipe, struct vr_reactor *reactor)
{
    pipe->out.reactor = NULL;
    pipe->out_fd = -1;
    return vr_wire_init(&pipe->wire, reactor, &pipe_ops);
}

/* Take the descriptors @in and @out, of which one may be -1, non-blocking. */
static inline int pipe_open(struct pipe_wire *pipe, int in, int out)
{
    int err = vr_wire_may_open(&pipe->wire);

    if (!err && in >= 0)
        err = vr_wire_watch(&pipe->wire, in, 0);
    if (!err && out >= 0)
        err = vr_watch_open(&pipe->out, pipe->wire.reactor, out, 0,
                            &pipe_out_ops);
    if (err)
        return err;

    pipe->out_fd = out;
    if (in < 0 || out < 0)
        pipe->wire.half_close = VR_HALF_CLOSE_NONE;
    pipe->wire.linger_time = -1; /* what is unread hurts nobody */
    vr_wire_open(&pipe->wire);
    return 0;
}

static inline int pipe_release(struct pipe_wire *pipe, int *ret_in,
                               int *ret_out, struct vr_buffer *ret_left)
{
    int err = vr_wire_release(&pipe->wire, ret_in, ret_left);
    if (!err)
        *ret_out = pipe->out_fd;
    return err;
}

#endif
