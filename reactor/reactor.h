/* SPDX-License-Identifier: MIT */
/**
 * @file reactor.h
 * One thread that waits on many descriptors, times and messages, and calls the
 * code that asked for them.
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
 * States: new; running, in vr_reactor_run() or a thread of its own; idle, when
 * a run has ended, and another may begin; closing, while vr_reactor_close()
 * tells who was open; closed, for ever.  While new or idle, posts and calls
 * wait for the next run.
 *
 * Each callback returns.  One that ends its thread, by pthread_exit(3) or as
 * pthread_cancel(3) has it, or jumps out of itself by longjmp(3) or an
 * exception of C++, takes the loop with it: whoever waits for that reactor, in
 * vr_call_and_wait() or vr_reactor_join(), waits for ever.
 *
 * Threads: while the reactor runs, all that is tied to it belongs to the
 * thread it runs in; while new or idle, to whoever calls, one thread at a
 * time: run and start hand it over, join hands it back.  Functions for any
 * thread say so.
 *
 * fork(2) gives the child a copy of each reactor, of no use there: what would
 * run it or open something on it says -ECHILD, no callback of it runs, and
 * what is posted to it waits for ever.  The child may close the watches, chains
 * and listeners on it: that reaches descriptors of the child and no more, and
 * the parent goes on hearing all.  Then it may close and free the copy, and
 * make a reactor of its own.  Or it leaves all as it is, as one does that goes
 * on to exec(2), over which no descriptor of the library goes.  A callback that
 * forks may return in the child: no other is called there, and the turn, the
 * run or the close says -ECHILD.
 */
#ifndef VR_REACTOR_REACTOR_H
#define VR_REACTOR_REACTOR_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct vr_env;
struct vr_logger;
struct vr_reactor;
struct vr_selector_ops;

/** How a reactor is to be; 0 and NULL are the defaults. */
struct vr_reactor_options {
    size_t size; /**< sizeof(struct vr_reactor_options) */

    const char *name; /**< prefix of its log entries; NULL: "reactor" */

    /** "epoll", "poll", ...; NULL: what the environment variable VR_SELECTOR
     *  names (not in a set-user-id program), else the best one here.  If the
     *  kernel lacks or forbids it (ENOSYS, ENOTSUP, EINVAL, EPERM, EACCES), as
     *  some do with "io_uring", the best of the others, and the log warns: see
     *  vr_reactor_selector(). */
    const char *selector;

    /** A selector of your own; before all else, and no other instead.  Kept. */
    const struct vr_selector_ops *selector_ops;
    void *selector_arg; /**< what its open() is given */

    /** Memory, clocks, system calls; copied, its tables are kept.  NULL, in a
     *  callback of another reactor: that one's.  Its report hears of failures
     *  that nobody handled once the reactor is freed. */
    const struct vr_env *env;

    int events_per_turn;   /**< at most; 0: 256 */
    int posts_per_turn;    /**< at most; 0: 1024 */
    int calls_per_turn;    /**< at most; 0: 1024 */
    size_t bytes_per_turn; /**< read from one descriptor; 0: 256 KiB */
};

/**
 * Make a reactor, new.
 * @param options  NULL for all defaults
 * @param ret_reactor  the reactor, to be freed by vr_reactor_free()
 * @return 0; -VR_ESELECTOR for a selector that is not here; -EINVAL for a
 * negative bound, an incomplete table or a bad size; -ENOMEM; or what the
 * system said of a descriptor
 */
VR_MUST_CHECK
int vr_reactor_new(const struct vr_reactor_options *options,
                   struct vr_reactor **ret_reactor);

/**
 * Close @p reactor, unless it is closed, and free it.  Joins the thread of a
 * run that has ended.  NULL is fine.
 * @return 0; -EBUSY while it runs, is closed or freed, also inside one of the
 * callbacks of that: nothing happens; -ECHILD in a child forked while it ran:
 * it stays as it is
 */
int vr_reactor_free(struct vr_reactor *reactor);

/**
 * End all that is open: posts and scheduled tasks are turned away (their
 * cancelled runs), calls are forgotten, watches hear failed(-VR_ECLOSED) and
 * then closed, all before this returns.  The log says what was left open.
 * @return 0, also when closed already; -EBUSY and -ECHILD as for
 * vr_reactor_free().  In a child nobody hears of it.
 */
int vr_reactor_close(struct vr_reactor *reactor);

/**
 * Run turns on this thread until stopped.
 * @return 0 when stopped; -EBUSY if it is running already, here or elsewhere;
 * -ENOTSUP if it is a guest of another's loop; -VR_ECLOSED; -ECHILD, also
 * where a callback forked and this is the child; or the error of a selector
 * that cannot wait any more
 */
VR_MUST_CHECK
int vr_reactor_run(struct vr_reactor *reactor);

/**
 * vr_reactor_run() in a thread of its own, which takes no signals but those of
 * a fault of its own (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS,
 * SIGABRT) and SIGPROF, as this thread has them.  A child forked there inherits
 * that: before it goes on to exec(2) it empties its mask, with
 *
 *     sigemptyset(&none);
 *     sigprocmask(SIG_SETMASK, &none, NULL);
 *
 * or is deaf to SIGTERM; posix_spawn(3) has an attribute for it.
 * @return 0; -EBUSY if it is running or its last thread was not joined;
 * -ENOTSUP if it is a guest; -VR_ECLOSED; -EAGAIN if the system has no thread
 * left; -ECHILD
 */
VR_MUST_CHECK
int vr_reactor_start(struct vr_reactor *reactor);

/**
 * Make one turn: wait for the first event, at most @p timeout nanoseconds
 * (negative: for ever), and do what is due.
 * @return 0; 1 if a stop was asked for, which this turn has answered; -EBUSY
 * inside a turn or while it runs; -ENOTSUP if it is to wait and a guest;
 * -VR_ECLOSED; -ECHILD as for vr_reactor_run(); or a selector's error
 */
VR_MUST_CHECK
int vr_reactor_turn(struct vr_reactor *reactor, vr_time timeout);

/**
 * End the run: the callback that runs now finishes, no other begins, save
 * `closed` of what was closed; what was due stays so for the next run.  What
 * a callback sets off at once, such as the handlers of a deferred that it
 * fires, is part of it.  A stop that comes while new or idle ends the next run
 * after one turn.  Again: nothing more happens.
 * Threads: any, and any signal handler: it takes no lock and no memory and
 * leaves errno as it is, whatever the handler has interrupted.  The reactor
 * must live until this returns: take the handler away before it is freed.
 */
void vr_reactor_stop(struct vr_reactor *reactor);

/** Was a stop asked for that the run has not answered yet, or is this a child,
 *  in which no callback runs?  For authors of agents: who calls the program
 *  several times for one event asks this between, and leaves the rest to the
 *  next run.  Threads: any. */
bool vr_reactor_is_stopping(const struct vr_reactor *reactor);

/**
 * Wait until the thread of vr_reactor_start() has ended.
 * @return what vr_reactor_run() returned there; -ESRCH if there is no such
 * thread, or another joins it; -EDEADLK in that thread; -ECHILD
 * Threads: any; of an embedded reactor, that of the host's loop, which is told
 * here when the next turn is due.
 */
int vr_reactor_join(struct vr_reactor *reactor);

/** Is @p reactor the copy of one that another process made?  Asks the system.
 *  For authors of agents, who leave alone in a child what is the parent's too,
 *  such as options of a socket, or a path.  Threads: any. */
bool vr_reactor_is_inherited(const struct vr_reactor *reactor);

/** The reactor whose turn this thread is in, or NULL. Threads: any. */
struct vr_reactor *vr_reactor_current(void);

/** The time of this turn: read once before calls run and once before events
 *  are waited for.  Outside a turn, that of the last one. */
vr_time vr_turn_time(const struct vr_reactor *reactor);

/** Its logger.  It lives as long as the reactor.  Entries reach its watchers
 *  on the reactor's thread; once it is closed, in the log call.  Threads: any
 *  for vr_log(), see log/log.h. */
struct vr_logger *vr_reactor_log(struct vr_reactor *reactor);

/** Its environment: reports go to its log.  It is what NULL means in a callback
 *  of the reactor, and counted, see vr_env_keep().  Threads: any. */
const struct vr_env *vr_reactor_env(const struct vr_reactor *reactor);

/** The name of its selector.  Threads: any. */
const char *vr_reactor_selector(const struct vr_reactor *reactor);

/** A buffer for reading into, of @p ret_size bytes, shared by all on this
 *  reactor: what is in it is lost when the callback returns. */
void *vr_reactor_scratch(struct vr_reactor *reactor, size_t *ret_size);

/** How many bytes to read from one descriptor in one turn, at most. */
size_t vr_reactor_bytes_per_turn(const struct vr_reactor *reactor);

VR_END_DECLS

#endif
