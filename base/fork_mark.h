/* SPDX-License-Identifier: MIT */
/**
 * @file fork_mark.h
 * Detecting a forked child: was this object made by this process?  Internal.
 *
 * A child of fork(2) must not use what it inherits as its own.  An object
 * stores the mark of its process when it is made, and its functions compare:
 *
 *     queue->mark = vr_fork_mark();
 *     ...
 *     if (queue->mark != vr_fork_mark())
 *         return -ECHILD;
 *
 * That is two loads and no system call.  The mark is stored in a page that the
 * kernel zeroes in a forked child (MADV_WIPEONFORK and the like), which then
 * takes a new number.  This holds for a raw clone(2) too.  On systems without
 * such pages a function registered by pthread_atfork(3) zeroes the mark, which
 * a raw clone(2) does not call.  A child of vfork(2) runs in its parent's
 * memory and has the parent's mark: it may only exec.
 *
 * Threads: any.
 */
#ifndef VR_BASE_FORK_MARK_H
#define VR_BASE_FORK_MARK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct vr_sys;

/** Where the mark stands; NULL: nobody has asked.  Of fork_mark.c. */
extern _Atomic uint64_t *_Atomic vr_fork_mark_place;

/** Take a number. @return the mark */
uint64_t vr_fork_mark_draw(void);

/** The mark of this process: never 0, constant, and different from those of all
 *  its ancestors. */
static inline uint64_t vr_fork_mark(void)
{
    const _Atomic uint64_t *place =
        atomic_load_explicit(&vr_fork_mark_place, memory_order_acquire);
    uint64_t found =
        place ? atomic_load_explicit(place, memory_order_relaxed) : 0;

    return found ? found : vr_fork_mark_draw();
}

/** Use the memory calls of @p sys, which is kept, instead of the system's.  For
 *  tests, before the first vr_fork_mark(). */
void vr_fork_mark_use(const struct vr_sys *sys);

/** Does the kernel zero the mark, so that a raw clone(2) gets its own? */
bool vr_fork_mark_is_wiped(void);

#endif
