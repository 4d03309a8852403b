/* SPDX-License-Identifier: MIT */
/**
 * @file log_delivery.h
 * A reactor's logger: a post gives the queued entries to the watchers, so these
 * are called on the reactor's thread.  Internal.
 */
#ifndef VR_REACTOR_LOG_DELIVERY_H
#define VR_REACTOR_LOG_DELIVERY_H

#include <stdatomic.h>

#include <vreactor/base/decls.h>
#include <vreactor/log/default.h>
#include <vreactor/log/log.h>
#include <vreactor/log/queue.h>
#include <vreactor/reactor/post.h>

struct vr_reactor;

struct vr_log_to_reactor {
    struct vr_reactor *reactor;
    struct vr_logger logger;
    struct vr_log_queue *queue;
    struct vr_post post;       /* gives the queued entries to the watchers */
    atomic_bool is_posted;     /* the post was sent, and has not run yet */
    struct vr_log_relay relay; /* to the default watcher, if there is one */
};

/** Get memory for the log of @p reactor. @return 0 or -ENOMEM */
VR_MUST_CHECK
int vr_log_to_reactor_open(struct vr_reactor *reactor);

/** Make its logger; the environment and the name are set. */
void vr_log_to_reactor_init(struct vr_reactor *reactor);

/** In a child of fork(2), where no other thread is: make the log the child's.
 *  What was not shown yet is the parent's. */
void vr_log_to_reactor_renew(struct vr_reactor *reactor);

/** End its logger.  All entries have been shown before. */
void vr_log_to_reactor_fini(struct vr_reactor *reactor);

/** Give the memory back, if there is any. */
void vr_log_to_reactor_close(struct vr_reactor *reactor);

#endif
