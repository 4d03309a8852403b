/* SPDX-License-Identifier: MIT */
/**
 * @file door.h
 * A counted reference to a reactor, through which objects post that may outlive
 * the reactor.  Internal.
 *
 * Each reactor has one door, made with it.  A promise, say, keeps the door
 * instead of the reactor, and posts through it: the door is shut first of all
 * when the reactor closes, under a lock that posting takes too, so a post
 * either reaches the reactor or is refused.
 *
 * Ownership: counted.  Threads: any, except for making, shutting, and the
 * functions on the log, which are the reactor's.
 */
#ifndef VR_REACTOR_DOOR_H
#define VR_REACTOR_DOOR_H

#include <stdbool.h>

struct vr_door;
struct vr_env;
struct vr_logger;
struct vr_post;
struct vr_reactor;

/** Make the door of @p reactor, with one reference, and in it the environment
 *  that vr_reactor_env() returns. @return NULL: no memory */
struct vr_door *vr_door_new(struct vr_reactor *reactor);

/** Take another reference. @return @p door */
struct vr_door *vr_door_ref(struct vr_door *door);

/** Give back a reference, the last of which frees the door; NULL is fine. */
void vr_door_unref(struct vr_door *door);

/** vr_reactor_post(). @return false if the door is shut, or this is a forked
 *  child: nothing happens, neither run nor cancelled is called */
bool vr_door_post(struct vr_door *door, struct vr_post *post);

/** Refuse all posts from now on. */
void vr_door_shut(struct vr_door *door);

/** The reactor's environment, which stands in the door: a reference to the door
 *  keeps it, and vr_env_keep() is a reference to the door.  Its reports go to
 *  the reactor's log while the reactor lives. */
const struct vr_env *vr_door_env(const struct vr_door *door);

/** Send reports to @p logger from now on. */
void vr_door_log_to(struct vr_door *door, struct vr_logger *logger);

/** The reactor and its log are about to be freed: wait until no thread reports
 *  to the log, and send later reports to the environment with which the reactor
 *  was made. */
void vr_door_leave(struct vr_door *door);

#endif
