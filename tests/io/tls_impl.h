/* SPDX-License-Identifier: MIT */
/**
 * @file tls_impl.h
 * The files of a TLS filter: tls_filter.c has its hooks, tls_steps.c what they
 * lead to, tls_bio.c what OpenSSL reads and writes.
 */
#ifndef VR_TESTS_IO_TLS_IMPL_H
#define VR_TESTS_IO_TLS_IMPL_H

#include <stddef.h>

#include "tests/io/tls_filter.h"

enum {
    TLS_PLAIN = 16384,  /* most of a record */
    TLS_OVERHEAD = 300, /* most that encryption adds to it */
    TLS_RESERVE = 4096, /* for alerts, tickets and answers to a KeyUpdate */
    TLS_HEADER = 5,     /* of a record */
    TLS_RECORD = 18432, /* most behind the header */
};

/** Have the SSL of @p tls read its span and write its sink.  @return 0 or
 *  -ENOMEM */
int tls_bio_attach(struct tls_filter *tls);

/** How many of the @p len bytes at @p data to show: whole records; all, if a
 *  header is none of TLS. */
size_t tls_whole_records(const unsigned char *data, size_t len);

/** Take all steps that can be taken, now or from the loop. */
void tls_take_steps(struct tls_filter *tls);
void tls_run_later(struct tls_filter *tls);

/** The connection has failed: the next steps tell both ways. */
void tls_fail(struct tls_filter *tls, const struct vr_end *why);

/** For the deadline of the handshake, and of an alert. */
void tls_give_up(struct vr_call *call);

/** Is what comes dropped, as the program hears nothing more? */
bool tls_is_deaf(const struct tls_filter *tls);

/** Encrypt at most a record, and offer it.  @return how many of @p len bytes;
 *  0: none may be, for now */
size_t tls_encrypt(struct tls_filter *tls, const unsigned char *data,
                   size_t len);

/** Open the window of the program, or stop it. */
void tls_let_program_write(struct tls_filter *tls);

#endif
