/* SPDX-License-Identifier: MIT */
/**
 * @file watcher.h
 * Watchers receive log entries (elsewhere: sinks, handlers, appenders); filters
 * decide which of them a watcher or a logger keeps.
 *
 *     static void complain(struct vr_log_watcher *watcher,
 *                          const struct vr_log_entry *entry)
 *     {
 *         (void)watcher;
 *         printf("%d %s\n", entry->level, entry->text);
 *     }
 *
 *     struct vr_log_watcher watcher;
 *     vr_log_watcher_init(&watcher, complain);
 *     int err = vr_logger_attach(&logger, &watcher);
 *     vr_log_info(&logger, "No soup for %s!", "you");
 *
 * prints "20 No soup for you!".  A watcher with data of its own embeds the
 * struct and finds its data by vr_container_of().
 *
 * Ownership: all structs here are their owner's, who keeps them in place while
 * they are attached or added; nothing here allocates.
 * Threads: a watcher and its filters belong to the thread on which the logger
 * it is attached to shows entries, see log/log.h.
 */
#ifndef VR_LOG_WATCHER_H
#define VR_LOG_WATCHER_H

#include <stdbool.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>
#include <vreactor/log/entry.h>

VR_BEGIN_DECLS

struct vr_log_filter;
struct vr_log_watcher;
struct vr_logger;

/** Is @p entry kept?  Only answers: logs, adds and removes nothing.  A gap is
 *  asked about too, as an entry of level VR_LOG_WARN: see its member `missed`.
 */
typedef bool vr_log_keep_fn(struct vr_log_filter *filter,
                            const struct vr_log_entry *entry);

/** One condition; an entry has to pass all filters of a logger or a watcher. */
struct vr_log_filter {
    vr_log_keep_fn *keep;
    struct vr_list link; /**< private */
};

/** Make @p filter ready to be added.  @p keep is not NULL. */
void vr_log_filter_init(struct vr_log_filter *filter, vr_log_keep_fn *keep);

/** Remove @p filter from the logger or watcher it was added to, if any. */
void vr_log_filter_remove(struct vr_log_filter *filter);

/** A filter that keeps entries of level @p least and above. */
struct vr_log_level_filter {
    struct vr_log_filter filter;
    int least; /**< may be changed at any time, on the filter's thread */
};

/** Make @p filter ready to be added, by its member `filter`. */
void vr_log_level_filter_init(struct vr_log_level_filter *filter, int least);

/** Receive @p entry, which is valid during the call.  May do anything, such as
 *  log, or detach or free any watcher, this one too; but not end the logger
 *  that calls.  What it logs is shown to the other watchers, and not to those
 *  that are being shown an entry now, so nothing recurses for ever. */
typedef void vr_log_watch_fn(struct vr_log_watcher *watcher,
                             const struct vr_log_entry *entry);

/** A watcher.  Members are private, but for the first two. */
struct vr_log_watcher {
    vr_log_watch_fn *watch;

    /** true: any threads may call watch() at the same time, and it returns
     *  quickly.  Then it is called inside each log call, even where the logger
     *  has a queue for its other watchers.  A logger with a queue is such a
     *  watcher.  Set before it is attached; false after init. */
    bool anywhere;

    struct vr_logger *passes_to; /**< the logger it leads to; NULL: none */
    struct vr_logger *logger;    /**< attached to; NULL: none */
    struct vr_list filters;
    struct vr_list link;
};

/** Make @p watcher ready to be attached, see vr_logger_attach().  @p watch is
 *  not NULL. */
void vr_log_watcher_init(struct vr_log_watcher *watcher,
                         vr_log_watch_fn *watch);

/** Show @p watcher only entries that @p filter keeps; it is added nowhere yet.
 *  If the watcher has `anywhere` set, its filters are asked on any thread; then
 *  add and remove them only while nobody logs. */
void vr_log_watcher_add_filter(struct vr_log_watcher *watcher,
                               struct vr_log_filter *filter);

/** Show @p entry to @p watcher, if its filters keep it: for watchers that pass
 *  entries on.  @p watcher need not be attached.  Threads: as its watch()
 *  allows. */
void vr_log_watcher_offer(struct vr_log_watcher *watcher,
                          const struct vr_log_entry *entry);

VR_END_DECLS

#endif
