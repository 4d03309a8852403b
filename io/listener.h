/* SPDX-License-Identifier: MIT */
/**
 * @file listener.h
 * A listening socket, TCP or unix, that hands out connections.
 *
 *     static int on_accepted(struct vr_listener *listener, int fd,
 *                            const struct vr_peer *peer)
 *     {
 *         struct session *session = session_new(...);
 *         if (!session)
 *             return -ENOMEM;
 *         ...
 *         err = vr_socket_adopt(&session->socket, fd, peer);
 *         ...
 *     }
 *
 * The factory `accepted` allocates what serves one connection; what it
 * allocated is freed by that chain's `closed`.  When descriptors or memory run
 * out, or the system lets nothing be accepted, accepting pauses and goes on by
 * itself; the log has one line about it.
 * Clients cannot flood the log: what they provoke in it has a limit.
 *
 * Ownership: embedded by its owner until `closed`.  Threads: the reactor's.
 */
#ifndef VR_IO_LISTENER_H
#define VR_IO_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/io/peer.h>
#include <vreactor/log/limit.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/closing.h>
#include <vreactor/reactor/watch.h>

VR_BEGIN_DECLS

struct vr_listener;

/** What a listener tells its owner. */
struct vr_listener_ops {
    /**
     * @p peer has connected: take @p fd, which is non-blocking, or refuse it.
     * May close the listener.
     * @return 0: it is yours; < 0: it is closed, and the log says why, of ten
     * such a minute at most
     */
    int (*accepted)(struct vr_listener *listener, int fd,
                    const struct vr_peer *peer);

    /** It is closed, by vr_listener_close() or with its reactor: its memory is
     *  yours.  Once, last, from the loop.  NULL: no matter. */
    void (*closed)(struct vr_listener *listener);
};

/** How to listen; 0 is the default. */
struct vr_listener_options {
    size_t size;     /**< sizeof(struct vr_listener_options) */
    int backlog;     /**< connections that may wait in the kernel; 0: as many
                          as the system lets */
    bool controlled; /**< accept only what vr_listener_allow() allows */
    bool reuse_port; /**< several listeners share one TCP port */
    bool v6_only;    /**< an IPv6 address takes no IPv4 connections, so that
                          [::] and 0.0.0.0 may have one port; false: as the
                          system does by default */
};

/** Members are private. */
struct vr_listener {
    const struct vr_listener_ops *ops;
    struct vr_reactor *reactor;
    struct vr_watch watch;
    struct vr_call retry; /* while accepting pauses */
    struct vr_closing closing;
    struct vr_peer local;
    dev_t device; /* of the file a unix socket was bound to ... */
    ino_t inode;  /* ... which may be moved */
    int fd;       /* -1: closed */
    bool controlled;
    bool pausing; /* since the last time it could not accept */
    struct vr_log_limit pauses, refusals; /* in the log */
    size_t allowed;
};

/**
 * Listen at @p local.  A unix socket's path must not exist.  Keeps @p reactor
 * and @p ops.
 * @param options  NULL: all defaults
 * @return 0; -EINVAL for a bad option or no stream address; -VR_ECLOSED;
 * -ECHILD; -EADDRINUSE, -EACCES, ... as the system says: then the log has a
 * warning with the address
 */
VR_MUST_CHECK
int vr_listener_open(struct vr_listener *listener, struct vr_reactor *reactor,
                     const struct vr_peer *local,
                     const struct vr_listener_options *options,
                     const struct vr_listener_ops *ops);

/** Let a controlled listener accept @p count connections more. */
void vr_listener_allow(struct vr_listener *listener, size_t count);

/** Where it listens, with the port that the kernel chose. */
const struct vr_peer *vr_listener_local(const struct vr_listener *listener);

/**
 * Accept nothing more; connections that were handed out go on.  A unix socket
 * is removed from its path, unless something else stands there by now, such as
 * the socket of a successor.  A relative path is that of the working directory
 * at this time: after chdir(2) the socket stays where it is.
 * Again: nothing happens.
 */
void vr_listener_close(struct vr_listener *listener);

VR_END_DECLS

#endif
