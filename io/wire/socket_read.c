/* SPDX-License-Identifier: MIT */
/**
 * @file socket_read.c
 * From the kernel to the program: read into scratch of the reactor, offer
 * from there, and keep only the bytes that the consumer leaves.
 */
#include <vreactor/io/wire/socket_impl.h>

#include <errno.h>
#include <sys/socket.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/fd.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/scratch.h>

static struct vr_socket *socket_of(struct vr_producer *out)
{
    return vr_container_of(out, struct vr_socket, inbound);
}

bool vr_socket_wants_read(const struct vr_socket *socket)
{
    return socket->state == VR_SOCKET_OPEN && !socket->at_end &&
           vr_link_window(&socket->inbound) > socket->left.len &&
           (!socket->left.len || socket->hungry);
}

/* @return how many are done with: taken, or dropped as the link is over */
static size_t offer(struct vr_socket *socket, const unsigned char *data,
                    size_t len)
{
    vr_greet(&socket->inbound, &socket->peer);
    if (vr_reactor_is_stopping(socket->reactor)) {
        vr_pump_later(&socket->inbound); /* it offers what is left */
        return 0;
    }
    socket->offering = true;
    socket->hungry = true;
    size_t took = vr_link_offer(
        &socket->inbound,
        &(struct vr_offer){.data = data,
                           .len = len,
                           .end = socket->at_end ? &socket->end : NULL});
    socket->offering = false;
    if (!vr_link_window(&socket->inbound))
        socket->hungry = false;
    return socket->inbound.state == VR_LINK_OVER ? len : took;
}

static void no_memory(struct vr_socket *socket)
{
    struct vr_end end = vr_socket_end(socket, -ENOMEM, VR_STAGE_READ);

    vr_link_abort(&socket->inbound, &end);
    vr_pump_later(&socket->inbound); /* perhaps all is over now */
}

bool vr_socket_has_to_offer(const struct vr_socket *socket)
{
    if (!socket->left.len)
        return socket->at_end;

    return vr_link_window(&socket->inbound) > 0 &&
           (!socket->hungry || socket->at_end);
}

void vr_socket_offer_left(struct vr_socket *socket)
{
    size_t len;

    if (vr_buffer_gather(&socket->left, socket->left.len)) {
        no_memory(socket);
        return;
    }
    const unsigned char *data = vr_buffer_front(&socket->left, &len);
    (void)vr_buffer_remove(&socket->left, offer(socket, data, len));
}

static void feed(struct vr_socket *socket, const unsigned char *data,
                 size_t len)
{
    bool borrowed = !socket->left.len;
    size_t took = borrowed ? offer(socket, data, len) : 0;

    if (vr_buffer_extend(&socket->left, data + took, len - took))
        no_memory(socket);
    else if (!borrowed)
        vr_socket_offer_left(socket);
}

static void reach_end(struct vr_socket *socket, int err,
                      enum vr_end_stage stage)
{
    socket->end = vr_socket_end(socket, err, stage);
    socket->at_end = true;
    vr_chain_blame(socket->element.chain, &socket->end);
    vr_pump_later(&socket->inbound); /* it offers the end behind what is left */
}

static size_t room_to_read(const struct vr_socket *socket, size_t size)
{
    uint64_t room = vr_link_window(&socket->inbound) - socket->left.len;
    return room < size ? (size_t)room : size;
}

static enum vr_end_kind kind_of_loss(const struct vr_socket *socket)
{
    return vr_socket_end(socket, socket->write_error, VR_STAGE_WRITE).kind;
}

bool vr_socket_is_unheard(const struct vr_socket *socket)
{
    return socket->write_ending && kind_of_loss(socket) == VR_END_ERROR;
}

/* There is no more to read now.  If there was nothing at all, only the error
 * queue may have been ready. */
static void reach_bottom(struct vr_socket *socket, bool nothing)
{
    if (nothing)
        vr_fd_drop_notices(vr_reactor_env(socket->reactor), socket->fd);
    if (vr_socket_is_unheard(socket))
        reach_end(socket, socket->write_error, VR_STAGE_WRITE);
}

/* As much as a turn may, by way of @p scratch. */
static void read_on(struct vr_socket *socket, unsigned char *scratch,
                    size_t size)
{
    const struct vr_env *env = vr_reactor_env(socket->reactor);
    const size_t whole = vr_reactor_bytes_per_turn(socket->reactor);
    size_t budget = whole;

    while (budget && vr_socket_wants_read(socket) &&
           !vr_reactor_is_stopping(socket->reactor)) {
        size_t room = room_to_read(socket, size < budget ? size : budget);
        ssize_t len = vr_sys(env, recv)(socket->fd, scratch, room, 0);

        if (len < 0 && errno == EINTR)
            continue;
        if (len < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            reach_bottom(socket, budget == whole);
            return;
        }
        if (len <= 0) {
            reach_end(socket, len < 0 ? -errno : 0, VR_STAGE_READ);
            return;
        }
        feed(socket, scratch, (size_t)len);
        if ((size_t)len < room)
            return; /* that was all, most likely: no call to hear so */
        budget -= (size_t)len;
    }
}

void vr_socket_read(struct vr_socket *socket)
{
    struct vr_reactor *reactor = socket->reactor;
    size_t size;

    if (!vr_socket_wants_read(socket))
        return;
    unsigned char *scratch = vr_scratch_take(reactor, &size);
    if (!scratch) {
        no_memory(socket);
        return;
    }
    read_on(socket, scratch, size);
    vr_scratch_give(reactor, scratch);
}

static bool is_reset(const struct vr_socket *socket)
{
    enum vr_end_kind kind = kind_of_loss(socket);

    return kind == VR_END_RESET || kind == VR_END_TIMEOUT;
}

void vr_socket_find_end(struct vr_socket *socket)
{
    const struct vr_env *env = vr_reactor_env(socket->reactor);
    char byte;

    if (socket->state != VR_SOCKET_OPEN || !is_reset(socket) ||
        socket->at_end || socket->left.len || vr_link_window(&socket->inbound))
        return;

    ssize_t len = vr_sys(env, recv)(socket->fd, &byte, sizeof(byte), MSG_PEEK);
    if (len > 0 || (len < 0 && (errno == EAGAIN || errno == EWOULDBLOCK ||
                                errno == EINTR)))
        return;
    reach_end(socket, len < 0 ? -errno : 0, VR_STAGE_READ);
}

/* The window or the need has changed: the consumer may take what was left. */
static void on_ready(struct vr_producer *out)
{
    struct vr_socket *socket = socket_of(out);

    if (socket->offering)
        return;

    socket->hungry = false;
    vr_pump_later(out);
}

/* One that was attached inside its predecessor's `consume` gets the bytes left
 * from the loop. */
static void on_joined(struct vr_producer *out)
{
    socket_of(out)->hungry = false;
    vr_pump_later(out);
}

static void on_produce(struct vr_producer *out)
{
    vr_socket_settle(socket_of(out));
}

static void on_stopped(struct vr_producer *out, const struct vr_end *why)
{
    (void)why;
    vr_pump_later(out);
}

const struct vr_producer_ops vr_socket_out = {
    .ready = on_ready,
    .joined = on_joined,
    .produce = on_produce,
    .stopped = on_stopped,
};
