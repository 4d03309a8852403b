/* SPDX-License-Identifier: MIT */
/**
 * @file listener.c
 * Accepting connections, and living with what can go wrong there.
 */
#include <vreactor/io/wire/listener_impl.h>

#include <errno.h>
#include <stdint.h>
#include <sys/socket.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/err.h>
#include <vreactor/base/fd.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/reactor.h>

enum { BATCH = 64 }; /* connections accepted in one turn */

static const vr_time pause_time = 100 * VR_MSEC;
static const struct vr_log_limit pauses_limit = {.most = 1, .per = 60 * VR_SEC};
static const struct vr_log_limit refusals_limit = {.most = 10,
                                                   .per = 60 * VR_SEC};

static const struct vr_env *env_of(const struct vr_listener *listener)
{
    return vr_reactor_env(listener->reactor);
}

static void update(struct vr_listener *listener)
{
    bool may = !vr_call_is_scheduled(&listener->retry) &&
               (!listener->controlled || listener->allowed);

    vr_watch_want(&listener->watch, may ? VR_READ : 0);
}

/* ---- accepting ---- */

/* The error concerns this connection only: it went away, or brought an error of
 * its network with it (accept(2) on Linux).  The next may be accepted. */
static bool concerns_one_connection(int err)
{
    switch (-err) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case EPERM: /* forbidden by a firewall */
        return true;
    default:
        return false;
    }
}

/* Descriptors or memory are used up, or nothing may be accepted at all.  The
 * connection stays in the kernel, so the descriptor stays ready: without a
 * pause we would spin. */
static void pause_accepting(struct vr_listener *listener, int err)
{
    char text[VR_ADDRESS_TEXT_SIZE];

    if (!listener->pausing)
        vr_log_limited(&listener->pauses, vr_reactor_log(listener->reactor),
                       VR_LOG_WARN, "%s: accepting pauses: %s (%s)",
                       vr_address_format(&listener->local, text, sizeof(text)),
                       vr_strerror(err), vr_errname(err));
    listener->pausing = true;
    vr_call_after(&listener->retry, pause_time);
}

static void hand_out(struct vr_listener *listener, int fd,
                     const struct vr_address *peer)
{
    const struct vr_env *env = env_of(listener);
    char text[VR_ADDRESS_TEXT_SIZE];

    if (listener->controlled)
        listener->allowed--;
    int err = listener->ops->accepted(listener, fd, peer);
    if (!err)
        return;

    vr_log_limited(&listener->refusals, vr_reactor_log(listener->reactor),
                   VR_LOG_WARN,
                   "%s: connection refused by the program: %s (%s)",
                   vr_address_format(peer, text, sizeof(text)),
                   vr_strerror(err), vr_errname(err));
    vr_fd_close(env, fd);
}

/* @return 0 for one, -EAGAIN if there is none, or why not */
static int accept_one(struct vr_listener *listener)
{
    struct sockaddr_storage addr = {0};
    socklen_t len = sizeof(addr);
    struct vr_address peer = {0};

    int fd = vr_fd_accept(env_of(listener), listener->fd,
                          (struct sockaddr *)&addr, &len);
    if (fd < 0)
        return fd == -EWOULDBLOCK ? -EAGAIN : fd;
    listener->pausing = false;
    if (len > (socklen_t)sizeof(addr))
        len = sizeof(addr);
    (void)!vr_address_from_sockaddr((struct sockaddr *)&addr, len, &peer);
    hand_out(listener, fd, &peer);
    return 0;
}

/* `accepted` may have closed the listener, used up what was allowed, or asked
 * the reactor to stop. */
static bool may_accept(const struct vr_listener *listener)
{
    return listener->fd >= 0 && (!listener->controlled || listener->allowed) &&
           !vr_reactor_is_stopping(listener->reactor);
}

/* An error of one connection does not keep others waiting, unless all of them
 * fail: a system that forbids accepting says the same of each.
 * @return 0, or why to pause */
static int accept_some(struct vr_listener *listener)
{
    bool had_one = false;
    int err = 0;

    for (int i = 0; i < BATCH && may_accept(listener); i++) {
        err = accept_one(listener);
        if (err == -EAGAIN)
            return 0;
        if (err && !concerns_one_connection(err))
            return err;
        had_one = had_one || !err;
    }
    return had_one ? 0 : err;
}

static void on_readable(struct vr_watch *watch)
{
    struct vr_listener *listener =
        vr_container_of(watch, struct vr_listener, watch);

    int err = accept_some(listener);
    if (err)
        pause_accepting(listener, err);
    update(listener);
}

static void on_retry(struct vr_call *call)
{
    update(vr_container_of(call, struct vr_listener, retry));
}

static void on_failed(struct vr_watch *watch, int err)
{
    struct vr_listener *listener =
        vr_container_of(watch, struct vr_listener, watch);
    char text[VR_ADDRESS_TEXT_SIZE];

    vr_address_format(&listener->local, text, sizeof(text));
    if (err == -VR_ECLOSED)
        vr_log_info(vr_reactor_log(listener->reactor),
                    "%s: listener closed with its reactor", text);
    else
        vr_log_error(vr_reactor_log(listener->reactor),
                     "%s: listener closed: %s (%s)", text, vr_strerror(err),
                     vr_errname(err));
    listener->err = err;
    vr_listener_close(listener);
}

const struct vr_watch_ops vr_listener_events = {
    .readable = on_readable,
    .failed = on_failed,
};

/* ---- as a whole ---- */

static void has_closed(struct vr_soon *closing)
{
    struct vr_listener *listener =
        vr_container_of(closing, struct vr_listener, closing);

    if (listener->ops->closed)
        listener->ops->closed(listener);
}

void vr_listener_init(struct vr_listener *listener, struct vr_reactor *reactor,
                      const struct vr_listener_ops *ops)
{
    *listener = (struct vr_listener){.ops = ops,
                                     .reactor = reactor,
                                     .pauses = pauses_limit,
                                     .refusals = refusals_limit,
                                     .fd = -1};
    vr_call_init(&listener->retry, reactor, on_retry);
    vr_soon_init(&listener->closing, has_closed);
}

void vr_listener_allow(struct vr_listener *listener, size_t count)
{
    if (listener->fd < 0)
        return;
    listener->allowed = count > SIZE_MAX - listener->allowed
                            ? SIZE_MAX
                            : listener->allowed + count;
    update(listener);
}

const struct vr_address *vr_listener_local(const struct vr_listener *listener)
{
    return &listener->local;
}

int vr_listener_error(const struct vr_listener *listener)
{
    return listener->err;
}

void vr_listener_close(struct vr_listener *listener)
{
    if (listener->fd < 0)
        return;

    vr_call_cancel(&listener->retry);
    vr_watch_close(&listener->watch);
    vr_listener_remove_path(listener);
    vr_fd_close(env_of(listener), listener->fd);
    listener->fd = -1;
    vr_soon_add_closing(&listener->closing, listener->reactor);
}
