/* SPDX-License-Identifier: MIT */
/**
 * @file buffer.h
 * A byte queue: append at the end, remove from the front.
 *
 *     vr_buffer_init(&buffer, env);
 *     err = vr_buffer_append(&buffer, "hello", 5);
 *     count = vr_buffer_iov(&buffer, iov, 16);
 *     sent = writev(fd, iov, (int)count);
 *     if (sent > 0)
 *         (void)vr_buffer_remove(&buffer, (size_t)sent);
 *
 * The bytes are in chunks, which writev(2) sends as they are.  Appended bytes
 * are copied once, or not at all where their memory is handed over.  An empty
 * buffer holds no memory.
 *
 * Errors: -ENOMEM, and nothing has changed.  Ownership: the struct is the
 * caller's, to be emptied by vr_buffer_clear() before it goes.
 * Threads: one at a time.
 */
#ifndef VR_IO_BUFFER_H
#define VR_IO_BUFFER_H

#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>

VR_BEGIN_DECLS

struct iovec;
struct vr_env;

/** Members are private, but for len: how many bytes it holds. */
struct vr_buffer {
    const struct vr_env *env;
    struct vr_list chunks;
    size_t len;
};

/** Make an empty buffer.  Keeps @p env; NULL: the default. */
void vr_buffer_init(struct vr_buffer *buffer, const struct vr_env *env);

/** Drop all bytes, and give their memory back. */
void vr_buffer_clear(struct vr_buffer *buffer);

/** Append a copy of @p len bytes; 0 is fine.  However small the pieces, N bytes
 *  are copied once, into 2 log N chunks at most. */
VR_MUST_CHECK
int vr_buffer_append(struct vr_buffer *buffer, const void *data, size_t len);

/**
 * Append the bytes at @p data without copying.  They must stay until the buffer
 * calls @p drop with @p arg; NULL: for as long as the buffer holds them.
 * @return 0; -ENOMEM: @p drop is not called
 */
VR_MUST_CHECK
int vr_buffer_append_taken(struct vr_buffer *buffer, const void *data,
                           size_t len, void (*drop)(void *arg), void *arg);

/** Move up to @p len bytes from the front of @p from to the end of @p to.
 *  Whole chunks are not copied if both buffers have the same environment.
 *  @return 0; -ENOMEM: only some of them have moved, from the front */
VR_MUST_CHECK
int vr_buffer_move(struct vr_buffer *to, struct vr_buffer *from, size_t len);

/** Copy up to @p len bytes from the front to @p data. @return how many */
size_t vr_buffer_peek(const struct vr_buffer *buffer, void *data, size_t len);

/** vr_buffer_peek(), then vr_buffer_remove(). @return how many */
size_t vr_buffer_pop(struct vr_buffer *buffer, void *data, size_t len);

/** Drop up to @p len bytes from the front. @return how many */
size_t vr_buffer_remove(struct vr_buffer *buffer, size_t len);

/** The first chunk of bytes, valid until the buffer is changed.
 *  @return NULL, and *ret_len 0, if it is empty */
const unsigned char *vr_buffer_front(const struct vr_buffer *buffer,
                                     size_t *ret_len);

/** Put the first @p len bytes, or all if there are fewer, into one chunk, with
 *  room for more behind them. */
VR_MUST_CHECK
int vr_buffer_gather(struct vr_buffer *buffer, size_t len);

/**
 * vr_buffer_append(), and put all bytes into one chunk: for a reader that needs
 * more of them in sight each time.  However small the pieces, each byte is
 * copied three times at most.
 */
VR_MUST_CHECK
int vr_buffer_extend(struct vr_buffer *buffer, const void *data, size_t len);

/** Fill up to @p cap elements of @p iov with the bytes in their order.
 *  @return how many were filled */
size_t vr_buffer_iov(const struct vr_buffer *buffer, struct iovec *iov,
                     size_t cap);

VR_END_DECLS

#endif
