/* SPDX-License-Identifier: MIT */
/**
 * @file chunk.c
 * Where the bytes of a buffer are.
 */
#include <vreactor/io/chunk.h>

#include <vreactor/base/copied.h>
#include <vreactor/base/env.h>
#include <vreactor/reactor/spare.h>

struct vr_chunk *vr_chunk_new(const struct vr_env *env, size_t size)
{
    if (size > VR_CHUNK_MOST)
        return NULL;

    struct vr_chunk *chunk = vr_resize(env, NULL, sizeof(*chunk) + size);
    if (!chunk)
        return NULL;

    *chunk = (struct vr_chunk){.size = size};
    chunk->data = chunk->own;
    return chunk;
}

struct vr_chunk *vr_chunk_new_spare(struct vr_spare *spare, size_t size)
{
    if (size > VR_CHUNK_MOST)
        return NULL;

    struct vr_chunk *chunk = vr_spare_take(spare, sizeof(*chunk) + size);
    if (!chunk)
        return NULL;

    *chunk = (struct vr_chunk){.size = size, .home = spare};
    chunk->data = chunk->own;
    return chunk;
}

void vr_chunk_free(struct vr_chunk *chunk, const struct vr_env *env)
{
    vr_list_remove(&chunk->link);
    if (chunk->drop)
        chunk->drop(chunk->arg);
    if (chunk->home)
        vr_spare_give(chunk->home);
    else
        vr_dealloc(env, chunk);
}

size_t vr_chunk_room_before(const struct vr_chunk *chunk)
{
    return chunk->size ? (size_t)(chunk->data - chunk->own) : 0;
}

size_t vr_chunk_room_behind(const struct vr_chunk *chunk)
{
    return chunk->size ? chunk->size - vr_chunk_room_before(chunk) - chunk->len
                       : 0;
}

size_t vr_chunk_fill(struct vr_chunk *chunk, const unsigned char *data,
                     size_t len)
{
    size_t room = vr_chunk_room_behind(chunk);
    size_t count = len < room ? len : room;

    if (!count)
        return 0;
    vr_copy(chunk->own + vr_chunk_room_before(chunk) + chunk->len, data, count);
    chunk->len += count;
    return count;
}

void vr_chunk_hand_over(struct vr_chunk *chunk, const unsigned char *data,
                        size_t len, void (*drop)(void *arg), void *arg)
{
    chunk->data = data;
    chunk->len = len;
    chunk->drop = drop;
    chunk->arg = arg;
}

void vr_chunk_stretch(struct vr_chunk *chunk, size_t len)
{
    size_t room = vr_chunk_room_behind(chunk);

    if (chunk->home && chunk->size && len > room &&
        vr_spare_extend(chunk->home, chunk->own + chunk->size, len - room))
        chunk->size += len - room;
}

void vr_chunk_move(struct vr_chunk *to, struct vr_chunk *chunk)
{
    if (chunk->size) {
        (void)vr_chunk_fill(to, chunk->data, chunk->len);
        return;
    }
    vr_chunk_hand_over(to, chunk->data, chunk->len, chunk->drop, chunk->arg);
    chunk->drop = NULL;
}
