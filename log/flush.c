/* SPDX-License-Identifier: MIT */
/**
 * @file flush.c
 * Waiting until all was shown, by a logger and those behind it.
 */
#include <vreactor/log/log.h>

#include <vreactor/base/thread.h>
#include <vreactor/log/behind.h>
#include <vreactor/log/queue_impl.h>

static int flush(const struct vr_log_way *way, vr_time due)
{
    struct vr_logger *logger = way->logger;
    struct vr_log_way inner = {.outer = way};

    int err = logger->queue ? vr_log_queue_flush(logger->queue, due) : 0;
    for (size_t number = 0;
         !err && (inner.logger = vr_logger_behind(logger, number)); number++)
        if (vr_logger_may_look(logger, inner.logger) &&
            !vr_log_way_has(way, inner.logger))
            err = flush(&inner, due);

    return err;
}

int vr_log_flush(struct vr_logger *logger, vr_time timeout)
{
    while (logger->parent)
        logger = logger->parent;

    return flush(&(struct vr_log_way){.logger = logger},
                 vr_due_in(logger->env, timeout));
}
