/* SPDX-License-Identifier: MIT */
/**
 * @file tls_write.c
 * Outbound: from the program, encrypted, to the wire.
 *
 * A record is only made where there is room for it, so OpenSSL never has to be
 * shown the same bytes again.
 */
#include "tests/io/tls_impl.h"

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/io/control.h>
#include <vreactor/reactor/reactor.h>

#include <openssl/err.h>

static struct tls_filter *of_outbound_in(struct vr_consumer *in)
{
    return vr_container_of(in, struct tls_filter, base.outbound.in);
}

static struct tls_filter *of_outbound_out(struct vr_producer *out)
{
    return vr_container_of(out, struct tls_filter, base.outbound.out);
}

static const struct vr_end eof = {.kind = VR_END_EOF};

/* Nothing follows what is in the sink. */
static bool is_outbound_done(const struct tls_filter *tls)
{
    if (tls->state == TLS_FAILED || tls->has_notified)
        return true;

    return tls->program_end.kind && !vr_end_is_clean(&tls->program_end);
}

void tls_flush(struct tls_filter *tls)
{
    struct vr_producer *out = &tls->base.outbound.out;
    bool done = is_outbound_done(tls);
    struct vr_offer offer = {.end = NULL};

    if (out->offering || out->state != VR_LINK_OPEN ||
        (!tls->sink.len && !done))
        return;
    if (vr_buffer_gather(&tls->sink, tls->sink.len)) {
        tls_fail_by(tls, VR_END_ERROR, -ENOMEM);
        return;
    }
    if (done)
        offer.end = tls->has_notified || tls->state == TLS_FAILED
                        ? &eof
                        : &tls->program_end;
    offer.data = vr_buffer_front(&tls->sink, &offer.len);
    size_t took = vr_link_offer(out, &offer);
    (void)vr_buffer_remove(&tls->sink, took);
}

/* Is the sink empty, or what is in it too little for the wire? */
static bool may_encrypt(const struct tls_filter *tls)
{
    const struct vr_producer *out = &tls->base.outbound.out;

    return !tls->closed && tls->state == TLS_OPEN &&
           out->state == VR_LINK_OPEN && !out->offering &&
           (!tls->sink.len || vr_link_window(out) > tls->sink.len) &&
           !vr_reactor_is_stopping(tls->reactor);
}

/* @return how many of @p len bytes, at most a record, are in the sink */
static size_t encrypt(struct tls_filter *tls, const unsigned char *data,
                      size_t len)
{
    ERR_clear_error();
    int wrote =
        SSL_write(tls->ssl, data, (int)(len < TLS_PLAIN ? len : TLS_PLAIN));
    if (wrote <= 0) {
        tls_judge(tls, wrote);
        return 0;
    }
    tls_flush(tls);
    return (size_t)wrote;
}

void tls_let_program_write(struct tls_filter *tls)
{
    struct vr_consumer *in = &tls->base.outbound.in;

    if (!may_encrypt(tls))
        return;
    vr_link_grant(in, VR_UNLIMITED);
    vr_link_resume(in);
}

void tls_notify(struct tls_filter *tls)
{
    if (tls->state != TLS_OPEN || tls->has_notified ||
        !vr_end_is_clean(&tls->program_end))
        return;

    ERR_clear_error();
    tls->has_notified = true;
    if (SSL_shutdown(tls->ssl) < 0)
        tls_fail_by(tls, VR_END_ERROR, -VR_EPROTOCOL);
}

/* ---- hooks ---- */

static void on_program_attached(struct vr_consumer *in)
{
    struct tls_filter *tls = of_outbound_in(in);

    if (tls->state == TLS_FAILED)
        vr_link_stop(in, &tls->why);
    else
        tls_let_program_write(tls);
}

static size_t on_plain(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct tls_filter *tls = of_outbound_in(in);
    size_t took = 0;

    while (took < offer->len && may_encrypt(tls))
        took += encrypt(tls, offer->data + took, offer->len - took);
    if (took < offer->len && !tls->closed) {
        vr_link_pause(in);
        tls_run_later(tls);
    }
    return took;
}

static void on_program_ended(struct vr_consumer *in, const struct vr_end *why)
{
    struct tls_filter *tls = of_outbound_in(in);

    vr_end_keep(&tls->program_end, why);
    tls_run_later(tls);
}

static void on_wire_ready(struct vr_producer *out)
{
    struct tls_filter *tls = of_outbound_out(out);

    if (!out->offering && (tls->sink.len || is_outbound_done(tls)))
        tls_run_later(tls);
}

static void on_wire_stopped(struct vr_producer *out, const struct vr_end *why)
{
    vr_link_stop(&of_outbound_out(out)->base.outbound.in, why);
}

const struct vr_filter_direction tls_outbound = {
    .in = {.attached = on_program_attached,
           .consume = on_plain,
           .ended = on_program_ended,
           .control = vr_pass_control_downstream},
    .out = {.ready = on_wire_ready, .stopped = on_wire_stopped},
    .need = VR_NEED_NONE,
    .flags = VR_FILTER_RESIZES,
};
