/* SPDX-License-Identifier: MIT */
/**
 * @file reactor_impl.h
 * What the files of reactor/ know of a reactor.  Internal.
 *
 * The parts are pointers, so that this header does not include theirs.
 */
#ifndef VR_REACTOR_REACTOR_IMPL_H
#define VR_REACTOR_REACTOR_IMPL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <vreactor/base/current.h>
#include <vreactor/base/decls.h>
#include <vreactor/base/env.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/base/list.h>
#include <vreactor/log/limit.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/schedule_impl.h>
#include <vreactor/reactor/selectors/selector.h>
#include <vreactor/reactor/pipes.h>
#include <vreactor/reactor/spare.h>
#include <vreactor/reactor/watch_table.h>

struct vr_call;
struct vr_inbox;
struct vr_log_to_reactor;
struct vr_logger;
struct vr_watch;
struct vr_wheel;

enum vr_reactor_state {
    VR_NEW,
    VR_RUNNING,
    VR_IDLE,
    VR_CLOSING, /* its last callbacks run */
    VR_CLOSED,
};

enum { VR_SCRATCH_DEPTH = 8 };

/* See finish.c. */
struct vr_finish {
    struct vr_post post; /* posted while `asked` is not 0 */
    atomic_uint asked;   /* so often, since it stopped the last time */
    unsigned seen;       /* of these, when it was posted */
};

struct vr_reactor {
    struct vr_current_head head; /* first: base/ knows it */
    struct vr_env env;           /* for what goes before the reactor does */
    struct vr_inbox *inbox; /* read by senders: nothing near it is written */
    char *name;
    uint64_t mark; /* of the process that made it */
    struct vr_log_to_reactor *log;
    struct vr_logger *logger;

    pthread_mutex_t lock; /* guards what follows, nothing of a turn */
    enum vr_reactor_state state;
    bool has_thread; /* not joined yet */
    bool joining;    /* by somebody, now */
    pthread_t thread;
    int result;       /* of the last run in a thread of its own */
    bool hosted;      /* a host's loop makes its turns, and goes on doing so */
    pthread_t runner; /* whose run this is, or whose loop the host's is */
    struct vr_list waiters;

    atomic_bool stop; /* asked for, and not answered yet */
    atomic_bool wake; /* the same */
    struct vr_finish finish;
    bool in_turn;    /* it and what follows: the reactor's thread's */
    bool woken;      /* inside a turn, which the next wait is to know */
    bool until_idle; /* this run ends when nothing keeps it */
    bool is_through; /* nothing did, in this turn */

    bool embedded;  /* a host's loop waits between turns, see embed.h */
    bool unsettled; /* the selector failed to tell the kernel of all changes */
    bool telling;   /* inside need_turn, now */
    vr_time told;   /* the last argument of need_turn */
    void (*need_turn)(void *host, vr_time due);
    void *host;

    vr_time now;
    struct vr_selector *selector;
    void *selector_arg; /* of its open() */
    char *refused; /* name of the selector it was to have; NULL: it has it */
    int refusal;   /* of that one's open() */
    struct vr_watch_table watches;
    struct vr_watch *wake_watch;
    struct vr_watch *step_watch; /* of the wall clock, see clock_call.c */
    bool deaf_to_steps;          /* it is not to be had */
    struct vr_list clock_calls;  /* scheduled */
    struct vr_wheel *wheel;
    struct vr_schedule_table tasks;
    struct vr_list pumps;
    struct vr_list closings;
    struct vr_list held; /* closings that run again when released */
    struct vr_list close_hooks;
    struct vr_list background_hooks; /* the same, of what is background */
    struct vr_list wait_hooks;
    struct vr_list signals; /* open, or closed with a post under way */
    struct vr_list chains;  /* of io/, which alone looks at them */

    int events_per_turn;
    int posts_per_turn;
    int calls_per_turn;
    size_t bytes_per_turn;
    vr_time spin;                 /* longest, before a sleep; 0: none */
    bool busy;                    /* since the last wait */
    uint64_t spins, spins_caught; /* so far */
    struct vr_ready *ready;
    uint64_t stale; /* events of descriptors that nobody watches, so far */
    int naps;       /* in a row, see spurious.c */
    struct vr_log_limit shortages;   /* in the log */
    void *scratch[VR_SCRATCH_DEPTH]; /* made when first needed */
    int scratches;                   /* of them taken now */
    struct vr_spare spare;
    struct vr_pipes pipes;
};

/** vr_reactor_is_stopping(), for the loops of a turn. */
static inline bool vr_reactor_stops(const struct vr_reactor *reactor)
{
    return atomic_load_explicit(&reactor->stop, memory_order_relaxed) ||
           vr_fork_mark() != reactor->mark;
}

/** Does a host's loop run now, in which @p reactor is embedded? */
static inline bool vr_reactor_between_turns(const struct vr_reactor *reactor)
{
    return reactor->embedded && !reactor->in_turn;
}

/** Let the host's loop see what was changed between turns. */
void vr_reactor_show_host(struct vr_reactor *reactor);

/** To be called after a change of what is watched, or of when a turn is due. */
static inline void vr_reactor_moved(struct vr_reactor *reactor)
{
    if (vr_reactor_between_turns(reactor))
        vr_reactor_show_host(reactor);
}

/** A turn of the embedded @p reactor ends: leave no change behind it. */
void vr_reactor_give_way(struct vr_reactor *reactor);

/** Tell the host, if it asked, when the next turn is due. */
void vr_reactor_tell_host(struct vr_reactor *reactor);

/** Tell it for the last time: no turn is due any more. */
void vr_reactor_leave_host(struct vr_reactor *reactor);

/** Run @p call, which was cut out of the wheel. */
void vr_call_run(struct vr_call *call);

/** @p call was taken off the schedule for good, by its group or its reactor:
 *  tell its owner, who may free it. */
void vr_call_drop(struct vr_call *call);

/** Free what vr_reactor_new() took, all or as far as it came. */
void vr_reactor_give_memory_back(struct vr_reactor *reactor);

/** Reduce `ready`, as a wait of @p most nanoseconds at most has filled it and
 *  returned @p result, to the events of watches.  @return how many, or an error
 *  that ends the run */
int vr_reactor_sift(struct vr_reactor *reactor, int result, vr_time most);

/** Look at the event @p key: one of a descriptor that nobody watches is
 *  counted, and named in the log once.  @return whether it is one of a watch */
bool vr_reactor_admit(struct vr_reactor *reactor, uint64_t key);

/** A wait of @p most nanoseconds at most has @p found so many, of which @p live
 *  were events of watches: sleep a little if there was none among them. */
void vr_reactor_sifted(struct vr_reactor *reactor, int found, int live,
                       vr_time most);

/** Callbacks have returned.  Misuse is named, as in state.h. */
#define vr_assert_gave_scratch(reactor)                                        \
    assert(!(reactor)->scratches &&                                            \
           "scratch was taken and not given back: see scratch.h")

/** Look for events, posts and a stop again and again, without sleeping, for as
 *  long as the options say, and at most @p span nanoseconds, negative: for
 *  ever; vr_turn_time() goes on.  @p most, negative: for ever, becomes shorter
 *  by what has passed.  @return as vr_reactor_sift() */
int vr_reactor_spin(struct vr_reactor *reactor, vr_time span, vr_time *most);

/** Forget all clock calls, and close the descriptor that tells of steps. */
void vr_clock_calls_drop(struct vr_reactor *reactor);

/** In a child of fork(2) that goes on with @p reactor: open such a descriptor
 *  of the child's own. */
void vr_clock_calls_renew(struct vr_reactor *reactor);

/** Free all scratch. */
void vr_scratch_free(struct vr_reactor *reactor);

/** Run pumps, unless the turn ends. @return whether there were any */
bool vr_pumps_run(struct vr_reactor *reactor);

/** Forget all pumps. */
void vr_pumps_drop(struct vr_reactor *reactor);

void vr_finish_init(struct vr_finish *finish);

/** Run hooks that come before a wait, or those that come after. */
void vr_wait_hooks_run(struct vr_reactor *reactor, bool before);

/** Forget all of them. */
void vr_wait_hooks_drop(struct vr_reactor *reactor);

/** Run closings: `closed` of what was closed. */
void vr_closings_run(struct vr_reactor *reactor);

/** Close the signals that are open, of a reactor that is being closed. */
void vr_signals_close(struct vr_reactor *reactor);

/** In a child that goes on with @p reactor: have those that are open heard here
 *  from now on; what the parent has not heard yet is the parent's.
 *  @return 0, or the error of sigaction(2): none is heard, as before */
VR_MUST_CHECK
int vr_signals_renew(struct vr_reactor *reactor);

/** Free what is left of them, in a child that closes its copy. */
void vr_signals_forget(struct vr_reactor *reactor);

/** A vr_run_later_fn: a task does it. */
int vr_run_later(struct vr_reactor *reactor, void (*fn)(void *arg), void *arg);

#endif
