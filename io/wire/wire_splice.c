/* SPDX-License-Identifier: MIT */
/**
 * @file wire_splice.c
 * Where what one wire reads another writes as it is: in bulk the bytes go by a
 * pipe in the kernel, and are not copied.
 *
 * Which wire that is, is looked up before each move: elements come and go.
 * Bytes that are in the pipe are the other wire's, as if it had queued them,
 * and all links on their way have counted them.  They go before its queue.
 */
#include <vreactor/io/wire/wire_impl.h>

#include <errno.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/io/far_end.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/scratch.h>

enum { IN_A_ROW = 3 /* reads that brought much */ };

/* By this descriptor, or by this system, for good. */
static bool is_unsupported(ssize_t err)
{
    return err == -EINVAL || err == -ENOSYS || err == -EOPNOTSUPP ||
           err == -EPERM;
}

void vr_wire_give_pipe(struct vr_wire *wire)
{
    if (!wire->pipe)
        return;

    vr_pipes_give(vr_reactor_pipes(wire->reactor), wire->pipe);
    wire->pipe = NULL;
}

/* ---- out of the pipe ---- */

/* @return 0, or -errno: some may be lost */
static int empty_into(struct vr_wire *wire, struct vr_buffer *buffer,
                      unsigned char *scratch, size_t size)
{
    struct vr_pipe *pipe = wire->pipe;
    int err = 0;

    while (!err && pipe->held) {
        size_t most = pipe->held < size ? pipe->held : size;
        ssize_t len = vr_sys(vr_reactor_env(wire->reactor),
                             read)(pipe->ends[0], scratch, most);
        if (len < 0 && errno == EINTR)
            continue;
        if (len <= 0)
            return len < 0 ? -errno : -EIO;
        pipe->held -= (size_t)len;
        err = vr_buffer_append(buffer, scratch, (size_t)len);
    }
    return err;
}

/* The descriptor takes no pipe: let them be written as others are. */
static int queue_held(struct vr_wire *wire)
{
    struct vr_buffer held;
    size_t size;

    wire->cannot_push = true;
    unsigned char *scratch = vr_scratch_take(wire->reactor, &size);
    if (!scratch)
        return -ENOMEM;
    vr_buffer_init(&held, vr_reactor_env(wire->reactor));
    int err = empty_into(wire, &held, scratch, size);
    vr_scratch_give(wire->reactor, scratch);
    if (!err)
        err = vr_buffer_move(&held, &wire->queue, wire->queue.len);
    if (!err)
        err = vr_buffer_move(&wire->queue, &held, held.len);
    vr_buffer_clear(&held);
    vr_wire_give_pipe(wire);
    return err;
}

int vr_wire_push(struct vr_wire *wire)
{
    while (wire->pipe) {
        struct vr_pipe *pipe = wire->pipe;
        size_t held = pipe->held;
        ssize_t len = wire->ops->push(wire, pipe->ends[0], held);

        if (len == -EINTR)
            continue;
        if (len == -EAGAIN || len == -EWOULDBLOCK)
            return 0;
        if (!len || is_unsupported(len))
            return queue_held(wire);
        if (len < 0)
            return (int)len;
        pipe->held -= (size_t)len;
        if (pipe->held)
            return 0; /* it is full, most likely: no call to hear so */
        vr_wire_give_pipe(wire);
    }
    return 0;
}

/* ---- into the pipe ---- */

void vr_wire_note_read(struct vr_wire *wire, size_t len, size_t room)
{
    if (len < wire->bulk && len < room)
        wire->much_read = 0;
    else if (len >= wire->bulk && wire->much_read < IN_A_ROW)
        wire->much_read++;
}

static bool may_pull(const struct vr_wire *wire)
{
    return wire->much_read == IN_A_ROW && wire->ops->pull &&
           !wire->cannot_pull && wire->inbound.greeted && !wire->left.len &&
           !vr_wire_is_lingering(wire);
}

static bool may_push(const struct vr_wire *wire)
{
    return wire->state == VR_WIRE_OPEN && wire->ops->push &&
           !wire->cannot_push && !wire->write_ending && !wire->write_over &&
           !wire->queue.len;
}

/* The wire that writes what @wire reads, of which it can take @room bytes by a
 * pipe; NULL: there is none. */
static struct vr_wire *other_wire(const struct vr_wire *wire, size_t *room)
{
    uint64_t window;

    if (!may_pull(wire))
        return NULL;
    struct vr_consumer *in = vr_link_far_end(&wire->inbound, &window);
    if (!in || in->ops != &vr_wire_in)
        return NULL;
    struct vr_wire *other = vr_container_of(in, struct vr_wire, outbound);
    if (!may_push(other) || other->reactor != wire->reactor)
        return NULL;
    if (window < *room)
        *room = (size_t)window;
    return other;
}

static bool take_pipe(struct vr_wire *wire)
{
    if (!wire->pipe)
        wire->pipe = vr_pipes_take(vr_reactor_pipes(wire->reactor));
    return wire->pipe;
}

/* @return 0 if `read` is to tell: splice(2) does not tell well why there is
 * nothing, and a full pipe looks like an empty descriptor */
static ssize_t look_at_failure(struct vr_wire *wire, ssize_t err)
{
    if (is_unsupported(err))
        wire->cannot_pull = true;
    else if (err && err != -EAGAIN && err != -EWOULDBLOCK && err != -EINTR &&
             err != -ENOMEM && err != -ENOBUFS)
        return err; /* it will not be told twice */
    return 0;
}

/* They count as taken before the other wire, which writes them, grants more. */
static void hand_over(struct vr_wire *wire, struct vr_wire *other, size_t len)
{
    other->pipe->held += len;
    vr_link_count_taken(&wire->inbound, len);
    wire->offering = true;
    vr_wire_flush(other);
    vr_wire_update(other);
    wire->offering = false;
}

ssize_t vr_wire_move(struct vr_wire *wire, size_t room)
{
    struct vr_wire *other = other_wire(wire, &room);

    if (!other)
        return 0;
    if (!take_pipe(other)) {
        wire->much_read = 0;
        return 0;
    }
    ssize_t len = wire->ops->pull(wire, other->pipe->ends[1], room);
    if (len > 0) {
        if ((size_t)len < wire->bulk / 4 && (size_t)len < room)
            wire->much_read = 0;
        hand_over(wire, other, (size_t)len);
        return len;
    }
    if (!other->pipe->held)
        vr_wire_give_pipe(other);
    return look_at_failure(wire, len);
}
