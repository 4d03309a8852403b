/* SPDX-License-Identifier: MIT */
/**
 * @file buffer.c
 * A queue of chunks.
 */
#include <vreactor/io/buffer.h>

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/uio.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>

enum { CHUNK_SIZE = 4096 };

struct chunk {
    struct vr_list link;
    const unsigned char *data; /* the bytes that are left */
    size_t len;
    size_t room; /* own memory behind them; 0 where it was handed over */
    void (*drop)(void *arg);
    void *arg;
    unsigned char own[];
};

enum { CHUNK_ROOM = CHUNK_SIZE - (int)sizeof(struct chunk) };

static struct chunk *chunk_of(struct vr_list *link)
{
    return vr_container_of(link, struct chunk, link);
}

void vr_buffer_init(struct vr_buffer *buffer, const struct vr_env *env)
{
    buffer->env = vr_env_or_default(env);
    buffer->len = 0;
    vr_list_init(&buffer->chunks);
}

static struct chunk *new_chunk(const struct vr_env *env, size_t room)
{
    if (room > SIZE_MAX - sizeof(struct chunk))
        return NULL;

    struct chunk *chunk = vr_resize(env, NULL, sizeof(*chunk) + room);
    if (!chunk)
        return NULL;

    *chunk = (struct chunk){.room = room};
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
    size_t count = len < chunk->room ? len : chunk->room;
    size_t used = (size_t)(chunk->data - chunk->own) + chunk->len;

    if (!count)
        return 0;
    memcpy(chunk->own + used, data, count);
    chunk->len += count;
    chunk->room -= count;
    return count;
}

static size_t room_at_end(const struct vr_buffer *buffer)
{
    return buffer->len ? chunk_of(buffer->chunks.prev)->room : 0;
}

int vr_buffer_append(struct vr_buffer *buffer, const void *data, size_t len)
{
    const unsigned char *bytes = data;
    size_t room = room_at_end(buffer);
    struct chunk *fresh = NULL;

    if (!len)
        return 0;
    if (len > room) {
        size_t more = len - room;
        fresh = new_chunk(buffer->env, more > CHUNK_ROOM ? more : CHUNK_ROOM);
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
    struct chunk *chunk = new_chunk(buffer->env, 0);
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
        memcpy(to + done, chunk->data, count);
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
        if (left < chunk->len) {
            chunk->data += left;
            chunk->len -= left;
            break;
        }
        left -= chunk->len;
        free_chunk(buffer, chunk);
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

int vr_buffer_gather(struct vr_buffer *buffer, size_t len)
{
    size_t front;

    if (len > buffer->len)
        len = buffer->len;
    (void)vr_buffer_front(buffer, &front);
    if (len <= front)
        return 0;

    struct chunk *chunk = new_chunk(buffer->env, len);
    if (!chunk)
        return -ENOMEM;

    chunk->len = vr_buffer_pop(buffer, chunk->own, len);
    chunk->room = 0;
    vr_list_insert(buffer->chunks.next, &chunk->link);
    buffer->len += len;
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
