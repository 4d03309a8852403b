/* SPDX-License-Identifier: MIT */
/**
 * @file door.h
 * Posting to a reactor that may be gone.  Internal.
 *
 * A reactor has one door, made with it.  Who may post when the reactor is
 * closed or freed holds the door and posts there: it is shut first of all when
 * the reactor closes, under a lock that posting takes too.
 *
 * Ownership: counted.  Threads: any, but for making and shutting.
 */
#ifndef VR_REACTOR_DOOR_H
#define VR_REACTOR_DOOR_H

#include <stdbool.h>

struct vr_door;
struct vr_env;
struct vr_logger;
struct vr_post;
struct vr_reactor;

/** The door of @p reactor, with one reference, and its environment for all who
 *  may outlive it. @return NULL: no memory */
struct vr_door *vr_door_new(struct vr_reactor *reactor);

/** Take another reference. @return @p door */
struct vr_door *vr_door_ref(struct vr_door *door);

/** Give back a reference; NULL is nothing.  The last frees. */
void vr_door_unref(struct vr_door *door);

/** vr_reactor_post(). @return false if the door is shut, or this is a child of
 *  its process: nothing was done */
bool vr_door_post(struct vr_door *door, struct vr_post *post);

/** From now on nothing is posted here. */
void vr_door_shut(struct vr_door *door);

/** The reactor's environment, counted with the door: who has a reference to the
 *  one has one to the other.  Reports go to the reactor's log, while there is
 *  one. */
const struct vr_env *vr_door_env(const struct vr_door *door);

/** There is a log for reports from now on: @p logger. */
void vr_door_log_to(struct vr_door *door, struct vr_logger *logger);

/** The reactor and its log are about to go.  Waits until no thread reports
 *  there; reports go on to where they went before there was a reactor. */
void vr_door_leave(struct vr_door *door);

#endif
