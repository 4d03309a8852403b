/* SPDX-License-Identifier: MIT */
/**
 * @file tls_impl.h
 * The files of a TLS filter: tls_read.c and tls_write.c have one direction
 * each, tls_bio.c what OpenSSL reads and writes, tls_filter.c holds them
 * together.
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

extern const struct vr_filter_direction tls_inbound;  /* tls_read.c */
extern const struct vr_filter_direction tls_outbound; /* tls_write.c */

/** Have the SSL of @p tls read its span and write its sink. */
void tls_bio_attach(struct tls_filter *tls);

/** How many of the @p len bytes at @p data to show: whole records; all, if a
 *  header is none of TLS. */
size_t tls_whole_records(const unsigned char *data, size_t len);

/** The connection has failed: the cause and the alert go both ways, from the
 *  loop or from the step that runs. */
void tls_fail(struct tls_filter *tls, const struct vr_end *why);
void tls_fail_by(struct tls_filter *tls, enum vr_end_kind kind, int code);

/** OpenSSL answered @p result: a failure, unless it wants more to read or has
 *  come to close_notify. */
void tls_judge(struct tls_filter *tls, int result);

/** Take all steps that can be taken, now or from the loop. */
void tls_run(struct tls_filter *tls);
void tls_run_later(struct tls_filter *tls);

/* The steps. */

/** Offer the sink, and the end behind it. */
void tls_flush(struct tls_filter *tls);

/** Make a close_notify of the program's clean end. */
void tls_notify(struct tls_filter *tls);

void tls_let_program_write(struct tls_filter *tls);

/** Decrypt and offer, as far as the program has a window. */
void tls_read_on(struct tls_filter *tls);

/** Tell the program the end, and stop the wire once it was told. */
void tls_end_inbound(struct tls_filter *tls);

void tls_let_wire_go_on(struct tls_filter *tls);

/** Tell the program that the handshake is done. */
void tls_tell_secured(struct tls_filter *tls);

#endif
