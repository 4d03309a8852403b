/* SPDX-License-Identifier: MIT */
/**
 * @file log_delivery.c
 * Log entries on their way to the reactor's thread.
 */
#include <vreactor/reactor/log_delivery.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor_impl.h>

/* Also when turned away by a reactor that is closed: the last entries are
 * those that tell what was left open. */
static void deliver(struct vr_post *post)
{
    vr_log_record_deliver(vr_log_record_of(post));
}

static void post_record(struct vr_log_delivery *delivery,
                        struct vr_log_record *record)
{
    struct vr_reactor *reactor =
        vr_container_of(delivery, struct vr_reactor, log.delivery);
    struct vr_post *post = vr_log_record_room(record);

    *post = (struct vr_post){.run = deliver, .cancelled = deliver};
    vr_reactor_post(reactor, post);
}

/* What nobody handled elsewhere, such as the failure of a deferred. */
static void report(void *report_ctx, int level, const char *text)
{
    struct vr_reactor *reactor = report_ctx;

    vr_log(&reactor->log.logger, level, "%s", text);
}

void vr_log_to_reactor_init(struct vr_reactor *reactor)
{
    struct vr_log_to_reactor *log = &reactor->log;
    struct vr_log_watcher *watcher = vr_log_default_watcher();

    reactor->env.report = report;
    reactor->env.report_ctx = reactor;
    log->delivery = (struct vr_log_delivery){.deliver = post_record,
                                             .room = sizeof(struct vr_post)};
    vr_logger_init(&log->logger, &reactor->env, reactor->name);
    vr_logger_set_delivery(&log->logger, &log->delivery);
    if (watcher) {
        vr_log_relay_init(&log->relay, watcher);
        /* a new watcher on a new logger: never refused */
        (void)!vr_logger_attach(&log->logger, &log->relay.base);
    }
}

void vr_log_to_reactor_fini(struct vr_reactor *reactor)
{
    vr_logger_fini(&reactor->log.logger);
}
