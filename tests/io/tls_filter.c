/* SPDX-License-Identifier: MIT */
/**
 * @file tls_filter.c
 * OpenSSL reads the span on offer and writes a bounded sink; neither offers nor
 * closes while it runs.  What it wrote is offered between its calls.
 *
 * A step that offers asks afterwards whether it may go on: the chain may have
 * been closed, or the program detached.
 */
#include "tests/io/tls_impl.h"

#include <errno.h>

#include <openssl/err.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/io/chain.h>
#include <vreactor/reactor/reactor.h>

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
    (void)vr_call_cancel(&tls->deadline);
    vr_chain_blame(tls->base.element.chain, &tls->why);
    vr_link_stop(&tls->base.outbound.in, &tls->why);
    tls_run_later(tls);
}

void tls_fail_by(struct tls_filter *tls, enum vr_end_kind kind, int code)
{
    tls_fail(tls, &(struct vr_end){.kind = kind, .code = code});
}

/* OpenSSL answered @p result: a failure, unless it wants more to read. */
void tls_judge(struct tls_filter *tls, int result)
{
    int error = SSL_get_error(tls->ssl, result);

    if (error == SSL_ERROR_ZERO_RETURN)
        tls->notified = true;
    else if (tls->flooded)
        tls_fail_by(tls, VR_END_LIMIT, -VR_ELIMIT);
    else if (error != SSL_ERROR_WANT_READ)
        tls_fail_by(tls, VR_END_ERROR, -VR_EPROTOCOL);
}

static void on_deadline(struct vr_call *call)
{
    struct tls_filter *tls = vr_container_of(call, struct tls_filter, deadline);

    tls_fail_by(tls, VR_END_TIMEOUT, -ETIMEDOUT);
}

/* ---- the handshake ---- */

static void shake(struct tls_filter *tls)
{
    if (tls->state != TLS_SHAKING || !tls->connected)
        return;

    ERR_clear_error();
    int result = SSL_do_handshake(tls->ssl);
    if (result != 1) {
        tls_judge(tls, result);
        return;
    }
    tls->state = TLS_OPEN;
    (void)vr_call_cancel(&tls->deadline);
    vr_greet(&tls->base.inbound.out, tls->peer);
    if (!tls->closed)
        tls_tell_secured(tls);
}

/* ---- its steps ---- */

void tls_run(struct tls_filter *tls)
{
    static void (*const steps[])(struct tls_filter *) = {shake,
                                                         tls_notify,
                                                         tls_flush,
                                                         tls_let_program_write,
                                                         tls_read_on,
                                                         tls_flush,
                                                         tls_end_inbound,
                                                         tls_flush,
                                                         tls_let_wire_go_on};

    if (tls->running) {
        tls_run_later(tls);
        return;
    }
    tls->running = true;
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps) && !tls->closed; i++)
        steps[i](tls);
    tls->running = false;
}

/* ---- as an element ---- */

static void on_close(struct vr_element *element)
{
    struct tls_filter *tls =
        vr_container_of(element, struct tls_filter, base.element);

    tls->closed = true;
    (void)vr_call_cancel(&tls->deadline);
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

static void on_fini(struct vr_element *element)
{
    tls_filter_fini(vr_container_of(element, struct tls_filter, base.element));
}

/* The tables of both directions are those of their files. */
static const struct vr_filter_ops *tls_ops(void)
{
    static struct vr_filter_ops ops;

    ops = (struct vr_filter_ops){
        .element = {.name = "tls", .close = on_close, .fini = on_fini},
        .inbound = tls_inbound,
        .outbound = tls_outbound,
    };
    return &ops;
}

int tls_filter_init(struct tls_filter *tls, struct vr_reactor *reactor,
                    SSL *ssl, bool is_server)
{
    const struct vr_env *env = vr_reactor_env(reactor);

    *tls = (struct tls_filter){.reactor = reactor, .ssl = ssl};
    vr_call_init(&tls->deadline, reactor, on_deadline);
    vr_buffer_init(&tls->held, env);
    vr_buffer_init(&tls->sink, env);
    if (is_server)
        SSL_set_accept_state(ssl);
    else
        SSL_set_connect_state(ssl);
    tls_bio_attach(tls);
    return vr_filter_init(&tls->base, reactor, tls_ops());
}

void tls_filter_rekey(struct tls_filter *tls)
{
    if (tls->closed || tls->state != TLS_OPEN || tls->has_notified ||
        SSL_key_update(tls->ssl, SSL_KEY_UPDATE_REQUESTED) != 1)
        return;

    ERR_clear_error();
    int result = SSL_do_handshake(tls->ssl);
    if (result != 1)
        tls_judge(tls, result);
    tls_run_later(tls);
}
