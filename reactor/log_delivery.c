/* SPDX-License-Identifier: MIT */
/**
 * @file log_delivery.c
 * Log entries on their way to the reactor's thread.
 */
#include <vreactor/reactor/log_delivery.h>

#include <limits.h>
#include <stdatomic.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/state.h>

static struct vr_reactor *reactor_of(struct vr_post *post)
{
    return vr_container_of(post, struct vr_log_to_reactor, post)->reactor;
}

/* The queue may ask again while the post is still on its way, as a flush on
 * another thread may have emptied it in between. */
static bool wake(void *arg)
{
    struct vr_reactor *reactor = arg;

    if (!atomic_exchange(&reactor->log->is_posted, true))
        vr_reactor_post(reactor, &reactor->log->post);
    return true;
}

static void show_some(struct vr_post *post)
{
    struct vr_reactor *reactor = reactor_of(post);

    bool more = true;

    atomic_store(&reactor->log->is_posted, false);
    for (int i = 0; more && i < reactor->posts_per_turn; i++)
        more = vr_log_queue_show(reactor->log->queue, 1) &&
               !vr_reactor_is_stopping(reactor);
    if (more || vr_reactor_is_stopping(reactor))
        (void)wake(reactor);
}

/* A reactor that is closed cancels the post: the last entries say what was left
 * open.  In a child they are left to the parent. */
static void show_all(struct vr_post *post)
{
    struct vr_reactor *reactor = reactor_of(post);

    atomic_store(&reactor->log->is_posted, false);
    if (!vr_reactor_is_inherited(reactor))
        (void)vr_log_queue_show(reactor->log->queue, INT_MAX);
}

static bool is_here(void *arg)
{
    return !vr_reactor_is_inherited(arg) && vr_reactor_may_touch(arg);
}

static bool is_served(void *arg)
{
    return !vr_reactor_is_inherited(arg) && !vr_reactor_may_touch(arg);
}

static const struct vr_log_queue_ops ops = {
    .wake = wake, .is_here = is_here, .is_served = is_served};

int vr_log_to_reactor_open(struct vr_reactor *reactor)
{
    return vr_log_queue_new(&reactor->env, 0, &ops, reactor,
                            &reactor->log->queue);
}

void vr_log_to_reactor_init(struct vr_reactor *reactor)
{
    struct vr_log_to_reactor *log = reactor->log;
    struct vr_log_watcher *watcher = vr_log_default_watcher();

    atomic_init(&log->is_posted, false);
    log->post = (struct vr_post){.run = show_some, .cancelled = show_all};
    vr_logger_init(&log->logger, &reactor->env, reactor->name);
    vr_logger_set_queue(&log->logger, log->queue);
    if (watcher) {
        vr_log_relay_init(&log->relay, watcher);
        /* a new watcher on a new logger: never refused */
        (void)!vr_logger_attach(&log->logger, &log->relay.base);
    }
    vr_reports_send_to(&reactor->inbox->reports, &log->logger);
}

void vr_log_to_reactor_renew(struct vr_reactor *reactor)
{
    vr_inbox_take_back(reactor->inbox, &reactor->log->post);
    atomic_store(&reactor->log->is_posted, false);
    vr_log_queue_after_fork(reactor->log->queue);
}

void vr_log_to_reactor_fini(struct vr_reactor *reactor)
{
    vr_reports_send_to(&reactor->inbox->reports, NULL);
    vr_logger_fini(reactor->logger);
}

void vr_log_to_reactor_close(struct vr_reactor *reactor)
{
    vr_log_queue_free(reactor->log->queue);
}
