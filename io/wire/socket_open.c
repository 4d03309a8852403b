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
#include <vreactor/base/err.h>
#include <vreactor/base/fd.h>
#include <vreactor/io/control.h>
#include <vreactor/io/wire/connector_impl.h>
#include <vreactor/io/wire/listener.h>
#include <vreactor/reactor/reactor.h>

static const struct vr_env *env_of(const struct vr_socket *socket)
{
    return vr_reactor_env(socket->wire.reactor);
}

/* A descriptor, and what is known of it. */
struct found {
    int fd;
    int family;
    bool no_delay; /* it was inherited */
};

static bool has_delay(const struct vr_socket *socket)
{
    return socket->wire.own & VR_SOCKET_DELAY;
}

static int apply_options(const struct vr_socket *socket,
                         const struct found *found)
{
    const struct vr_env *env = env_of(socket);
    bool delay = has_delay(socket);
    int err = 0;

    if (found->family != AF_INET && found->family != AF_INET6)
        return 0;
    if (found->no_delay == delay)
        err =
            vr_fd_set_option(env, found->fd, IPPROTO_TCP, TCP_NODELAY, !delay);
    if (!err && socket->wire.own & VR_SOCKET_KEEP_ALIVE)
        err = vr_fd_set_option(env, found->fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    return err;
}

/* Take what was found, with @p peer there, and watch it. */
static int take(struct vr_socket *socket, const struct found *found,
                unsigned want, const struct vr_address *peer)
{
    int err = vr_wire_watch(&socket->wire, found->fd, want);
    if (err)
        return err;
    err = apply_options(socket, found);
    if (!err)
        err = vr_chain_set_peer(socket->element.chain, peer);
    if (err)
        (void)vr_wire_unwatch(&socket->wire);
    return err;
}

static int ask_program(struct vr_socket *socket, const struct vr_address *peer)
{
    struct vr_control msg = {.kind = vr_control_can_connect(), .peer = peer};

    int answer = vr_control_downstream(&socket->wire.inbound, &msg);
    return answer < 0 && answer != -VR_ENOCONTROL && answer != -ENOTCONN
               ? -VR_EREFUSED
               : 0;
}

/* The loop tells of an error of connect(2) itself, as of a later one. */
static void begin_connect(struct vr_socket *socket,
                          const struct vr_address *peer)
{
    vr_wire_begin(&socket->wire,
                  vr_connect_begin(env_of(socket), socket->wire.fd, peer));
}

int vr_socket_connect(struct vr_socket *socket, const struct vr_address *peer)
{
    int family = vr_address_family(peer);

    int err = vr_wire_may_open(&socket->wire);
    if (!err && !vr_connect_knows(family))
        err = -EINVAL;
    if (!err)
        err = ask_program(socket, peer);
    if (!err)
        err = vr_wire_may_open(
            &socket->wire); /* the program asked may have closed */
    if (err)
        return err;

    int fd = vr_fd_socket(env_of(socket), family, SOCK_STREAM);
    if (fd < 0)
        return fd;
    err = take(socket, &(struct found){.fd = fd, .family = family}, VR_WRITE,
               peer);
    if (err) {
        vr_fd_close(env_of(socket), fd);
        return err;
    }
    begin_connect(socket, peer);
    return 0;
}

int vr_socket_opened(struct vr_wire *wire)
{
    return vr_connect_result(vr_reactor_env(wire->reactor), wire->fd);
}

/* The socket has no peer: had it one?  A connection that was lost has its end
 * to be read, a socket never connected has nothing. */
static bool was_connected(const struct vr_env *env, int fd)
{
    if (vr_fd_get_option(env, fd, SOL_SOCKET, SO_ACCEPTCONN) != 0)
        return false;

    int found = vr_fd_poll(env, fd, POLLIN, 0);
    return found > 0 && (found & POLLIN);
}

/* The kernel's address of the peer tells the socket's family; the program's
 * need not, as it may come from a proxy.  After the peer has left, the local
 * address tells it.
 * @return 0 if it is a connected stream socket */
static int ask_who_is_there(const struct vr_env *env, int fd, bool is_known,
                            struct vr_address *ret_address)
{
    int type = vr_fd_get_option(env, fd, SOL_SOCKET, SO_TYPE);
    if (type < 0)
        return type;
    if (type != SOCK_STREAM)
        return -EPROTOTYPE;

    int err = vr_address_remote(env, fd, ret_address);
    if (err && is_known && was_connected(env, fd))
        err = vr_address_local(env, fd, ret_address);
    return err;
}

/* Undo it, before a callback has seen it.
 * @return the descriptor, which is not the socket's any more */
static int hand_back(struct vr_socket *socket)
{
    (void)!vr_chain_set_peer(socket->element.chain, NULL);
    return vr_wire_unwatch(&socket->wire);
}

int vr_socket_adopt(struct vr_socket *socket, int fd,
                    const struct vr_address *peer)
{
    const struct vr_env *env = env_of(socket);
    struct vr_address there;

    int err = vr_wire_may_open(&socket->wire);
    if (!err)
        err = ask_who_is_there(env, fd, peer != NULL, &there);
    if (!err)
        err = take(socket,
                   &(struct found){
                       .fd = fd,
                       .family = vr_address_family(&there),
                       .no_delay = has_delay(socket), /* not known: it is set */
                   },
                   0, peer ? peer : &there);
    if (err)
        return err;

    /* Last, so that a descriptor that is refused blocks as before. */
    err = vr_fd_prepare(env, fd);
    if (err) {
        (void)hand_back(socket);
        return err;
    }
    vr_wire_open(&socket->wire);
    return 0;
}

int vr_socket_accept(struct vr_socket *socket,
                     const struct vr_listener *listener, int fd,
                     const struct vr_address *peer)
{
    int err = vr_wire_may_open(&socket->wire);
    if (!err)
        err = take(socket,
                   &(struct found){
                       .fd = fd,
                       .family = vr_address_family(&listener->local),
                       .no_delay = listener->no_delay,
                   },
                   0, peer);
    if (!err)
        vr_wire_open(&socket->wire);
    return err;
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
        vr_fd_close(env_of(a), hand_back(a));
        vr_fd_close(env_of(b), ends[1]);
    }
    return err;
}
