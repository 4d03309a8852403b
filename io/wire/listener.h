/* SPDX-License-Identifier: MIT */
/**
 * @file listener.h
 * A listening socket (an acceptor), TCP or unix, that accepts connections and
 * hands them to the program.
 *
 *     static int on_accepted(struct vr_listener *listener, int fd,
 *                            const struct vr_address *peer)
 *     {
 *         struct session *session = session_new();
 *
 *         if (!session)
 *             return -ENOMEM;
 *         int err = vr_socket_accept(&session->socket, listener, fd,
 *                                    peer);
 *         if (err)
 *             vr_chain_close(&session->chain, NULL);
 *         return err;
 *     }
 *     static const struct vr_listener_ops ops = {.accepted = on_accepted};
 *
 *     err = vr_listener_open(&listener, reactor, &local, NULL, &ops);
 *
 * `accepted` allocates the session that serves one connection; `closed` of the
 * session's chain frees it.  When descriptors or memory run out, or the system
 * lets nothing be accepted, accepting pauses for 100 ms and goes on by itself;
 * the log has one line about it.  Clients cannot flood the log: pauses and
 * refusals get a few lines a minute.
 *
 * Ownership: embedded by its owner until `closed`.  Threads: the reactor's.
 */
#ifndef VR_IO_WIRE_LISTENER_H
#define VR_IO_WIRE_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/io/name/address.h>
#include <vreactor/log/limit.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/soon.h>
#include <vreactor/reactor/watch.h>

VR_BEGIN_DECLS

struct vr_listener;

/** The hooks of a listener's owner. */
struct vr_listener_ops {
    /**
     * @p peer has connected: take @p fd, or refuse it.  It is non-blocking, and
     * has TCP_NODELAY where the listener was opened and not adopted.  May close
     * the listener.
     * @return 0: @p fd is the program's; < 0: the listener closes @p fd, and
     * logs the code, of ten refusals a minute at most
     */
    int (*accepted)(struct vr_listener *listener, int fd,
                    const struct vr_address *peer);

    /** The listener was closed, by vr_listener_close() or with its reactor: its
     *  memory is the owner's.  Runs once, last, from the loop.  NULL: not
     *  told.  See vr_listener_error(). */
    void (*closed)(struct vr_listener *listener);

    void *reserved[4]; /**< NULL */
};

/** Options of a listener; 0 is the default. */
struct vr_listener_options {
    size_t size;     /**< by VR_LISTENER_OPTIONS_INIT */
    int backlog;     /**< connections that may wait in the kernel; 0: as many
                          as the system allows */
    bool controlled; /**< accept only what vr_listener_allow() allows */
    bool reuse_port; /**< several listeners share one TCP port */
    bool v6_only;    /**< an IPv6 address takes no IPv4 connections, so that
                          [::] and 0.0.0.0 may have one port; false: as the
                          system does by default */
};

#define VR_LISTENER_OPTIONS_INIT VR_SIZED_INIT(struct vr_listener_options)

/** Members are private. */
struct vr_listener {
    const struct vr_listener_ops *ops;
    struct vr_reactor *reactor;
    struct vr_watch watch;
    struct vr_call retry; /* while accepting pauses */
    struct vr_soon closing;
    struct vr_address local;
    dev_t device;  /* of the file a unix socket was bound to ... */
    ino_t inode;   /* ... which may be moved */
    int fd;        /* -1: closed */
    bool has_path; /* there is such a file, which the listener has made */
    bool no_delay; /* what it accepts inherits TCP_NODELAY */
    bool controlled;
    bool pausing; /* nothing was accepted since the last pause */
    struct vr_log_limit pauses, refusals; /* in the log */
    size_t allowed;
    int err;        /* why it closed by itself */
    uint64_t maker; /* of the path: the mark of its process */
    void *spare[1];
};

/**
 * Listen at @p local.  A unix socket's path must not exist.  Keeps @p reactor
 * and @p ops.
 * @param options  NULL: all defaults
 * @return 0; -EINVAL for a bad option, no stream address, or hooks without
 * `accepted` or with what is reserved; -E2BIG for options that this version
 * does not know; -VR_ECLOSED if @p reactor is closed; -ECHILD in a child of
 * fork(2); -EADDRINUSE, -EACCES, ... as the system says: then the log has a
 * warning with the address
 */
VR_MUST_CHECK
int vr_listener_open(struct vr_listener *listener, struct vr_reactor *reactor,
                     const struct vr_address *local,
                     const struct vr_listener_options *options,
                     const struct vr_listener_ops *ops);

/**
 * Listen with @p fd, a stream socket that listens already, as a service manager
 * passes it to the program that it starts (socket activation), and make it
 * non-blocking and close-on-exec.  The path of a unix socket belongs to whoever
 * bound it: closing leaves it where it is.  Keeps @p reactor and @p ops.
 *
 *     err = vr_listener_adopt(&listener, reactor, 3, NULL, &session_ops);
 *
 * @param options  `controlled` only, as the rest was decided when @p fd was
 * bound; NULL: all defaults
 * @return 0: the listener owns @p fd.  On failure @p fd is still the caller's,
 * as it was: -EINVAL if it does not listen, or as vr_listener_open();
 * -ENOTSOCK; -EPROTOTYPE if it is no stream socket; -EAFNOSUPPORT if it is
 * neither TCP nor unix; -E2BIG, -VR_ECLOSED or -ECHILD as vr_listener_open();
 * -EBADF and others of the system
 */
VR_MUST_CHECK
int vr_listener_adopt(struct vr_listener *listener, struct vr_reactor *reactor,
                      int fd, const struct vr_listener_options *options,
                      const struct vr_listener_ops *ops);

/** Let a controlled listener accept @p count more connections. */
void vr_listener_allow(struct vr_listener *listener, size_t count);

/** The address it listens at, with the port that the kernel chose. */
const struct vr_address *vr_listener_local(const struct vr_listener *listener);

/** Why @p listener has closed by itself: -VR_ECLOSED with its reactor, or the
 *  error for which the selector gave up its descriptor.  0: it is open, or was
 *  closed by vr_listener_close(). */
int vr_listener_error(const struct vr_listener *listener);

/**
 * Accept no more connections; those handed out go on.  The path of a unix
 * socket that the listener has bound is removed, unless another file is there
 * by now, such as the socket of a successor.  A relative path is looked up in
 * the present working directory: after chdir(2) the file stays.  Again: nothing
 * happens.
 */
void vr_listener_close(struct vr_listener *listener);

VR_END_DECLS

#endif
