/* SPDX-License-Identifier: MIT */
/**
 * @file writer.c
 * Queues written bytes and offers them.
 */
#include <vreactor/io/writer_impl.h>

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/uio.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/base/reserved.h>
#include <vreactor/io/buffer_spare.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/control.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/spare.h>

static struct vr_writer *writer_of(struct vr_producer *out)
{
    return vr_container_of(out, struct vr_writer, out);
}

static bool is_over(const struct vr_writer *writer)
{
    return writer->ending || writer->out.state == VR_LINK_OVER;
}

/* ---- offering ---- */

static void on_ready(struct vr_producer *out)
{
    const struct vr_writer *writer = writer_of(out);

    if (writer->queue.len || writer->ending || vr_writer_is_refused(writer))
        vr_pump_later(out);
}

static const struct vr_end *end_of(const struct vr_writer *writer)
{
    static const struct vr_end orderly = {.kind = VR_END_EOF};
    static const struct vr_end cut_off = {.kind = VR_END_TRUNCATED,
                                          .stage = VR_STAGE_WRITE,
                                          .code = -VR_ETRUNCATED};
    const struct vr_chain *chain = writer->out.chain;

    if (!writer->unclean)
        return &orderly;
    return chain && chain->why.kind ? &chain->why : &cut_off;
}

/* Offer the first bytes that stand together.  @return true if there may be
 * more to do now */
static bool offer_front(struct vr_writer *writer)
{
    size_t len;
    const unsigned char *data = vr_buffer_front(&writer->queue, &len);
    bool last = len == writer->queue.len;

    size_t took = vr_link_offer(
        &writer->out, &(struct vr_offer){
                          .data = data,
                          .len = len,
                          .flags = last ? 0 : VR_MORE,
                          .end = last && writer->ending ? end_of(writer) : NULL,
                      });
    vr_writer_let_go(writer, vr_buffer_remove(&writer->queue, took));
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
    vr_writer_let_go(writer, writer->queue.len);
    vr_buffer_clear(&writer->queue);
}

/* One hook a pump, as its last act, since that hook may undo the writer.  If a
 * second hook is due the next pump runs it. */
static void tell_owner(struct vr_writer *writer)
{
    bool has_room = vr_writer_is_refused(writer) &&
                    writer->out.state != VR_LINK_NONE &&
                    vr_writer_held(writer) <= vr_writer_limit(writer) / 2;

    if (has_room)
        vr_writer_set_refused(writer, false);
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
    vr_buffer_leave_spare(&writer->queue);
    if (vr_reactor_is_stopping(reactor))
        vr_pump_later(out);
    else if (!out->finished) /* as by a chain that a hook has closed */
        tell_owner(writer);
}

/* The queue is dropped from the loop: its bytes may be on offer right now. */
static void on_stopped(struct vr_producer *out, const struct vr_end *why)
{
    struct vr_writer *writer = writer_of(out);

    if (writer->ending && why->kind != VR_END_LOCAL)
        writer->dropped = true; /* LOCAL: the consumer ends, too */
    vr_pump_later(out);
    if (writer->ops->stopped)
        writer->ops->stopped(writer, why);
}

/* The answer to vr_control_queued() of io/control.h. */
static int what_is_to_come(const struct vr_writer *writer)
{
    if (writer->out.state == VR_LINK_OVER)
        return 0;
    if (vr_writer_would_lose(writer))
        return 2;
    return writer->ending;
}

static int on_control(struct vr_producer *out, const struct vr_control *msg)
{
    struct vr_writer *writer = writer_of(out);

    if (vr_control_is(msg, vr_control_queued())) {
        if (out->state != VR_LINK_OVER) /* else it is dropped from the loop */
            *(uint64_t *)msg->data += writer->queue.len;
        return out->offering ? -EBUSY : what_is_to_come(writer);
    }
    if (!vr_control_is(msg, vr_control_end_writing()))
        return -VR_ENOCONTROL;

    if (!is_over(writer)) {
        vr_writer_end(writer);
        writer->asked = true;
    }
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

static int may_queue(const struct vr_writer *writer)
{
    if (is_over(writer))
        return -VR_ECLOSED;
    return writer->out.to ? 0 : -ENOTCONN;
}

/* May it write, of its own accord? */
static int may_write(struct vr_writer *writer)
{
    if (is_over(writer) || writer->queue.len < writer->limit)
        return may_queue(writer);

    vr_writer_set_refused(writer, true);
    return -EAGAIN;
}

static struct vr_spare *spare_of(const struct vr_writer *writer)
{
    return vr_reactor_spare(writer->out.reactor);
}

int vr_writer_queue(struct vr_writer *writer, const struct iovec *iov,
                    size_t count)
{
    int err = may_queue(writer);
    if (!err)
        err = vr_buffer_append_spare(&writer->queue, spare_of(writer), iov,
                                     count);
    if (!err && writer->queue.len)
        vr_pump_later(&writer->out);
    return err;
}

static int write_now(struct vr_writer *writer, const struct iovec *iov,
                     size_t count)
{
    size_t before = writer->queue.len;

    int err = vr_writer_queue(writer, iov, count);
    vr_writer_hold(writer, writer->queue.len - before);
    return err;
}

int vr_writer_writev(struct vr_writer *writer, const struct iovec *iov,
                     size_t count)
{
    int err = may_write(writer);
    return err ? err : write_now(writer, iov, count);
}

int vr_writer_write(struct vr_writer *writer, const void *data, size_t len)
{
    const struct iovec piece = {.iov_base = (void *)(uintptr_t)data,
                                .iov_len = len};

    return vr_writer_writev(writer, &piece, 1);
}

/* @return is the queue at its limit?  Then the owner hears `drained`. */
static int tell_full(struct vr_writer *writer)
{
    if (writer->queue.len < writer->limit)
        return 0;

    vr_writer_set_refused(writer, true);
    return 1;
}

int vr_writer_append(struct vr_writer *writer, const void *data, size_t len)
{
    const struct iovec piece = {.iov_base = (void *)(uintptr_t)data,
                                .iov_len = len};
    int err = write_now(writer, &piece, 1);

    return err < 0 ? err : tell_full(writer);
}

static int take(struct vr_writer *writer, const void *data, size_t len,
                void (*drop)(void *arg), void *arg)
{
    int err = may_queue(writer);
    if (!err)
        err = vr_buffer_take_spare(&writer->queue, spare_of(writer), data, len,
                                   drop, arg);
    if (err)
        return err;

    vr_writer_hold(writer, len);
    vr_pump_later(&writer->out);
    return 0;
}

int vr_writer_give(struct vr_writer *writer, const void *data, size_t len,
                   void (*drop)(void *arg), void *arg)
{
    int err = may_write(writer);
    return err ? err : take(writer, data, len, drop, arg);
}

int vr_writer_append_given(struct vr_writer *writer, const void *data,
                           size_t len, void (*drop)(void *arg), void *arg)
{
    int err = take(writer, data, len, drop, arg);
    return err ? err : tell_full(writer);
}

int vr_writer_text(struct vr_writer *writer, const char *text)
{
    return vr_writer_write(writer, text, strlen(text));
}

/* ---- questions ---- */

bool vr_writer_would_lose(const struct vr_writer *writer)
{
    return writer->ending
               ? writer->unclean
               : vr_writer_held(writer) > writer->queue.len ||
                     __atomic_load_n(&writer->lost_post, __ATOMIC_RELAXED);
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

/* ---- the end ---- */

void vr_writer_end(struct vr_writer *writer)
{
    writer->asked = false;
    if (is_over(writer))
        return;
    writer->ending = true;
    vr_pump_later(&writer->out);
}

void vr_writer_end_unclean(struct vr_writer *writer)
{
    if (writer->out.state == VR_LINK_OVER || (writer->ending && !writer->asked))
        return;
    writer->asked = false;
    writer->unclean = writer->ending = true;
    vr_pump_later(&writer->out);
}

void vr_writer_abort(struct vr_writer *writer, const struct vr_end *why)
{
    if (writer->ending && writer->out.state != VR_LINK_OVER)
        writer->dropped = true; /* the end has not gone */
    writer->ending = true;
    vr_link_abort(&writer->out, why);
    if (writer->out.state == VR_LINK_OVER)
        vr_pump_later(&writer->out); /* it drops the queue */
}
