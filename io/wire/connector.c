/* SPDX-License-Identifier: MIT */
/**
 * @file connector.c
 * Connecting, and what can be taken for it.
 */
#include <vreactor/io/wire/connector_impl.h>

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end_kind.h>
#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/fd.h>
#include <vreactor/base/options.h>
#include <vreactor/io/name/address.h>
#include <vreactor/reactor/reactor.h>

/* ---- the steps ---- */

bool vr_connect_knows(int family)
{
    return family == AF_INET || family == AF_INET6 || family == AF_UNIX;
}

int vr_connect_begin(const struct vr_env *env, int fd,
                     const struct vr_address *peer)
{
    return vr_sys(env, connect)(fd, (const struct sockaddr *)&peer->addr,
                                peer->len) == 0 ||
                   errno == EINPROGRESS || errno == EINTR
               ? 0
               : -errno;
}

static bool is_alone(const struct vr_env *env, int fd,
                     struct vr_address *ret_remote)
{
    return vr_address_remote(env, fd, ret_remote) == -ENOTCONN;
}

static bool is_ready(const struct vr_env *env, int fd)
{
    return vr_fd_poll(env, fd, POLLOUT, 0) > 0;
}

/* A connect to a port of the ephemeral range may, once in a while, meet itself.
 * The kernel names the peer's real address, also after a connect to any address
 * (0.0.0.0). */
static bool met_itself(const struct vr_env *env, int fd,
                       const struct vr_address *remote)
{
    struct vr_address local;

    return vr_address_port(remote) && !vr_address_local(env, fd, &local) &&
           vr_address_is_equal(&local, remote);
}

int vr_connect_result(const struct vr_env *env, int fd)
{
    struct vr_address remote = {0};

    int err = vr_fd_get_option(env, fd, SOL_SOCKET, SO_ERROR);
    if (err)
        return err < 0 ? err : -err;
    /* Without an error and without a peer the selector spoke too early.  If the
     * socket is ready all the same, the connection was lost, and its error was
     * read by another. */
    if (is_alone(env, fd, &remote))
        return is_ready(env, fd) && is_alone(env, fd, &remote) ? -ENOTCONN
                                                               : -EINPROGRESS;
    return met_itself(env, fd, &remote) ? -ECONNREFUSED : 0;
}

/* ---- the connector ---- */

static const struct vr_env *env_of(const struct vr_connector *connector)
{
    return vr_reactor_env(connector->reactor);
}

/* @return the descriptor, which is not the connector's any more */
static int let_go(struct vr_connector *connector)
{
    int fd = connector->fd;

    vr_soon_cancel(&connector->failing);
    vr_watch_close(&connector->watch);
    connector->fd = -1;
    return fd;
}

/* The last act, as the owner may free the connector. */
static void finish(struct vr_connector *connector, int err)
{
    const struct vr_env *env = env_of(connector);
    const struct vr_end why = {
        .kind = err ? vr_end_kind_of(err) : VR_END_NONE,
        .stage = VR_STAGE_CONNECT,
        .code = err,
        .after = vr_time_sub(vr_now(env), connector->began),
    };
    int fd = let_go(connector);

    if (err) {
        vr_fd_close(env, fd);
        fd = -1;
    }
    connector->done(connector, fd, &why);
}

static void on_writable(struct vr_watch *watch)
{
    struct vr_connector *connector =
        vr_container_of(watch, struct vr_connector, watch);

    int err = vr_connect_result(env_of(connector), connector->fd);
    if (err != -EINPROGRESS)
        finish(connector, err);
}

static void on_failed(struct vr_watch *watch, int err)
{
    finish(vr_container_of(watch, struct vr_connector, watch), err);
}

static void fail(struct vr_soon *failing)
{
    struct vr_connector *connector =
        vr_container_of(failing, struct vr_connector, failing);

    finish(connector, connector->error);
}

static const struct vr_watch_ops events = {
    .writable = on_writable,
    .failed = on_failed,
};

void vr_connector_init(struct vr_connector *connector,
                       struct vr_reactor *reactor, vr_connector_done_fn *done)
{
    *connector =
        (struct vr_connector){.reactor = reactor, .done = done, .fd = -1};
    vr_soon_init(&connector->failing, fail);
}

/* ---- starting ---- */

static int bind_source(const struct vr_env *env, int fd,
                       const struct vr_address *source)
{
    return !source ||
                   vr_sys(env, bind)(fd, (const struct sockaddr *)&source->addr,
                                     source->len) == 0
               ? 0
               : -errno;
}

static int check(const struct vr_connector *connector, int family,
                 const struct vr_address *source)
{
    if (connector->fd >= 0)
        return -EALREADY;
    if (!vr_connect_knows(family))
        return -EINVAL;

    return source && (family == AF_UNIX || vr_address_family(source) != family)
               ? -EINVAL
               : 0;
}

/* @return the descriptor, which is watched */
static int open_socket(struct vr_connector *connector, int family,
                       const struct vr_address *source)
{
    const struct vr_env *env = env_of(connector);

    int fd = vr_fd_socket(env, family, SOCK_STREAM);
    if (fd < 0)
        return fd;
    int err = bind_source(env, fd, source);
    if (!err)
        err = vr_watch_open(&connector->watch, connector->reactor, fd, VR_WRITE,
                            &events);
    if (err)
        vr_fd_close(env, fd);
    return err ? err : fd;
}

int vr_connector_start(struct vr_connector *connector,
                       const struct vr_address *peer,
                       const struct vr_connector_options *options)
{
    struct vr_connector_options given = {0};
    int family = vr_address_family(peer);

    int err = vr_options_read(&given, vr_connector_options, options);
    if (!err)
        err = check(connector, family, given.source);
    if (err)
        return err;
    int fd = open_socket(connector, family, given.source);
    if (fd < 0)
        return fd;

    connector->fd = fd;
    connector->began = vr_now(env_of(connector));
    connector->error = vr_connect_begin(env_of(connector), fd, peer);
    if (connector->error) {
        vr_watch_want(&connector->watch, 0);
        vr_soon_add_pump(&connector->failing, connector->reactor);
    }
    return 0;
}

bool vr_connector_is_connecting(const struct vr_connector *connector)
{
    return connector->fd >= 0;
}

void vr_connector_cancel(struct vr_connector *connector)
{
    if (connector->fd >= 0)
        vr_fd_close(env_of(connector), let_go(connector));
}
