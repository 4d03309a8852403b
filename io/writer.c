/* SPDX-License-Identifier: MIT */
/**
 * @file writer.c
 * Queues written bytes and offers them.
 */
#include <vreactor/io/writer.h>

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/copied.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/base/reserved.h>
#include <vreactor/io/control.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>

static struct vr_writer *writer_of(struct vr_producer *out)
{
    return vr_container_of(out, struct vr_writer, out);
}

static bool is_over(const struct vr_writer *writer)
{
    return writer->ending || writer->out.state == VR_LINK_OVER;
}

/* ---- what is held: written or posted, and not taken yet ---- */

/* Sequentially consistent, as is the flag: a thread that is refused sets the
 * flag and looks at `held` again; the loop lowers `held` and looks at the flag.
 * So at least one of them sees the other's change. */
static size_t held(const struct vr_writer *writer)
{
    return __atomic_load_n(&writer->held, __ATOMIC_SEQ_CST);
}

static size_t limit_of(const struct vr_writer *writer)
{
    return __atomic_load_n(&writer->limit, __ATOMIC_RELAXED);
}

static void hold(struct vr_writer *writer, size_t len)
{
    (void)__atomic_add_fetch(&writer->held, len, __ATOMIC_SEQ_CST);
}

static void let_go(struct vr_writer *writer, size_t len)
{
    if (len)
        (void)__atomic_sub_fetch(&writer->held, len, __ATOMIC_SEQ_CST);
}

static bool is_refused(const struct vr_writer *writer)
{
    return __atomic_load_n(&writer->refused, __ATOMIC_SEQ_CST);
}

static void set_refused(struct vr_writer *writer, bool refused)
{
    __atomic_store_n(&writer->refused, refused, __ATOMIC_SEQ_CST);
}

/* ---- offering ---- */

static void on_ready(struct vr_producer *out)
{
    const struct vr_writer *writer = writer_of(out);

    if (writer->queue.len || writer->ending || is_refused(writer))
        vr_pump_later(out);
}

/* Offer the first bytes that stand together.  @return true if there may be
 * more to do now */
static bool offer_front(struct vr_writer *writer)
{
    static const struct vr_end orderly = {.kind = VR_END_EOF};
    size_t len;
    const unsigned char *data = vr_buffer_front(&writer->queue, &len);
    bool last = len == writer->queue.len;

    size_t took = vr_link_offer(
        &writer->out, &(struct vr_offer){
                          .data = data,
                          .len = len,
                          .flags = last ? 0 : VR_MORE,
                          .end = last && writer->ending ? &orderly : NULL,
                      });
    let_go(writer, vr_buffer_remove(&writer->queue, took));
    if (took == len)
        return writer->queue.len > 0;
    if (last || !vr_link_window(&writer->out))
        return false;

    /* The consumer left them as too few: put more of them together. */
    size_t need = writer->out.need, twice = 2 * len;
    if (!vr_buffer_gather(&writer->queue, need > twice ? need : twice))
        return true;
    vr_writer_abort(writer, &(struct vr_end){.kind = VR_END_ERROR,
                                             .stage = VR_STAGE_WRITE,
                                             .code = -ENOMEM});
    return false;
}

static void drop_queue(struct vr_writer *writer)
{
    writer->dropped = writer->dropped || writer->queue.len > 0;
    let_go(writer, writer->queue.len);
    vr_buffer_clear(&writer->queue);
}

/* For a link that was not over: an end that was written has not gone. */
static void drop_end(struct vr_writer *writer)
{
    writer->dropped = writer->dropped || writer->ending;
}

/* One hook a pump, as its last act, since that hook may undo the writer.  If a
 * second hook is due the next pump runs it. */
static void tell_owner(struct vr_writer *writer)
{
    bool has_room = is_refused(writer) && writer->out.state != VR_LINK_NONE &&
                    held(writer) <= limit_of(writer) / 2;

    if (has_room)
        set_refused(writer, false);
    if (has_room && writer->ops->drained) {
        if (!vr_writer_is_queued(writer))
            vr_pump_later(&writer->out);
        writer->ops->drained(writer);
    } else if (!vr_writer_is_queued(writer) && writer->ops->emptied) {
        writer->ops->emptied(writer);
    }
}

static void on_produce(struct vr_producer *out)
{
    struct vr_writer *writer = writer_of(out);
    const struct vr_reactor *reactor = out->reactor;

    while (out->state == VR_LINK_OPEN && (writer->queue.len || writer->ending))
        if (!offer_front(writer) || vr_reactor_is_stopping(reactor))
            break;
    if (out->state == VR_LINK_OVER)
        drop_queue(writer);
    if (vr_reactor_is_stopping(reactor))
        vr_pump_later(out);
    else if (!out->finished) /* as by a chain that a hook has closed */
        tell_owner(writer);
}

/* The queue is dropped from the loop: its bytes may be on offer right now. */
static void on_stopped(struct vr_producer *out, const struct vr_end *why)
{
    struct vr_writer *writer = writer_of(out);

    if (why->kind != VR_END_LOCAL) /* LOCAL: the consumer ends, too */
        drop_end(writer);
    vr_pump_later(out);
    if (writer->ops->stopped)
        writer->ops->stopped(writer, why);
}

static int on_control(struct vr_producer *out, const struct vr_control *msg)
{
    if (!vr_control_is(msg, vr_control_end_writing()))
        return -VR_ENOCONTROL;

    vr_writer_end(writer_of(out));
    return 0;
}

static const struct vr_producer_ops writer_out = {
    .ready = on_ready,
    .produce = on_produce,
    .stopped = on_stopped,
    .control = on_control,
};
static const struct vr_writer_ops no_ops;

void vr_writer_init(struct vr_writer *writer, struct vr_reactor *reactor,
                    const struct vr_writer_ops *ops)
{
    *writer = (struct vr_writer){.ops = ops ? ops : &no_ops,
                                 .limit = VR_WRITER_LIMIT};
    vr_assert_known(writer->ops);
    vr_producer_init(&writer->out, reactor, &writer_out);
    vr_buffer_init(&writer->queue, vr_reactor_env(reactor));
}

void vr_writer_fini(struct vr_writer *writer)
{
    vr_producer_fini(&writer->out);
    drop_queue(writer);
}

void vr_writer_set_limit(struct vr_writer *writer, size_t limit)
{
    __atomic_store_n(&writer->limit, limit ? limit : VR_WRITER_LIMIT,
                     __ATOMIC_RELAXED);
}

static int queue(struct vr_writer *writer, const void *data, size_t len)
{
    if (is_over(writer))
        return -VR_ECLOSED;
    if (!writer->out.to)
        return -ENOTCONN;

    int err = vr_buffer_append(&writer->queue, data, len);
    if (!err && len)
        vr_pump_later(&writer->out);
    return err;
}

static int write_now(struct vr_writer *writer, const void *data, size_t len)
{
    int err = queue(writer, data, len);
    if (!err)
        hold(writer, len);
    return err;
}

int vr_writer_write(struct vr_writer *writer, const void *data, size_t len)
{
    if (!is_over(writer) && writer->queue.len >= writer->limit) {
        set_refused(writer, true);
        return -EAGAIN;
    }
    return write_now(writer, data, len);
}

int vr_writer_append(struct vr_writer *writer, const void *data, size_t len)
{
    int err = write_now(writer, data, len);
    if (err < 0)
        return err;

    if (writer->queue.len < writer->limit)
        return 0;

    set_refused(writer, true);
    return 1;
}

int vr_writer_text(struct vr_writer *writer, const char *text)
{
    return vr_writer_write(writer, text, strlen(text));
}

/* ---- from other threads ---- */

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

bool vr_writer_is_queued(const struct vr_writer *writer)
{
    return writer->queue.len ||
           (writer->ending && writer->out.state != VR_LINK_OVER);
}

bool vr_writer_has_dropped(const struct vr_writer *writer)
{
    return writer->dropped;
}

bool vr_writer_is_posting(const struct vr_writer *writer)
{
    return __atomic_load_n(&writer->posts, __ATOMIC_ACQUIRE) > 0;
}

static void cancel_posted(struct vr_post *post)
{
    struct posted *posted = vr_container_of(post, struct posted, post);

    let_go(posted->writer, posted->len);
    (void)drop_posted(posted);
}

static void write_posted(struct vr_post *post)
{
    struct posted *posted = vr_container_of(post, struct posted, post);
    struct vr_writer *writer = posted->writer;

    int err = queue(writer, posted->data, posted->len);
    if (err && posted->len && !writer->ending)
        writer->dropped = true; /* after the end it would not go anyway */
    if (err)
        let_go(writer, posted->len);
    if (is_refused(writer))
        vr_pump_later(&writer->out);
    if (err == -ENOMEM)
        vr_writer_abort(writer, &(struct vr_end){.kind = VR_END_ERROR,
                                                 .stage = VR_STAGE_WRITE,
                                                 .code = err});
    /* Where it is set a closed chain waits: the writer is there. */
    void (*arrived)(struct vr_writer *) = writer->arrived;
    if (drop_posted(posted) && arrived)
        arrived(writer);
}

static bool is_full(const struct vr_writer *writer)
{
    return held(writer) >= limit_of(writer);
}

/* @return false if the writer is full: then `drained` follows, as the flag was
 * set while it was */
static bool hold_below_limit(struct vr_writer *writer, size_t len)
{
    size_t now = held(writer);

    do {
        while (now >= limit_of(writer)) {
            set_refused(writer, true);
            if (is_full(writer))
                return false;
            now = held(writer);
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
        set_refused(writer, true); /* write_posted() looks at it */
    (void)__atomic_add_fetch(&writer->posts, 1, __ATOMIC_RELAXED);
    vr_reactor_post(writer->out.reactor, &posted->post);
    return full;
}

/* ---- the end ---- */

void vr_writer_end(struct vr_writer *writer)
{
    if (is_over(writer))
        return;
    writer->ending = true;
    vr_pump_later(&writer->out);
}

void vr_writer_abort(struct vr_writer *writer, const struct vr_end *why)
{
    if (writer->out.state != VR_LINK_OVER)
        drop_end(writer);
    writer->ending = true;
    vr_link_abort(&writer->out, why);
    if (writer->out.state == VR_LINK_OVER)
        vr_pump_later(&writer->out); /* it drops the queue */
}
