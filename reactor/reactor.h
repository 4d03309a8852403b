/* SPDX-License-Identifier: MIT */
/**
 * @file reactor.h
 * An event loop: one thread that waits for descriptors, timers and messages
 * from other threads, and calls the functions registered for them.
 *
 *     struct vr_reactor *reactor;
 *     int err = vr_reactor_new(NULL, &reactor);
 *     if (!err)
 *         err = vr_reactor_start(reactor);
 *     ...
 *     vr_reactor_stop(reactor);
 *     vr_reactor_join(reactor);
 *     vr_reactor_free(reactor);
 *
 * States: new; running, in vr_reactor_run() or in a thread of its own; idle,
 * once a run has ended and until the next one; closing, inside
 * vr_reactor_close(); closed, for ever.  While a reactor is new or idle, posts
 * and calls wait for its next run.
 *
 * Callbacks must return.  A callback that ends its thread, by pthread_exit(3)
 * or pthread_cancel(3), or that is left by longjmp(3) or by an exception of
 * C++, ends the loop without notice: a thread that waits for this reactor in
 * vr_call_and_wait() or vr_reactor_join() then waits for ever.
 *
 * Threads: while a reactor runs, it and every object on it belong to the thread
 * it runs in.  While it is new or idle, any thread may use them, one at a time:
 * vr_reactor_run() and vr_reactor_start() hand them over, vr_reactor_join()
 * hands them back.  Functions that any thread may call say so.
 *
 * fork(2): a child inherits a copy of each reactor that it cannot use: whatever
 * would run the copy or open something on it returns -ECHILD, none of its
 * callbacks run, and posts to it wait for ever.  The child may close the
 * watches, chains and listeners of the copy: this closes descriptors of the
 * child only, and the parent's reactor misses no event.  After that the child
 * may close and free the copy, and make a reactor of its own.  A child that
 * goes on to exec(2) need not do anything: every descriptor of the library is
 * closed on exec.  A callback that forks may return in the child: no other
 * callback runs there, and the turn, the run or the close returns -ECHILD.
 * A child that is to go on with a copy calls vr_reactor_after_fork()
 * (after_fork.h).
 */
#ifndef VR_REACTOR_REACTOR_H
#define VR_REACTOR_REACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct vr_env;
struct vr_logger;
struct vr_reactor;
struct vr_selector_ops;

/** Options of a reactor; 0 and NULL mean the default. */
struct vr_reactor_options {
    size_t size; /**< by VR_REACTOR_OPTIONS_INIT */

    const char *name; /**< prefix of its log entries; NULL: "reactor" */

    /** "epoll", "poll", ...; NULL: the one that the environment variable
     *  VR_SELECTOR names (ignored in a set-user-id program), else the best of
     *  this system.  If the environment names a selector that is not here, or
     *  the kernel lacks or forbids the one that is named (ENOSYS, ENOTSUP,
     *  EINVAL, EPERM, EACCES), the reactor takes the best of the others and
     *  warns in its log: see vr_reactor_selector(). */
    const char *selector;

    /** A selector of the program's own.  It is preferred to `selector` and to
     *  VR_SELECTOR, and no other one replaces it.  The table is kept. */
    const struct vr_selector_ops *selector_ops;
    void *selector_arg; /**< the argument of its open(); it stays where it is
                             if vr_reactor_after_fork() is to be used */

    /** Memory, clocks, system calls.  The struct is copied; the tables it
     *  points to are kept.  NULL: that of the current reactor, if any, else
     *  vr_env_default(), see base/env.h.  Its `report` is told of unhandled
     *  failures that come after the reactor was freed. */
    const struct vr_env *env;

    int events_per_turn;   /**< at most; 0: 256 */
    int posts_per_turn;    /**< at most; 0: 1024 */
    int calls_per_turn;    /**< at most; 0: 1024 */
    size_t bytes_per_turn; /**< from one descriptor, at most; 0: 256 KiB */

    /** How many nanoseconds the thread looks for events and posts again and
     *  again before it sleeps, if it had something to do since the last wait;
     *  at most VR_MSEC.  It costs processor time, and saves those who post a
     *  system call and the wait its wake-up.  0: not at all. */
    vr_time spin;
};

#define VR_REACTOR_OPTIONS_INIT VR_SIZED_INIT(struct vr_reactor_options)

/**
 * Make a reactor, in the state new.
 * @param options  NULL for all defaults
 * @param ret_reactor  the reactor, to be freed by vr_reactor_free()
 * @return 0; -VR_ESELECTOR for a selector that is not here; -EINVAL for a
 * negative bound, an incomplete table or a bad size; -E2BIG for options or an
 * environment of a later version with what is not known here; -ENOMEM; or the
 * error of a system call that makes a descriptor
 */
VR_MUST_CHECK
int vr_reactor_new(const struct vr_reactor_options *options,
                   struct vr_reactor **ret_reactor);

/**
 * Close @p reactor, unless it is closed, and free it.  Joins the thread of a
 * run that has ended.  NULL is fine.
 * @return 0; -EBUSY while it runs, and inside another close or free of it, in
 * callbacks of these and in need_turn (embed.h): nothing happens; -ECHILD in a
 * child forked while it ran: nothing happens
 */
int vr_reactor_free(struct vr_reactor *reactor);

/**
 * End everything that is open on @p reactor, before this returns: posts and
 * scheduled tasks are cancelled (their `cancelled` runs), calls are forgotten,
 * watches hear failed(-VR_ECLOSED), and `closed` runs for objects that were
 * closed.  The log says what was left open.
 * @return 0, also when it is closed already; -EBUSY and -ECHILD as for
 * vr_reactor_free().  In a child no callback runs.
 */
int vr_reactor_close(struct vr_reactor *reactor);

/**
 * Run turns on this thread until vr_reactor_stop().
 * @return 0 when stopped; -EBUSY if it is running already, in this thread or in
 * another; -ENOTSUP if it is a guest of another loop (see libevent.h);
 * -VR_ECLOSED; -ECHILD, also in the child of a callback that forked; or the
 * error of a selector that cannot wait any more
 */
VR_MUST_CHECK
int vr_reactor_run(struct vr_reactor *reactor);

/**
 * vr_reactor_run() in a thread of its own.  That thread blocks all signals but
 * SIGPROF and those of a fault of its own (SIGSEGV, SIGBUS, SIGFPE, SIGILL,
 * SIGTRAP, SIGSYS, SIGABRT), which it has as this thread has them.  A child
 * forked there inherits this mask, and so would be deaf to SIGTERM: before
 * exec(2) it empties the mask, with
 *
 *     sigemptyset(&none);
 *     sigprocmask(SIG_SETMASK, &none, NULL);
 *
 * posix_spawn(3) has an attribute for it.
 * @return 0; -EBUSY if it is running or its last thread was not joined;
 * -ENOTSUP if it is a guest; -VR_ECLOSED; -EAGAIN if the system has no thread
 * left; -ECHILD
 */
VR_MUST_CHECK
int vr_reactor_start(struct vr_reactor *reactor);

/**
 * Make one turn: wait at most @p timeout nanoseconds (negative: for ever) for
 * the first event, then run the callbacks that are due.
 * @return 0; 1 if the turn was ended by vr_reactor_stop(); -EBUSY inside a turn
 * or while it runs; -ENOTSUP for a guest with a timeout that is not 0;
 * -VR_ECLOSED; -ECHILD as for vr_reactor_run(); or a selector's error
 */
VR_MUST_CHECK
int vr_reactor_turn(struct vr_reactor *reactor, vr_time timeout);

/**
 * End the run.  The callback that runs now finishes, and no other begins, save
 * `closed` of objects that were closed.  What was due stays due for the next
 * run.  Handlers of a deferred that a callback fires are part of that callback.
 * A stop that comes while the reactor is new or idle ends the next run after
 * one turn.  To stop twice is to stop once.
 * Threads: any, and any signal handler: it takes no lock, allocates nothing and
 * keeps errno.  The reactor must live until this returns, so a signal handler
 * that stops it is removed before the reactor is freed.
 */
void vr_reactor_stop(struct vr_reactor *reactor);

/**
 * End the run, as vr_reactor_stop() does, but once all has run that this thread
 * has posted before (reactor/post.h).  What those posts post is left to the
 * next run.  Where a stop comes first, this ends the next run.  To finish twice
 * is to finish once, behind the posts of both.
 * Threads: any, and any signal handler, as vr_reactor_stop().
 */
void vr_reactor_finish(struct vr_reactor *reactor);

/**
 * End the wait that goes on, or have the next one not wait: what this thread
 * did before is seen by the hooks after that wait (reactor/wait_hook.h).  To
 * have a function run, post one (reactor/post.h).  To wake twice is to wake
 * once.
 * Threads: any, and any signal handler, as vr_reactor_stop().
 */
void vr_reactor_wake(struct vr_reactor *reactor);

/** Was vr_reactor_stop() called and the run has not ended yet, or is this a
 *  forked child, in which no callback runs?  For authors of agents: code that
 *  calls the program several times for one event asks this between the calls,
 *  and leaves the rest to the next run.  Threads: any. */
bool vr_reactor_is_stopping(const struct vr_reactor *reactor);

/**
 * Wait until the thread of vr_reactor_start() has ended.
 * @return what vr_reactor_run() returned there; -ESRCH if there is no such
 * thread, or another thread joins it; -EDEADLK in that thread; -ECHILD
 * Threads: any; for an embedded reactor, the one of the host's loop, which is
 * told here when the next turn is due.
 */
int vr_reactor_join(struct vr_reactor *reactor);

/** Was @p reactor made by another process, so that this is a forked copy of
 *  it?  For authors of agents: in a child they leave alone what parent and
 *  child share, such as the options of a socket, or a path.  false once
 *  vr_reactor_after_fork() has made it this process's.  Threads: any. */
bool vr_reactor_is_inherited(const struct vr_reactor *reactor);

/** The reactor whose turn this thread is in, or NULL. Threads: any. */
struct vr_reactor *vr_reactor_current(void);

/** The time of this turn on the reactor's clock, which is read before it waits
 *  for events and again before calls run.  Outside a turn, that of the last
 *  one. */
vr_time vr_turn_time(const struct vr_reactor *reactor);

/** The reactor's logger, which lives as long as the reactor.  Watchers of the
 *  log are called on the reactor's thread; once the reactor is closed, inside
 *  the log call.  Threads: any for vr_log(), see log/log.h. */
struct vr_logger *vr_reactor_log(struct vr_reactor *reactor);

/** The reactor's environment, whose reports go to its log.  In callbacks of the
 *  reactor, NULL for an environment means this one.  To keep it for longer than
 *  the reactor see vr_env_keep().  Threads: any. */
const struct vr_env *vr_reactor_env(const struct vr_reactor *reactor);

/** The name of the selector in use, such as "epoll".  Threads: any. */
const char *vr_reactor_selector(const struct vr_reactor *reactor);

/** How often the thread has looked for work longer, as the option `spin` asks,
 *  in @p ret_spins, and how often that found some, in @p ret_caught. */
void vr_reactor_spins(const struct vr_reactor *reactor, uint64_t *ret_spins,
                      uint64_t *ret_caught);

/** How many bytes an agent reads from one descriptor in one turn, at most. */
size_t vr_reactor_bytes_per_turn(const struct vr_reactor *reactor);

VR_END_DECLS

#endif
