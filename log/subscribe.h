/* SPDX-License-Identifier: MIT */
/**
 * @file subscribe.h
 * One logger, and many who want to hear parts of it, while it runs.
 *
 *     struct vr_log_subscription net;
 *     err = vr_log_subscribe(&net, &logger, "net.*", VR_LOG_DEBUG,
 *                            &console.base);
 *     ...
 *     vr_log_unsubscribe(&net);
 *
 * A watcher may have any number of subscriptions, at any number of loggers, and
 * is shown an entry once for each that it matches.
 *
 * Ownership: a subscription is its owner's, who keeps it in place until it is
 * unsubscribed, or the logger ends.
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
 * Show @p watcher, through its filters, what is logged to @p logger from now
 * on by those whose prefix matches @p pattern.
 * @param pattern  '*' stands for any text, '?' for any one byte, all else for
 * itself; who has no prefix matches as ""; kept
 * @param least    the level, and all above; INT_MIN: all
 * @param watcher  kept; on the thread where the logger shows
 * @return 0; -ENOTSUP or -ELOOP as from vr_logger_attach()
 */
VR_MUST_CHECK
int vr_log_subscribe(struct vr_log_subscription *subscription,
                     struct vr_logger *logger, const char *pattern, int least,
                     struct vr_log_watcher *watcher);

/** Show nothing more; as vr_logger_detach(). */
void vr_log_unsubscribe(struct vr_log_subscription *subscription);

VR_END_DECLS

#endif
