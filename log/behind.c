/* SPDX-License-Identifier: MIT */
/**
 * @file behind.c
 * From logger to logger, by way of watchers that lead to one.
 */
#include <vreactor/log/behind.h>

#include <vreactor/base/container_of.h>
#include <vreactor/log/log.h>
#include <vreactor/log/queue_impl.h>

bool vr_log_way_has(const struct vr_log_way *way,
                    const struct vr_logger *logger)
{
    for (; way; way = way->outer)
        if (way->logger == logger)
            return true;

    return false;
}

/* In @p watchers; @p number is reduced by how many of them lead on. */
static struct vr_logger *find(const struct vr_list *watchers, size_t *number)
{
    for (struct vr_list *link = watchers->next; link != watchers;
         link = link->next) {
        struct vr_logger *behind =
            vr_container_of(link, struct vr_log_watcher, link)->passes_to;
        if (behind && (*number)-- == 0)
            return behind;
    }
    return NULL;
}

struct vr_logger *vr_logger_behind(const struct vr_logger *logger,
                                   size_t number)
{
    struct vr_log_queue *queue = vr_log_queue_own(logger->queue);

    vr_log_queue_lock(queue);
    struct vr_logger *behind = find(&logger->anywhere, &number);
    if (!behind)
        behind = find(&logger->watchers, &number);
    vr_log_queue_unlock(queue);
    return behind;
}

bool vr_logger_may_look(const struct vr_logger *logger,
                        const struct vr_logger *inner)
{
    return inner->queue || !logger->queue;
}

static bool leads_to(const struct vr_log_way *way, const struct vr_logger *to)
{
    struct vr_log_way inner = {.outer = way};

    for (size_t number = 0;
         (inner.logger = vr_logger_behind(way->logger, number)); number++) {
        if (inner.logger == to)
            return true;
        if (vr_logger_may_look(way->logger, inner.logger) &&
            !vr_log_way_has(way, inner.logger) && leads_to(&inner, to))
            return true;
    }
    return false;
}

bool vr_logger_leads_to(struct vr_logger *from, const struct vr_logger *to)
{
    return from == to || leads_to(&(struct vr_log_way){.logger = from}, to);
}
