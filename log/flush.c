/* SPDX-License-Identifier: MIT */
/**
 * @file flush.c
 * Waiting until all was shown, by a logger and those behind it.
 */
#include <vreactor/log/log.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/thread.h>
#include <vreactor/log/queue_impl.h>

/* Loggers whose flush has come here: those that pass entries round lead to
 * each other. */
struct flush {
    struct vr_logger *logger;
    const struct flush *outer;
    vr_time due;
};

static bool is_flushed(const struct flush *flush,
                       const struct vr_logger *logger)
{
    for (; flush; flush = flush->outer)
        if (flush->logger == logger)
            return true;

    return false;
}

/* The logger that the watcher of this number leads to, of those in @p watchers
 * that lead to one.  One that has no queue, behind one that has, is the
 * thread's that shows. */
static struct vr_logger *logger_behind(const struct vr_logger *logger,
                                       const struct vr_list *watchers,
                                       size_t number)
{
    for (struct vr_list *link = watchers->next; link != watchers;
         link = link->next) {
        struct vr_logger *behind =
            vr_container_of(link, struct vr_log_watcher, link)->passes_to;
        if (behind && (behind->queue || !logger->queue) && number-- == 0)
            return behind;
    }
    return NULL;
}

static int flush_logger(const struct flush *flush);

/* By number, as they may come and go meanwhile. */
static int flush_behind(const struct flush *flush,
                        const struct vr_list *watchers)
{
    struct vr_log_queue *own = flush->logger->queue;
    struct vr_log_queue *queue = vr_log_queue_is_inherited(own) ? NULL : own;
    struct flush inner = {.outer = flush, .due = flush->due};
    int err = 0;

    for (size_t number = 0; !err; number++) {
        vr_log_queue_lock(queue);
        inner.logger = logger_behind(flush->logger, watchers, number);
        vr_log_queue_unlock(queue);
        if (!inner.logger)
            break;
        if (!is_flushed(flush, inner.logger))
            err = flush_logger(&inner);
    }
    return err;
}

static int flush_logger(const struct flush *flush)
{
    struct vr_logger *logger = flush->logger;
    int err = logger->queue ? vr_log_queue_flush(logger->queue, flush->due) : 0;

    if (!err)
        err = flush_behind(flush, &logger->anywhere);
    return err ? err : flush_behind(flush, &logger->watchers);
}

int vr_log_flush(struct vr_logger *logger, vr_time timeout)
{
    while (logger->parent)
        logger = logger->parent;

    return flush_logger(&(struct flush){
        .logger = logger, .due = vr_due_in(logger->env, timeout)});
}
