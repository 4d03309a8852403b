/* SPDX-License-Identifier: MIT */
/**
 * @file tls_bio.c
 * The BIO of a TLS filter: it never offers, and never closes.
 */
#include "tests/io/tls_impl.h"

#include <errno.h>
#include <string.h>

#include <openssl/bio.h>

#include <vreactor/base/err.h>

static int read_span(BIO *bio, char *data, int size)
{
    struct tls_filter *tls = BIO_get_data(bio);
    size_t len = (size_t)size < tls->span_len ? (size_t)size : tls->span_len;

    BIO_clear_retry_flags(bio);
    if (!len) {
        BIO_set_retry_read(bio);
        return -1;
    }
    memcpy(data, tls->span, len);
    tls->span += len;
    tls->span_len -= len;
    return (int)len;
}

/* A flight of the handshake is as long as the own certificates, whatever the
 * peer sends.  A wire that leaves bytes because they are too few gets a record
 * more. */
static bool has_room(const struct tls_filter *tls, size_t len)
{
    size_t most = tls->flight + tls->base.outbound.out.need + TLS_PLAIN +
                  TLS_OVERHEAD + TLS_RESERVE;

    return tls->state == TLS_SHAKING || tls->sink.len + len <= most;
}

/* Where the wire takes no more it swallows. */
static int write_sink(BIO *bio, const char *data, int len)
{
    struct tls_filter *tls = BIO_get_data(bio);

    BIO_clear_retry_flags(bio);
    if (tls->base.outbound.out.state == VR_LINK_OVER)
        return len;
    tls->sink_error = has_room(tls, (size_t)len)
                          ? vr_buffer_extend(&tls->sink, data, (size_t)len)
                          : -VR_ELIMIT;
    return tls->sink_error ? -1 : len;
}

static long control(BIO *bio, int what, long number, void *arg)
{
    (void)bio;
    (void)number;
    (void)arg;
    return what == BIO_CTRL_FLUSH;
}

/* @return NULL: there is no memory */
static const BIO_METHOD *method(void)
{
    static BIO_METHOD *it;

    if (!it &&
        (it = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "vr"))) {
        (void)BIO_meth_set_read(it, read_span);
        (void)BIO_meth_set_write(it, write_sink);
        (void)BIO_meth_set_ctrl(it, control);
    }
    return it;
}

int tls_bio_attach(struct tls_filter *tls)
{
    BIO *bio = method() ? BIO_new(method()) : NULL;

    if (!bio)
        return -ENOMEM;
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls->ssl, bio, bio);
    return 0;
}

static size_t record_at(const unsigned char *at)
{
    return TLS_HEADER + (size_t)at[3] * 256 + at[4];
}

static bool is_header(const unsigned char *at)
{
    return at[0] >= SSL3_RT_CHANGE_CIPHER_SPEC &&
           at[0] <= SSL3_RT_APPLICATION_DATA && at[1] == SSL3_VERSION_MAJOR &&
           record_at(at) <= TLS_HEADER + TLS_RECORD;
}

size_t tls_whole_records(const unsigned char *data, size_t len)
{
    size_t whole = 0;

    while (len - whole >= TLS_HEADER) {
        if (!is_header(data + whole))
            return len;
        size_t record = record_at(data + whole);
        if (record > len - whole)
            break;
        whole += record;
    }
    return whole;
}
