/* SPDX-License-Identifier: MIT */
/**
 * @file current.h
 * Where is this thread?  Internal: the library's only thread-local variable.
 */
#ifndef VR_BASE_CURRENT_H
#define VR_BASE_CURRENT_H

#include <stdint.h>

struct vr_coroutine;
struct vr_env;
struct vr_log_visit;
struct vr_reactor;

/** What stands first in a reactor and in a coroutine: all that is known of them
 *  here. */
struct vr_current_head {
    const struct vr_env *env; /**< which NULL means there; NULL: none */
};

/** What runs on this thread now. */
struct vr_current {
    struct vr_reactor *reactor;     /**< whose turn it is in; NULL: in none */
    struct vr_coroutine *coroutine; /**< which can wait here; NULL: none */
    struct vr_log_visit *visit;     /**< log/logger.c's; NULL: none */
    int showing; /**< queues, and watchers entries, further down its stack */
    const struct vr_env *env; /**< of whose thread it is; NULL: the program's */
};

/** This thread's own, writable. Threads: any, each its own. */
struct vr_current *vr_current(void);

/** What NULL means here for an environment; NULL: nothing in particular. */
const struct vr_env *vr_current_env(void);

/** How many bytes it copied: base/copied.h.  Beside the other, which a turn
 *  replaces and puts back. */
uint64_t *vr_current_copied(void);

#endif
