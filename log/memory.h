/* SPDX-License-Identifier: MIT */
/**
 * @file memory.h
 * A watcher that remembers the last entries, for when they are wanted: all
 * that led to a failure, though nobody reads debug lines as a rule.
 *
 *     struct vr_log_memory last;
 *     int err = vr_log_memory_init(&last, NULL, 1000);
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
struct vr_log_memory_slot;

struct vr_log_memory {
    struct vr_log_watcher base; /**< attach this */
    const struct vr_env *env;   /**< private, as all below */
    struct vr_log_memory_slot *slots;
    size_t count;
    pthread_mutex_t lock;
    uint64_t next; /**< number of the entry to come */
};

/**
 * Make a watcher that keeps @p count entries, 1 or more.  Their texts take
 * memory as they come.
 * @param env  NULL: the default; kept
 * @return 0; -EINVAL for none; -ENOMEM
 */
VR_MUST_CHECK
int vr_log_memory_init(struct vr_log_memory *memory, const struct vr_env *env,
                       size_t count);

/** Forget all and give the memory back; it is detached first. */
void vr_log_memory_fini(struct vr_log_memory *memory);

/**
 * Show @p watcher what is remembered, the oldest first, through its filters, on
 * this thread; it need not be attached.  All is remembered still.  What could
 * not be kept for want of memory, or was pushed out meanwhile, is shown as a
 * gap.
 */
void vr_log_memory_dump(struct vr_log_memory *memory,
                        struct vr_log_watcher *watcher);

VR_END_DECLS

#endif
