/* SPDX-License-Identifier: MIT */
/**
 * @file memory.h
 * A watcher that keeps the last entries in memory, to be shown when they are
 * wanted: what led to a failure, though nobody reads debug entries as a rule.
 *
 *     struct vr_log_memory last;
 *     int err = vr_log_memory_init(&last, NULL, 64 * 1024);
 *     if (!err)
 *         err = vr_logger_attach(&logger, &last.base);
 *     ...
 *     vr_log_memory_dump(&last, &console.base);
 *
 * Threads: any.
 */
#ifndef VR_LOG_MEMORY_H
#define VR_LOG_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/log/watcher.h>

VR_BEGIN_DECLS

struct vr_env;

struct vr_log_memory {
    struct vr_log_watcher base; /**< attach this */
    const struct vr_env *env;   /**< private, as all below */
    unsigned char *room;
    size_t size;
    void *lock[8];           /**< a pthread_mutex_t; guards what follows */
    size_t head, tail, wrap; /**< places in the room */
    uint64_t first,
        next; /**< numbers of the oldest entry and of that to come */
};

/**
 * Make a watcher that keeps as many of the last entries as fit into @p size
 * bytes.  These are allocated now, and no entry takes more.  An entry has some
 * hundred bytes; a text that is longer than all of them is cut, and ends in
 * "...".
 * @param env  NULL: the default; kept
 * @param size  1024 or more
 * @return 0; -EINVAL for less; -ENOMEM
 */
VR_MUST_CHECK
int vr_log_memory_init(struct vr_log_memory *memory, const struct vr_env *env,
                       size_t size);

/** Detach the watcher, forget all entries and free their memory. */
void vr_log_memory_fini(struct vr_log_memory *memory);

/** Show @p watcher the entries kept, the oldest first, through its filters, on
 *  this thread; it need not be attached.  All entries are kept still.  Those
 *  that newer ones pushed out meanwhile, and those that cannot be copied for
 *  want of memory, are shown as a gap. */
void vr_log_memory_dump(struct vr_log_memory *memory,
                        struct vr_log_watcher *watcher);

VR_END_DECLS

#endif
