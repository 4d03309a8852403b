/* SPDX-License-Identifier: MIT */
/**
 * @file close_hook.h
 * A hook that runs when a reactor is closed, for objects that wait for
 * something on it.  Internal.
 *
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_CLOSE_HOOK_H
#define VR_REACTOR_CLOSE_HOOK_H

#include <stdbool.h>

#include <vreactor/base/list.h>

struct vr_reactor;

/** Embedded in the object that waits. */
struct vr_close_hook {
    struct vr_list link;

    /** Called once, inside vr_reactor_close(), after vr_close_hook_remove(). */
    void (*closed)(struct vr_close_hook *hook);

    /** Called in a child of fork(2), inside vr_reactor_after_fork(), for what
     *  waits for something of the parent's process.  May post; calls nothing of
     *  the program's, and leaves the hooks alone.  NULL: nothing happens. */
    void (*forked)(struct vr_close_hook *hook);
};

/** Have hook->closed called when @p reactor, which is not closed yet, is. */
void vr_close_hook_add(struct vr_close_hook *hook, struct vr_reactor *reactor);

/** Have @p hook, which may have been removed, be background (idle.h) or not, as
 *  it was added. */
void vr_close_hook_set_background(struct vr_close_hook *hook,
                                  struct vr_reactor *reactor,
                                  bool is_background);

/** Do not call it any more.  Also for a hook that was removed, if
 *  vr_close_hook_add() or vr_list_init() has initialised its link. */
void vr_close_hook_remove(struct vr_close_hook *hook);

/** Call the hooks of @p reactor. */
void vr_close_hooks_run(struct vr_reactor *reactor);

/** Call `forked` of the hooks of @p reactor. */
void vr_close_hooks_tell_of_fork(struct vr_reactor *reactor);

#endif
