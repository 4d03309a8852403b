/* SPDX-License-Identifier: MIT */
/**
 * @file loop.c
 * The one loop.  How a reactor comes and goes is in lifecycle.c.
 */
#include <vreactor/reactor/reactor_impl.h>

#include <errno.h>

#include <vreactor/base/current.h>
#include <vreactor/base/err.h>
#include <vreactor/base/thread.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/idle.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/state.h>
#include <vreactor/reactor/waiter.h>
#include <vreactor/reactor/wheel.h>

/* ---- one turn, step by step ---- */

static void read_clock(struct vr_reactor *reactor)
{
    reactor->now = vr_now(&reactor->env);
}

static void run_posts(struct vr_reactor *reactor)
{
    struct vr_post *post;

    if (!vr_inbox_gather(reactor->inbox))
        return;

    for (int i = 0; i < reactor->posts_per_turn; i++) {
        if (vr_reactor_stops(reactor) ||
            !(post = vr_inbox_take(reactor->inbox)))
            break;
        post->run(post);
    }
    reactor->busy = true;
    read_clock(reactor); /* they may have taken long */
}

/* How long to wait: not beyond @p most, nor the next call, nor at all while
 * something is left to do. */
static vr_time time_to_wait(struct vr_reactor *reactor, vr_time most)
{
    if (vr_reactor_has_work(reactor))
        return 0;

    vr_time next = vr_wheel_next(reactor->wheel);
    if (next == VR_TIME_MAX)
        return most;

    vr_time span = vr_time_until(next, reactor->now);
    return most >= 0 && most < span ? most : span;
}

/* What was asked for before we dozed wakes nobody. */
static bool may_sleep(struct vr_reactor *reactor)
{
    return vr_inbox_doze(reactor->inbox) && !atomic_load(&reactor->stop) &&
           !atomic_load(&reactor->wake);
}

static int sleep_until_event(struct vr_reactor *reactor, vr_time span)
{
    struct vr_selector *selector = reactor->selector;

    if (span != 0 && !may_sleep(reactor))
        span = 0;
    int count = selector->ops->wait(selector, reactor->ready,
                                    reactor->events_per_turn, span);
    vr_inbox_rise(reactor->inbox);
    return vr_reactor_sift(reactor, count, span);
}

static int wait_for_events(struct vr_reactor *reactor, vr_time most)
{
    vr_time span = time_to_wait(reactor, most);
    int count = 0;

    if (span != 0 && reactor->spin && reactor->busy) {
        count = vr_reactor_spin(reactor, span, &most);
        span = time_to_wait(reactor, most);
    }
    if (!count)
        count = sleep_until_event(reactor, span);
    reactor->busy = count > 0;
    reactor->woken = false;
    if (atomic_load(&reactor->wake)) /* an exchange sees what came before */
        (void)atomic_exchange(&reactor->wake, false);
    return count;
}

/* They may take long, and look at the time. */
static void run_wait_hooks(struct vr_reactor *reactor, bool before)
{
    if (vr_list_is_empty(&reactor->wait_hooks))
        return;

    if (!before)
        read_clock(reactor);
    vr_wait_hooks_run(reactor, before);
    if (before)
        read_clock(reactor);
}

/* In a child, forked by a callback, the selector is another's. */
static int find_events(struct vr_reactor *reactor, vr_time most)
{
    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;

    vr_watch_table_flush(reactor);
    return wait_for_events(reactor, most);
}

static void deliver_events(struct vr_reactor *reactor, int count)
{
    for (int i = 0; i < count && !vr_reactor_stops(reactor); i++) {
        vr_watch_table_deliver(reactor, &reactor->ready[i]);
        (void)vr_pumps_run(reactor);
    }
}

/* Calls are cut out before any of them runs: what one schedules for now waits
 * for the next turn. */
static void run_calls(struct vr_reactor *reactor)
{
    struct vr_call *call;

    if (vr_reactor_stops(reactor))
        return;

    vr_wheel_cut(reactor->wheel, reactor->now, reactor->calls_per_turn);
    while (!vr_reactor_stops(reactor) &&
           (call = vr_wheel_pop(reactor->wheel))) {
        reactor->busy = true;
        vr_call_run(call);
    }
    vr_wheel_uncut(reactor->wheel);
}

static bool is_idle(struct vr_reactor *reactor)
{
    return reactor->until_idle && !vr_reactor_is_alive(reactor);
}

/* A run until nothing is left looks as a turn begins, so that this one shows
 * what was logged in the last, and again when all has run that it found. */
static int take_steps(struct vr_reactor *reactor, vr_time most)
{
    bool idle = is_idle(reactor);

    read_clock(reactor);
    run_posts(reactor);
    bool pumped = vr_pumps_run(reactor);
    run_wait_hooks(reactor, true);
    int count = find_events(reactor, pumped || is_idle(reactor) ? 0 : most);
    run_wait_hooks(reactor, false);
    if (count > 0)
        deliver_events(reactor, count);
    read_clock(reactor);
    run_calls(reactor);
    (void)vr_pumps_run(reactor);
    vr_closings_run(reactor);
    reactor->is_through = idle && is_idle(reactor);
    return count < 0 ? count : 0;
}

/* A stop cuts the turn short, but for one that came before the first turn of
 * a run: it is answered by a whole turn that does not wait.
 * @return 0, or 1 if the run ends with it, or a selector's error */
static int make_turn(struct vr_reactor *reactor, vr_time most, bool first)
{
    struct vr_current *current = vr_current();
    struct vr_current outer = *current;
    bool came_before = first && atomic_exchange(&reactor->stop, false);

    reactor->in_turn = true;
    *current = (struct vr_current){.reactor = reactor}; /* in no coroutine */
    vr_inbox_rise(reactor->inbox); /* it dozes while a host's loop runs */
    int err = take_steps(reactor, came_before ? 0 : most);
    if (reactor->embedded)
        vr_reactor_give_way(reactor);
    *current = outer;
    reactor->in_turn = false;
    if (err < 0) {
        if (came_before)
            atomic_store(&reactor->stop, true); /* not answered yet */
        return err;
    }
    return atomic_exchange(&reactor->stop, false) || came_before ||
           reactor->is_through;
}

/* ---- runs ---- */

/* May a run begin?  With the lock.  A thread that was not joined may be on its
 * way out still. */
static int check_idle(const struct vr_reactor *reactor)
{
    if (reactor->state >= VR_CLOSING)
        return -VR_ECLOSED;

    return reactor->state == VR_RUNNING || reactor->has_thread ||
                   reactor->telling
               ? -EBUSY
               : 0;
}

/* With the lock. */
static void enter_run(struct vr_reactor *reactor, pthread_t runner, bool hosted)
{
    reactor->state = VR_RUNNING;
    reactor->hosted = hosted;
    reactor->runner = runner;
}

/* Enter the state of running, from new or idle, for one turn or for many, on
 * this thread. */
static int begin_run(struct vr_reactor *reactor, bool one_turn)
{
    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;
    pthread_mutex_lock(&reactor->lock);
    int err = check_idle(reactor);
    if (!err)
        enter_run(reactor, pthread_self(), one_turn && reactor->embedded);
    pthread_mutex_unlock(&reactor->lock);
    return err;
}

/* A guest's wait never waits: turns that should would spin. */
static int begin_waiting(struct vr_reactor *reactor, bool one_turn)
{
    return reactor->selector->ops->is_guest ? -ENOTSUP
                                            : begin_run(reactor, one_turn);
}

/* Threads that wait for a host's next turn go on waiting.  Others are answered
 * under the lock, so that no other run and no close begins meanwhile.  In a
 * child forked by a callback this is the only thread: all waiters are threads
 * of the parent, and one of those may have held the lock.
 * @return @p result, or -ECHILD */
static int end_run(struct vr_reactor *reactor, bool hosted, int result)
{
    if (vr_reactor_is_inherited(reactor)) {
        reactor->state = VR_IDLE;
        return -ECHILD;
    }
    pthread_mutex_lock(&reactor->lock);
    reactor->state = VR_IDLE;
    reactor->hosted = hosted;
    if (!hosted)
        vr_waiters_abandon(reactor);
    pthread_mutex_unlock(&reactor->lock);
    return result;
}

static int run_turns(struct vr_reactor *reactor, bool until_idle)
{
    reactor->until_idle = until_idle;
    int result = make_turn(reactor, -1, true);

    while (!result)
        result = make_turn(reactor, -1, false);
    if (result < 0 && result != -ECHILD)
        vr_log_error(reactor->logger, "cannot wait: %s (%s)",
                     vr_strerror(result), vr_errname(result));
    reactor->until_idle = false;
    return result < 0 ? result : 0;
}

static int run_here(struct vr_reactor *reactor, bool until_idle)
{
    int err = begin_waiting(reactor, false);
    if (err)
        return err;

    int result = end_run(reactor, false, run_turns(reactor, until_idle));
    if (result != -ECHILD)
        vr_reactor_tell_host(reactor);
    return result;
}

int vr_reactor_run(struct vr_reactor *reactor)
{
    return run_here(reactor, false);
}

int vr_reactor_run_until_idle(struct vr_reactor *reactor)
{
    return run_here(reactor, true);
}

static void *thread_main(void *arg)
{
    struct vr_reactor *reactor = arg;

    reactor->result = run_turns(reactor, false);
    (void)end_run(reactor, false, reactor->result);
    return NULL;
}

/* Under the lock all of it: a start that fails was no run, and nobody could
 * begin to wait for its end. */
int vr_reactor_start(struct vr_reactor *reactor)
{
    if (reactor->selector->ops->is_guest)
        return -ENOTSUP;
    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;

    pthread_mutex_lock(&reactor->lock);
    int err = check_idle(reactor);
    if (!err)
        err = vr_thread_start(&reactor->env, &reactor->thread, thread_main,
                              reactor);
    if (!err) {
        reactor->has_thread = true;
        enter_run(reactor, reactor->thread, false);
    }
    pthread_mutex_unlock(&reactor->lock);
    return err;
}

/* @return 0 if the caller is the one to join the thread */
static int begin_join(struct vr_reactor *reactor)
{
    int err = 0;

    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;
    pthread_mutex_lock(&reactor->lock);
    if (!reactor->has_thread)
        err = -ESRCH;
    else if (pthread_equal(reactor->thread, pthread_self()))
        err = -EDEADLK;
    else if (reactor->joining)
        err = -ESRCH;
    else
        reactor->joining = true;
    pthread_mutex_unlock(&reactor->lock);
    return err;
}

/* The thread counts as there until it is gone, so that no run begins beside
 * its last steps. */
int vr_reactor_join(struct vr_reactor *reactor)
{
    int err = begin_join(reactor);
    if (err)
        return err;

    pthread_join(reactor->thread, NULL); /* it is there and joinable */
    int result = reactor->result;

    pthread_mutex_lock(&reactor->lock);
    reactor->has_thread = false;
    reactor->joining = false;
    bool closed = reactor->state >= VR_CLOSING;
    pthread_mutex_unlock(&reactor->lock);
    if (!closed)
        vr_reactor_tell_host(reactor); /* it may be embedded */
    return result;
}

int vr_reactor_turn(struct vr_reactor *reactor, vr_time timeout)
{
    int err = timeout ? begin_waiting(reactor, true) : begin_run(reactor, true);
    if (err)
        return err;

    int result = make_turn(reactor, timeout, true);
    result = end_run(reactor, reactor->embedded && !result, result);
    if (result != -ECHILD)
        vr_reactor_tell_host(reactor);
    return result;
}

void vr_reactor_stop(struct vr_reactor *reactor)
{
    atomic_store(&reactor->stop, true);
    vr_inbox_wake(reactor->inbox);
}

void vr_reactor_wake(struct vr_reactor *reactor)
{
    atomic_store(&reactor->wake, true);
    vr_inbox_wake(reactor->inbox);
}
