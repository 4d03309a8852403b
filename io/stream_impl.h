/* SPDX-License-Identifier: MIT */
/**
 * @file stream_impl.h
 * What the two halves of a stream have in common.  Internal.
 */
#ifndef VR_IO_STREAM_IMPL_H
#define VR_IO_STREAM_IMPL_H

#include <vreactor/io/stream.h>

/** The environment of @p stream's deferreds. */
const struct vr_env *vr_stream_env(const struct vr_stream *stream);

/** A deferred that has come to @p result, which is taken; NULL when there is
 *  no memory. */
struct vr_pending *vr_stream_done(const struct vr_stream *stream,
                                  struct vr_result result);

/** A failure of code @p err. */
struct vr_result vr_stream_failed(const struct vr_stream *stream, int err,
                                  const char *stage);

/** A failure because of @p end, which may be a clean one. */
struct vr_result vr_stream_of_end(const struct vr_stream *stream,
                                  const struct vr_end *end);

/** Settle the call that reads, if any, with @p result, which is taken. */
void vr_stream_settle_read(struct vr_stream *stream, struct vr_result result);

/** The hook `control`, which hears of the connection. */
int vr_stream_hear_control(struct vr_consumer *in,
                           const struct vr_control *msg);

/** Nothing comes any more, because of @p why: nobody will be connected. */
void vr_stream_give_up_connecting(struct vr_stream *stream,
                                  const struct vr_end *why);

/** How writing goes. */
extern const struct vr_writer_ops vr_stream_writer_ops;

/** Reading has ended, or all is written: vr_stream_close() may be done. */
void vr_stream_check_closed(struct vr_stream *stream);

/** The chain is closed: queued bytes are lost. */
void vr_stream_give_up_writing(struct vr_stream *stream);

#endif
