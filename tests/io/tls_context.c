/* SPDX-License-Identifier: MIT */
/**
 * @file tls_context.c
 * Contexts for tests of TLS, with a certificate that is made in memory.
 */
#include "tests/io/tls_filter.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "tests/support/test.h"

static X509 *self_signed(EVP_PKEY *key)
{
    X509 *cert = X509_new();

    check(cert != NULL);
    check(X509_set_version(cert, 2));
    check(ASN1_INTEGER_set(X509_get_serialNumber(cert), 1));
    check(X509_gmtime_adj(X509_getm_notBefore(cert), -3600) != NULL);
    check(X509_gmtime_adj(X509_getm_notAfter(cert), 3600) != NULL);
    check(X509_set_pubkey(cert, key));
    X509_NAME *name = X509_get_subject_name(cert);
    check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                     (const unsigned char *)"test", -1, -1, 0));
    check(X509_set_issuer_name(cert, name));
    check(X509_sign(cert, key, EVP_sha256()) > 0);
    return cert;
}

static SSL_CTX *context(const SSL_METHOD *method)
{
    SSL_CTX *ctx = SSL_CTX_new(method);

    check(ctx != NULL);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS |
                              SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return ctx;
}

SSL_CTX *tls_server_ctx(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    check(key != NULL);
    X509 *cert = self_signed(key);
    SSL_CTX *ctx = context(TLS_server_method());

    check_int(SSL_CTX_use_certificate(ctx, cert), 1);
    check_int(SSL_CTX_use_PrivateKey(ctx, key), 1);
    X509_free(cert);
    EVP_PKEY_free(key);
    return ctx;
}

SSL_CTX *tls_client_ctx(SSL_CTX *server)
{
    SSL_CTX *ctx = context(TLS_client_method());
    X509_STORE *trusted = SSL_CTX_get_cert_store(ctx);

    check(X509_STORE_add_cert(trusted, SSL_CTX_get0_certificate(server)));
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    return ctx;
}

void tls_write_certificate(SSL_CTX *server, FILE *file)
{
    check(PEM_write_X509(file, SSL_CTX_get0_certificate(server)));
    check(PEM_write_PrivateKey(file, SSL_CTX_get0_privatekey(server), NULL,
                               NULL, 0, NULL, NULL));
}
