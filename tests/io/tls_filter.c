/* SPDX-License-Identifier: MIT */
/**
 * @file tls_filter.c
 * The hooks of a TLS filter.  They note what has happened, and have the steps
 * be taken.
 */
#include "tests/io/tls_impl.h"

#include <errno.h>

#include <openssl/err.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/io/control.h>
#include <vreactor/reactor/reactor.h>

/* ---- hooks: inbound ---- */

static struct tls_filter *of_wire(struct vr_consumer *in)
{
    return vr_container_of(in, struct tls_filter, base.inbound.in);
}

static struct tls_filter *of_program(struct vr_producer *out)
{
    return vr_container_of(out, struct tls_filter, base.inbound.out);
}

static void on_wire_attached(struct vr_consumer *in)
{
    vr_link_grant(in, VR_UNLIMITED);
}

/* Where the steps have to wait none is read, as where the program has no
 * window. */
static size_t on_records(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct tls_filter *tls = of_wire(in);
    size_t whole = tls_whole_records(offer->data, offer->len);

    tls->span = offer->data;
    tls->span_len = whole;
    tls_take_steps(tls);
    size_t took = whole - tls->span_len;
    tls->span_len = 0;
    if (tls_is_deaf(tls))
        return offer->len;
    if (took < whole) {
        vr_link_pause(in);
        tls_run_later(tls); /* it resumes, if it may */
    }
    return took;
}

static void on_wire_ended(struct vr_consumer *in, const struct vr_end *why)
{
    struct tls_filter *tls = of_wire(in);

    vr_end_keep(&tls->wire_end, why);
    tls_take_steps(tls);
}

static int on_message(struct vr_consumer *in, const struct vr_control *msg)
{
    struct tls_filter *tls = of_wire(in);

    if (vr_control_is(msg, vr_control_secured()))
        return 0; /* of a layer below: the program hears of this one */
    if (!vr_control_is(msg, vr_control_connected()))
        return vr_pass_control_downstream(in, msg);

    tls->is_connected = true;
    vr_call_after(&tls->deadline, TLS_PATIENCE * VR_SEC);
    tls_run_later(tls);
    return 0;
}

static void on_program_ready(struct vr_producer *out)
{
    struct tls_filter *tls = of_program(out);

    if (out->offering)
        return;
    tls->hungry = false;
    tls_run_later(tls);
}

static void on_program_stopped(struct vr_producer *out,
                               const struct vr_end *why)
{
    struct tls_filter *tls = of_program(out);

    if (tls->state == TLS_OPEN && !tls->notified)
        vr_link_stop(&tls->base.inbound.in, why);
    tls_run_later(tls);
}

static void on_produce(struct vr_producer *out)
{
    tls_take_steps(of_program(out));
}

/* ---- hooks: outbound ---- */

static struct tls_filter *of_writer(struct vr_consumer *in)
{
    return vr_container_of(in, struct tls_filter, base.outbound.in);
}

static struct tls_filter *of_sink(struct vr_producer *out)
{
    return vr_container_of(out, struct tls_filter, base.outbound.out);
}

static void on_writer_attached(struct vr_consumer *in)
{
    tls_let_program_write(of_writer(in));
}

static size_t on_plain(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct tls_filter *tls = of_writer(in);
    size_t took = 0, len = 1;

    while (took < offer->len && len) {
        len = tls_encrypt(tls, offer->data + took, offer->len - took);
        took += len;
    }
    if (took < offer->len) {
        vr_link_pause(in);
        tls_run_later(tls);
    }
    return took;
}

static void on_writer_ended(struct vr_consumer *in, const struct vr_end *why)
{
    struct tls_filter *tls = of_writer(in);

    vr_end_keep(&tls->program_end, why);
    tls_run_later(tls);
}

static void on_sink_ready(struct vr_producer *out)
{
    if (!out->offering)
        tls_run_later(of_sink(out));
}

/* ---- as an element ---- */

static void on_close(struct vr_element *element)
{
    (void)vr_call_cancel(
        &vr_container_of(element, struct tls_filter, base.element)->deadline);
}

static void on_fini(struct vr_element *element)
{
    tls_filter_fini(vr_container_of(element, struct tls_filter, base.element));
}

static const struct vr_filter_ops tls_ops = {
    .element = {.name = "tls", .close = on_close, .fini = on_fini},
    .inbound = {.in = {.attached = on_wire_attached,
                       .consume = on_records,
                       .ended = on_wire_ended,
                       .aborted = on_wire_ended,
                       .control = on_message},
                .out = {.ready = on_program_ready,
                        .produce = on_produce,
                        .stopped = on_program_stopped},
                .need = TLS_HEADER + TLS_RECORD,
                .flags = VR_FILTER_RESIZES},
    .outbound = {.in = {.attached = on_writer_attached,
                        .consume = on_plain,
                        .ended = on_writer_ended,
                        .control = vr_pass_control_downstream},
                 .out = {.ready = on_sink_ready},
                 .need = VR_NEED_NONE,
                 .flags = VR_FILTER_RESIZES},
};

int tls_filter_init(struct tls_filter *tls, struct vr_reactor *reactor,
                    SSL *ssl, bool is_server)
{
    const struct vr_env *env = vr_reactor_env(reactor);

    *tls = (struct tls_filter){.reactor = reactor, .ssl = ssl};
    vr_call_init(&tls->deadline, reactor, tls_give_up);
    vr_buffer_init(&tls->held, env);
    vr_buffer_init(&tls->sink, env);
    if (!ssl || tls_bio_attach(tls)) {
        tls_filter_fini(tls);
        return -ENOMEM;
    }
    (is_server ? SSL_set_accept_state : SSL_set_connect_state)(ssl);
    return vr_filter_init(&tls->base, reactor, &tls_ops);
}

void tls_filter_fini(struct tls_filter *tls)
{
    (void)vr_call_cancel(&tls->deadline);
    SSL_free(tls->ssl);
    tls->ssl = NULL;
    vr_buffer_clear(&tls->held);
    vr_buffer_clear(&tls->sink);
    vr_end_drop(&tls->wire_end);
    vr_end_drop(&tls->program_end);
    vr_end_drop(&tls->why);
}

void tls_filter_rekey(struct tls_filter *tls)
{
    if (!vr_element_is_open(&tls->base.element) || tls->state != TLS_OPEN ||
        tls->has_notified)
        return;

    ERR_clear_error();
    if (SSL_key_update(tls->ssl, SSL_KEY_UPDATE_REQUESTED) == 1)
        tls_run_later(tls);
}
