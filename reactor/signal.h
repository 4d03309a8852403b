/* SPDX-License-Identifier: MIT */
/**
 * @file signal.h
 * Signals of the process, heard in a turn of a reactor.
 *
 *     static void on_terminate(struct vr_signal *signal)
 *     {
 *         struct server *server =
 *             vr_container_of(signal, struct server, terminate);
 *         server_drain(server);
 *     }
 *
 *     err = vr_signal_open(&server->terminate, reactor, SIGTERM, on_terminate);
 *
 * Nothing here happens unless asked for: the first vr_signal_open() of a number
 * installs a handler (SA_RESTART, SA_ONSTACK), and the last vr_signal_close()
 * of it restores the disposition that was there before, unless the program has
 * installed another one meanwhile.  The signal mask of no thread is changed; at
 * least one thread must not block the signal.  Threads of vr_reactor_start()
 * and of pools block nearly all.
 *
 * Any number of these may be open for the same signal, on the same or several
 * reactors: each hears it.  Signals that come faster than turns are counted,
 * not queued.
 *
 * In a child of fork(2) the objects hear nothing.  A signal that comes there
 * gets the disposition that was there before, at once, so that SIGTERM ends a
 * child as if nobody watched.  What a child executes gets the default.  After
 * vr_reactor_after_fork() the objects hear what comes to the child.
 *
 * Ownership: the program embeds the object and keeps it in place while it is
 * open.  After vr_signal_close() it may be freed at once, also inside a
 * callback.
 * Threads: the reactor's; not in a signal handler.
 */
#ifndef VR_REACTOR_SIGNAL_H
#define VR_REACTOR_SIGNAL_H

#include <sys/types.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_reactor;
struct vr_signal;
struct vr_signal_ear;

/** Called in a turn, early, as a post is.  May open and close any. */
typedef void vr_signal_fn(struct vr_signal *signal);

/** Members are private to reactor/. */
struct vr_signal {
    struct vr_signal_ear *ear; /* NULL: not open */
    vr_signal_fn *heard;
    int number;
    unsigned count;
    pid_t sender;
    void *spare[2];
};

/**
 * Call @p heard in a turn of @p reactor after the signal @p number has come.
 * @return 0; -EINVAL for a number that is no signal, for SIGKILL and SIGSTOP,
 * which nobody can watch, and for the signals of a fault (SIGSEGV, SIGBUS,
 * SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT), after which no turn comes;
 * -ENOMEM; -VR_ECLOSED; -ECHILD in a child forked since the reactor was made;
 * or the error of sigaction(2)
 */
VR_MUST_CHECK
int vr_signal_open(struct vr_signal *signal, struct vr_reactor *reactor,
                   int number, vr_signal_fn *heard);

/** Close @p signal: from here on no callback of it runs, and what it has not
 *  heard is forgotten.  vr_reactor_close() does this to all that are open, and
 *  tells nobody.  On one that was closed, or is all 0, nothing happens. */
void vr_signal_close(struct vr_signal *signal);

/** The number of the signal; 0 if @p signal is not open. */
int vr_signal_number(const struct vr_signal *signal);

/** Inside the callback: how often the signal came since the callback before,
 *  1 or more. */
unsigned vr_signal_count(const struct vr_signal *signal);

/** Inside the callback: the process that sent the signal, the last time it
 *  came; 0 if that is not known, as where the kernel did. */
pid_t vr_signal_sender(const struct vr_signal *signal);

VR_END_DECLS

#endif
