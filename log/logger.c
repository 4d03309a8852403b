/* SPDX-License-Identifier: MIT */
/**
 * @file logger.c
 * Loggers and their watchers.
 *
 * The members that log calls read are atomic counters and switches, each of
 * which stands for itself, so relaxed order will do.  The builtins, not
 * stdatomic.h, because the struct is also a C++ program's.  The lists of
 * watchers are under the lock of the queue, if there is one.
 */
#include <vreactor/log/logger_impl.h>

#include <assert.h>
#include <errno.h>
#include <limits.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/current.h>
#include <vreactor/base/env.h>
#include <vreactor/log/filters.h>
#include <vreactor/log/gap.h>
#include <vreactor/log/queue_impl.h>

/* A pass over the watchers from next to before end, which attach and detach
 * keep right.  A watcher that logs starts another pass inside. */
struct vr_log_walk {
    struct vr_list *next;
    struct vr_list *end;
    struct vr_log_watcher *watching; /* only compared: it may be gone */
    struct vr_log_walk *outer;
};

/* An entry that this thread is showing a watcher.  If the watcher logs it or
 * another, another visit begins inside. */
struct vr_log_visit {
    const struct vr_logger *logger;
    const struct vr_log_watcher *watcher;
    const struct vr_log_entry *entry;
    struct vr_log_visit *outer;
};

static int get(const int *atomic)
{
    return __atomic_load_n(atomic, __ATOMIC_RELAXED);
}

static void set(int *atomic, int value)
{
    __atomic_store_n(atomic, value, __ATOMIC_RELAXED);
}

static void count_dropped(struct vr_logger *logger, size_t count)
{
    (void)__atomic_add_fetch(&logger->dropped, count, __ATOMIC_RELAXED);
}

static bool is_watching(const struct vr_logger *logger,
                        const struct vr_log_watcher *watcher)
{
    for (struct vr_log_walk *walk = logger->walk; walk; walk = walk->outer)
        if (walk->watching == watcher)
            return true;

    return false;
}

static bool keeps(const struct vr_logger *logger,
                  const struct vr_log_entry *entry)
{
    return vr_log_filters_keep(&logger->filters, entry);
}

static void show_to(struct vr_logger *logger, struct vr_log_watcher *watcher,
                    const struct vr_log_entry *entry)
{
    struct vr_current *current = vr_current();
    struct vr_log_visit visit = {.logger = logger,
                                 .watcher = watcher,
                                 .entry = entry,
                                 .outer = current->visit};

    current->visit = &visit;
    vr_log_watcher_offer(watcher, entry);
    current->visit = visit.outer;
}

/* The next watcher of @p walk that is not at work already. */
static struct vr_log_watcher *next_watcher(struct vr_logger *logger,
                                           struct vr_log_walk *walk)
{
    while (walk->next != walk->end) {
        struct vr_log_watcher *watcher =
            vr_container_of(walk->next, struct vr_log_watcher, link);
        walk->next = walk->next->next;
        if (!is_watching(logger, watcher))
            return watcher;
    }
    return NULL;
}

/* With the lock held, which is given up while a watcher runs. */
static void walk_watchers(struct vr_logger *logger, struct vr_log_walk *walk,
                          const struct vr_log_entry *entry,
                          const struct vr_log_watcher *from)
{
    struct vr_log_watcher *watcher;

    while ((watcher = next_watcher(logger, walk))) {
        if (watcher == from)
            continue;
        walk->watching = watcher;
        vr_log_queue_unlock(logger->queue);
        show_to(logger, watcher, entry);
        vr_log_queue_lock(logger->queue);
        walk->watching = NULL;
        vr_log_queue_changed(logger->queue);
    }
}

void vr_logger_show(struct vr_logger *logger, const struct vr_log_entry *entry,
                    const struct vr_log_watcher *from)
{
    if (!keeps(logger, entry))
        return;

    vr_log_queue_lock(logger->queue);
    struct vr_log_walk walk = {.next = logger->watchers.next,
                               .end = &logger->watchers,
                               .outer = logger->walk};
    logger->walk = &walk;
    walk_watchers(logger, &walk, entry, from);
    logger->walk = walk.outer;
    vr_log_queue_unlock(logger->queue);
}

void vr_logger_show_gap(struct vr_logger *logger, vr_time when, uint32_t lost)
{
    char text[VR_LOG_GAP_SIZE];
    struct vr_log_entry gap = {
        .when = when,
        .level = VR_LOG_WARN,
        .prefix = logger->prefix,
        .text = vr_log_gap_text(text, lost, "entry", "entries"),
        .missed = lost};

    vr_logger_show(logger, &gap, NULL);
}

static bool is_visited(const struct vr_log_watcher *watcher)
{
    for (struct vr_log_visit *visit = vr_current()->visit; visit;
         visit = visit->outer)
        if (visit->watcher == watcher)
            return true;

    return false;
}

static void show_anywhere(struct vr_logger *logger,
                          const struct vr_log_entry *entry)
{
    struct vr_list *link = logger->anywhere.next;

    if (link == &logger->anywhere || !keeps(logger, entry))
        return;
    for (; link != &logger->anywhere; link = link->next) {
        struct vr_log_watcher *watcher =
            vr_container_of(link, struct vr_log_watcher, link);
        if (!is_visited(watcher))
            show_to(logger, watcher, entry);
    }
}

/* The watcher that is running, if this thread shows the queue. */
static struct vr_log_watcher *at_work(const struct vr_logger *logger)
{
    return vr_log_queue_is_inside(logger->queue) && logger->walk
               ? logger->walk->watching
               : NULL;
}

void vr_logger_take(struct vr_logger *logger, const struct vr_log_entry *entry)
{
    show_anywhere(logger, entry);
    if (!logger->queue)
        vr_logger_show(logger, entry, NULL);
    else if (get(&logger->queued_count) &&
             !vr_log_queue_put(logger->queue, entry, at_work(logger)))
        count_dropped(logger, entry->missed ? entry->missed : 1);
}

/* Let passes that would come to, or end at, @p from do so at @p to. */
static void redirect_walks(struct vr_logger *logger, const struct vr_list *from,
                           struct vr_list *to)
{
    for (struct vr_log_walk *walk = logger->walk; walk; walk = walk->outer) {
        if (walk->next == from)
            walk->next = to;
        if (walk->end == from)
            walk->end = to;
    }
}

/* Did @p logger pass @p entry on itself, further down the stack? */
static bool has_come_back(const struct vr_logger *logger,
                          const struct vr_log_entry *entry)
{
    for (struct vr_log_visit *visit = vr_current()->visit; visit;
         visit = visit->outer)
        if (visit->logger == logger && visit->entry == entry)
            return true;

    return false;
}

static void watch_other(struct vr_log_watcher *watcher,
                        const struct vr_log_entry *entry)
{
    struct vr_logger *self = vr_container_of(watcher, struct vr_logger, base);

    if (!has_come_back(self, entry) && vr_logger_is_enabled(self, entry->level))
        vr_logger_take(self, entry);
}

void vr_logger_init(struct vr_logger *logger, const struct vr_env *env,
                    const char *prefix)
{
    *logger = (struct vr_logger){
        .env = vr_env_or_default(env), .prefix = prefix, .least = INT_MIN};
    vr_log_watcher_init(&logger->base, watch_other);
    logger->base.passes_to = logger;
    vr_list_init(&logger->filters);
    vr_list_init(&logger->watchers);
    vr_list_init(&logger->anywhere);
}

void vr_logger_init_proxy(struct vr_logger *proxy, struct vr_logger *parent,
                          const char *prefix)
{
    vr_logger_init(proxy, parent->env, prefix ? prefix : parent->prefix);
    proxy->parent = parent;
}

static void detach_all(struct vr_list *watchers)
{
    while (!vr_list_is_empty(watchers))
        vr_logger_detach(
            vr_container_of(watchers->next, struct vr_log_watcher, link));
}

void vr_logger_fini(struct vr_logger *logger)
{
    if (!logger)
        return;

    vr_logger_detach(&logger->base); /* another thread may show it something */
    assert(!logger->walk || vr_log_queue_own(logger->queue) != logger->queue);
    detach_all(&logger->watchers);
    detach_all(&logger->anywhere);
    vr_log_filters_clear(&logger->filters);
    vr_log_filters_clear(&logger->base.filters);
}

static bool leads_to_proxy(const struct vr_log_watcher *watcher)
{
    return watcher->passes_to && watcher->passes_to->parent;
}

static void count_watcher(struct vr_logger *logger,
                          const struct vr_log_watcher *watcher, int change)
{
    set(&logger->watcher_count, logger->watcher_count + change);
    if (!watcher->anywhere)
        set(&logger->queued_count, logger->queued_count + change);
}

/* Passes under way end before the new watcher. */
static void link_watcher(struct vr_logger *logger,
                         struct vr_log_watcher *watcher)
{
    if (watcher->anywhere) {
        vr_list_append(&logger->anywhere, &watcher->link);
        return;
    }
    redirect_walks(logger, &logger->watchers, &watcher->link);
    vr_list_append(&logger->watchers, &watcher->link);
}

/* Does @p watcher lead to @p logger, or to one that shows @p logger entries?
 * Longer ways round, through relays, are found by the entries. */
static bool would_loop(const struct vr_logger *logger,
                       const struct vr_log_watcher *watcher)
{
    for (; logger; logger = logger->base.logger)
        if (logger == watcher->passes_to)
            return true;

    return false;
}

int vr_logger_attach(struct vr_logger *logger, struct vr_log_watcher *watcher)
{
    if (logger->parent || leads_to_proxy(watcher))
        return -ENOTSUP;
    if (would_loop(logger, watcher))
        return -ELOOP;
    if (watcher->logger)
        return -EBUSY;

    struct vr_log_queue *queue = vr_log_queue_own(logger->queue);
    vr_log_queue_lock(queue);
    watcher->logger = logger;
    link_watcher(logger, watcher);
    count_watcher(logger, watcher, 1);
    vr_log_queue_unlock(queue);
    return 0;
}

/* With the lock held: wait while another thread is in @p watcher. */
static void await_end(struct vr_log_queue *queue, struct vr_logger *logger,
                      struct vr_log_watcher *watcher)
{
    if (!queue || vr_log_queue_is_inside(queue))
        return;

    (void)__atomic_add_fetch(&queue->waiting, 1, __ATOMIC_SEQ_CST);
    while (is_watching(logger, watcher))
        vr_log_queue_await(queue, VR_TIME_MAX);
    (void)__atomic_sub_fetch(&queue->waiting, 1, __ATOMIC_SEQ_CST);
}

void vr_logger_detach(struct vr_log_watcher *watcher)
{
    struct vr_logger *logger = watcher->logger;
    if (!logger)
        return;

    struct vr_log_queue *queue = vr_log_queue_own(logger->queue);
    vr_log_queue_lock(queue);
    watcher->logger = NULL;
    redirect_walks(logger, &watcher->link, watcher->link.next);
    vr_list_remove(&watcher->link);
    count_watcher(logger, watcher, -1);
    await_end(queue, logger, watcher);
    vr_log_queue_unlock(queue);
}

void vr_logger_add_filter(struct vr_logger *logger,
                          struct vr_log_filter *filter)
{
    assert(!logger->parent);

    vr_log_filters_add(&logger->filters, filter);
}

void vr_logger_set_queue(struct vr_logger *logger, struct vr_log_queue *queue)
{
    assert(!logger->parent && !logger->base.logger);

    logger->queue = queue;
    logger->base.anywhere = queue != NULL;
    if (queue)
        queue->logger = logger;
}

void vr_logger_set_level(struct vr_logger *logger, int least)
{
    set(&logger->least, least);
}

void vr_logger_stop(struct vr_logger *logger)
{
    set(&logger->stopped, true);
}

void vr_logger_start(struct vr_logger *logger)
{
    set(&logger->stopped, false);
}

bool vr_logger_is_enabled(const struct vr_logger *logger, int level)
{
    for (; logger; logger = logger->parent) {
        if (get(&logger->stopped) || level < get(&logger->least))
            return false;
        if (!logger->parent)
            return get(&logger->watcher_count) > 0;
    }
    return false;
}

size_t vr_logger_dropped(const struct vr_logger *logger)
{
    while (logger->parent)
        logger = logger->parent;

    return __atomic_load_n(&logger->dropped, __ATOMIC_RELAXED);
}
