/* SPDX-License-Identifier: MIT */
/**
 * @file buffer_spare.h
 * Buffers that gather in spare memory of the reactor what is to leave with this
 * event.  Internal.
 *
 *     err = vr_buffer_append_spare(&queue, spare, iov, count);
 *     ... // offer the bytes, and remove those that were taken
 *     vr_buffer_leave_spare(&queue);
 *
 * Where there is no spare memory left, or bytes are in memory of the buffer
 * already, it is as vr_buffer_append().  Errors: -ENOMEM, and nothing has
 * changed.  Threads: the reactor's.
 */
#ifndef VR_IO_BUFFER_SPARE_H
#define VR_IO_BUFFER_SPARE_H

#include <vreactor/io/buffer.h>

struct iovec;
struct vr_spare;

/** Append a copy of @p count pieces, all or none of them.  They stand together
 *  with what was appended before, unless others have taken spare memory since,
 *  or too little is left of it. */
VR_MUST_CHECK
int vr_buffer_append_spare(struct vr_buffer *buffer, struct vr_spare *spare,
                           const struct iovec *iov, size_t count);

/** vr_buffer_append_taken(), which allocates nothing while there is spare
 *  memory.  @param spare  NULL: there is none */
VR_MUST_CHECK
int vr_buffer_take_spare(struct vr_buffer *buffer, struct vr_spare *spare,
                         const void *data, size_t len, void (*drop)(void *arg),
                         void *arg);

/** Move what is in spare memory into memory of the buffer's own, if there is
 *  some; else it stays. */
void vr_buffer_leave_spare(struct vr_buffer *buffer);

#endif
