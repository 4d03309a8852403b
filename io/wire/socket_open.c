/* SPDX-License-Identifier: MIT */
/**
 * @file socket_open.c
 * How a socket comes to be connected.
 */
#include <vreactor/io/wire/socket_impl.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/err.h>
#include <vreactor/base/fd.h>
#include <vreactor/io/control.h>
#include <vreactor/reactor/reactor.h>

static const struct vr_env *env_of(const struct vr_socket *socket)
{
    return vr_reactor_env(socket->reactor);
}

static int may_begin(const struct vr_socket *socket)
{
    if (socket->state == VR_SOCKET_CLOSED)
        return -VR_ECLOSED;
    if (socket->state != VR_SOCKET_NEW)
        return -EISCONN;
    if (!socket->element.chain)
        return -EINVAL;

    return 0;
}

static int apply_options(const struct vr_socket *socket, int fd, bool tcp)
{
    const struct vr_env *env = env_of(socket);
    int err = 0;

    if (tcp && socket->options.no_delay)
        err = vr_fd_set_option(env, fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (!err && tcp && socket->options.keep_alive)
        err = vr_fd_set_option(env, fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    return err;
}

/* Watch @p fd, of @p family, which is the socket's from then on, with @p peer
 * there. */
static int take(struct vr_socket *socket, int fd, int family, unsigned want,
                const struct vr_address *peer)
{
    bool tcp = family == AF_INET || family == AF_INET6;

    int err = vr_watch_open(&socket->watch, socket->reactor, fd, want,
                            &vr_socket_events);
    if (err)
        return err;
    err = apply_options(socket, fd, tcp);
    if (err) {
        vr_watch_close(&socket->watch);
        return err;
    }

    socket->fd = fd;
    socket->peer = *peer;
    vr_chain_set_peer(socket->element.chain, &socket->peer);
    return 0;
}

static int ask_program(struct vr_socket *socket, const struct vr_address *peer)
{
    struct vr_control msg = {.kind = vr_control_can_connect(), .peer = peer};

    int answer = vr_control_downstream(&socket->inbound, &msg);
    return answer < 0 && answer != -VR_ENOCONTROL && answer != -ENOTCONN
               ? -VR_EREFUSED
               : 0;
}

/* The loop tells of an error of connect(2) itself, as of a later one. */
static void begin_connect(struct vr_socket *socket)
{
    const struct vr_address *peer = &socket->peer;

    socket->state = VR_SOCKET_CONNECTING;
    socket->connect_began = vr_now(env_of(socket));
    if (vr_sys(env_of(socket), connect)(
            socket->fd, (const struct sockaddr *)&peer->addr, peer->len) == 0 ||
        errno == EINPROGRESS || errno == EINTR)
        return;

    socket->connect_error = -errno;
    vr_watch_want(&socket->watch, 0);
    vr_pump_later(&socket->inbound);
}

int vr_socket_connect(struct vr_socket *socket, const struct vr_address *peer)
{
    int family = vr_address_family(peer);

    int err = may_begin(socket);
    if (!err && family != AF_INET && family != AF_INET6 && family != AF_UNIX)
        err = -EINVAL;
    if (!err)
        err = ask_program(socket, peer);
    if (!err)
        err = may_begin(socket); /* the program asked may have closed */
    if (err)
        return err;

    int fd = vr_fd_socket(env_of(socket), family, SOCK_STREAM);
    if (fd < 0)
        return fd;
    err = take(socket, fd, family, VR_WRITE, peer);
    if (err) {
        vr_fd_close(env_of(socket), fd);
        return err;
    }
    begin_connect(socket);
    return 0;
}

static bool is_alone(const struct vr_socket *socket,
                     struct vr_address *ret_remote)
{
    return vr_address_remote(env_of(socket), socket->fd, ret_remote) ==
           -ENOTCONN;
}

static bool is_ready(const struct vr_socket *socket)
{
    struct pollfd one = {.fd = socket->fd, .events = POLLOUT};

    return vr_sys(env_of(socket), poll)(&one, 1, 0) > 0;
}

/* A connect to a port of the ephemeral range may, once in a while, meet itself.
 * The kernel names the peer's real address, also after a connect to any address
 * (0.0.0.0). */
static bool met_itself(const struct vr_socket *socket,
                       const struct vr_address *remote)
{
    struct vr_address local;

    return vr_address_port(remote) && !vr_socket_local(socket, &local) &&
           vr_address_is_equal(&local, remote);
}

/* @return 0, -EINPROGRESS, or why not */
static int result_of_connect(const struct vr_socket *socket)
{
    struct vr_address remote = {0};
    int err = 0;
    socklen_t len = sizeof(err);

    if (vr_sys(env_of(socket), getsockopt)(socket->fd, SOL_SOCKET, SO_ERROR,
                                           &err, &len) < 0)
        return -errno;
    /* Without an error and without a peer the selector spoke too early.  If the
     * socket is ready all the same, the connection was lost, and its error was
     * read by another. */
    if (!err && is_alone(socket, &remote))
        return is_ready(socket) && is_alone(socket, &remote) ? -ENOTCONN
                                                             : -EINPROGRESS;
    if (!err && met_itself(socket, &remote))
        return -ECONNREFUSED;
    return -err;
}

void vr_socket_finish_connect(struct vr_socket *socket)
{
    int err = result_of_connect(socket);
    if (err == -EINPROGRESS)
        return;
    if (err) {
        vr_socket_fail(socket, err, VR_STAGE_CONNECT);
        return;
    }
    socket->state = VR_SOCKET_OPEN;
    vr_greet(&socket->inbound, &socket->peer);
}

/* @return the value, or -errno */
static int ask_option(const struct vr_env *env, int fd, int name)
{
    int value = 0;
    socklen_t len = sizeof(value);

    return vr_sys(env, getsockopt)(fd, SOL_SOCKET, name, &value, &len) < 0
               ? -errno
               : value;
}

/* The socket has no peer: had it one?  A connection that was lost has its end
 * to be read, a socket never connected has nothing. */
static bool was_connected(const struct vr_env *env, int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};

    return ask_option(env, fd, SO_ACCEPTCONN) == 0 &&
           vr_sys(env, poll)(&one, 1, 0) > 0 && (one.revents & POLLIN);
}

/* The kernel's address of the peer tells the socket's family; the program's
 * need not, as it may come from a proxy.  After the peer has left, the local
 * address tells it.
 * @return 0 if it is a connected stream socket */
static int ask_who_is_there(const struct vr_env *env, int fd, bool is_known,
                            struct vr_address *ret_address)
{
    int type = ask_option(env, fd, SO_TYPE);
    if (type < 0)
        return type;
    if (type != SOCK_STREAM)
        return -EPROTOTYPE;

    int err = vr_address_remote(env, fd, ret_address);
    if (err && is_known && was_connected(env, fd))
        err = vr_address_local(env, fd, ret_address);
    return err;
}

/* @return the descriptor, which is not the socket's any more */
static int hand_back(struct vr_socket *socket)
{
    int fd = socket->fd;

    vr_watch_close(&socket->watch);
    socket->fd = -1;
    socket->peer = (struct vr_address){.len = 0};
    vr_chain_set_peer(socket->element.chain, NULL);
    return fd;
}

int vr_socket_adopt(struct vr_socket *socket, int fd,
                    const struct vr_address *peer)
{
    const struct vr_env *env = env_of(socket);
    struct vr_address there;

    int err = may_begin(socket);
    if (!err)
        err = ask_who_is_there(env, fd, peer != NULL, &there);
    if (!err)
        err = take(socket, fd, vr_address_family(&there), 0,
                   peer ? peer : &there);
    if (err)
        return err;

    /* Last, so that a descriptor that is refused blocks as before. */
    err = vr_fd_prepare(env, fd);
    if (err) {
        hand_back(socket);
        return err;
    }
    socket->state = VR_SOCKET_OPEN;
    vr_pump_later(&socket->inbound);
    return 0;
}

/* Undo an adoption that no callback has seen yet. */
static void give_up(struct vr_socket *socket)
{
    vr_soon_cancel(&socket->inbound.pump);
    vr_fd_close(env_of(socket), hand_back(socket));
    socket->state = VR_SOCKET_NEW;
}

int vr_socket_pair(struct vr_socket *a, struct vr_socket *b)
{
    int ends[2];

    int err = vr_fd_pair(env_of(a), AF_UNIX, SOCK_STREAM, ends);
    if (err)
        return err;

    err = vr_socket_adopt(a, ends[0], NULL);
    if (err) {
        vr_fd_close(env_of(a), ends[0]);
        vr_fd_close(env_of(a), ends[1]);
        return err;
    }
    err = vr_socket_adopt(b, ends[1], NULL);
    if (err) {
        give_up(a);
        vr_fd_close(env_of(b), ends[1]);
    }
    return err;
}
