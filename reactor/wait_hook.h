/* SPDX-License-Identifier: MIT */
/**
 * @file wait_hook.h
 * Functions that a reactor calls before and after each of its waits.
 *
 * For programs that do something once a turn, behind all else: flush what the
 * callbacks have gathered, before the thread sleeps, or measure how long it
 * slept.
 *
 *     struct renderer {
 *         struct vr_wait_hook hook;
 *         bool has_changed;
 *     };
 *
 *     static void draw(struct vr_wait_hook *hook)
 *     {
 *         struct renderer *self =
 *             vr_container_of(hook, struct renderer, hook);
 *
 *         if (self->has_changed)
 *             renderer_draw(self);
 *     }
 *
 *     renderer->hook = (struct vr_wait_hook){.before_wait = draw};
 *     vr_wait_hook_add(&renderer->hook, reactor);
 *
 * Each turn waits once, if only for no time at all: then, too, the hooks run.
 * They may do what any callback may, such as stop the reactor, add and remove
 * hooks, and free this one after removing it.  What `before_wait` posts, or
 * schedules, or wants of a watch, counts for the wait that follows.
 *
 * Where a host's loop waits (reactor/embed.h), they run around the look that
 * each turn takes at what is ready, and what the host's loop waits is not seen.
 * The events and calls of that turn come behind both: a callback that leaves
 * something to `before_wait` calls vr_reactor_wake(), so that a turn follows.
 * After a stop none runs before the next run, nor does any in a child of
 * fork(2).
 *
 * Ownership: the program embeds the struct, and keeps it in place until it is
 * removed or vr_reactor_close() has returned.  Nothing here can fail.
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_WAIT_HOOK_H
#define VR_REACTOR_WAIT_HOOK_H

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>

VR_BEGIN_DECLS

struct vr_reactor;
struct vr_wait_hook;

typedef void vr_wait_hook_fn(struct vr_wait_hook *hook);

/** Both functions may be NULL. */
struct vr_wait_hook {
    struct vr_list link; /**< private */

    /** Posts and pumps have run; the reactor waits next. */
    vr_wait_hook_fn *before_wait;

    /** The wait is over, vr_turn_time() is new; events come next. */
    vr_wait_hook_fn *after_wait;

    void *reserved[2]; /**< NULL */
};

/** Have the functions of @p hook called by @p reactor, after those of hooks
 *  that were added before.  It is in no reactor yet. */
void vr_wait_hook_add(struct vr_wait_hook *hook, struct vr_reactor *reactor);

/** Have them called no more.  A hook that is in no reactor, but was in one,
 *  stays as it is. */
void vr_wait_hook_remove(struct vr_wait_hook *hook);

VR_END_DECLS

#endif
