/* SPDX-License-Identifier: MIT */
/**
 * @file idle.h
 * Running a reactor until it has nothing left to do, and what does not count as
 * something to do.
 *
 * For programs that do some work and end, and for tests:
 *
 *     static int fetch_all(struct vr_reactor *reactor)
 *     {
 *         begin_fetching(reactor);
 *         return vr_reactor_run_until_idle(reactor);
 *     }
 *
 * A reactor is alive while it has
 *
 *      - a post that has not run, so also a task, a question or a future of
 *        another thread that has just come
 *      - a call that is scheduled, so also a task or a sleep
 *      - an open watch, whatever is wanted of it, so also an open socket or
 *        listener, or a child process whose end is awaited
 *      - a pump or a closing that has not run, or is held (reactor/soon.h)
 *      - a promise that is not settled and whose deferred was neither
 *        cancelled nor freed, so also a question to another reactor, a job of
 *        a pool, a condition that is awaited
 *      - a deferred that another thread or another reactor waits for
 *
 * What is marked as background does not count, such as a listener for figures
 * of the program, or a call that logs them now and then: see
 * vr_watch_set_background(), vr_call_set_background() and
 * vr_promise_set_background().  Signals that are watched, entries of the log on
 * their way, hooks around the wait and conditions that are watched by a
 * callback are background always.
 *
 * What is in the background runs as ever while the reactor does; nothing is
 * cancelled when the run ends, and the next run goes on with all of it.
 *
 * A host's loop (reactor/embed.h), or that of libevent, which no run replaces,
 * asks between its rounds:
 *
 *     while (vr_reactor_is_alive(reactor))
 *         make_a_round_of_the_hosts_loop();
 *
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_IDLE_H
#define VR_REACTOR_IDLE_H

#include <stdbool.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_reactor;

/**
 * vr_reactor_run() that also ends in a turn that finds @p reactor not alive.
 * Such a turn does not wait; if what it finds ready in the background gives the
 * reactor something to do, the run goes on.  A post that comes later is kept
 * for the next run.  The last promise that any thread settles, or gives back,
 * wakes the loop, which ends then.
 * @return 0 when nothing was left, or it was stopped; errors as of
 * vr_reactor_run()
 */
VR_MUST_CHECK
int vr_reactor_run_until_idle(struct vr_reactor *reactor);

/** Has @p reactor something to do that is not background, so that
 *  vr_reactor_run_until_idle() would go on?  False once it is closed. */
bool vr_reactor_is_alive(struct vr_reactor *reactor);

VR_END_DECLS

#endif
