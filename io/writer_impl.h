/* SPDX-License-Identifier: MIT */
/**
 * @file writer_impl.h
 * What a writer holds: bytes written or posted, and not taken yet.  Internal.
 *
 * Threads: any, but for vr_writer_queue().
 */
#ifndef VR_IO_WRITER_IMPL_H
#define VR_IO_WRITER_IMPL_H

#include <vreactor/io/writer.h>

/* Sequentially consistent, as is the flag: a thread that is refused sets the
 * flag and looks at `held` again; the loop lowers `held` and looks at the flag.
 * So at least one of them sees the other's change. */
static inline size_t vr_writer_held(const struct vr_writer *writer)
{
    return __atomic_load_n(&writer->held, __ATOMIC_SEQ_CST);
}

static inline size_t vr_writer_limit(const struct vr_writer *writer)
{
    return __atomic_load_n(&writer->limit, __ATOMIC_RELAXED);
}

static inline void vr_writer_hold(struct vr_writer *writer, size_t len)
{
    (void)__atomic_add_fetch(&writer->held, len, __ATOMIC_SEQ_CST);
}

static inline void vr_writer_let_go(struct vr_writer *writer, size_t len)
{
    if (len)
        (void)__atomic_sub_fetch(&writer->held, len, __ATOMIC_SEQ_CST);
}

static inline bool vr_writer_is_refused(const struct vr_writer *writer)
{
    return __atomic_load_n(&writer->refused, __ATOMIC_SEQ_CST);
}

static inline void vr_writer_set_refused(struct vr_writer *writer, bool refused)
{
    __atomic_store_n(&writer->refused, refused, __ATOMIC_SEQ_CST);
}

/** Closed now, would it lose more than what is queued: posts that are on their
 *  way or were turned away with their reactor, or an end that is not orderly?
 *  Reactor's thread. */
bool vr_writer_would_lose(const struct vr_writer *writer);

/** Queue a copy of bytes that are held already, or will be.  Reactor's thread.
 *  @return 0; -VR_ECLOSED, -ENOTCONN, -ENOMEM */
int vr_writer_queue(struct vr_writer *writer, const struct iovec *iov,
                    size_t count);

/** vr_writer_give() without regard to the limit.  Reactor's thread.
 *  @return as vr_writer_append(); `drop` is not called if it is < 0 */
int vr_writer_append_given(struct vr_writer *writer, const void *data,
                           size_t len, void (*drop)(void *arg), void *arg);

#endif
