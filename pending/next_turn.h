/* SPDX-License-Identifier: MIT */
/**
 * @file next_turn.h
 * Waiting for the next turn of a reactor, of which pending/ may not know.
 * Internal to pending/.
 */
#ifndef VR_PENDING_NEXT_TURN_H
#define VR_PENDING_NEXT_TURN_H

struct vr_env;
struct vr_pending;

/** Make a deferred that fires, without a value, in the next turn of the reactor
 *  that @p env is that of, or when it is closed.  NULL: there is no reactor, or
 *  no memory. */
struct vr_pending *vr_pending_next_turn(const struct vr_env *env);

#endif
