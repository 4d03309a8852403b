/* SPDX-License-Identifier: MIT */
/**
 * @file watch_table.h
 * Who watches which descriptor, and what the selector knows of it.  Internal.
 *
 * A table indexed by descriptor number.  Each slot has a generation that
 * changes when the number gets a new owner; it is part of the key of events,
 * so an event of a former owner is dropped.
 */
#ifndef VR_REACTOR_WATCH_TABLE_H
#define VR_REACTOR_WATCH_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>

struct vr_ready;
struct vr_reactor;
struct vr_selector;
struct vr_watch;
struct vr_watch_ops;

struct vr_slot {
    struct vr_watch *reader; /* may be the same watch as writer */
    struct vr_watch *writer;
    uint32_t generation;
    int next_dirty; /* descriptor; -1 ends the list */
    int place;      /* of its event among those of the last wait, if any */
    uint8_t armed;  /* what the selector was told to await */
    bool dirty;     /* in the list of slots to flush */
    bool stale;     /* named in the log: events of a former owner come */
};

struct vr_watch_table {
    struct vr_selector *selector;
    struct vr_slot *slots;
    int size;
    int dirty; /* first of the list; -1: empty */
    struct vr_list watches;
    size_t awaited; /* watches that are open and no background, see idle.h */
};

/** Those of a watch that is for collecting, see collect.h. */
extern const struct vr_watch_ops vr_collect_ops;

/** Keeps @p selector. */
void vr_watch_table_init(struct vr_watch_table *table,
                         struct vr_selector *selector);
void vr_watch_table_fini(struct vr_watch_table *table);

/** Make the slot of @p fd.  @return 0; -EBADF if it is not open; -ENOMEM */
int vr_watch_table_reserve(struct vr_watch_table *table, int fd);

/** What the watches of @p fd want, which has a slot. */
unsigned vr_watch_wanted_of(const struct vr_watch_table *table, int fd);

/** Have the selector await @p now of @p fd.  @return 0, or the selector's
 * error, and it awaits what it did */
int vr_watch_table_arm(struct vr_watch_table *table, int fd, unsigned now);

/** What the watches of @p fd want has changed: the selector is told in time. */
void vr_watch_table_changed(struct vr_reactor *reactor, int fd);

/** Tell the selector what is wanted now, and call `failed` of watches that it
 *  refuses; after a stop, in the next run. */
void vr_watch_table_flush(struct vr_reactor *reactor);

/** Call the watches for @p ready, unless the descriptor has changed hands since
 *  the selector found it ready. */
void vr_watch_table_deliver(struct vr_reactor *reactor,
                            const struct vr_ready *ready);

/** The slot of the descriptor in @p key; NULL: it was never watched. */
static inline struct vr_slot *
vr_watch_table_slot(const struct vr_watch_table *table, uint64_t key)
{
    uint32_t fd = (uint32_t)key;

    return fd < (uint32_t)table->size ? &table->slots[fd] : NULL;
}

/** Call failed(-VR_ECLOSED) of every watch, and close those that it leaves
 *  open.  @return how many there were */
int vr_watch_table_close(struct vr_watch_table *table);

/** The roles of a watch: the events that @p ops has callbacks for. */
unsigned vr_watch_roles(const struct vr_watch_ops *ops);

/** Bind @p watch to this process: in a child of fork(2) that goes on with the
 *  reactor it fails with -ECHILD. */
void vr_watch_bind(struct vr_watch *watch);

/** Is one that is bound open on @p fd? */
bool vr_watch_table_binds(const struct vr_watch_table *table, int fd);

/** In such a child: have @p selector, which awaits nothing yet, await reading
 *  of @p fd, the wake-up that will be.  @return 0; -EEXIST if @p fd is watched;
 *  an error of the selector, or -ENOMEM */
VR_MUST_CHECK
int vr_watch_table_prepare(struct vr_watch_table *table,
                           struct vr_selector *selector, int fd);

/** Then: have all watches that are open told to @p selector, by the next flush,
 *  and @p wake, one of the reactor's own, be that of @p fd. */
void vr_watch_table_renew(struct vr_watch_table *table,
                          struct vr_selector *selector, struct vr_watch *wake,
                          int fd);

/** Make @p watch one of the reactor's own, which is neither listed nor closed
 *  with the program's, and background. */
void vr_watch_hide(struct vr_watch *watch);

#endif
