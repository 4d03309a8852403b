/* SPDX-License-Identifier: MIT */
/**
 * @file buffer.c
 * A queue of chunks.
 */
#include <vreactor/io/buffer.h>

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/copied.h>
#include <vreactor/base/env.h>

enum { CHUNK_SIZE = 4096 };

struct chunk {
    struct vr_list link;
    const unsigned char *data; /* the bytes that are left */
    size_t len;
    size_t size; /* of its own memory; 0 where it was handed over */
    void (*drop)(void *arg);
    void *arg;
    unsigned char own[];
};

enum { CHUNK_ROOM = CHUNK_SIZE - (int)sizeof(struct chunk) };

/* More than any memory has, and four of them still do not wrap. */
static const size_t MOST = SIZE_MAX / 4;

static struct chunk *chunk_of(struct vr_list *link)
{
    return vr_container_of(link, struct chunk, link);
}

/* Own memory before the bytes of a chunk, and behind them. */
static size_t room_before(const struct chunk *chunk)
{
    return chunk->size ? (size_t)(chunk->data - chunk->own) : 0;
}

static size_t room_behind(const struct chunk *chunk)
{
    return chunk->size ? chunk->size - room_before(chunk) - chunk->len : 0;
}

void vr_buffer_init(struct vr_buffer *buffer, const struct vr_env *env)
{
    buffer->env = vr_env_or_default(env);
    buffer->len = 0;
    vr_list_init(&buffer->chunks);
}

static struct chunk *new_chunk(const struct vr_env *env, size_t size)
{
    if (size > MOST)
        return NULL;

    struct chunk *chunk = vr_resize(env, NULL, sizeof(*chunk) + size);
    if (!chunk)
        return NULL;

    *chunk = (struct chunk){.size = size};
    chunk->data = chunk->own;
    return chunk;
}

static void free_chunk(struct vr_buffer *buffer, struct chunk *chunk)
{
    vr_list_remove(&chunk->link);
    if (chunk->drop)
        chunk->drop(chunk->arg);
    vr_dealloc(buffer->env, chunk);
}

void vr_buffer_clear(struct vr_buffer *buffer)
{
    (void)vr_buffer_remove(buffer, buffer->len);
}

/* Copy as much as there is room for behind the bytes of a chunk. */
static size_t fill(struct chunk *chunk, const unsigned char *data, size_t len)
{
    size_t room = room_behind(chunk);
    size_t count = len < room ? len : room;

    if (!count)
        return 0;
    vr_copy(chunk->own + room_before(chunk) + chunk->len, data, count);
    chunk->len += count;
    return count;
}

/* Take @len bytes, which it has, from the front of a chunk. */
static void cut(struct vr_buffer *buffer, struct chunk *chunk, size_t len)
{
    chunk->data += len;
    chunk->len -= len;
    if (!chunk->len)
        free_chunk(buffer, chunk);
}

static size_t room_at_end(const struct vr_buffer *buffer)
{
    return buffer->len ? room_behind(chunk_of(buffer->chunks.prev)) : 0;
}

/* A new chunk has room for as much again as there is, so that chunks are few
 * however small the pieces. */
static size_t size_for(const struct vr_buffer *buffer, size_t len)
{
    size_t size = buffer->len > CHUNK_ROOM ? buffer->len : CHUNK_ROOM;

    return len > size ? len : size;
}

int vr_buffer_append(struct vr_buffer *buffer, const void *data, size_t len)
{
    const unsigned char *bytes = data;
    size_t room = room_at_end(buffer);
    struct chunk *fresh = NULL;

    if (!len)
        return 0;
    if (len > room) {
        fresh = new_chunk(buffer->env, size_for(buffer, len - room));
        if (!fresh)
            return -ENOMEM;
    }
    size_t done = room ? fill(chunk_of(buffer->chunks.prev), bytes, len) : 0;
    if (fresh) {
        (void)fill(fresh, bytes + done, len - done);
        vr_list_append(&buffer->chunks, &fresh->link);
    }
    buffer->len += len;
    return 0;
}

int vr_buffer_append_taken(struct vr_buffer *buffer, const void *data,
                           size_t len, void (*drop)(void *arg), void *arg)
{
    if (!len) {
        if (drop)
            drop(arg);
        return 0;
    }
    struct chunk *chunk = len <= MOST ? new_chunk(buffer->env, 0) : NULL;
    if (!chunk)
        return -ENOMEM;

    chunk->data = data;
    chunk->len = len;
    chunk->drop = drop;
    chunk->arg = arg;
    vr_list_append(&buffer->chunks, &chunk->link);
    buffer->len += len;
    return 0;
}

int vr_buffer_move(struct vr_buffer *to, struct vr_buffer *from, size_t len)
{
    while (len && from->len) {
        struct chunk *chunk = chunk_of(from->chunks.next);
        size_t count = chunk->len < len ? chunk->len : len;

        if (count == chunk->len && to->env == from->env) {
            vr_list_remove(&chunk->link);
            vr_list_append(&to->chunks, &chunk->link);
            from->len -= count;
            to->len += count;
        } else {
            int err = vr_buffer_append(to, chunk->data, count);
            if (err)
                return err;
            (void)vr_buffer_remove(from, count);
        }
        len -= count;
    }
    return 0;
}

size_t vr_buffer_peek(const struct vr_buffer *buffer, void *data, size_t len)
{
    struct vr_list *link = buffer->chunks.next;
    unsigned char *to = data;
    size_t done = 0;

    for (; done < len && link != &buffer->chunks; link = link->next) {
        const struct chunk *chunk = chunk_of(link);
        size_t count = chunk->len < len - done ? chunk->len : len - done;
        vr_copy(to + done, chunk->data, count);
        done += count;
    }
    return done;
}

size_t vr_buffer_pop(struct vr_buffer *buffer, void *data, size_t len)
{
    return vr_buffer_remove(buffer, vr_buffer_peek(buffer, data, len));
}

size_t vr_buffer_remove(struct vr_buffer *buffer, size_t len)
{
    size_t left = len < buffer->len ? len : buffer->len;
    size_t removed = left;

    buffer->len -= removed;
    while (left) {
        struct chunk *chunk = chunk_of(buffer->chunks.next);
        size_t count = left < chunk->len ? left : chunk->len;
        cut(buffer, chunk, count);
        left -= count;
    }
    return removed;
}

const unsigned char *vr_buffer_front(const struct vr_buffer *buffer,
                                     size_t *ret_len)
{
    *ret_len = 0;
    if (!buffer->len)
        return NULL;

    const struct chunk *chunk = chunk_of(buffer->chunks.next);
    *ret_len = chunk->len;
    return chunk->data;
}

/* ---- together ---- */

/* Let the first chunk have room for @more bytes.  To move its bytes costs as
 * much as they are: so that is done where as much was taken from before them,
 * or into room for twice as much.  Then each byte is moved twice at most. */
static int make_room(struct vr_buffer *buffer, size_t more)
{
    struct chunk *old = chunk_of(buffer->chunks.next);

    if (room_behind(old) >= more)
        return 0;
    if (more > MOST || old->len > MOST)
        return -ENOMEM;

    size_t need = old->len + more;
    if (need <= old->size && room_before(old) >= old->len) {
        vr_copy(old->own, old->data, old->len);
        old->data = old->own;
        return 0;
    }
    struct chunk *chunk =
        new_chunk(buffer->env, 2 * need > CHUNK_ROOM ? 2 * need : CHUNK_ROOM);
    if (!chunk)
        return -ENOMEM;

    (void)fill(chunk, old->data, old->len);
    vr_list_insert(&old->link, &chunk->link);
    free_chunk(buffer, old);
    return 0;
}

int vr_buffer_gather(struct vr_buffer *buffer, size_t len)
{
    size_t front;

    if (len > buffer->len)
        len = buffer->len;
    (void)vr_buffer_front(buffer, &front);
    if (len <= front)
        return 0;

    int err = make_room(buffer, len - front);
    if (err)
        return err;
    struct chunk *first = chunk_of(buffer->chunks.next);
    while (first->len < len) {
        struct chunk *next = chunk_of(first->link.next);
        size_t left = len - first->len;
        cut(buffer, next,
            fill(first, next->data, next->len < left ? next->len : left));
    }
    return 0;
}

int vr_buffer_extend(struct vr_buffer *buffer, const void *data, size_t len)
{
    if (!buffer->len)
        return vr_buffer_append(buffer, data, len);

    int err = vr_buffer_gather(buffer, buffer->len);
    if (!err)
        err = make_room(buffer, len);
    if (err)
        return err;

    buffer->len += fill(chunk_of(buffer->chunks.next), data, len);
    return 0;
}

size_t vr_buffer_iov(const struct vr_buffer *buffer, struct iovec *iov,
                     size_t cap)
{
    struct vr_list *link = buffer->chunks.next;
    size_t count = 0;

    for (; count < cap && link != &buffer->chunks; link = link->next) {
        const struct chunk *chunk = chunk_of(link);
        iov[count].iov_base = (void *)(uintptr_t)chunk->data;
        iov[count].iov_len = chunk->len;
        count++;
    }
    return count;
}
