/* SPDX-License-Identifier: MIT */
/**
 * @file tie.h
 * What must hear that its reactor is closed.  Internal.
 *
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_TIE_H
#define VR_REACTOR_TIE_H

#include <vreactor/base/list.h>

struct vr_reactor;

/** Embedded in what waits for something on a reactor. */
struct vr_tie {
    struct vr_list link;

    /** The reactor is being closed, and @p tie off. */
    void (*closed)(struct vr_tie *tie);
};

/** Have tie->closed called if @p reactor, not closed yet, is closed. */
void vr_tie_on(struct vr_tie *tie, struct vr_reactor *reactor);

/** Not any more.  May be asked for again. */
void vr_tie_off(struct vr_tie *tie);

/** Call closed of all ties of @p reactor. */
void vr_tie_cut_all(struct vr_reactor *reactor);

#endif
