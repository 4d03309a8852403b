/* SPDX-License-Identifier: MIT */
/**
 * @file close.c
 * How a reactor goes.
 */
#include <vreactor/reactor/reactor_impl.h>

#include <assert.h>
#include <errno.h>

#include <vreactor/base/current.h>
#include <vreactor/base/err.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/close_hook.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/log_delivery.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/watch.h>
#include <vreactor/reactor/wheel.h>

static void turn_posts_away(struct vr_reactor *reactor)
{
    struct vr_post *post;

    vr_inbox_close(reactor->inbox);
    while (!vr_reactor_is_inherited(reactor) &&
           (post = vr_inbox_take(reactor->inbox)))
        if (post->cancelled)
            post->cancelled(post);
}

static void drop_scheduled(struct vr_reactor *reactor)
{
    struct vr_call *call;

    vr_pumps_drop(reactor);
    vr_wait_hooks_drop(reactor);
    vr_clock_calls_drop(reactor);
    while (!vr_reactor_is_inherited(reactor) &&
           (call = vr_wheel_drain(reactor->wheel)))
        vr_call_drop(call);
}

static void close_watches(struct vr_reactor *reactor)
{
    int count = vr_watch_table_close(&reactor->watches);
    if (count > 0)
        vr_log_info(reactor->logger, "closed with %d %s still watched", count,
                    count == 1 ? "descriptor" : "descriptors");
}

static void come_to(struct vr_reactor *reactor, enum vr_reactor_state state)
{
    pthread_mutex_lock(&reactor->lock);
    reactor->state = state;
    pthread_mutex_unlock(&reactor->lock);
}

/* Enter the state of closing, from new or idle. */
static int begin_close(struct vr_reactor *reactor, bool *ret_already)
{
    int err = 0;

    pthread_mutex_lock(&reactor->lock);
    *ret_already = reactor->state == VR_CLOSED;
    if (reactor->state == VR_RUNNING || reactor->state == VR_CLOSING ||
        reactor->telling)
        err = -EBUSY;
    else if (!*ret_already)
        reactor->state = VR_CLOSING;
    pthread_mutex_unlock(&reactor->lock);
    return err;
}

/* `cancelled` of a task may close an object, and `closed` may schedule a call.
 * What holds an object now is another thread, inside a post that is refused.
 * `closed` of an object that is closed later runs when the reactor is freed. */
static void have_last_words(struct vr_reactor *reactor)
{
    drop_scheduled(reactor);
    vr_list_splice(&reactor->closings, &reactor->held);
    while (!vr_list_is_empty(&reactor->closings) &&
           !vr_reactor_is_inherited(reactor)) {
        vr_closings_run(reactor);
        drop_scheduled(reactor);
        vr_list_splice(&reactor->closings, &reactor->held);
    }
}

static void close_all(struct vr_reactor *reactor)
{
    vr_signals_close(reactor);
    turn_posts_away(reactor);
    vr_close_hooks_run(reactor);
    close_watches(reactor);
    have_last_words(reactor);
}

static void in_its_name(struct vr_reactor *reactor,
                        void (*act)(struct vr_reactor *reactor))
{
    struct vr_current *current = vr_current();
    struct vr_current outer = *current;

    *current = (struct vr_current){.reactor = reactor};
    act(reactor);
    *current = outer;
}

/* A child closes its copy: the objects on it are the parent's, so no callback
 * runs.  The memory of a reactor that ran may be in the middle of a change. */
static int close_copy(struct vr_reactor *reactor)
{
    if (reactor->state == VR_RUNNING || reactor->state == VR_CLOSING)
        return -ECHILD;

    reactor->state = VR_CLOSED;
    vr_inbox_forget(reactor->inbox);
    vr_wait_hooks_drop(reactor);
    vr_clock_calls_drop(reactor);
    vr_signals_forget(reactor);
    return 0;
}

int vr_reactor_close(struct vr_reactor *reactor)
{
    bool already;

    if (vr_reactor_is_inherited(reactor))
        return close_copy(reactor);
    int err = begin_close(reactor, &already);
    if (err || already)
        return err;

    vr_assert_gave_scratch(reactor);
    (void)vr_reactor_join(reactor); /* -ESRCH: there is no thread */
    vr_reactor_leave_host(reactor);
    in_its_name(reactor, close_all);
    if (vr_reactor_is_inherited(reactor))
        return -ECHILD; /* forked by one of those callbacks */
    come_to(reactor, VR_CLOSED);
    return 0;
}

int vr_reactor_free(struct vr_reactor *reactor)
{
    if (!reactor)
        return 0;

    int err = vr_reactor_close(reactor);
    if (err)
        return err;

    bool inherited = vr_reactor_is_inherited(reactor);
    if (!inherited) {
        come_to(reactor, VR_CLOSING); /* callbacks may not free it again */
        in_its_name(reactor, have_last_words);
    }
    vr_watch_close(reactor->wake_watch);
    vr_watch_table_fini(&reactor->watches);
    reactor->selector->ops->close(reactor->selector);
    vr_log_to_reactor_fini(reactor);
    vr_schedule_fini(reactor);
    if (!inherited)
        pthread_mutex_destroy(&reactor->lock);
    vr_reactor_give_memory_back(reactor);
    return 0;
}
