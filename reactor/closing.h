/* SPDX-License-Identifier: MIT */
/**
 * @file closing.h
 * The last callback of an object that was closed: `closed`, once, in a turn.
 *
 * For authors of agents: the close function of an agent stops all callbacks at
 * once and then asks for this one, after which the owner may free the object.
 *
 *     static void on_closed(struct vr_closing *closing)
 *     {
 *         free(vr_container_of(closing, struct session, closing));
 *     }
 *
 *     session->closing.closed = on_closed;
 *     vr_closing_later(&session->closing, reactor);
 *
 * An object that is still in use by then holds its last callback until it is
 * not.
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

    /** The library has no more use for the object: it may be freed here. */
    void (*closed)(struct vr_closing *closing);
};

/** Have closing->closed called at the end of this turn; outside a turn, at the
 *  end of the next one or when @p reactor is closed.  It is never called inside
 *  this function.  To be called once. */
void vr_closing_later(struct vr_closing *closing, struct vr_reactor *reactor);

/** Inside closing->closed: the object is still in use.  closing->closed is
 *  called again after vr_closing_release().  While @p reactor is closed it is
 *  called again and again until it holds no more: there are no turns then, so
 *  what frees the object must come from another thread, or from `cancelled` of
 *  a post. */
void vr_closing_hold(struct vr_closing *closing, struct vr_reactor *reactor);

/** The object that is held is in use no more: as vr_closing_later(). */
void vr_closing_release(struct vr_closing *closing, struct vr_reactor *reactor);

VR_END_DECLS

#endif
