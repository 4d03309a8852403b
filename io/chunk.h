/* SPDX-License-Identifier: MIT */
/**
 * @file chunk.h
 * A chunk of a buffer: bytes in memory of its own, in spare memory of the
 * reactor, or where they were handed over.  Internal.
 *
 * Threads: one at a time.
 */
#ifndef VR_IO_CHUNK_H
#define VR_IO_CHUNK_H

#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/list.h>

struct vr_env;
struct vr_spare;

/** For reading, but by chunk.c. */
struct vr_chunk {
    struct vr_list link;
    const unsigned char *data; /**< the bytes that are left */
    size_t len;
    size_t size; /**< of its own memory; 0 where bytes were handed over */
    void (*drop)(void *arg);
    void *arg;
    struct vr_spare *home; /**< where it was taken; NULL: it was allocated */
    unsigned char own[];
};

/** More than any memory has, and four of them still do not wrap. */
#define VR_CHUNK_MOST (SIZE_MAX / 4)

static inline struct vr_chunk *vr_chunk_of(struct vr_list *link)
{
    return vr_container_of(link, struct vr_chunk, link);
}

/** Make an empty chunk with room for @p size bytes. @return NULL: no memory */
struct vr_chunk *vr_chunk_new(const struct vr_env *env, size_t size);

/** Make one in spare memory. @return NULL: there is none for it */
struct vr_chunk *vr_chunk_new_spare(struct vr_spare *spare, size_t size);

/** Take @p chunk out of its buffer, drop its bytes and free it.  @p env is that
 *  of vr_chunk_new(). */
void vr_chunk_free(struct vr_chunk *chunk, const struct vr_env *env);

/** How much of its own memory is in front of its bytes, and behind them. */
size_t vr_chunk_room_before(const struct vr_chunk *chunk);
size_t vr_chunk_room_behind(const struct vr_chunk *chunk);

/** Copy as much as there is room for behind the bytes. @return how much */
size_t vr_chunk_fill(struct vr_chunk *chunk, const unsigned char *data,
                     size_t len);

/** Have @p chunk, which has no memory of its own, consist of bytes that stay
 *  where they are until @p drop, which may be NULL. */
void vr_chunk_hand_over(struct vr_chunk *chunk, const unsigned char *data,
                        size_t len, void (*drop)(void *arg), void *arg);

/** Let it have room for @p len bytes, if spare memory is free where it ends. */
void vr_chunk_stretch(struct vr_chunk *chunk, size_t len);

/** Move the bytes of @p chunk, which is in spare memory, to @p to, which is
 *  empty and has the room for them. */
void vr_chunk_move(struct vr_chunk *to, struct vr_chunk *chunk);

#endif
