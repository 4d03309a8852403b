/* SPDX-License-Identifier: MIT */
/**
 * @file buffer.h
 * Bytes in a row, in at one end and out at the other.
 *
 * A buffer is a queue of chunks: what is appended is copied once, or not at
 * all where the memory is handed over, and chunks can be sent as they are by
 * writev(2).  An empty buffer holds no memory.
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
 * Append the bytes at @p data without copying: takes them, and calls @p drop,
 * unless it is NULL, with @p arg when they are not needed any more.
 */
VR_MUST_CHECK
int vr_buffer_append_taken(struct vr_buffer *buffer, const void *data,
                           size_t len, void (*drop)(void *arg), void *arg);

/** Move up to @p len bytes from the front of @p from to the end of @p to;
 *  whole chunks go without copying, if both have one environment.
 *  @return 0; -ENOMEM: only some of them have moved, from the front */
VR_MUST_CHECK
int vr_buffer_move(struct vr_buffer *to, struct vr_buffer *from, size_t len);

/** Copy up to @p len bytes from the front to @p data. @return how many */
size_t vr_buffer_peek(const struct vr_buffer *buffer, void *data, size_t len);

/** vr_buffer_peek(), then vr_buffer_remove(). @return how many */
size_t vr_buffer_pop(struct vr_buffer *buffer, void *data, size_t len);

/** Drop up to @p len bytes from the front. @return how many */
size_t vr_buffer_remove(struct vr_buffer *buffer, size_t len);

/** The first bytes that stand together, valid until the buffer is changed.
 *  @return NULL, and *ret_len 0, if it is empty */
const unsigned char *vr_buffer_front(const struct vr_buffer *buffer,
                                     size_t *ret_len);

/** Let the first @p len bytes, or all if there are fewer, stand together, with
 *  room for more behind them. */
VR_MUST_CHECK
int vr_buffer_gather(struct vr_buffer *buffer, size_t len);

/**
 * vr_buffer_append(), and let all bytes stand together: for one who wants more
 * of them in sight each time.  However small the pieces, each byte is copied
 * three times at most.
 */
VR_MUST_CHECK
int vr_buffer_extend(struct vr_buffer *buffer, const void *data, size_t len);

/** Fill up to @p cap elements of @p iov with the bytes in their order.
 *  @return how many were filled */
size_t vr_buffer_iov(const struct vr_buffer *buffer, struct iovec *iov,
                     size_t cap);

VR_END_DECLS

#endif
