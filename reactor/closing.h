/* SPDX-License-Identifier: MIT */
/**
 * @file closing.h
 * The last word of an object that was closed: `closed`, once, from the loop.
 *
 * For authors of agents: close() stops all callbacks at once, then asks for
 * this one, after which the memory is the owner's again.
 *
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_CLOSING_H
#define VR_REACTOR_CLOSING_H

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>

VR_BEGIN_DECLS

struct vr_reactor;

/** Embedded in what is being closed. */
struct vr_closing {
    struct vr_list link; /* private */

    /** Nothing of the object is used any more: @p closing may be freed. */
    void (*closed)(struct vr_closing *closing);
};

/** Have closing->closed called at the end of this turn; asked for outside a
 *  turn, at the end of the next one or when @p reactor is closed.  Never
 *  inside this call.  To be asked once. */
void vr_closing_later(struct vr_closing *closing, struct vr_reactor *reactor);

VR_END_DECLS

#endif
