/* SPDX-License-Identifier: MIT */
/**
 * @file fork_mark.h
 * Is this still the process that made it?  Internal.
 *
 * What a child of fork(2) inherits it may not use as its own.  An object notes
 * the mark of its process when it is made, and who uses it compares:
 *
 *     queue->mark = vr_fork_mark();
 *     ...
 *     if (queue->mark != vr_fork_mark())
 *         return -ECHILD;
 *
 * That is two loads, no system call.  The mark stands in one page a process
 * that fork wipes: a child finds zero there, and draws the next number.  This
 * holds for a raw clone(2) too.  Where the system has no such pages a function
 * registered by pthread_atfork(3) does the wiping, which a raw clone(2) does
 * not call.  A child of vfork(2) runs in the memory of its parent and passes
 * for it: it may but exec.
 *
 * Threads: any.
 */
#ifndef VR_BASE_FORK_MARK_H
#define VR_BASE_FORK_MARK_H

#include <stdbool.h>
#include <stdint.h>

struct vr_sys;

/** A number, never 0, that differs from those of all processes this one
 *  descends from, and stays as long as this one. */
uint64_t vr_fork_mark(void);

/** Let @p sys, kept, say what the system can, instead of the system itself.
 *  For tests, before anything has asked for the mark. */
void vr_fork_mark_use(const struct vr_sys *sys);

/** Does the kernel wipe the mark, so that a raw clone(2) has another one? */
bool vr_fork_mark_is_wiped(void);

#endif
