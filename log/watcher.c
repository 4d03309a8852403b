/* SPDX-License-Identifier: MIT */
/**
 * @file watcher.c
 * Filters, and the watchers behind them.
 */
#include <vreactor/log/watcher.h>

#include <assert.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/current.h>
#include <vreactor/log/filters.h>

void vr_log_filter_init(struct vr_log_filter *filter, vr_log_keep_fn *keep)
{
    assert(keep);
    filter->keep = keep;
    vr_list_init(&filter->link);
}

void vr_log_filter_remove(struct vr_log_filter *filter)
{
    vr_list_remove(&filter->link);
}

static bool is_grave(struct vr_log_filter *filter,
                     const struct vr_log_entry *entry)
{
    struct vr_log_level_filter *self =
        vr_container_of(filter, struct vr_log_level_filter, filter);

    return entry->level >= self->least;
}

void vr_log_level_filter_init(struct vr_log_level_filter *filter, int least)
{
    vr_log_filter_init(&filter->filter, is_grave);
    filter->least = least;
}

void vr_log_filters_add(struct vr_list *filters, struct vr_log_filter *filter)
{
    assert(vr_list_is_empty(&filter->link));

    vr_list_append(filters, &filter->link);
}

void vr_log_filters_clear(struct vr_list *filters)
{
    while (vr_list_pop(filters))
        ;
}

bool vr_log_filters_keep(const struct vr_list *filters,
                         const struct vr_log_entry *entry)
{
    for (struct vr_list *link = filters->next; link != filters;
         link = link->next) {
        struct vr_log_filter *filter =
            vr_container_of(link, struct vr_log_filter, link);
        if (!filter->keep(filter, entry))
            return false;
    }
    return true;
}

void vr_log_watcher_init(struct vr_log_watcher *watcher, vr_log_watch_fn *watch)
{
    assert(watch);
    watcher->watch = watch;
    watcher->anywhere = false;
    watcher->passes_to = NULL;
    watcher->logger = NULL;
    vr_list_init(&watcher->filters);
    vr_list_init(&watcher->link);
}

void vr_log_watcher_add_filter(struct vr_log_watcher *watcher,
                               struct vr_log_filter *filter)
{
    vr_log_filters_add(&watcher->filters, filter);
}

void vr_log_watcher_offer(struct vr_log_watcher *watcher,
                          const struct vr_log_entry *entry)
{
    struct vr_current *current = vr_current();
    int inside = watcher->passes_to ? 0 : 1; /* a logger only passes on */

    if (!vr_log_filters_keep(&watcher->filters, entry))
        return;
    current->showing += inside;
    watcher->watch(watcher, entry);
    current->showing -= inside;
}
