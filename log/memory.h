/* SPDX-License-Identifier: MIT */
/**
 * @file memory.h
 * A watcher that remembers the last entries, for when they are wanted: all
 * that led to a failure, though nobody reads debug lines as a rule.
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

#include <pthread.h>
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
    pthread_mutex_t lock;    /**< guards what follows */
    size_t head, tail, wrap; /**< places in the room */
    uint64_t first,
        next; /**< numbers of the oldest entry and of that to come */
};

/**
 * Make a watcher that keeps as many of the last entries as fit into @p size
 * bytes, which are taken now: no entry takes more.  An entry has some hundred
 * bytes; a text that would fill more than all is cut, and ends in "...".
 * @param env   NULL: the default; kept
 * @param size  1024 or more
 * @return 0; -EINVAL for less; -ENOMEM
 */
VR_MUST_CHECK
int vr_log_memory_init(struct vr_log_memory *memory, const struct vr_env *env,
                       size_t size);

/** Forget all and give the memory back; it is detached first. */
void vr_log_memory_fini(struct vr_log_memory *memory);

/**
 * Show @p watcher what is remembered, the oldest first, through its filters, on
 * this thread; it need not be attached.  All is remembered still.  What was
 * pushed out meanwhile, or cannot be copied for want of memory, is shown as a
 * gap.
 */
void vr_log_memory_dump(struct vr_log_memory *memory,
                        struct vr_log_watcher *watcher);

VR_END_DECLS

#endif
