/* SPDX-License-Identifier: MIT */
/**
 * @file socket_write.c
 * From the program to the kernel: write at once, queue only the bytes that the
 * kernel does not take.
 */
#include <vreactor/io/wire/socket_impl.h>

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/fd.h>
#include <vreactor/reactor/reactor.h>

enum { PIECES = 64 }; /* handed to the kernel in one call */

static struct vr_socket *socket_of(struct vr_consumer *in)
{
    return vr_container_of(in, struct vr_socket, outbound);
}

static void write_is_over(struct vr_socket *socket)
{
    vr_buffer_clear(&socket->queue);
    socket->write_over = true;
    vr_pump_later(&socket->inbound); /* perhaps all is over now */
}

void vr_socket_lose_write(struct vr_socket *socket, const struct vr_end *why)
{
    if (socket->write_over)
        return;

    vr_chain_blame(socket->element.chain, why);
    socket->cut_off = true;
    write_is_over(socket);
    vr_link_stop(&socket->outbound, why);
}

/* Reading goes on: a failed write must not hide bytes that have come. */
static void fail(struct vr_socket *socket, int err)
{
    struct vr_end end = vr_socket_end(socket, err, VR_STAGE_WRITE);

    socket->write_error = err;
    vr_socket_lose_write(socket, &end);
}

static void shut_down(struct vr_socket *socket)
{
    const struct vr_env *env = vr_reactor_env(socket->reactor);

    if (socket->broken) {
        write_is_over(socket);
        return;
    }
    /* ENOTCONN: the peer was faster, and reading finds it out. */
    if (vr_sys(env, shutdown)(socket->fd, SHUT_WR) < 0 && errno != ENOTCONN)
        fail(socket, -errno);
    else
        write_is_over(socket);
}

/* @return bytes written, 0 if the kernel takes none now, -errno */
static ssize_t send_now(struct vr_socket *socket, const struct iovec *iov,
                        size_t count)
{
    const struct vr_env *env = vr_reactor_env(socket->reactor);
    ssize_t sent;

    do
        sent = vr_fd_send(env, socket->fd, iov, count);
    while (sent == -EINTR);
    return sent == -EAGAIN || sent == -EWOULDBLOCK ? 0 : sent;
}

/* Grant the rest of the write window. */
static void grant(struct vr_socket *socket)
{
    size_t window = socket->options.write_window;

    if (socket->queue.len < window)
        vr_link_grant(&socket->outbound, window - socket->queue.len);
}

void vr_socket_flush(struct vr_socket *socket)
{
    struct iovec iov[PIECES];

    while (socket->queue.len) {
        size_t count = vr_buffer_iov(&socket->queue, iov, PIECES);
        ssize_t sent = send_now(socket, iov, count);

        if (sent < 0) {
            fail(socket, (int)sent);
            return;
        }
        if (sent == 0)
            break;
        (void)vr_buffer_remove(&socket->queue, (size_t)sent);
    }
    if (!socket->queue.len && socket->write_ending && !socket->write_over)
        shut_down(socket);
    else
        grant(socket);
}

static void on_attached(struct vr_consumer *in)
{
    grant(socket_of(in));
}

/* To keep the order nothing is written past the queue. */
static int write_or_queue(struct vr_socket *socket,
                          const struct vr_offer *offer)
{
    struct iovec iov = {.iov_base = (void *)(uintptr_t)offer->data,
                        .iov_len = offer->len};
    ssize_t sent = 0;

    if (socket->state == VR_SOCKET_OPEN && !socket->queue.len && offer->len)
        sent = send_now(socket, &iov, 1);
    if (sent < 0)
        return (int)sent;
    if ((size_t)sent == offer->len)
        return 0;

    return vr_buffer_append(&socket->queue, offer->data + sent,
                            offer->len - (size_t)sent);
}

static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct vr_socket *socket = socket_of(in);

    int err = write_or_queue(socket, offer);
    if (err) {
        fail(socket, err);
    } else {
        grant(socket);
        vr_socket_update(socket);
    }
    return offer->flags & VR_WHOLE ? 1 : offer->len;
}

static void finish(struct vr_socket *socket)
{
    socket->write_ending = true;
    if (socket->state == VR_SOCKET_OPEN && !socket->queue.len)
        shut_down(socket);
}

/* The peer is not to take what it got for all there was. */
static void break_off(struct vr_socket *socket)
{
    socket->cut_off = true;
    socket->broken = true;
    finish(socket);
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    if (vr_end_is_clean(why))
        finish(socket_of(in));
    else
        break_off(socket_of(in));
}

static void on_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    (void)why;
    vr_buffer_clear(&socket_of(in)->queue);
    break_off(socket_of(in));
}

const struct vr_consumer_ops vr_socket_in = {
    .knows = VR_WHOLE,
    .attached = on_attached,
    .consume = on_consume,
    .ended = on_ended,
    .aborted = on_aborted,
};
