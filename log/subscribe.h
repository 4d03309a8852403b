/* SPDX-License-Identifier: MIT */
/**
 * @file subscribe.h
 * Subscriptions: any number of watchers, each shown a part of what one logger
 * gets, which come and go while it runs.
 *
 *     struct vr_log_subscription net;
 *     err = vr_log_subscribe(&net, &logger, "net.*", VR_LOG_DEBUG,
 *                            &console.base);
 *     ...
 *     vr_log_unsubscribe(&net);
 *
 * A watcher may have any number of subscriptions, to any number of loggers, and
 * is shown an entry once for each subscription that it matches.
 *
 * Ownership: a subscription is its owner's, who keeps it in place until it is
 * unsubscribed, or the logger is ended.
 * Threads: as vr_logger_attach(): any, if the logger has a queue.
 */
#ifndef VR_LOG_SUBSCRIBE_H
#define VR_LOG_SUBSCRIBE_H

#include <vreactor/base/decls.h>
#include <vreactor/log/default.h>
#include <vreactor/log/watcher.h>

VR_BEGIN_DECLS

struct vr_logger;

/** Members are private. */
struct vr_log_subscription {
    struct vr_log_relay relay;
    struct vr_log_filter filter;
    const char *pattern;
    int least;
};

/**
 * Show @p watcher, through its filters, entries logged to @p logger from now on
 * whose prefix matches @p pattern; and gaps, as their entries may be of any
 * prefix.
 * @param pattern  kept; '*' stands for any text, '?' for any one byte, all else
 * for itself; an entry without a prefix matches as ""
 * @param least  the lowest level shown; INT_MIN: all
 * @param watcher  kept; called on the thread where the logger shows
 * @return 0; -ENOTSUP or -ELOOP as from vr_logger_attach()
 */
VR_MUST_CHECK
int vr_log_subscribe(struct vr_log_subscription *subscription,
                     struct vr_logger *logger, const char *pattern, int least,
                     struct vr_log_watcher *watcher);

/** End the subscription; as vr_logger_detach(). */
void vr_log_unsubscribe(struct vr_log_subscription *subscription);

VR_END_DECLS

#endif
