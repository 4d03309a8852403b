/* SPDX-License-Identifier: MIT */
/**
 * @file log.c
 * From the log call to the watchers.
 *
 * No lock: the members that other threads read are atomic counters and
 * switches, each of which stands for itself, so relaxed order will do.  The
 * builtins, not stdatomic.h, because the struct is also a C++ program's.
 */
#include <vreactor/log/log.h>

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/log/delivery.h>
#include <vreactor/log/filters.h>

enum { SHORT = 512 }; /* texts below that need no memory */

/* A pass over the watchers from next to before end, which attach and detach
 * keep right.  One that watches and logs starts another one inside. */
struct vr_log_walk {
    struct vr_list *next;
    struct vr_list *end;
    struct vr_log_watcher *watching; /* only compared: it may be gone */
    struct vr_log_walk *outer;
};

/* One allocation: this, the delivery's room, prefix and text. */
struct vr_log_record {
    struct vr_logger *logger;
    struct vr_log_entry entry;
};

static int get(const int *atomic)
{
    return __atomic_load_n(atomic, __ATOMIC_RELAXED);
}

static void set(int *atomic, int value)
{
    __atomic_store_n(atomic, value, __ATOMIC_RELAXED);
}

static void count_dropped(struct vr_logger *logger)
{
    (void)__atomic_add_fetch(&logger->dropped, 1, __ATOMIC_RELAXED);
}

static bool is_watching(const struct vr_logger *logger,
                        const struct vr_log_watcher *watcher)
{
    for (struct vr_log_walk *walk = logger->walk; walk; walk = walk->outer)
        if (walk->watching == watcher)
            return true;

    return false;
}

static void deliver(struct vr_logger *logger, const struct vr_log_entry *entry)
{
    if (!vr_log_filters_keep(&logger->filters, entry))
        return;

    struct vr_log_walk walk = {.next = logger->watchers.next,
                               .end = &logger->watchers,
                               .outer = logger->walk};
    logger->walk = &walk;
    while (walk.next != walk.end) {
        struct vr_log_watcher *watcher =
            vr_container_of(walk.next, struct vr_log_watcher, link);
        walk.next = walk.next->next;
        if (is_watching(logger, watcher))
            continue;
        walk.watching = watcher;
        vr_log_watcher_offer(watcher, entry);
        walk.watching = NULL;
    }
    logger->walk = walk.outer;
}

/* Walks that would come to, or end at, @p from do so at @p to. */
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

static struct vr_log_record *copy(struct vr_logger *logger,
                                  const struct vr_log_entry *entry)
{
    size_t head = sizeof(struct vr_log_record) + logger->delivery->room;
    size_t prefix_size = entry->prefix ? strlen(entry->prefix) + 1 : 0;
    size_t text_size = strlen(entry->text) + 1;
    struct vr_log_record *record =
        vr_resize(logger->env, NULL, head + prefix_size + text_size);
    if (!record)
        return NULL;

    char *prefix = (char *)record + head;
    char *text = prefix + prefix_size;
    record->logger = logger;
    record->entry = *entry;
    record->entry.text = memcpy(text, entry->text, text_size);
    if (entry->prefix)
        record->entry.prefix = memcpy(prefix, entry->prefix, prefix_size);
    return record;
}

static void hand_over(struct vr_logger *logger,
                      const struct vr_log_entry *entry)
{
    struct vr_log_delivery *delivery = logger->delivery;
    if (!delivery) {
        deliver(logger, entry);
        return;
    }

    struct vr_log_record *record = copy(logger, entry);
    if (record)
        delivery->deliver(delivery, record);
    else
        count_dropped(logger);
}

static void watch_other(struct vr_log_watcher *watcher,
                        const struct vr_log_entry *entry)
{
    struct vr_logger *self = vr_container_of(watcher, struct vr_logger, base);

    if (vr_logger_wants(self, entry->level))
        hand_over(self, entry);
}

void vr_logger_init(struct vr_logger *logger, const struct vr_env *env,
                    const char *prefix)
{
    *logger = (struct vr_logger){
        .env = vr_env_or_default(env), .prefix = prefix, .least = INT_MIN};
    vr_log_watcher_init(&logger->base, watch_other);
    vr_list_init(&logger->filters);
    vr_list_init(&logger->watchers);
}

void vr_logger_init_proxy(struct vr_logger *proxy, struct vr_logger *parent,
                          const char *prefix)
{
    vr_logger_init(proxy, parent->env, prefix ? prefix : parent->prefix);
    proxy->parent = parent;
}

void vr_logger_fini(struct vr_logger *logger)
{
    if (!logger)
        return;

    assert(!logger->walk);
    while (!vr_list_empty(&logger->watchers))
        vr_logger_detach(vr_container_of(logger->watchers.next,
                                         struct vr_log_watcher, link));
    vr_log_filters_clear(&logger->filters);
    vr_log_filters_clear(&logger->base.filters);
    vr_logger_detach(&logger->base);
}

static bool is_proxy(const struct vr_log_watcher *watcher)
{
    return watcher->watch == watch_other &&
           vr_container_of(watcher, const struct vr_logger, base)->parent;
}

int vr_logger_attach(struct vr_logger *logger, struct vr_log_watcher *watcher)
{
    if (logger->parent || is_proxy(watcher))
        return -ENOTSUP;
    for (struct vr_logger *at = logger; at; at = at->base.logger)
        if (&at->base == watcher)
            return -ELOOP;
    if (watcher->logger)
        return -EBUSY;

    watcher->logger = logger;
    redirect_walks(logger, &logger->watchers, &watcher->link);
    vr_list_append(&logger->watchers, &watcher->link);
    set(&logger->watcher_count, logger->watcher_count + 1);
    return 0;
}

void vr_logger_detach(struct vr_log_watcher *watcher)
{
    struct vr_logger *logger = watcher->logger;
    if (!logger)
        return;

    watcher->logger = NULL;
    redirect_walks(logger, &watcher->link, watcher->link.next);
    vr_list_remove(&watcher->link);
    set(&logger->watcher_count, logger->watcher_count - 1);
}

void vr_logger_add_filter(struct vr_logger *logger,
                          struct vr_log_filter *filter)
{
    assert(!logger->parent);

    vr_log_filters_add(&logger->filters, filter);
}

void vr_logger_set_delivery(struct vr_logger *logger,
                            struct vr_log_delivery *delivery)
{
    assert(!logger->parent);

    logger->delivery = delivery;
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

bool vr_logger_wants(const struct vr_logger *logger, int level)
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

/* Into @p buf, or, if longer, into memory that is the caller's then. */
VR_PRINTF(3, 0)
static char *print(const struct vr_env *env, char buf[SHORT],
                   const char *format, va_list args)
{
    va_list again;

    va_copy(again, args);
    int len = vsnprintf(buf, SHORT, format, args);
    char *text = len < SHORT ? NULL : vr_resize(env, NULL, (size_t)len + 1);
    if (text)
        (void)vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    if (len < 0) /* a wide character unknown here: show where it was */
        (void)snprintf(buf, SHORT, "%s", format);
    return text ? text : buf;
}

void vr_vlog(struct vr_logger *logger, const char *prefix, int level,
             const char *format, va_list args)
{
    if (!vr_logger_wants(logger, level))
        return;

    int err = errno;
    const struct vr_env *env = logger->env;
    struct vr_log_entry entry = {.when = env->wall(env->ctx),
                                 .level = level,
                                 .prefix = prefix ? prefix : logger->prefix};
    while (logger->parent)
        logger = logger->parent;

    char buf[SHORT];
    char *text = print(env, buf, format, args);
    entry.text = text;
    hand_over(logger, &entry);
    if (text != buf)
        vr_dealloc(env, text);
    errno = err;
}

void vr_log(struct vr_logger *logger, int level, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vr_vlog(logger, NULL, level, format, args);
    va_end(args);
}

void vr_log_as(struct vr_logger *logger, const char *prefix, int level,
               const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vr_vlog(logger, prefix, level, format, args);
    va_end(args);
}

void *vr_log_record_room(struct vr_log_record *record)
{
    return record + 1;
}

struct vr_log_record *vr_log_record_of(void *room)
{
    return (struct vr_log_record *)room - 1;
}

void vr_log_record_deliver(struct vr_log_record *record)
{
    deliver(record->logger, &record->entry);
    vr_dealloc(record->logger->env, record);
}

void vr_log_record_drop(struct vr_log_record *record)
{
    count_dropped(record->logger);
    vr_dealloc(record->logger->env, record);
}
