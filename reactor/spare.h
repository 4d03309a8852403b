/* SPDX-License-Identifier: MIT */
/**
 * @file spare.h
 * Spare memory: one chunk of a reactor, for bytes that leave with the event
 * that made them.  Internal.
 *
 * Pieces are taken one behind the other, and all of the chunk is free again
 * when the last of them has been given back.  So a taker keeps none beyond its
 * event, or soon there is no room for others, which then take memory of their
 * own: see io/buffer_spare.h.
 *
 * The chunk is made when first needed, and kept: to free it after each event
 * would have the allocator give it back to the system, and take it anew.
 *
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_SPARE_H
#define VR_REACTOR_SPARE_H

#include <stdbool.h>
#include <stddef.h>

struct vr_env;
struct vr_reactor;

/* What one read brings (scratch.h), and a little more to answer it. */
enum { VR_SPARE_SIZE = 260 * 1024 };

/** Members are private.  All zero but for env: nothing was needed yet. */
struct vr_spare {
    const struct vr_env *env;
    unsigned char *chunk;
    size_t used;   /* from its beginning */
    size_t pieces; /* in it that are taken */
};

/** The spare memory of @p reactor. */
struct vr_spare *vr_reactor_spare(struct vr_reactor *reactor);

/** Take a piece of @p size bytes, for any type. @return NULL: there is no room,
 *  or no memory */
void *vr_spare_take(struct vr_spare *spare, size_t size);

/** Let the piece that ends at @p end have @p more bytes behind it.
 *  @return false: there is no room, or another piece */
bool vr_spare_extend(struct vr_spare *spare, const void *end, size_t more);

/** Give a piece back. */
void vr_spare_give(struct vr_spare *spare);

/** Free the chunk. */
void vr_spare_free(struct vr_spare *spare);

#endif
