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

#include <vreactor/base/copied.h>
#include <vreactor/base/env.h>
#include <vreactor/io/buffer_spare.h>
#include <vreactor/io/chunk.h>

enum { CHUNK_SIZE = 4096, SPARE_CHUNK_SIZE = 1024, BEHIND_GIVEN = 192 };

enum {
    CHUNK_ROOM = CHUNK_SIZE - (int)sizeof(struct vr_chunk),
    SPARE_CHUNK_ROOM = SPARE_CHUNK_SIZE - (int)sizeof(struct vr_chunk),
};

void vr_buffer_init(struct vr_buffer *buffer, const struct vr_env *env)
{
    buffer->env = vr_env_or_default(env);
    buffer->len = 0;
    vr_list_init(&buffer->chunks);
}

void vr_buffer_clear(struct vr_buffer *buffer)
{
    (void)vr_buffer_remove(buffer, buffer->len);
}

/* Take @len bytes, which it has, from the front of a chunk. */
static void cut(struct vr_buffer *buffer, struct vr_chunk *chunk, size_t len)
{
    chunk->data += len;
    chunk->len -= len;
    if (!chunk->len)
        vr_chunk_free(chunk, buffer->env);
}

static size_t room_at_end(const struct vr_buffer *buffer)
{
    return buffer->len ? vr_chunk_room_behind(vr_chunk_of(buffer->chunks.prev))
                       : 0;
}

/* A new chunk has room for as much again as there is, so that chunks are few
 * however small the pieces.  It is twice the last one at most: behind bytes
 * that were handed over, which need no room, often comes no more than the head
 * of the next ones. */
static size_t size_for(const struct vr_buffer *buffer, size_t len, size_t least)
{
    const struct vr_chunk *last =
        buffer->len ? vr_chunk_of(buffer->chunks.prev) : NULL;
    size_t size = buffer->len > least ? buffer->len : least;

    if (last && !last->size)
        size = BEHIND_GIVEN;
    else if (last && size > 2 * last->size)
        size = 2 * last->size > least ? 2 * last->size : least;
    return len > size ? len : size;
}

static struct vr_chunk *chunk_for(const struct vr_buffer *buffer,
                                  struct vr_spare *spare, size_t len)
{
    struct vr_chunk *chunk = NULL;

    if (spare)
        chunk =
            vr_chunk_new_spare(spare, size_for(buffer, len, SPARE_CHUNK_ROOM));
    return chunk ? chunk
                 : vr_chunk_new(buffer->env, size_for(buffer, len, CHUNK_ROOM));
}

/* SIZE_MAX if there are more. */
static size_t sum(const struct iovec *iov, size_t count)
{
    size_t len = 0;

    for (size_t i = 0; i < count; i++)
        len = iov[i].iov_len < SIZE_MAX - len ? len + iov[i].iov_len : SIZE_MAX;
    return len;
}

static void fill_both(struct vr_chunk *last, struct vr_chunk *fresh,
                      const struct iovec *iov, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const unsigned char *bytes = iov[i].iov_base;
        size_t len = iov[i].iov_len;
        size_t done = last ? vr_chunk_fill(last, bytes, len) : 0;

        if (done < len)
            (void)vr_chunk_fill(fresh, bytes + done, len - done);
    }
}

static int append(struct vr_buffer *buffer, struct vr_spare *spare,
                  const struct iovec *iov, size_t count)
{
    size_t len = sum(iov, count), room = room_at_end(buffer);
    struct vr_chunk *last = room ? vr_chunk_of(buffer->chunks.prev) : NULL;
    struct vr_chunk *fresh = NULL;

    if (!len)
        return 0;
    if (len > room) {
        fresh = chunk_for(buffer, spare, len - room);
        if (!fresh)
            return -ENOMEM;
    }
    fill_both(last, fresh, iov, count);
    if (fresh)
        vr_list_append(&buffer->chunks, &fresh->link);
    buffer->len += len;
    return 0;
}

int vr_buffer_append(struct vr_buffer *buffer, const void *data, size_t len)
{
    const struct iovec piece = {.iov_base = (void *)(uintptr_t)data,
                                .iov_len = len};

    return append(buffer, NULL, &piece, 1);
}

int vr_buffer_take_spare(struct vr_buffer *buffer, struct vr_spare *spare,
                         const void *data, size_t len, void (*drop)(void *arg),
                         void *arg)
{
    if (!len) {
        if (drop)
            drop(arg);
        return 0;
    }
    struct vr_chunk *chunk = spare ? vr_chunk_new_spare(spare, 0) : NULL;
    if (!chunk && len <= VR_CHUNK_MOST)
        chunk = vr_chunk_new(buffer->env, 0);
    if (!chunk)
        return -ENOMEM;

    vr_chunk_hand_over(chunk, data, len, drop, arg);
    vr_list_append(&buffer->chunks, &chunk->link);
    buffer->len += len;
    return 0;
}

int vr_buffer_append_taken(struct vr_buffer *buffer, const void *data,
                           size_t len, void (*drop)(void *arg), void *arg)
{
    return vr_buffer_take_spare(buffer, NULL, data, len, drop, arg);
}

/* ---- spare memory ---- */

int vr_buffer_append_spare(struct vr_buffer *buffer, struct vr_spare *spare,
                           const struct iovec *iov, size_t count)
{
    struct vr_chunk *last =
        buffer->len ? vr_chunk_of(buffer->chunks.prev) : NULL;

    if (last && !last->home)
        return append(buffer, NULL, iov, count);
    if (last)
        vr_chunk_stretch(last, sum(iov, count));
    return append(buffer, spare, iov, count);
}

/* Only the last one will be appended to. @return true, or there is no memory */
static bool leave(const struct vr_buffer *buffer, struct vr_chunk *spare)
{
    bool is_last = spare->link.next == &buffer->chunks;
    size_t room = spare->size < CHUNK_ROOM ? spare->size : CHUNK_ROOM;
    size_t size = is_last && spare->len < room ? room : spare->len;

    struct vr_chunk *own = vr_chunk_new(buffer->env, spare->size ? size : 0);
    if (!own)
        return false;

    vr_chunk_move(own, spare);
    vr_list_insert(&spare->link, &own->link);
    vr_chunk_free(spare, buffer->env);
    return true;
}

/* Spare chunks stand together, last. */
void vr_buffer_leave_spare(struct vr_buffer *buffer)
{
    struct vr_list *link = buffer->chunks.prev, *next;

    while (link != &buffer->chunks && vr_chunk_of(link)->home)
        link = link->prev;
    for (link = link->next; link != &buffer->chunks; link = next) {
        next = link->next;
        if (!leave(buffer, vr_chunk_of(link)))
            break;
    }
}

/* ---- taking ---- */

int vr_buffer_move(struct vr_buffer *to, struct vr_buffer *from, size_t len)
{
    while (len && from->len) {
        struct vr_chunk *chunk = vr_chunk_of(from->chunks.next);
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
        const struct vr_chunk *chunk = vr_chunk_of(link);
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
        struct vr_chunk *chunk = vr_chunk_of(buffer->chunks.next);
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

    const struct vr_chunk *chunk = vr_chunk_of(buffer->chunks.next);
    *ret_len = chunk->len;
    return chunk->data;
}

/* ---- together ---- */

/* Let the first chunk have room for @more bytes.  To move its bytes costs as
 * much as they are: so that is done where as much was taken from before them,
 * or into room for twice as much.  Then each byte is moved twice at most. */
static int make_room(struct vr_buffer *buffer, size_t more)
{
    struct vr_chunk *old = vr_chunk_of(buffer->chunks.next);

    if (vr_chunk_room_behind(old) >= more)
        return 0;
    if (more > VR_CHUNK_MOST || old->len > VR_CHUNK_MOST)
        return -ENOMEM;

    size_t need = old->len + more;
    if (need <= old->size && vr_chunk_room_before(old) >= old->len) {
        vr_copy(old->own, old->data, old->len);
        old->data = old->own;
        return 0;
    }
    struct vr_chunk *chunk = vr_chunk_new(
        buffer->env, 2 * need > CHUNK_ROOM ? 2 * need : CHUNK_ROOM);
    if (!chunk)
        return -ENOMEM;

    (void)vr_chunk_fill(chunk, old->data, old->len);
    vr_list_insert(&old->link, &chunk->link);
    vr_chunk_free(old, buffer->env);
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
    struct vr_chunk *first = vr_chunk_of(buffer->chunks.next);
    while (first->len < len) {
        struct vr_chunk *next = vr_chunk_of(first->link.next);
        size_t left = len - first->len;
        cut(buffer, next,
            vr_chunk_fill(first, next->data,
                          next->len < left ? next->len : left));
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

    buffer->len += vr_chunk_fill(vr_chunk_of(buffer->chunks.next), data, len);
    return 0;
}

size_t vr_buffer_iov(const struct vr_buffer *buffer, struct iovec *iov,
                     size_t cap)
{
    struct vr_list *link = buffer->chunks.next;
    size_t count = 0;

    for (; count < cap && link != &buffer->chunks; link = link->next) {
        const struct vr_chunk *chunk = vr_chunk_of(link);
        iov[count].iov_base = (void *)(uintptr_t)chunk->data;
        iov[count].iov_len = chunk->len;
        count++;
    }
    return count;
}
