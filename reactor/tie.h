/* SPDX-License-Identifier: MIT */
/**
 * @file tie.h
 * A hook that runs when a reactor is closed, for objects that wait for
 * something on it.  Internal.
 *
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_TIE_H
#define VR_REACTOR_TIE_H

#include <vreactor/base/list.h>

struct vr_reactor;

/** Embedded in the object that waits. */
struct vr_tie {
    struct vr_list link;

    /** Called inside vr_reactor_close(), after vr_tie_off(). */
    void (*closed)(struct vr_tie *tie);
};

/** Have tie->closed called when @p reactor, which is not closed yet, is. */
void vr_tie_on(struct vr_tie *tie, struct vr_reactor *reactor);

/** Do not call it any more.  Also for a tie that is off, if vr_tie_on() or
 *  vr_list_init() has initialised its link. */
void vr_tie_off(struct vr_tie *tie);

/** Call tie->closed of all ties of @p reactor. */
void vr_tie_cut_all(struct vr_reactor *reactor);

#endif
