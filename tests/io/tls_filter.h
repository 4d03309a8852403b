/* SPDX-License-Identifier: MIT */
/**
 * @file tls_filter.h
 * TLS as a filter, without options: what the contract of io/filter.h must carry
 * is tried with it.
 *
 *     SSL_CTX *ctx = tls_server_ctx();
 *     check_int(tls_filter_init(&filter, reactor, SSL_new(ctx), true), 0);
 *     check_int(vr_chain(&chain, &wire.element, &filter.base.element,
 *                        &program.element), 0);
 *
 * The program is greeted when the handshake is done.  Its clean end becomes
 * close_notify; an abort and an unclean end send none.  Of the peer, a
 * close_notify after the handshake is TLS_EOF, and an end without one
 * TRUNCATED.  What fails ends with ERROR, of which -ENOMEM is the code where
 * memory has failed.
 */
#ifndef VR_TESTS_IO_TLS_FILTER_H
#define VR_TESTS_IO_TLS_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <openssl/ssl.h>

#include <vreactor/base/end.h>
#include <vreactor/io/buffer.h>
#include <vreactor/io/filter.h>
#include <vreactor/reactor/call.h>

enum tls_state {
    TLS_SHAKING, /**< awaits the end of the handshake */
    TLS_OPEN,
    TLS_FAILED, /**< awaits that the cause has gone both ways */
};

/** Seconds for a handshake, and for an alert to leave. */
enum { TLS_PATIENCE = 30 };

/** Put its member base.element into a chain. */
struct tls_filter {
    struct vr_filter base;
    struct vr_reactor *reactor;
    SSL *ssl;
    enum tls_state state;
    struct vr_call deadline;
    bool is_connected; /* and its handshake can begin */
    bool running;      /* its steps are taken now */
    struct vr_end why; /* of TLS_FAILED */

    /* Inbound. */
    const unsigned char *span; /* whole records on offer, not read yet */
    size_t span_len;
    struct vr_buffer held;  /* decrypted, and left by the program */
    bool hungry;            /* what is held is too little for it */
    bool notified;          /* by the peer's close_notify */
    struct vr_end wire_end; /* NONE: the wire goes on */

    /* Outbound. */
    struct vr_buffer sink;     /* encrypted, and not taken by the wire */
    size_t flight;             /* what the handshake left in it */
    int sink_error;            /* -ENOMEM, or -VR_ELIMIT: it is full */
    bool has_notified;         /* close_notify is in the sink, or gone */
    struct vr_end program_end; /* NONE: the program goes on */
};

/** Make a filter of @p ssl, which it takes, also on failure.
 *  @return as vr_filter_init(), or -ENOMEM, also where @p ssl is NULL */
int tls_filter_init(struct tls_filter *tls, struct vr_reactor *reactor,
                    SSL *ssl, bool is_server);

/** Free what @p tls has, which is in no chain any more.  A chain that closes
 *  does it; again: nothing happens. */
void tls_filter_fini(struct tls_filter *tls);

/** Send a KeyUpdate that asks the peer for one, too. */
void tls_filter_rekey(struct tls_filter *tls);

/** A context with a certificate made for it. */
SSL_CTX *tls_server_ctx(void);

/** A context that trusts the certificate of @p server alone. */
SSL_CTX *tls_client_ctx(SSL_CTX *server);

/** Write the certificate of @p server and its key, as PEM. */
void tls_write_certificate(SSL_CTX *server, FILE *file);

#endif
