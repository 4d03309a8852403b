/* SPDX-License-Identifier: MIT */
/**
 * @file kept.h
 * Memory for deferreds.  Of those that go in its turns a reactor keeps a few
 * for the next to come, so that a loop which makes one after the other takes no
 * memory for them.  Internal.
 *
 * They hang in the reactor's counted environment, and only its turns touch
 * them: what goes at another time, or on another thread, is freed.  Under a
 * checker of memory none is kept, as it would not see that one is used which
 * has gone.
 */
#ifndef VR_PENDING_KEPT_H
#define VR_PENDING_KEPT_H

#include <stdbool.h>

struct vr_env;
struct vr_env_home;

/** How many a reactor keeps at most. */
enum { VR_KEPT_MOST = 8 };

/** Is any kept?  No: a checker looks. */
bool vr_kept_is_on(void);

/** Zeroed memory for a deferred of @p env. @return NULL when there is none */
struct vr_pending *vr_kept_take(const struct vr_env *env);

/** Give back @p pending, which is of @p env. */
void vr_kept_give(const struct vr_env *env, struct vr_pending *pending);

/** Free those of @p home, whose reactor turns no more. */
void vr_kept_free(struct vr_env_home *home);

#endif
