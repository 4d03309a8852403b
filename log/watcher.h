/* SPDX-License-Identifier: MIT */
/**
 * @file watcher.h
 * Who hears what is logged?  Entries, the watchers that receive them and the
 * filters that hold some of them back.
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
 *     (void)vr_logger_attach(&logger, &watcher);
 *     vr_log_info(&logger, "No soup for %s!", "you");
 *
 * prints "20 No soup for you!".  A watcher that needs more than itself embeds
 * the struct and finds its own by vr_container_of().
 *
 * Ownership: all structs are their owner's, who keeps them in place while they
 * are attached or added; nothing here allocates.
 * Threads: a watcher and its filters belong to the thread on which the logger
 * it is attached to delivers, see log/log.h.
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

/** Is @p entry to be kept?  Only answers: logs, adds and removes nothing.  A
 * gap is asked for as an entry of level VR_LOG_WARN: see its member `missed`.
 */
typedef bool vr_log_keep_fn(struct vr_log_filter *filter,
                            const struct vr_log_entry *entry);

/** One condition; where there are several, all must keep an entry. */
struct vr_log_filter {
    vr_log_keep_fn *keep;
    struct vr_list link; /**< private */
};

/** Make @p filter ready to be added.  @p keep is not NULL. */
void vr_log_filter_init(struct vr_log_filter *filter, vr_log_keep_fn *keep);

/** Take @p filter away from where it was added, if anywhere. */
void vr_log_filter_remove(struct vr_log_filter *filter);

/** A filter that keeps entries of level @p least and above. */
struct vr_log_level_filter {
    struct vr_log_filter filter;
    int least; /**< may be changed at any time, on the filter's thread */
};

/** Make @p filter ready to be added, by its member `filter`. */
void vr_log_level_filter_init(struct vr_log_level_filter *filter, int least);

/**
 * Receive @p entry.  May do anything, such as detach or free any watcher, this
 * one too; not end the logger that calls.  What it logs itself goes to the
 * other watchers, not to those at work: so nothing recurses for ever.
 */
typedef void vr_log_watch_fn(struct vr_log_watcher *watcher,
                             const struct vr_log_entry *entry);

/** One who is shown entries.  Members are private, but for the first two. */
struct vr_log_watcher {
    vr_log_watch_fn *watch;

    /** It may be shown entries in the log call, by any threads at the same
     *  time, and takes no time.  So it is where the logger delivers later, or
     *  elsewhere.  A logger with a queue is such a watcher.  false after init;
     *  to be set before it is attached. */
    bool anywhere;

    struct vr_logger *passes_to; /**< the logger it leads to; NULL: to none */
    struct vr_logger *logger;    /**< attached to; NULL: to none */
    struct vr_list filters;
    struct vr_list link;
};

/** Make @p watcher ready to be attached, see vr_logger_attach().  @p watch is
 *  not NULL. */
void vr_log_watcher_init(struct vr_log_watcher *watcher,
                         vr_log_watch_fn *watch);

/** Show @p watcher only what @p filter, which is added nowhere yet, keeps.
 *  The filters of one that is shown entries anywhere are asked anywhere: they
 *  stay as they are while somebody logs. */
void vr_log_watcher_add_filter(struct vr_log_watcher *watcher,
                               struct vr_log_filter *filter);

/** Show @p entry to @p watcher, if its filters keep it: for watchers that pass
 *  entries on.  It need not be attached.  Threads: as its
 * watch() allows. */
void vr_log_watcher_offer(struct vr_log_watcher *watcher,
                          const struct vr_log_entry *entry);

VR_END_DECLS

#endif
