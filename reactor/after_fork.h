/* SPDX-License-Identifier: MIT */
/**
 * @file after_fork.h
 * Going on with a reactor in a child of fork(2), such as a worker that shares
 * the listener of its parent.
 *
 *     static int be_worker(struct vr_reactor *reactor)
 *     {
 *         int err = vr_reactor_after_fork(reactor);
 *
 *         return err ? err : vr_reactor_run(reactor);
 *     }
 *
 * A child has a copy of each reactor, which does nothing there: see reactor.h.
 * vr_reactor_after_fork() makes a copy the child's own.  From then on it does
 * there what it does in the parent, and neither disturbs the other: watches
 * hear, calls and tasks run when they are due, posts that were on their way,
 * pumps and closings run in the next turn, signals that come to the child are
 * heard, and deferreds and coroutines go on.
 *
 * What is of the parent's process stays with it:
 *
 * - its child processes, which this one cannot wait for: a deferred of
 *   reactor/async/child.h fails with -ECHILD in the next turn;
 * - its threads: jobs of a pool and drains fail with -ECHILD in the next turn,
 *   and the pool cannot be used (reactor/async/pool.h).  What another thread
 *   was to settle, to answer or to post never comes: the child cancels it;
 * - what its log has not shown yet, and signals that it has not heard yet;
 * - the path of a unix socket, which the child's listener leaves there.
 *
 * Descriptors of the program are those of the parent, as fork(2) shares them:
 * of a connection that both read each gets some bytes, and who ends it ends it
 * for both.  So a child first closes the watches, chains and listeners that it
 * leaves to the parent, and then calls this: until then closing reaches no
 * further than its own descriptors, and `closed` runs in a turn after it.
 */
#ifndef VR_REACTOR_AFTER_FORK_H
#define VR_REACTOR_AFTER_FORK_H

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_reactor;

/**
 * Make the copy of @p reactor that this process inherited by fork(2) its own.
 * The thread that forked must have been the only one inside a function of the
 * library for this reactor, for its log, or for what is open on it; so the
 * reactor did not run in another.  Threads of pools do not count.  A callback
 * of the reactor may fork, and return in the child: this is called once the
 * turn or the run has returned -ECHILD.
 *
 * Before this the child does no more with the copy than to close what it leaves
 * to the parent: entries that it logs and results that it settles before are
 * lost.  A signal that comes before gets what reactor/signal.h says, unless the
 * thread blocks it from before fork(2) until this returns.
 *
 * The reactor gets descriptors of its own, so that of vr_reactor_fd() changes:
 * a host asks for it again, and for the timeout.  A guest of libevent's base
 * goes on after event_reinit().  A child of the child calls this for its copy.
 * @return 0, also for a reactor of this process: then nothing happens.  After
 * an error the copy is as it was, and this may be called again: -EBUSY inside a
 * callback of the reactor or a watcher of a log, and for ever where another
 * thread ran it; -VR_ECLOSED if it was closed, or being closed; -EEXIST if a
 * watch is open whose descriptor is not; -ENOMEM, or the error of a system call
 * that makes a descriptor, of the selector, or of sigaction(2)
 * Threads: the child's only one.
 */
VR_MUST_CHECK
int vr_reactor_after_fork(struct vr_reactor *reactor);

VR_END_DECLS

#endif
