/* SPDX-License-Identifier: MIT */
/**
 * @file place.c
 * Where deferreds are made, named once they are.
 *
 * Nothing runs on the thread between the last act of a maker and the call of
 * vr_pending_made() around it, whatever the maker's arguments make.
 */
#include <vreactor/pending/place.h>

#include <stddef.h>

#include <vreactor/base/current.h>
#include <vreactor/pending/pending_impl.h>

void vr_pending_keep_memory(struct vr_pending *pending)
{
    pending->in_making = true;
}

int vr_pending_hand_out(struct vr_pending *pending)
{
    bool freed = pending->dead;

    pending->in_making = false;
    if (freed)
        vr_pending_dispose(pending);
    vr_current()->made = freed ? NULL : pending;
    return 0;
}

struct vr_pending *vr_pending_place(const char *file, int line,
                                    struct vr_pending *pending)
{
    if (!pending)
        return NULL;

    pending->file = file;
    pending->line = line;
    return pending;
}

int vr_pending_made(const char *file, int line, int err)
{
    if (!err)
        (void)vr_pending_place(file, line, vr_current()->made);
    return err;
}
