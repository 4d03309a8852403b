/* SPDX-License-Identifier: MIT */
/**
 * @file tls_log.h
 * Log the errors that OpenSSL keeps in a queue of each thread.  An error that
 * is left there is taken for one of the next call, perhaps of another
 * connection:
 *
 *     if (SSL_CTX_use_certificate_chain_file(ctx, path) != 1) {
 *         (void)vr_tls_log_errors(logger, VR_LOG_ERROR, "certificate %s",
 *                                 path);
 *         return -EINVAL;
 *     }
 *
 * logs for an empty file
 *
 *         certificate x.pem: error:0480006C:PEM routines::no start line:
 *         Expecting: TRUSTED CERTIFICATE
 *
 * and then an entry with the error that followed from it.  Part of
 * libvreactor-tls.
 */
#ifndef VR_IO_FILTER_TLS_LOG_H
#define VR_IO_FILTER_TLS_LOG_H

#include <stddef.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_logger;

/**
 * Log the errors in OpenSSL's queue of this thread, one entry each, in the
 * order they happened, and empty the queue, also where @p logger takes no such
 * entries.  OpenSSL's words follow the text, as with vr_log_code(); its data,
 * which may come from a peer, is cut after 255 bytes.  Each entry has the
 * attribute "code", and "func", "file" and "line" where OpenSSL knows who
 * raised the error.
 *
 * A watcher that runs inside the log call must not empty the queue itself.
 * @param logger  NULL: the errors are dropped
 * @return how many there were
 * Threads: any, as vr_log().
 */
size_t vr_tls_log_errors(struct vr_logger *logger, int level,
                         const char *format, ...) VR_PRINTF(3, 4);

VR_END_DECLS

#endif
