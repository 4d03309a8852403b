/* SPDX-License-Identifier: MIT */
/**
 * @file kept.c
 * A list of a few pieces of memory.
 */
#include <vreactor/pending/kept.h>

#include <string.h>

#include <vreactor/base/current.h>
#include <vreactor/base/env_home.h>
#include <vreactor/pending/pending_impl.h>
#include <vreactor/pending/switch_notes.h>

/** Stands where the deferred was. */
struct vr_kept {
    struct vr_kept *next;
    unsigned count; /* of this and those behind it */
};

bool vr_kept_is_on(void)
{
    return !vr_note_checks_memory();
}

/* Where those of @env are kept; NULL: this is no turn of its reactor. */
static struct vr_env_home *keeper(const struct vr_env *env)
{
    const struct vr_reactor *reactor = vr_current()->reactor;

    return reactor && vr_env_reactor(env) == reactor ? vr_env_home_of(env)
                                                     : NULL;
}

struct vr_pending *vr_kept_take(const struct vr_env *env)
{
    struct vr_env_home *home = keeper(env);
    struct vr_kept *kept = home ? home->kept : NULL;

    if (!kept)
        return vr_alloc(env, sizeof(struct vr_pending));

    home->kept = kept->next;
    return memset(kept, 0, sizeof(struct vr_pending));
}

void vr_kept_give(const struct vr_env *env, struct vr_pending *pending)
{
    struct vr_env_home *home = keeper(env);
    unsigned count = home && home->kept ? home->kept->count : 0;

    if (!home || count == VR_KEPT_MOST || !vr_kept_is_on()) {
        vr_dealloc(env, pending);
        return;
    }

    struct vr_kept *kept = (struct vr_kept *)(void *)pending;
    *kept = (struct vr_kept){.next = home->kept, .count = count + 1};
    home->kept = kept;
}

void vr_kept_free(struct vr_env_home *home)
{
    struct vr_kept *kept;

    while ((kept = home->kept)) {
        home->kept = kept->next;
        vr_dealloc(&home->env, kept);
    }
}
