/* SPDX-License-Identifier: MIT */
/**
 * @file listener_open.c
 * How a listener comes to listen: at an address, or with a descriptor that does
 * already.
 */
#include <vreactor/io/wire/listener_impl.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/err.h>
#include <vreactor/base/fd.h>
#include <vreactor/base/options.h>
#include <vreactor/base/reserved.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/reactor.h>

static const struct vr_env *env_of(const struct vr_listener *listener)
{
    return vr_reactor_env(listener->reactor);
}

static int read_options(struct vr_listener_options *given,
                        const struct vr_listener_options *options,
                        const struct vr_listener_ops *ops)
{
    int err = vr_options_read(given, vr_listener_options, options);
    if (err)
        return err;

    return given->backlog < 0 || !ops->accepted || !vr_is_known(ops) ? -EINVAL
                                                                     : 0;
}

static bool is_stream_family(int family)
{
    return family == AF_INET || family == AF_INET6 || family == AF_UNIX;
}

static int watch(struct vr_listener *listener, int fd, bool controlled)
{
    listener->controlled = controlled;
    return vr_watch_open(&listener->watch, listener->reactor, fd,
                         controlled ? 0 : VR_READ, &vr_listener_events);
}

/* ---- at an address ---- */

static int set_options(const struct vr_env *env, int fd, int family,
                       const struct vr_listener_options *options)
{
    int err = 0;

    if (family == AF_UNIX)
        return options->reuse_port ? -EINVAL : 0;
    err = vr_fd_set_option(env, fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (!err && family == AF_INET6 && options->v6_only)
        err = vr_fd_set_option(env, fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (!err && options->reuse_port)
        err = vr_fd_set_option(env, fd, SOL_SOCKET, SO_REUSEPORT, 1);
    if (!err)
        err = vr_fd_set_option(env, fd, IPPROTO_TCP, TCP_NODELAY, 1);
    return err;
}

static int listen_and_watch(struct vr_listener *listener, int fd,
                            const struct vr_listener_options *options)
{
    const struct vr_env *env = env_of(listener);
    int backlog = options->backlog ? options->backlog : SOMAXCONN;

    if (vr_sys(env, listen)(fd, backlog) < 0)
        return -errno;

    int err = vr_address_local(env, fd, &listener->local);
    return err ? err : watch(listener, fd, options->controlled);
}

static int listen_at(struct vr_listener *listener, int fd,
                     const struct vr_listener_options *options)
{
    const struct vr_env *env = env_of(listener);
    const struct vr_address *local = &listener->local;

    int err = set_options(env, fd, vr_address_family(local), options);
    if (err)
        return err;
    if (vr_sys(env, bind)(fd, (const struct sockaddr *)&local->addr,
                          local->len) < 0)
        return -errno;

    err = vr_listener_note_path(listener);
    if (err)
        return err;
    err = listen_and_watch(listener, fd, options);
    if (err)
        vr_listener_remove_path(listener);
    listener->no_delay = vr_address_family(local) != AF_UNIX;
    return err;
}

static int open_socket(struct vr_listener *listener,
                       const struct vr_listener_options *options)
{
    const struct vr_env *env = env_of(listener);

    int fd =
        vr_fd_socket(env, vr_address_family(&listener->local), SOCK_STREAM);
    if (fd < 0)
        return fd;

    int err = listen_at(listener, fd, options);
    if (err)
        vr_fd_close(env, fd);
    else
        listener->fd = fd;
    return err;
}

/* The error alone would not tell a person which of many addresses it was. */
static void tell_unopened(const struct vr_listener *listener,
                          const struct vr_address *local, int err)
{
    char text[VR_ADDRESS_TEXT_SIZE];

    vr_log_warn(vr_reactor_log(listener->reactor), "%s: cannot listen: %s (%s)",
                vr_address_format(local, text, sizeof(text)), vr_strerror(err),
                vr_errname(err));
}

int vr_listener_open(struct vr_listener *listener, struct vr_reactor *reactor,
                     const struct vr_address *local,
                     const struct vr_listener_options *options,
                     const struct vr_listener_ops *ops)
{
    struct vr_listener_options given = {0};

    vr_listener_init(listener, reactor, ops);
    listener->local = *local;
    int err = read_options(&given, options, ops);
    if (!err && !is_stream_family(vr_address_family(local)))
        err = -EINVAL;
    if (err)
        return err;

    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;
    err = open_socket(listener, &given);
    if (err && err != -VR_ECLOSED)
        tell_unopened(listener, local, err);
    return err;
}

/* ---- with a descriptor ---- */

/* Does what @fd accepts inherit TCP_NODELAY? @return 0 or -errno */
static int ask_delay(struct vr_listener *listener, int fd)
{
    if (vr_address_family(&listener->local) == AF_UNIX)
        return 0;

    int on = vr_fd_get_option(env_of(listener), fd, IPPROTO_TCP, TCP_NODELAY);
    listener->no_delay = on > 0;
    return on < 0 ? on : 0;
}

/* Does @fd listen?  Where is noted. */
static int ask_where(struct vr_listener *listener, int fd)
{
    const struct vr_env *env = env_of(listener);

    int type = vr_fd_get_option(env, fd, SOL_SOCKET, SO_TYPE);
    if (type < 0)
        return type;
    if (type != SOCK_STREAM)
        return -EPROTOTYPE;
    int listens = vr_fd_get_option(env, fd, SOL_SOCKET, SO_ACCEPTCONN);
    if (listens <= 0)
        return listens < 0 ? listens : -EINVAL;

    int err = vr_address_local(env, fd, &listener->local);
    if (!err && !is_stream_family(vr_address_family(&listener->local)))
        err = -EAFNOSUPPORT;
    return err;
}

int vr_listener_adopt(struct vr_listener *listener, struct vr_reactor *reactor,
                      int fd, const struct vr_listener_options *options,
                      const struct vr_listener_ops *ops)
{
    struct vr_listener_options given = {0};

    vr_listener_init(listener, reactor, ops);
    int err = read_options(&given, options, ops);
    if (!err && (given.backlog || given.reuse_port || given.v6_only))
        err = -EINVAL;
    if (!err)
        err = ask_where(listener, fd);
    if (!err)
        err = ask_delay(listener, fd);
    if (!err)
        err = watch(listener, fd, given.controlled);
    if (err)
        return err;

    /* Last, so that a descriptor that is refused blocks as before. */
    err = vr_fd_prepare(env_of(listener), fd);
    if (err)
        vr_watch_close(&listener->watch);
    else
        listener->fd = fd;
    return err;
}
