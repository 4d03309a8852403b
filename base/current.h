/* SPDX-License-Identifier: MIT */
/**
 * @file current.h
 * What this thread is doing: the reactor, the coroutine and the environment
 * that it is in.  Internal: the library's only thread-local variable.
 */
#ifndef VR_BASE_CURRENT_H
#define VR_BASE_CURRENT_H

#include <stdint.h>

struct vr_coroutine;
struct vr_env;
struct vr_log_visit;
struct vr_reactor;

/** The first member of a reactor and of a coroutine: base/ knows no more of
 *  them. */
struct vr_current_head {
    const struct vr_env *env; /**< meant by NULL in its callbacks; NULL: none */
};

/** What runs on this thread now. */
struct vr_current {
    struct vr_reactor *reactor;     /**< whose turn runs; NULL: none */
    struct vr_coroutine *coroutine; /**< that may await here; NULL: none */
    struct vr_log_visit *visit;     /**< of log/logger.c; NULL: none */
    int showing;   /**< log deliveries under way, further down the stack */
    int log_depth; /**< of what is logged here, see log/queue.c */
    int scratches; /**< taken here, in the coroutine if it is one */
    const struct vr_env *env; /**< of a library's thread; NULL: none */
};

/** This thread's struct, writable.  Threads: any, each has its own. */
struct vr_current *vr_current(void);

/** The environment that NULL means here; NULL: vr_env_default(). */
const struct vr_env *vr_current_env(void);

/** This thread's counter of base/copied.h.  It is not in struct vr_current,
 *  which a turn replaces and restores. */
uint64_t *vr_current_copied(void);

#endif
