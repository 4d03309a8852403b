/* SPDX-License-Identifier: MIT */
/**
 * @file soon.h
 * A function that the loop calls soon: within the turn, without a timer.
 *
 * For authors of agents and filters.  A pump does what many callbacks ask for
 * and should happen once, such as sending what they queued.  It runs before the
 * loop waits, and before any call (reactor/call.h) that is due:
 *
 *     static void send_batch(struct vr_soon *pump)
 *     {
 *         session_send(vr_container_of(pump, struct session, pump));
 *     }
 *
 *     vr_soon_init(&session->pump, send_batch);
 *     vr_soon_add_pump(&session->pump, reactor); // in each of them
 *
 * A closing is the last callback of an object: the function that closes it
 * stops all others at once, and then asks for this one, in which the owner may
 * free the object:
 *
 *     static void on_closed(struct vr_soon *closing)
 *     {
 *         free(vr_container_of(closing, struct session, closing));
 *     }
 *
 *     vr_soon_init(&session->closing, on_closed);
 *
 *     vr_soon_cancel(&session->pump);
 *     vr_soon_add_closing(&session->closing, reactor);
 *
 * Pumps run after each event, after the posts of a turn and after its calls.
 * Closings run last in the turn, also after a stop.  Each run takes what was
 * there when it began, at most 1 024, in the order in which it came.  While any
 * are left the loop does not wait, and a host's loop is told that a turn is due
 * at once.  Nor does a turn wait whose pumps ran before its wait.  After a stop
 * pumps stay for the next run.  vr_reactor_close() forgets pumps and runs
 * closings.  In a child of fork(2) neither runs.
 *
 * Nothing here can fail, and no memory is needed.  Threads: the reactor's.
 */
#ifndef VR_REACTOR_SOON_H
#define VR_REACTOR_SOON_H

#include <stdbool.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>

VR_BEGIN_DECLS

struct vr_reactor;
struct vr_soon;

/** May add and cancel any, this one too, and free its memory. */
typedef void vr_soon_fn(struct vr_soon *soon);

/** Embedded by its owner, who may free it or add it again as soon as `run` is
 *  called or it is cancelled. */
struct vr_soon {
    struct vr_list link; /**< private */
    vr_soon_fn *run;
};

/** Initialise @p soon, in no list; @p run is not NULL. */
void vr_soon_init(struct vr_soon *soon, vr_soon_fn *run);

/** Have @p soon run once, as a pump of @p reactor, never inside this function.
 *  If it waits already, nothing changes. */
void vr_soon_add_pump(struct vr_soon *soon, struct vr_reactor *reactor);

/** Have @p soon run once, as a closing of @p reactor, at the end of this turn;
 *  outside a turn, at the end of the next one or when @p reactor is closed;
 *  never inside this function.  If it waits already, also as a pump, nothing
 *  changes: cancel it before. */
void vr_soon_add_closing(struct vr_soon *soon, struct vr_reactor *reactor);

/** Have @p soon not run.  If it does not wait, nothing happens. */
void vr_soon_cancel(struct vr_soon *soon);

/** Was @p soon added or held, and has it neither run nor been cancelled? */
bool vr_soon_is_waiting(const struct vr_soon *soon);

/** Inside a closing @p soon: the object is still in use.  It runs again after
 *  vr_soon_release().  While @p reactor is closed it runs again and again until
 *  it holds no more: there are no turns then, so what frees the object must
 *  come from another thread, or from `cancelled` of a post. */
void vr_soon_hold(struct vr_soon *soon, struct vr_reactor *reactor);

/** The object that is held is in use no more: as vr_soon_add_closing(). */
void vr_soon_release(struct vr_soon *soon, struct vr_reactor *reactor);

VR_END_DECLS

#endif
