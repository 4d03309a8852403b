/* SPDX-License-Identifier: MIT */
/**
 * @file writer_post.c
 * Writing from other threads: each piece is a post of its own.
 */
#include <vreactor/io/writer_impl.h>

#include <errno.h>
#include <stdint.h>
#include <sys/uio.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/copied.h>
#include <vreactor/base/env.h>
#include <vreactor/io/chain_impl.h>
#include <vreactor/reactor/post.h>

struct posted {
    struct vr_post post;
    struct vr_writer *writer;
    const struct vr_env *env;
    size_t len;
    unsigned char data[];
};

/* The writer may be gone afterwards. @return was it the last on its way? */
static bool drop_posted(struct posted *posted)
{
    struct vr_writer *writer = posted->writer;

    vr_dealloc(posted->env, posted);
    return !__atomic_sub_fetch(&writer->posts, 1, __ATOMIC_RELEASE);
}

bool vr_writer_is_posting(const struct vr_writer *writer)
{
    return __atomic_load_n(&writer->posts, __ATOMIC_ACQUIRE) > 0;
}

static void cancel_posted(struct vr_post *post)
{
    struct posted *posted = vr_container_of(post, struct posted, post);

    if (posted->len)
        __atomic_store_n(&posted->writer->lost_post, true, __ATOMIC_RELAXED);
    vr_writer_let_go(posted->writer, posted->len);
    (void)drop_posted(posted);
}

static void write_posted(struct vr_post *post)
{
    struct posted *posted = vr_container_of(post, struct posted, post);
    struct vr_writer *writer = posted->writer;

    const struct iovec piece = {.iov_base = posted->data,
                                .iov_len = posted->len};
    int err = vr_writer_queue(writer, &piece, 1);
    if (err && posted->len && !writer->ending)
        writer->dropped = true; /* after the end it would not go anyway */
    if (err)
        vr_writer_let_go(writer, posted->len);
    if (vr_writer_is_refused(writer))
        vr_pump_later(&writer->out);
    if (err == -ENOMEM)
        vr_writer_abort(writer, &(struct vr_end){.kind = VR_END_ERROR,
                                                 .stage = VR_STAGE_WRITE,
                                                 .code = err});
    struct vr_chain *chain = writer->out.chain; /* waits if it is closed */
    if (drop_posted(posted) && chain)
        vr_chain_idle(chain);
}

static bool is_full(const struct vr_writer *writer)
{
    return vr_writer_held(writer) >= vr_writer_limit(writer);
}

/* @return false if the writer is full: then `drained` follows, as the flag was
 * set while it was */
static bool hold_below_limit(struct vr_writer *writer, size_t len)
{
    size_t now = vr_writer_held(writer);

    do {
        while (now >= vr_writer_limit(writer)) {
            vr_writer_set_refused(writer, true);
            if (is_full(writer))
                return false;
            now = vr_writer_held(writer);
        }
    } while (!__atomic_compare_exchange_n(&writer->held, &now, now + len, true,
                                          __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
    return true;
}

static struct posted *new_posted(struct vr_writer *writer, const void *data,
                                 size_t len)
{
    const struct vr_env *env = writer->queue.env;
    struct posted *posted =
        len < SIZE_MAX / 2 ? vr_resize(env, NULL, sizeof(*posted) + len) : NULL;
    if (!posted)
        return NULL;

    *posted = (struct posted){
        .post = {.run = write_posted, .cancelled = cancel_posted},
        .writer = writer,
        .env = env,
        .len = len};
    vr_copy(posted->data, data, len);
    return posted;
}

int vr_writer_post(struct vr_writer *writer, const void *data, size_t len)
{
    struct posted *posted = new_posted(writer, data, len);
    if (!posted)
        return -ENOMEM;

    if (!hold_below_limit(writer, len)) {
        vr_dealloc(posted->env, posted);
        return -EAGAIN;
    }
    int full = is_full(writer);
    if (full)
        vr_writer_set_refused(writer, true); /* write_posted() looks at it */
    (void)__atomic_add_fetch(&writer->posts, 1, __ATOMIC_RELAXED);
    vr_reactor_post(writer->out.reactor, &posted->post);
    return full;
}
