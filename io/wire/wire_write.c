/* SPDX-License-Identifier: MIT */
/**
 * @file wire_write.c
 * From the program to the kernel: write at once, queue only the bytes that the
 * kernel does not take.
 */
#include <vreactor/io/wire/wire_impl.h>

#include <errno.h>
#include <sys/uio.h>

#include <vreactor/base/container_of.h>
#include <vreactor/io/buffer_spare.h>
#include <vreactor/reactor/spare.h>

enum {
    PIECES = 64,            /* handed to the kernel in one call */
    SMALL = 4096,           /* a piece that is cheaper to copy than to send */
    GATHER_MOST = 32 * 1024 /* of small pieces: fewer than PIECES chunks */
};

static struct vr_wire *wire_of(struct vr_consumer *in)
{
    return vr_container_of(in, struct vr_wire, outbound);
}

static void drop_unwritten(struct vr_wire *wire)
{
    vr_buffer_clear(&wire->queue);
    vr_wire_give_pipe(wire);
}

static void write_is_over(struct vr_wire *wire)
{
    drop_unwritten(wire);
    wire->write_over = true;
    vr_pump_later(&wire->inbound); /* perhaps all is over now */
}

void vr_wire_lose_write(struct vr_wire *wire, const struct vr_end *why)
{
    if (wire->write_over)
        return;

    vr_chain_blame(wire->element.chain, why);
    wire->cut_off = true;
    wire->reset_waits = false;
    write_is_over(wire);
    vr_link_stop(&wire->outbound, why);
}

/* Reading goes on: a failed write must not hide bytes that have come. */
static void fail(struct vr_wire *wire, int err)
{
    struct vr_end end = vr_wire_end(wire, err, VR_STAGE_WRITE);

    wire->write_error = err;
    vr_wire_lose_write(wire, &end);
}

static void end_writing(struct vr_wire *wire)
{
    const struct vr_wire_ops *ops = wire->ops;
    int err = wire->broken || !ops->end_writing ? 0 : ops->end_writing(wire);

    if (err < 0)
        fail(wire, err);
    else
        write_is_over(wire);
}

/* @return bytes written, 0 if the kernel takes none now, -errno */
static ssize_t write_now(struct vr_wire *wire, const struct iovec *iov,
                         size_t count)
{
    ssize_t len;

    do
        len = wire->ops->write(wire, iov, count);
    while (len == -EINTR);
    return len == -EAGAIN || len == -EWOULDBLOCK ? 0 : len;
}

/* Grant the rest of the write window. */
static void grant(struct vr_wire *wire)
{
    size_t unwritten = vr_wire_unwritten(wire);

    if (unwritten < wire->write_window)
        vr_link_grant(&wire->outbound, wire->write_window - unwritten);
}

static size_t sum(const struct iovec *iov, size_t count)
{
    size_t len = 0;

    for (size_t i = 0; i < count; i++)
        len += iov[i].iov_len;
    return len;
}

/* @return 0 or -errno */
static int write_queue(struct vr_wire *wire)
{
    struct iovec iov[PIECES];

    while (wire->queue.len) {
        size_t count = vr_buffer_iov(&wire->queue, iov, PIECES);
        ssize_t sent = write_now(wire, iov, count);

        if (sent < 0)
            return (int)sent;
        (void)vr_buffer_remove(&wire->queue, (size_t)sent);
        if ((size_t)sent < sum(iov, count))
            break; /* it is full, most likely: no call to hear so */
    }
    return 0;
}

void vr_wire_flush(struct vr_wire *wire)
{
    wire->gathers = false;
    int err = vr_wire_push(wire);
    if (!err && !wire->pipe)
        err = write_queue(wire);
    if (err) {
        fail(wire, err);
        return;
    }
    vr_buffer_leave_spare(&wire->queue); /* what was gathered, and not taken */
    if (!vr_wire_unwritten(wire) && wire->write_ending && !wire->write_over)
        end_writing(wire);
    else
        grant(wire);
}

/* One that is attached when all was written hears that it is late. */
static void on_attached(struct vr_consumer *in)
{
    struct vr_wire *wire = wire_of(in);

    if (wire->write_ending || wire->write_over)
        vr_link_stop(in, NULL);
    else
        grant(wire);
}

/* Small pieces wait for the one that follows them, so that one call writes
 * them all.  Should it not come the queue goes when the kernel asks for it. */
static bool may_wait(const struct vr_wire *wire, const struct vr_offer *offer)
{
    return offer->flags & VR_MORE && !offer->end && offer->len < SMALL &&
           wire->queue.len < GATHER_MOST;
}

static int gather(struct vr_wire *wire, const struct iovec *piece)
{
    wire->gathers = true;
    return vr_buffer_append_spare(&wire->queue, vr_reactor_spare(wire->reactor),
                                  piece, 1);
}

/* @return how many bytes of @piece were written behind those gathered */
static ssize_t write_all(struct vr_wire *wire, const struct iovec *piece)
{
    struct iovec iov[PIECES];
    size_t count = vr_buffer_iov(&wire->queue, iov, PIECES - 1);

    iov[count] = *piece;
    wire->gathers = false;
    ssize_t sent = write_now(wire, iov, count + 1);
    if (sent <= 0)
        return sent;
    return sent - (ssize_t)vr_buffer_remove(&wire->queue, (size_t)sent);
}

/* To keep the order nothing is written past what the kernel did not take. */
static int write_or_queue(struct vr_wire *wire, const struct vr_offer *offer)
{
    struct iovec piece = {.iov_base = (void *)(uintptr_t)offer->data,
                          .iov_len = offer->len};
    bool may_write = wire->state == VR_WIRE_OPEN && offer->len &&
                     (wire->gathers || !vr_wire_unwritten(wire));

    if (may_write && may_wait(wire, offer) && !gather(wire, &piece))
        return 0;

    ssize_t sent = may_write ? write_all(wire, &piece) : 0;
    if (sent < 0)
        return (int)sent;
    vr_buffer_leave_spare(&wire->queue);
    if ((size_t)sent == offer->len)
        return 0;
    return vr_buffer_append(&wire->queue, offer->data + sent,
                            offer->len - (size_t)sent);
}

static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct vr_wire *wire = wire_of(in);

    int err = write_or_queue(wire, offer);
    if (err) {
        fail(wire, err);
    } else {
        grant(wire);
        vr_wire_update(wire);
    }
    return offer->flags & VR_WHOLE ? 1 : offer->len;
}

static void finish(struct vr_wire *wire)
{
    wire->write_ending = true;
    if (wire->state == VR_WIRE_OPEN && !vr_wire_unwritten(wire))
        end_writing(wire);
}

/* The peer is not to take what it got for all there was. */
static void break_off(struct vr_wire *wire)
{
    wire->cut_off = true;
    wire->broken = true;
    finish(wire);
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    struct vr_wire *wire = wire_of(in);

    if (vr_end_is_clean(why)) {
        finish(wire);
    } else {
        wire->reset_waits = true;
        break_off(wire);
    }
}

static void on_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    (void)why;
    drop_unwritten(wire_of(in));
    break_off(wire_of(in));
}

const struct vr_consumer_ops vr_wire_in = {
    .knows = VR_WHOLE,
    .attached = on_attached,
    .consume = on_consume,
    .ended = on_ended,
    .aborted = on_aborted,
};
