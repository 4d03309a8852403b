/* SPDX-License-Identifier: MIT */
/**
 * @file tls_read.c
 * Inbound: from the wire, decrypted, to the program.
 *
 * What the program leaves is held, contiguous with what comes behind it; until
 * that and the end have gone the wire stays.
 */
#include "tests/io/tls_impl.h"

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/io/control.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/scratch.h>

#include <openssl/err.h>

enum { PATIENCE = 30 }; /* seconds for a handshake */

static struct tls_filter *of_inbound_in(struct vr_consumer *in)
{
    return vr_container_of(in, struct tls_filter, base.inbound.in);
}

static struct tls_filter *of_inbound_out(struct vr_producer *out)
{
    return vr_container_of(out, struct tls_filter, base.inbound.out);
}

/* @return how many are done with */
static size_t offer(struct tls_filter *tls, const unsigned char *data,
                    size_t len, const struct vr_end *end)
{
    struct vr_producer *out = &tls->base.inbound.out;

    tls->hungry = true;
    size_t took = vr_link_offer(
        out, &(struct vr_offer){.data = data, .len = len, .end = end});
    if (!vr_link_window(out))
        tls->hungry = false;
    return out->state == VR_LINK_OVER ? len : took;
}

static void offer_held(struct tls_filter *tls, const struct vr_end *end)
{
    size_t len;
    const unsigned char *data = vr_buffer_front(&tls->held, &len);

    (void)vr_buffer_remove(&tls->held, offer(tls, data, len, end));
}

/* Offer what was decrypted, behind what is held, and hold what is left. */
static void show(struct tls_filter *tls, const unsigned char *data, size_t len)
{
    bool borrowed = !tls->held.len;
    size_t done = borrowed ? offer(tls, data, len, NULL) : 0;

    if (vr_buffer_extend(&tls->held, data + done, len - done))
        tls_fail_by(tls, VR_END_ERROR, -ENOMEM);
    else if (!borrowed)
        offer_held(tls, NULL);
}

/* What is held is offered before more is read, unless it was too little. */
static bool may_read(const struct tls_filter *tls)
{
    const struct vr_producer *out = &tls->base.inbound.out;

    return !tls->closed && tls->state == TLS_OPEN && !tls->notified &&
           !out->offering && vr_link_window(out) > 0 &&
           !vr_reactor_is_stopping(tls->reactor);
}

/* @return whether there was something to decrypt */
static bool decrypt(struct tls_filter *tls)
{
    uint64_t room = vr_link_window(&tls->base.inbound.out) - tls->held.len;
    size_t size;
    unsigned char *plain = vr_scratch_take(tls->reactor, &size);

    if (!plain) {
        tls_fail_by(tls, VR_END_ERROR, -ENOMEM);
        return false;
    }
    ERR_clear_error();
    int len = SSL_read(tls->ssl, plain, (int)(room < size ? room : size));
    if (len > 0)
        show(tls, plain, (size_t)len);
    else
        tls_judge(tls, len);
    vr_scratch_give(tls->reactor, plain);
    return len > 0;
}

void tls_read_on(struct tls_filter *tls)
{
    while (may_read(tls)) {
        if (tls->held.len && !tls->hungry)
            offer_held(tls, NULL);
        else if (!decrypt(tls))
            return;
    }
}

/* Why the program gets no more than is held; NULL: it does, or OpenSSL has
 * some still. */
static const struct vr_end *inbound_end(const struct tls_filter *tls)
{
    static const struct vr_end tls_eof = {.kind = VR_END_TLS_EOF};
    static const struct vr_end truncated = {.kind = VR_END_TRUNCATED,
                                            .stage = VR_STAGE_READ,
                                            .code = -VR_ETRUNCATED};

    if (tls->state == TLS_FAILED)
        return &tls->why;
    if (tls->notified)
        return &tls_eof;
    if (!tls->wire_end.kind || SSL_has_pending(tls->ssl))
        return NULL;
    return vr_end_is_clean(&tls->wire_end) ? &truncated : &tls->wire_end;
}

void tls_end_inbound(struct tls_filter *tls)
{
    struct vr_producer *out = &tls->base.inbound.out;
    const struct vr_end *end = inbound_end(tls);

    if (end && out->state == VR_LINK_OPEN && !out->offering) {
        if (tls->wire_aborted && !tls->held.len)
            vr_link_abort(out, end);
        else
            offer_held(tls, end);
    }
    if (tls->closed || out->offering || out->state != VR_LINK_OVER)
        return;
    vr_buffer_clear(&tls->held);
    if (tls->state != TLS_SHAKING)
        vr_link_stop(&tls->base.inbound.in,
                     tls->state == TLS_FAILED ? &tls->why : NULL);
}

void tls_let_wire_go_on(struct tls_filter *tls)
{
    if (tls->state == TLS_SHAKING || may_read(tls))
        vr_link_resume(&tls->base.inbound.in);
}

void tls_tell_secured(struct tls_filter *tls)
{
    (void)vr_control_downstream(
        &tls->base.inbound.out,
        &(struct vr_control){.kind = vr_control_secured(), .peer = tls->peer});
}

/* ---- hooks: from the wire ---- */

static void on_attached(struct vr_consumer *in)
{
    vr_link_grant(in, VR_UNLIMITED);
}

static size_t on_records(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct tls_filter *tls = of_inbound_in(in);
    size_t whole = tls_whole_records(offer->data, offer->len);

    tls->connected = true;
    tls->span = offer->data;
    tls->span_len = whole;
    tls_run(tls);
    size_t took = whole - tls->span_len;
    tls->span_len = 0;
    if (tls->closed || !in->from)
        return took;
    if (tls->state == TLS_FAILED || in->from->state != VR_LINK_OPEN)
        return offer->len;
    if (tls->state == TLS_OPEN && !may_read(tls)) {
        vr_link_pause(in);
        tls_run_later(tls); /* it resumes, if it may */
    }
    return took;
}

static void take_end(struct tls_filter *tls, const struct vr_end *why)
{
    vr_end_keep(&tls->wire_end, why);
    if (tls->state == TLS_SHAKING && vr_end_is_clean(why))
        tls_fail_by(tls, VR_END_TRUNCATED, -VR_ETRUNCATED);
    else if (tls->state == TLS_SHAKING)
        tls_fail(tls, why);
    tls_run_later(tls);
}

static void on_wire_ended(struct vr_consumer *in, const struct vr_end *why)
{
    take_end(of_inbound_in(in), why);
}

static void on_wire_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    of_inbound_in(in)->wire_aborted = true;
    take_end(of_inbound_in(in), why);
}

static int on_message(struct vr_consumer *in, const struct vr_control *msg)
{
    struct tls_filter *tls = of_inbound_in(in);

    if (!vr_control_is(msg, vr_control_connected()))
        return vr_pass_control_downstream(in, msg);

    tls->peer = msg->peer;
    tls->connected = true;
    vr_call_after(&tls->deadline, PATIENCE * VR_SEC);
    tls_run_later(tls);
    return 0;
}

/* ---- hooks: from the program ---- */

static void on_program_joined(struct vr_producer *out)
{
    struct tls_filter *tls = of_inbound_out(out);

    if (tls->state == TLS_OPEN)
        tls_tell_secured(tls);
    vr_pass_joined(out);
}

static void on_program_ready(struct vr_producer *out)
{
    struct tls_filter *tls = of_inbound_out(out);

    if (out->offering)
        return;
    tls->hungry = false;
    if (tls->held.len || tls->wire_end.kind || SSL_has_pending(tls->ssl))
        tls_run_later(tls);
    else
        tls_let_wire_go_on(tls);
}

static void on_program_stopped(struct vr_producer *out,
                               const struct vr_end *why)
{
    struct tls_filter *tls = of_inbound_out(out);

    if (tls->state == TLS_OPEN)
        vr_link_stop(&tls->base.inbound.in, why);
    tls_run_later(tls);
}

static void on_produce(struct vr_producer *out)
{
    tls_run(of_inbound_out(out));
}

const struct vr_filter_direction tls_inbound = {
    .in = {.attached = on_attached,
           .consume = on_records,
           .ended = on_wire_ended,
           .aborted = on_wire_aborted,
           .control = on_message},
    .out = {.ready = on_program_ready,
            .joined = on_program_joined,
            .produce = on_produce,
            .stopped = on_program_stopped},
    .need = TLS_HEADER + TLS_RECORD,
    .flags = VR_FILTER_RESIZES,
};
