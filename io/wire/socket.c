/* SPDX-License-Identifier: MIT */
/**
 * @file socket.c
 * What a wire has to know of sockets.  How they come to be connected is told in
 * socket_open.c.
 */
#include <vreactor/io/wire/socket_impl.h>

#include <errno.h>
#include <sys/socket.h>

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/fd.h>
#include <vreactor/base/options.h>
#include <vreactor/reactor/reactor.h>

static const struct vr_env *env_of(const struct vr_wire *wire)
{
    return vr_reactor_env(wire->reactor);
}

/* ---- as a wire ---- */

static ssize_t receive(struct vr_wire *wire, void *data, size_t size, int flags)
{
    ssize_t len = vr_sys(env_of(wire), recv)(wire->fd, data, size, flags);
    return len < 0 ? -errno : len;
}

static ssize_t on_read(struct vr_wire *wire, void *data, size_t size)
{
    return receive(wire, data, size, 0);
}

static ssize_t on_peek(struct vr_wire *wire)
{
    char byte;

    return receive(wire, &byte, sizeof(byte), MSG_PEEK);
}

static ssize_t on_write(struct vr_wire *wire, const struct iovec *iov,
                        size_t count)
{
    return vr_fd_send(env_of(wire), wire->fd, iov, count);
}

static ssize_t on_pull(struct vr_wire *wire, int pipe, size_t size)
{
    return vr_fd_splice_in(env_of(wire), wire->fd, pipe, size);
}

static ssize_t on_push(struct vr_wire *wire, int pipe, size_t size)
{
    return vr_fd_splice_out(env_of(wire), pipe, wire->fd, size);
}

/* ENOTCONN: the peer was faster, and reading finds it out. */
static int on_end_writing(struct vr_wire *wire)
{
    return vr_sys(env_of(wire), shutdown)(wire->fd, SHUT_WR) < 0 &&
                   errno != ENOTCONN
               ? -errno
               : 0;
}

/* With this, close(2) resets the connection instead of ending it in order. */
static void on_reset(struct vr_wire *wire)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    (void)vr_sys(env_of(wire), setsockopt)(wire->fd, SOL_SOCKET, SO_LINGER,
                                           &at_once, sizeof(at_once));
}

/* One that the peer has reset delivers no more. */
static size_t on_unsent(struct vr_wire *wire)
{
    const struct vr_env *env = env_of(wire);
    size_t unsent = vr_fd_unsent(env, wire->fd);
    bool is_lost =
        unsent && vr_fd_get_option(env, wire->fd, SOL_SOCKET, SO_ERROR) != 0;

    return is_lost ? 0 : unsent;
}

static void on_drop_notices(struct vr_wire *wire)
{
    vr_fd_drop_notices(env_of(wire), wire->fd);
}

static const struct vr_wire_ops ops = {
    .element = {.name = "socket",
                .close = vr_wire_close,
                .over = vr_wire_over,
                .inbound_over = vr_wire_inbound_over,
                .fini = vr_wire_fini},
    .read = on_read,
    .peek = on_peek,
    .write = on_write,
    .end_writing = on_end_writing,
    .reset = on_reset,
    .unsent = on_unsent,
    .drop_notices = on_drop_notices,
    .opened = vr_socket_opened,
    .pull = on_pull,
    .push = on_push,
};

/* ---- the socket ---- */

static uint32_t limit(size_t bytes)
{
    return bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX;
}

static void apply(struct vr_wire *wire, const struct vr_socket_options *options)
{
    wire->own = (options->delay ? VR_SOCKET_DELAY : 0u) |
                (options->keep_alive ? VR_SOCKET_KEEP_ALIVE : 0u);
    wire->half_close = options->half_close & VR_HALF_CLOSE_OUTPUT;
    if (options->write_window)
        wire->write_window = limit(options->write_window);
    if (options->linger_bytes)
        wire->linger_bytes = limit(options->linger_bytes);
    if (options->linger_time)
        wire->linger_time = options->linger_time;
    if (options->flush_time)
        wire->flush_time = options->flush_time;
}

int vr_socket_init(struct vr_socket *socket, struct vr_reactor *reactor,
                   const struct vr_socket_options *options)
{
    struct vr_socket_options own = {.size = 0};

    int err = vr_wire_init(&socket->wire, reactor, &ops);
    if (!err)
        err = vr_options_read(&own, vr_socket_options, options);
    if (!err && (unsigned)own.half_close > VR_HALF_CLOSE_OUTPUT)
        err = -EINVAL;
    if (!err)
        apply(&socket->wire, &own);
    return err;
}

int vr_socket_local(const struct vr_socket *socket,
                    struct vr_address *ret_address)
{
    int fd = socket->wire.fd;

    return fd < 0 ? -ENOTCONN
                  : vr_address_local(env_of(&socket->wire), fd, ret_address);
}

int vr_socket_fd(const struct vr_socket *socket)
{
    return socket->wire.fd;
}

int vr_socket_release(struct vr_socket *socket, int *ret_fd,
                      struct vr_buffer *ret_left)
{
    return vr_wire_release(&socket->wire, ret_fd, ret_left);
}

int vr_socket_unread(struct vr_socket *socket, struct vr_buffer *bytes)
{
    return vr_wire_unread(&socket->wire, bytes);
}
