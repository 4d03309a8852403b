/* SPDX-License-Identifier: MIT */
/**
 * @file tls_steps.c
 * OpenSSL reads the span on offer and writes a bounded sink; what it wrote is
 * offered between its calls.  Whatever happens, the same steps are taken in the
 * same order: tls_take_steps().
 *
 * What the program leaves is held, contiguous with what comes behind it; until
 * that and the end have gone the wire stays.  Outbound a record is only made
 * where there is room for it, so OpenSSL is never shown the same bytes again.
 *
 * A step that offers asks afterwards whether it may go on: the chain may have
 * been closed, the program detached, or the reactor stopped.
 */
#include "tests/io/tls_impl.h"

#include <errno.h>

#include <openssl/err.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/control.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/scratch.h>

static const struct vr_end eof = {.kind = VR_END_EOF};
static const struct vr_end tls_eof = {.kind = VR_END_TLS_EOF};
static const struct vr_end truncated = {
    .kind = VR_END_TRUNCATED, .stage = VR_STAGE_READ, .code = -VR_ETRUNCATED};

void tls_run_later(struct tls_filter *tls)
{
    vr_pump_later(&tls->base.inbound.out);
}

/* ---- failure ---- */

/* The cause and the alert go from the loop, or from the step that runs. */
void tls_fail(struct tls_filter *tls, const struct vr_end *why)
{
    if (tls->state == TLS_FAILED)
        return;

    vr_end_keep(&tls->why, why);
    tls->why.stage =
        tls->state == TLS_SHAKING ? VR_STAGE_HANDSHAKE : VR_STAGE_READ;
    tls->state = TLS_FAILED;
    vr_call_after(&tls->deadline, TLS_PATIENCE * VR_SEC);
    vr_chain_blame(tls->base.element.chain, &tls->why);
    tls_run_later(tls);
}

static void fail_by(struct tls_filter *tls, int code)
{
    tls_fail(tls, &(struct vr_end){.kind = code == -VR_ELIMIT ? VR_END_LIMIT
                                                              : VR_END_ERROR,
                                   .code = code});
}

static int code_of_errors(void)
{
    unsigned long error;
    int code = -VR_EPROTOCOL;

    while ((error = ERR_get_error()))
        if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE)
            code = -ENOMEM;
    return code;
}

/* OpenSSL answered @p result: a failure, unless it wants more to read or has
 * come to close_notify, which counts for nothing before it is encrypted. */
static void judge(struct tls_filter *tls, int result)
{
    int error = SSL_get_error(tls->ssl, result);

    if (tls->sink_error)
        fail_by(tls, tls->sink_error);
    else if (error == SSL_ERROR_ZERO_RETURN && tls->state == TLS_OPEN)
        tls->notified = true;
    else if (error == SSL_ERROR_ZERO_RETURN)
        tls_fail(tls, &truncated);
    else if (error != SSL_ERROR_WANT_READ)
        fail_by(tls, code_of_errors());
    ERR_clear_error();
}

/* Of the handshake; or the wire does not even take the alert. */
void tls_give_up(struct vr_call *call)
{
    struct tls_filter *tls = vr_container_of(call, struct tls_filter, deadline);

    if (tls->state == TLS_FAILED)
        vr_link_abort(&tls->base.outbound.out, &tls->why);
    tls_fail(tls, &(struct vr_end){.kind = VR_END_TIMEOUT, .code = -ETIMEDOUT});
    tls_run_later(tls);
}

/* ---- the handshake ---- */

static void become_open(struct tls_filter *tls)
{
    tls->state = TLS_OPEN;
    tls->flight = tls->sink.len;
    (void)vr_call_cancel(&tls->deadline);
    vr_greet(&tls->base.inbound.out);
    vr_tell_secured(&tls->base.inbound.out);
}

static bool has_to_shake(const struct tls_filter *tls)
{
    if (tls->state == TLS_SHAKING)
        return tls->is_connected;

    return tls->state == TLS_OPEN &&
           SSL_get_key_update_type(tls->ssl) != SSL_KEY_UPDATE_NONE;
}

/* The wire has ended without a close_notify. */
static const struct vr_end *unexpected_end(const struct tls_filter *tls)
{
    return vr_end_is_clean(&tls->wire_end) ? &truncated : &tls->wire_end;
}

static void shake(struct tls_filter *tls)
{
    if (tls->state == TLS_SHAKING && tls->wire_end.kind)
        tls_fail(tls, unexpected_end(tls));
    if (!has_to_shake(tls))
        return;

    ERR_clear_error();
    int result = SSL_do_handshake(tls->ssl);
    if (result != 1)
        judge(tls, result);
    else if (tls->state == TLS_SHAKING)
        become_open(tls);
}

/* ---- bytes that are held ---- */

/* Offer what @p held has, @p len bytes behind it and the end; hold what is
 * left.  @return 0 or -ENOMEM */
static int offer(struct vr_producer *out, struct vr_buffer *held,
                 const unsigned char *data, size_t len,
                 const struct vr_end *end)
{
    struct vr_offer all = {.data = data, .len = len, .end = end};
    bool borrowed = !held->len;

    if (!borrowed && vr_buffer_extend(held, data, len))
        return -ENOMEM;
    if (!borrowed)
        all.data = vr_buffer_front(held, &all.len);
    size_t took = vr_link_offer(out, &all);
    if (out->state == VR_LINK_OVER)
        took = all.len;
    if (borrowed)
        return vr_buffer_extend(held, data + took, len - took);
    (void)vr_buffer_remove(held, took);
    return 0;
}

/* ---- inbound ---- */

static void show(struct tls_filter *tls, const unsigned char *data, size_t len,
                 const struct vr_end *end)
{
    struct vr_producer *out = &tls->base.inbound.out;

    tls->hungry = true;
    int err = offer(out, &tls->held, data, len, end);
    if (err)
        fail_by(tls, err);
    if (!vr_link_window(out))
        tls->hungry = false;
}

/* Does the program get more, and has it a window? */
static bool may_read(const struct tls_filter *tls)
{
    const struct vr_producer *out = &tls->base.inbound.out;

    return tls->state == TLS_OPEN && !tls->notified && vr_link_window(out) > 0;
}

/* @return whether there was something to decrypt */
static bool decrypt(struct tls_filter *tls)
{
    uint64_t room = vr_link_window(&tls->base.inbound.out) - tls->held.len;
    size_t size;
    unsigned char *plain = vr_scratch_take(tls->reactor, &size);

    if (!plain) {
        fail_by(tls, -ENOMEM);
        return false;
    }
    ERR_clear_error();
    int len = SSL_read(tls->ssl, plain, (int)(room < size ? room : size));
    if (len > 0)
        show(tls, plain, (size_t)len, NULL);
    else
        judge(tls, len);
    vr_scratch_give(tls->reactor, plain);
    return len > 0;
}

/* What is held is offered before more is read, unless it was too little. */
static void read_on(struct tls_filter *tls)
{
    while (may_read(tls) && !vr_reactor_is_stopping(tls->reactor)) {
        if (tls->held.len && !tls->hungry)
            show(tls, NULL, 0, NULL);
        else if (!decrypt(tls))
            return;
    }
}

/* Why the program gets no more than is held; NULL: it does, or OpenSSL has
 * some still. */
static const struct vr_end *inbound_end(const struct tls_filter *tls)
{
    if (tls->state == TLS_FAILED)
        return &tls->why;
    if (tls->notified)
        return &tls_eof;
    if (!tls->wire_end.kind || SSL_has_pending(tls->ssl))
        return NULL;
    return unexpected_end(tls);
}

/* Tell the program the end.  The wire is read on until what is to be written
 * has gone, as it may be lost where bytes that came are not read. */
static void end_inbound(struct tls_filter *tls)
{
    struct vr_producer *out = &tls->base.inbound.out;
    const struct vr_end *end = inbound_end(tls);

    if (end && out->state == VR_LINK_OPEN)
        show(tls, NULL, 0, end);
    if (out->state != VR_LINK_OVER || tls->state == TLS_SHAKING)
        return;
    vr_buffer_clear(&tls->held);
    if (!end || tls->base.outbound.out.state != VR_LINK_OPEN)
        vr_link_stop(&tls->base.inbound.in,
                     tls->state == TLS_FAILED ? &tls->why : NULL);
}

/* The program hears nothing more: what comes is dropped. */
bool tls_is_deaf(const struct tls_filter *tls)
{
    return tls->state == TLS_FAILED || tls->notified ||
           (tls->state == TLS_OPEN &&
            tls->base.inbound.out.state == VR_LINK_OVER);
}

static void let_wire_go_on(struct tls_filter *tls)
{
    if (tls->state == TLS_SHAKING || tls_is_deaf(tls) || may_read(tls))
        vr_link_resume(&tls->base.inbound.in);
}

/* ---- outbound ---- */

/* Why nothing follows what is in the sink. */
static const struct vr_end *outbound_end(const struct tls_filter *tls)
{
    if (tls->state == TLS_FAILED || tls->has_notified)
        return &eof;

    return tls->program_end.kind && !vr_end_is_clean(&tls->program_end)
               ? &tls->program_end
               : NULL;
}

static void flush(struct tls_filter *tls)
{
    struct vr_producer *out = &tls->base.outbound.out;
    const struct vr_end *end = outbound_end(tls);

    if (!out->offering && (tls->sink.len || end))
        (void)offer(out, &tls->sink, NULL, 0, end);
}

/* Is the sink empty, or what is in it too little for the wire? */
static bool may_encrypt(const struct tls_filter *tls)
{
    const struct vr_producer *out = &tls->base.outbound.out;

    return tls->state == TLS_OPEN && !SSL_in_init(tls->ssl) &&
           out->state == VR_LINK_OPEN && !out->offering &&
           (!tls->sink.len || vr_link_window(out) > tls->sink.len);
}

/* The wire may have come to take what is in the sink. */
size_t tls_encrypt(struct tls_filter *tls, const unsigned char *data,
                   size_t len)
{
    flush(tls);
    if (!may_encrypt(tls))
        return 0;

    ERR_clear_error();
    int wrote =
        SSL_write(tls->ssl, data, (int)(len < TLS_PLAIN ? len : TLS_PLAIN));
    if (wrote <= 0) {
        judge(tls, wrote);
        return 0;
    }
    flush(tls);
    return (size_t)wrote;
}

void tls_let_program_write(struct tls_filter *tls)
{
    struct vr_consumer *in = &tls->base.outbound.in;

    if (tls->state == TLS_FAILED)
        vr_link_stop(in, &tls->why);
    if (!may_encrypt(tls))
        return;
    vr_link_grant(in, VR_UNLIMITED);
    vr_link_resume(in);
}

/* Make a close_notify of the program's clean end. */
static void notify(struct tls_filter *tls)
{
    if (tls->state != TLS_OPEN || tls->has_notified || SSL_in_init(tls->ssl) ||
        !vr_end_is_clean(&tls->program_end))
        return;

    ERR_clear_error();
    tls->has_notified = true;
    int result = SSL_shutdown(tls->ssl);
    if (result < 0)
        judge(tls, result);
}

/* ---- all steps ---- */

static bool may_go_on(const struct tls_filter *tls)
{
    return vr_element_is_open(&tls->base.element) &&
           !vr_reactor_is_stopping(tls->reactor);
}

void tls_take_steps(struct tls_filter *tls)
{
    static void (*const steps[])(struct tls_filter *) = {
        shake,       flush,         read_on,
        notify,      flush,         tls_let_program_write,
        end_inbound, let_wire_go_on};

    /* In a hook of the filter's own offers they would meet themselves. */
    if (tls->running || tls->base.outbound.out.offering) {
        tls_run_later(tls);
        return;
    }
    tls->running = true;
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps) && may_go_on(tls);
         i++)
        steps[i](tls);
    tls->running = false;
    if (vr_reactor_is_stopping(tls->reactor))
        tls_run_later(tls); /* in the next run it goes on */
}
